//! The arithmetic of a single step: roads, sittings at a station under live load, and the promise.

use chrono::NaiveDate;

use super::context::Context;
use super::queues::Queue;
use super::{Desks, Tuning};
use crate::calendar::{Calendar, DueDay};
use crate::catalogue::{DayUnit, Publicity};
#[cfg(test)]
use crate::district::Place;
use crate::district::{At, Direction, Hours, Seat, Span, StationAt};

/// A road, one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Road {
    pub m: u32,
    pub min: i64,
}

impl Road {
    pub const NONE: Road = Road { m: 0, min: 0 };

    pub fn between(tuning: &Tuning, from: Direction, to: Direction) -> Self {
        const SLOWEST_KMH: f64 = 1.0;
        let m = whole(from.distance_km(to) * tuning.road_factor * 1000.0);
        let hours = f64::from(m) / 1000.0 / tuning.speed_kmh.max(SLOWEST_KMH);
        Self { m, min: i64::from(whole((hours * 60.0).ceil())) }
    }

    /// By how much a chord must be longer for its road to be longer in whole metres; infinite where no road ever is.
    pub fn chord_of_more_than_a_metre(tuning: &Tuning) -> f64 {
        const METRES: f64 = 2.0;
        Direction::chord_of(METRES / 1000.0) / tuning.road_factor.max(0.0)
    }
}

/// The road from one place to another, one way.
#[cfg(test)]
pub(super) fn road_m(tuning: &Tuning, from: Place, to: Place) -> u32 {
    Road::between(tuning, from.direction(), to.direction()).m
}

/// How long a road takes, in whole minutes.
#[cfg(test)]
pub(super) fn on_the_road(tuning: &Tuning, from: Place, to: Place) -> chrono::Duration {
    chrono::Duration::minutes(Road::between(tuning, from.direction(), to.direction()).min)
}

/// Rounded; what isn't a number is 0, what is too large the largest: that is how `as` saturates.
fn whole(value: f64) -> u32 {
    value.round() as u32
}

/// A piece of work within one span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sitting {
    pub begin: At,
    pub end: At,
    /// When the span ends in which it lies.
    pub close: At,
}

/// A sitting of `minutes` in `span`, not before `ready`.
fn fit(span: Span, ready: At, minutes: i64) -> Option<Sitting> {
    let begin = span.open.max(ready);
    let end = begin.after_min(minutes);
    (end <= span.close).then_some(Sitting { begin, end, close: span.close })
}

/// The first sitting of `minutes` that begins at or after `ready`.
pub(super) fn sitting(hours: &Hours<'_>, ready: At, minutes: i64) -> Option<Sitting> {
    if hours.longest_min() < minutes { None } else { hours.find(ready, |span| fit(span, ready, minutes)) }
}

pub(super) fn service_min(ctx: &Context<'_>, seat: &Seat) -> i64 {
    i64::from(ctx.tuning.service.at(seat.level))
}

/// The first day on which `count` matters are taken in one after the other by somebody who is there at `ready`: nobody is
/// sent home in between. The queue of now holds for the opening that runs now; a queue that reaches past closing moves the
/// turn to the next opening. Fills `sittings` and gives the wait before the first, in minutes. None: the station is never open
/// long enough.
pub(super) fn turn(ctx: &Context<'_>, stop: (StationAt, &Seat), ready: At, count: usize, sittings: &mut Vec<Sitting>) -> Option<i64> {
    let service = service_min(ctx, stop.1);
    find_staffed(ctx, stop, ready, |hours, span, queue| {
        let wait = if span.contains(ctx.now) { i64::from(queue.wait_min) } else { 0 };
        let first = fit(span, span.open.max(ready).after_min(wait), service)?;
        is_filled_from(hours, first, service, count, sittings).then_some(wait)
    })
}

/// The first sitting of what doesn't queue.
pub(super) fn empty_turn(ctx: &Context<'_>, stop: (StationAt, &Seat), ready: At) -> Option<Sitting> {
    let service = service_min(ctx, stop.1);
    find_staffed(ctx, stop, ready, |_, span, _| fit(span, ready, service))
}

/// What `f` finds in the first span after `ready` in which the station is staffed.
fn find_staffed<R>(
    ctx: &Context<'_>,
    (at, seat): (StationAt, &Seat),
    ready: At,
    mut f: impl FnMut(&Hours<'_>, Span, Queue) -> Option<R>,
) -> Option<R> {
    let (hours, queue) = (ctx.map.hours(at, seat)?, ctx.queue(at));
    if hours.longest_min() < service_min(ctx, seat) {
        return None;
    }
    let today = ctx.now.day();
    let is_staffed = |span: Span| queue.desk == Desks::Staffed || span.open.day() != today;
    hours.find(ready, |span| if is_staffed(span) { f(&hours, span, queue) } else { None })
}

/// Whether the rest of `count` sittings follow the first on its day.
fn is_filled_from(hours: &Hours<'_>, first: Sitting, service: i64, count: usize, sittings: &mut Vec<Sitting>) -> bool {
    sittings.clear();
    sittings.push(first);
    let mut ready = first.end;
    for _ in 1..count {
        let Some(next) = hours.find_today(ready, |span| fit(span, ready, service)) else { return false };
        ready = next.end;
        sittings.push(next);
    }
    true
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
