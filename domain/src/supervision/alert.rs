//! Which alerts the clocks of a case give, from their ledger alone.
//!
//! Yellow begins with the day on which no more than [`Thresholds::days_before`] working days are left after it, and ends with red,
//! with the end of the clock, or where the clock stops: then it may come again. Red begins when the last day is over, and ends with
//! the clock alone: a case that stands is as late as it was. A station that is past its own allowance within the promise gets yellow.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Thresholds;
use crate::calendar::Calendar;
use crate::case::{PromiseClock, Recorded, Stage, replay, settled_at};
use crate::queue::{WorkItem, due_day};
use crate::time::{Timestamp, end_of, start_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// A clock about to run out.
    Yellow,
    /// Run out.
    Red,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The promise of the item.
    Promise,
    /// The limit that the law sets, where it is longer than the promise.
    Statute,
    /// The days that the station gives itself for the stage.
    Stage,
    /// A clerk called the supervisor.
    Escalated,
    /// Nobody of the whole line may take the step.
    NobodyMayTake,
}

/// An alert as the ledger has it: past, present or to come if nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub cause: Cause,
    pub colour: Colour,
    /// Which run of the clock: it counts the stops before. Of a stage: its place in the procedure.
    pub turn: u16,
    /// The last day of the period.
    pub due_on: NaiveDate,
    pub from: Timestamp,
    /// None for as long as nobody knows.
    pub until: Option<Timestamp>,
}

impl Due {
    pub fn holds_at(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }

    /// The same, over at `at`: what it was about is done.
    pub fn ended(self, at: Timestamp) -> Self {
        Self { until: Some(self.until.map_or(at, |until| until.min(at))), ..self }
    }
}

/// What the clocks of a case are told from.
#[derive(Debug, Clone, Copy)]
pub struct Clocks<'a> {
    pub record: &'a [Recorded],
    /// The item's limit by law, in working days.
    pub statutory_working_days: Option<u16>,
    /// What is open in the queue.
    pub open: Option<&'a WorkItem>,
}

/// All alerts of a case, each with its time.
pub fn alerts(clocks: &Clocks<'_>, calendar: &Calendar, thresholds: &Thresholds) -> Vec<Due> {
    let mut all = Vec::new();
    if let Some(clock) = replay(clocks.record).and_then(|case| case.clock) {
        let ended = settled_at(clocks.record);
        let runs = |cause, clock: &PromiseClock| Runs { clock, calendar, thresholds, ended, cause }.alerts();
        all.extend(runs(Cause::Promise, &clock));
        // Where both are as long, the promise speaks for both.
        if let Some(limit) = clocks.statutory_working_days.filter(|limit| *limit > clock.promised_working_days) {
            all.extend(runs(Cause::Statute, &clock.for_days(limit)));
        }
    }
    all.extend(clocks.open.and_then(late_at_stage));
    all
}

/// The worst colour that holds at an instant.
pub fn colour_at(alerts: &[Due], at: Timestamp) -> Option<Colour> {
    alerts.iter().filter(|due| due.holds_at(at)).map(|due| due.colour).max()
}

/// When somebody has to look after the alerts of a case again: where one holds that may not have been raised yet, from its beginning.
pub fn look_at(alerts: &[Due], now: Timestamp) -> Option<Timestamp> {
    alerts.iter().filter(|due| due.until.is_none_or(|until| now < until)).map(|due| due.from).min()
}

/// The next instant after `now` at which an alert begins, if nothing happens until then.
pub fn next_after(alerts: &[Due], now: Timestamp) -> Option<Timestamp> {
    alerts.iter().map(|due| due.from).filter(|from| now < *from).min()
}

/// The alert of a station that is past its own allowance, from when the item was due there. Handing over waits for the person, and
/// what stands for an outside body.
pub fn late_at_stage(item: &WorkItem) -> Option<Due> {
    let turn = u16::try_from(item.step).unwrap_or(u16::MAX);
    let (from, due_on) = (item.due_at, due_day(item.due_at));
    (item.stage != Stage::HandOver && item.stands_since.is_none()).then_some(Due {
        cause: Cause::Stage,
        colour: Colour::Yellow,
        turn,
        due_on,
        from,
        until: None,
    })
}

struct Runs<'a> {
    clock: &'a PromiseClock,
    calendar: &'a Calendar,
    thresholds: &'a Thresholds,
    ended: Option<Timestamp>,
    cause: Cause,
}

impl Runs<'_> {
    /// Run by run, from one stop to the next; the first red one is the last of all.
    fn alerts(&self) -> Vec<Due> {
        let starts = std::iter::once(Some(self.clock.started_at)).chain(self.clock.stops.iter().map(|stop| stop.until));
        let ends = self.clock.stops.iter().map(|stop| Some(stop.from)).chain([None]);
        let mut all = Vec::new();
        for (turn, (start, stopped)) in (0..).zip(starts.zip(ends)) {
            // A stop that lasts has no run after it.
            let Some(start) = start else { break };
            let (yellow, red) = self.of_run(turn, start, stopped);
            all.extend(yellow);
            if let Some(red) = red {
                all.push(red);
                break;
            }
        }
        all
    }

    fn of_run(&self, turn: u16, start: Timestamp, stopped: Option<Timestamp>) -> (Option<Due>, Option<Due>) {
        let stood = self.clock.stood_until(self.calendar, start);
        let last_day = self.clock.last_day(self.calendar, stood).on;
        let over = end_of(last_day).max(start);
        let end = stopped.into_iter().chain(self.ended).fold(over, Timestamp::min);
        let promised = self.clock.promised_working_days;
        let yellow = self.thresholds.days_before(promised).and_then(|days| {
            let warned = self.clock.for_days(promised.saturating_sub(days)).last_day(self.calendar, stood);
            let from = start_of(warned.on).max(start);
            (from < end).then_some(self.due(Colour::Yellow, turn, last_day, (from, Some(end))))
        });
        let ran_out = stopped.is_none_or(|stopped| over <= stopped) && self.ended.is_none_or(|ended| over < ended);
        (yellow, ran_out.then(|| self.due(Colour::Red, turn, last_day, (over, self.ended))))
    }

    fn due(&self, colour: Colour, turn: u16, due_on: NaiveDate, (from, until): (Timestamp, Option<Timestamp>)) -> Due {
        Due { cause: self.cause, colour, turn, due_on, from, until }
    }
}
