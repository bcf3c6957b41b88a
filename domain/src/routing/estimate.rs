//! The arithmetic of a single step: roads, sittings at a station under live load, and the promise.

use chrono::{Duration, NaiveDate};

use super::hours::{Hours, Sitting, Span, fit};
use super::{Context, Desks, Tuning};
use crate::calendar::{Calendar, DueDay};
use crate::catalogue::{DayUnit, Publicity};
use crate::district::{Place, Station};
use crate::time::{self, Timestamp};

/// The road from one place to another, one way.
pub(super) fn road_m(tuning: &Tuning, from: Place, to: Place) -> u32 {
    whole(from.distance_km(to) * tuning.road_factor * 1000.0)
}

/// How long a road takes.
pub(super) fn on_the_road(tuning: &Tuning, from: Place, to: Place) -> Duration {
    const SLOWEST_KMH: f64 = 1.0;
    let hours = f64::from(road_m(tuning, from, to)) / 1000.0 / tuning.speed_kmh.max(SLOWEST_KMH);
    Duration::minutes(i64::from(whole((hours * 60.0).ceil())))
}

/// Rounded; what isn't a number is 0, what is too large the largest: that is how `as` saturates.
fn whole(value: f64) -> u32 {
    value.round() as u32
}

/// Sittings at a station, one after the other, and the wait before the first.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub sittings: Vec<Sitting>,
    pub wait: Duration,
}

/// Whether the live queue counts: the special lane passes it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    Queue,
    Empty,
}

/// The first day on which `count` matters are taken in one after the other by somebody who is there at `ready`: nobody is
/// sent home in between. The queue of now holds for the opening that runs now; a queue that reaches past closing moves the
/// turn to the next opening. None: the station is never open long enough.
pub(super) fn turn(ctx: &Context<'_>, station: &Station, ready: Timestamp, count: usize, lane: Lane) -> Option<Turn> {
    let hours = Hours::kept(&ctx.map.calendar, &station.hours);
    let service = Duration::minutes(i64::from(ctx.load.tuning.service.at(station.level)));
    hours.spans(ready).filter(|span| is_staffed(ctx, station, *span)).find_map(|span| {
        let wait = if lane == Lane::Queue && span.contains(ctx.now) { queue(ctx, station) } else { Duration::zero() };
        let begin = span.open.max(ready) + wait;
        let sittings = in_a_row(&hours, begin, service, count)?;
        sittings.first().is_some_and(|first| first.close == span.close).then_some(Turn { sittings, wait })
    })
}

/// `count` sittings on the day of `begin`.
fn in_a_row(hours: &Hours<'_>, begin: Timestamp, length: Duration, count: usize) -> Option<Vec<Sitting>> {
    let day = time::local_date(begin);
    let mut ready = begin;
    let mut sittings = Vec::with_capacity(count);
    for _ in 0..count {
        let today = hours.spans(ready).take_while(|span| time::local_date(span.open) == day);
        let sitting = today.filter_map(|span| fit(span, ready, length)).next()?;
        ready = sitting.end;
        sittings.push(sitting);
    }
    Some(sittings)
}

fn queue(ctx: &Context<'_>, station: &Station) -> Duration {
    Duration::minutes(ctx.load.stations.get(&station.code).map_or(0, |load| i64::from(load.wait_min)))
}

/// Staff who are absent are absent today.
fn is_staffed(ctx: &Context<'_>, station: &Station, span: Span) -> bool {
    let desk = ctx.load.stations.get(&station.code).map_or(Desks::Staffed, |load| load.desk);
    desk == Desks::Staffed || time::local_date(span.open) != time::local_date(ctx.now)
}

/// The last day of a promise of working days from the day of acceptance. A public notice whose days don't count is added.
pub(super) fn promise(calendar: &Calendar, accepted: NaiveDate, days: u16, notices: &[Publicity]) -> DueDay {
    let due = calendar.after_working_days(accepted, days);
    notices.iter().filter(|notice| !notice.counts).fold(due, |due, notice| {
        let later = match notice.unit {
            DayUnit::Working => calendar.after_working_days(due.on, notice.days),
            DayUnit::Calendar => calendar.after_calendar_days(due.on, notice.days),
        };
        DueDay { on: later.on, provisional: due.provisional || later.provisional }
    })
}
