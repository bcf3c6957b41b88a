//! The promise clock: a ledger of when it started and of every stop, from which the time left at any instant is computed.
//! It runs in working days of the district; the day of acceptance isn't counted, the last working day is whole.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, DueDay};
use crate::time::{Timestamp, end_of, local_date};

/// Why the promise stands still: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// Materials asked for after acceptance.
    Supplement,
    /// An outside body tests or appraises.
    OutsideTest,
    /// A public notice that the item's terms don't count.
    Publicity,
}

impl StopReason {
    /// The rule that the stop rests on, for the record and the person.
    pub fn legal_basis(self) -> &'static str {
        match self {
            StopReason::Supplement => "《中华人民共和国行政许可法》第三十二条（一次性告知、补正）",
            StopReason::OutsideTest => "《中华人民共和国行政许可法》第四十五条（检验、检测、鉴定时间不计入期限）",
            StopReason::Publicity => "办事指南载明的公示期（不计入承诺时限）",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    pub reason: StopReason,
    pub from: Timestamp,
    /// None while it lasts.
    pub until: Option<Timestamp>,
}

/// The promise of an accepted case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromiseClock {
    pub started_at: Timestamp,
    /// Working days promised; 0 for an instant item.
    pub promised_working_days: u16,
    pub stops: Vec<Stop>,
}

impl PromiseClock {
    pub fn start(at: Timestamp, promised_working_days: u16) -> Self {
        Self { started_at: at, promised_working_days, stops: Vec::new() }
    }

    /// The same ledger for a period of another length: the statutory limit runs and stands with the promise.
    pub fn for_days(&self, working_days: u16) -> Self {
        Self { promised_working_days: working_days, ..self.clone() }
    }

    pub fn is_stopped(&self) -> bool {
        self.stops.last().is_some_and(|stop| stop.until.is_none())
    }

    /// The day with whose end the promise ends, as seen at `at`: a stop that lasts has cost what passed until then.
    pub fn due(&self, calendar: &Calendar, at: Timestamp) -> DueDay {
        self.last_day(calendar, self.stood_until(calendar, at))
    }

    /// Working days left at a past or present instant; below zero when late.
    pub fn working_days_left(&self, calendar: &Calendar, at: Timestamp) -> i64 {
        let passed = calendar.working_days_between(local_date(self.started_at), local_date(at));
        i64::from(self.promised_working_days) - (i64::from(passed) - i64::from(self.stood_until(calendar, at)))
    }

    /// A case that stands is as late as it was when it was stopped.
    pub fn is_overdue(&self, calendar: &Calendar, at: Timestamp) -> bool {
        at >= end_of(self.due(calendar, at).on)
    }

    /// Working days for which the clock stood before `at`. The day of a stop counts as run, the day of the restart as stood.
    pub(crate) fn stood_until(&self, calendar: &Calendar, at: Timestamp) -> u32 {
        self.stops.iter().filter(|stop| stop.from <= at).fold(0, |stood, stop| {
            let (from, until) = (local_date(stop.from), local_date(stop.until.map_or(at, |until| until.min(at))));
            let on_last_day = from == self.last_day(calendar, stood).on;
            // No day is left to run: an end on a day off moves to the next working day (民法典 203).
            let until = if on_last_day { calendar.after_calendar_days(until, 0).on } else { until };
            stood + calendar.working_days_between(from, until)
        })
    }

    /// The last day of the promise after the clock stood for so many working days.
    pub(crate) fn last_day(&self, calendar: &Calendar, stood: u32) -> DueDay {
        let stood = u16::try_from(stood).unwrap_or(u16::MAX);
        calendar.after_working_days(local_date(self.started_at), self.promised_working_days.saturating_add(stood))
    }
}

/// Until when a notice hangs that is put up on `day`.
pub fn publicity_until(calendar: &Calendar, day: NaiveDate, publicity: crate::catalogue::Publicity) -> NaiveDate {
    use crate::catalogue::DayUnit;
    match publicity.unit {
        DayUnit::Working => calendar.after_working_days(day, publicity.days).on,
        DayUnit::Calendar => calendar.after_calendar_days(day, publicity.days).on,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: &str) -> Timestamp {
        crate::time::instant(wall.parse().unwrap())
    }

    fn due(clock: &PromiseClock, now: &str) -> String {
        clock.due(&Calendar::default(), at(now)).on.to_string()
    }

    #[test]
    fn five_days_promised_on_monday_end_with_the_next_monday() {
        let clock = PromiseClock::start(at("2026-09-14T16:59:00"), 5);
        assert_eq!(due(&clock, "2026-09-14T17:00:00"), "2026-09-21");
        assert!(!clock.is_overdue(&Calendar::default(), at("2026-09-21T23:59:59")));
        assert!(clock.is_overdue(&Calendar::default(), at("2026-09-22T00:00:00")));
    }

    #[test]
    fn a_stop_from_wednesday_to_friday_moves_the_end_by_two_days() {
        let mut clock = PromiseClock::start(at("2026-09-14T09:00:00"), 5);
        clock.stops.push(Stop { reason: StopReason::Supplement, from: at("2026-09-16T10:00:00"), until: Some(at("2026-09-18T10:00:00")) });
        assert_eq!(due(&clock, "2026-09-18T11:00:00"), "2026-09-23");
        assert_eq!(clock.working_days_left(&Calendar::default(), at("2026-09-16T09:00:00")), 3);
        assert_eq!(clock.working_days_left(&Calendar::default(), at("2026-09-18T12:00:00")), 3);
        assert_eq!(clock.working_days_left(&Calendar::default(), at("2026-09-24T12:00:00")), -1);
    }

    #[test]
    fn a_case_that_stands_is_never_overdue() {
        let mut clock = PromiseClock::start(at("2026-09-14T09:00:00"), 1);
        clock.stops.push(Stop { reason: StopReason::OutsideTest, from: at("2026-09-14T10:00:00"), until: None });
        assert!(!clock.is_overdue(&Calendar::default(), at("2026-10-30T09:00:00")));
    }
}
