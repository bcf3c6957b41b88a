//! Sittings, rides, visits and slots, written again over what the reference shares with the engine: the distance of two places, the
//! road and its time, the promise, and a station's openings of a day.

use std::collections::BTreeSet;

use chrono::{Datelike, Duration, NaiveDate, NaiveTime};

use super::Question;
use crate::calendar::DueDay;
use crate::catalogue::Item;
use crate::district::{Opening, Partner, Place, Station};
use crate::routing::{Desks, StationLoad, Visitor, VisitorTerms, estimate};
use crate::time::{self, Timestamp};

/// Who isn't open within so many days is never open.
const DAYS: usize = 366;

#[derive(Clone, Copy)]
pub struct Span {
    pub open: Timestamp,
    pub close: Timestamp,
}

impl Span {
    pub fn holds(&self, at: Timestamp) -> bool {
        self.open <= at && at < self.close
    }

    fn on(date: NaiveDate, (open, close): (NaiveTime, NaiveTime)) -> Self {
        Self { open: time::instant(date.and_time(open)), close: time::instant(date.and_time(close)) }
    }
}

/// A piece of work within a span, which ends at `close`.
#[derive(Clone, Copy)]
pub struct Sitting {
    pub begin: Timestamp,
    pub end: Timestamp,
    pub close: Timestamp,
}

/// Sittings one after the other, and the wait before the first.
pub struct Turn {
    pub sittings: Vec<Sitting>,
    pub wait: Duration,
}

/// Whether the queue of now is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    Joined,
    Passed,
}

impl Question<'_> {
    pub fn road_m(&self, from: Place, to: Place) -> u32 {
        estimate::road_m(&self.load.tuning, from, to)
    }

    pub fn ride(&self, from: Place, to: Place) -> Duration {
        estimate::on_the_road(&self.load.tuning, from, to)
    }

    pub fn promise(&self, item: &Item, accepted: Timestamp, days: u16) -> DueDay {
        estimate::promise(&self.map.calendar, time::local_date(accepted), days, item.publicity.as_slice())
    }

    pub fn service(&self, station: &Station) -> Duration {
        minutes(self.load.tuning.service.at(station.level))
    }

    pub fn handover(&self) -> Duration {
        minutes(self.load.tuning.handover_min)
    }

    pub fn post(&self) -> Duration {
        Duration::days(i64::from(self.load.tuning.post_days))
    }

    /// The station's spans that end after `at`, in order.
    pub fn spans(&self, station: &Station, at: Timestamp) -> impl Iterator<Item = Span> {
        days_from(at).flat_map(|date| self.spans_on(station, date)).filter(move |span| span.close > at)
    }

    fn spans_on(&self, station: &Station, date: NaiveDate) -> Vec<Span> {
        station.openings_on(&self.map.calendar, date).into_iter().map(|times| Span::on(date, times)).collect()
    }

    /// Hours that aren't a station's, closed on holidays, a make-up workday like a Friday.
    fn kept(&self, hours: &[Opening], date: NaiveDate) -> Vec<Span> {
        self.map.calendar.hours_weekday(date).map_or_else(Vec::new, |weekday| openings(hours, date, weekday.number_from_monday()))
    }

    /// "The first span in which it fits": one sitting without a wait.
    fn first(&self, spans: impl Iterator<Item = Span>, ready: Timestamp, length: Duration) -> Option<Sitting> {
        spans.filter_map(|span| fit(span, ready, length)).next()
    }

    /// The sitting of somebody who comes to collect.
    pub fn collected(&self, station: &Station, ready: Timestamp) -> Option<Sitting> {
        self.first(self.spans(station, ready), ready, self.service(station))
    }

    /// A courier's ride ordered at `ordered`: from the first slot of a shift that is far enough away and leaves time for the road.
    /// A shift that ends when the courier could begin is over.
    pub fn driven(&self, ordered: Timestamp, road: Duration) -> Option<(Timestamp, Timestamp)> {
        let tuning = &self.load.tuning;
        let earliest = ordered + minutes(tuning.courier_cut_off_min);
        let shifts = days_from(earliest).flat_map(|date| self.kept(&tuning.courier_hours, date)).filter(|shift| shift.close > earliest);
        let slots = shifts.flat_map(|shift| slots(shift, tuning.courier_slot_min).map(move |slot| (slot, shift)));
        let fit = |(slot, shift): &(Timestamp, Span)| *slot >= earliest && *slot + road <= shift.close;
        slots.filter(fit).map(|(slot, _)| (slot, slot + road)).next()
    }

    pub fn met_at(&self, partner: &Partner, ready: Timestamp) -> Option<Sitting> {
        let hours = if partner.hours.is_empty() { &self.load.tuning.partner_hours[..] } else { &partner.hours[..] };
        let spans = days_from(ready).flat_map(|date| self.kept(hours, date)).filter(|span| span.close > ready);
        self.first(spans, ready, minutes(self.load.tuning.service.district))
    }

    /// The first slot of a visitor, holidays too, that isn't before `ready` and for whose `length` they are there. A clerk isn't
    /// while all of the station's staff are away.
    pub fn visited(&self, station: &Station, terms: &VisitorTerms, ready: Timestamp, length: Duration) -> Option<Sitting> {
        let openings = days_from(ready).flat_map(|date| openings(&terms.hours, date, date.weekday().number_from_monday()));
        let slots = openings.flat_map(|span| slots(span, self.load.tuning.visit_slot_min).map(move |slot| (slot, span)));
        let there = |span| if terms.who == Visitor::Clerk { staffed(station, span) } else { vec![span] };
        let fit = |(slot, span): (Timestamp, Span)| {
            let holds = |left: &Span| left.close > ready && left.open <= slot && slot + length <= left.close;
            let around = there(span).into_iter().find(holds)?;
            Some(Sitting { begin: slot, end: slot + length, close: around.close })
        };
        slots.filter(|(slot, _)| *slot >= ready).find_map(fit)
    }

    /// Taking in `count` matters of somebody who is there at `ready`: in the first span that takes the first of them after the
    /// wait, if the others follow it on the same day.
    pub fn turn(&self, station: &Station, ready: Timestamp, count: usize, queue: Queue) -> Option<Turn> {
        self.spans(station, ready).filter(|span| self.is_staffed(station, *span)).find_map(|span| {
            let joined = queue == Queue::Joined && span.holds(self.now);
            let wait = if joined { self.wait(station) } else { Duration::zero() };
            let first = fit(span, span.open.max(ready) + wait, self.service(station))?;
            let sittings = self.in_a_row(station, first, count)?;
            Some(Turn { sittings, wait })
        })
    }

    fn in_a_row(&self, station: &Station, first: Sitting, count: usize) -> Option<Vec<Sitting>> {
        let today = self.spans_on(station, time::local_date(first.begin));
        let mut sittings = vec![first];
        while sittings.len() < count {
            let ready = sittings.last()?.end;
            sittings.push(self.first(today.iter().copied().filter(|span| span.close > ready), ready, self.service(station))?);
        }
        Some(sittings)
    }

    /// The live load of a station; "stale load degrades the estimate, never the answer".
    fn live(&self, station: &Station) -> Option<&StationLoad> {
        let fresh = minutes(self.load.tuning.load_fresh_min);
        let is_stale = self.load.as_of.is_some_and(|as_of| self.now - as_of > fresh);
        self.load.stations().get(&station.code).filter(|_| !is_stale)
    }

    fn wait(&self, station: &Station) -> Duration {
        minutes(self.live(station).map_or(0, |load| load.wait_min))
    }

    /// Staff who are absent are absent today.
    fn is_staffed(&self, station: &Station, span: Span) -> bool {
        let absent = self.live(station).is_some_and(|load| load.desk == Desks::Unstaffed);
        !absent || time::local_date(span.open) != time::local_date(self.now)
    }

    /// When the last span of `date` ends; none where it has none.
    pub fn closing_on(&self, station: &Station, date: NaiveDate) -> Option<Timestamp> {
        self.spans_on(station, date).into_iter().map(|span| span.close).max()
    }
}

/// A sitting of `length` in `span`, not before `ready`.
fn fit(span: Span, ready: Timestamp, length: Duration) -> Option<Sitting> {
    let begin = span.open.max(ready);
    (begin + length <= span.close).then_some(Sitting { begin, end: begin + length, close: span.close })
}

fn days_from(at: Timestamp) -> impl Iterator<Item = NaiveDate> {
    time::local_date(at).iter_days().take(DAYS)
}

fn openings(hours: &[Opening], date: NaiveDate, weekday: u32) -> Vec<Span> {
    let mut spans: Vec<_> = hours.iter().filter(|o| o.days.iter().any(|day| u32::from(*day) == weekday)).collect();
    spans.sort_by_key(|opening| (opening.open, opening.close));
    spans.into_iter().map(|opening| Span::on(date, (opening.open, opening.close))).collect()
}

/// Every so many minutes from the opening on.
fn slots(span: Span, every_min: u32) -> impl Iterator<Item = Timestamp> {
    let every = minutes(every_min.max(1));
    std::iter::successors(Some(span.open), move |slot| Some(*slot + every)).take_while(move |slot| *slot <= span.close)
}

/// What is left of `span` without the times in which all of the station's staff are away.
fn staffed(station: &Station, span: Span) -> Vec<Span> {
    let absences = &station.facts.absences;
    let edges = absences.iter().flat_map(|absence| [absence.from, absence.until]).filter(|edge| span.holds(*edge));
    let edges: BTreeSet<Timestamp> = edges.chain([span.open, span.close]).collect();
    let mut left: Vec<Span> = Vec::new();
    for (open, close) in edges.iter().zip(edges.iter().skip(1)) {
        let away = absences.iter().filter(|absence| absence.from <= *open && *open < absence.until);
        let away: u32 = away.map(|absence| u32::from(absence.staff)).sum();
        match left.last_mut().filter(|last| last.close == *open) {
            _ if away > 0 && away >= u32::from(station.staff) => {}
            Some(last) => last.close = *close,
            None => left.push(Span { open: *open, close: *close }),
        }
    }
    left
}

fn minutes(count: u32) -> Duration {
    Duration::minutes(i64::from(count))
}
