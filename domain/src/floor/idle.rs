//! Idle time (空闲): somebody sat at an open window, and neither was a number at it that they had called, nor did they hold a work item,
//! wherever the item came from. Hours don't matter: a window that is left open over noon is idle over noon.
//!
//! Each sitting counts from opening the window to closing it; one that goes on counts up to now, and a claim no longer than it holds.
//! What overlaps keeps a clerk busy once. Units: instants in UTC, cut into days of the district's wall clock (+08:00); lengths exact.
//! Invariants: idle time is never longer than the sitting; periods side by side add up to the period of both. Source: the definition is
//! the project's own.

use std::collections::BTreeMap;
use std::iter::Sum;
use std::ops::Add;

use chrono::{Duration, NaiveDate};

use super::{Engagement, Window};
use crate::ids::{AccountId, StationCode};
use crate::time::{Timestamp, end_of, local_date};

/// Whose time at the windows of which station, on which day of the district's wall clock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SatAt {
    pub day: NaiveDate,
    pub clerk: AccountId,
    pub station: StationCode,
}

/// Time at windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtWindows {
    /// Somebody sat there.
    pub sat: Duration,
    /// Of it, how long they had nothing to do.
    pub idle: Duration,
}

impl Default for AtWindows {
    fn default() -> Self {
        Self { sat: Duration::zero(), idle: Duration::zero() }
    }
}

impl Add for AtWindows {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { sat: self.sat + other.sat, idle: self.idle + other.idle }
    }
}

impl Sum for AtWindows {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// Time at windows from `from` until before `to`, and no later than `now`, out of the sittings and of what kept these clerks busy. Whose
/// sittings lie outside isn't named.
pub fn time_at_windows(
    sittings: &[Window],
    engagements: &[Engagement],
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> BTreeMap<SatAt, AtWindows> {
    let to = to.min(now);
    let busy = busy_by_clerk(engagements, now);
    let mut all: BTreeMap<SatAt, AtWindows> = BTreeMap::new();
    for window in sittings {
        let until = window.closed_at.unwrap_or(to).min(to);
        for (day, span) in days_of(Span { from: window.opened_at.max(from), until }) {
            let busy = busy.get(&window.clerk).map_or(Duration::zero(), |spans| within(spans, span));
            let at_window = AtWindows { sat: span.length(), idle: span.length() - busy };
            let whose = SatAt { day, clerk: window.clerk, station: window.station.clone() };
            let sum = all.entry(whose).or_default();
            *sum = *sum + at_window;
        }
    }
    all
}

/// From an instant until before another.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Timestamp,
    until: Timestamp,
}

impl Span {
    fn length(self) -> Duration {
        (self.until - self.from).max(Duration::zero())
    }

    fn cut_to(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }
    }
}

/// When each was busy by `now`: spans in order that don't touch one another.
fn busy_by_clerk(engagements: &[Engagement], now: Timestamp) -> BTreeMap<AccountId, Vec<Span>> {
    let mut begun: Vec<_> = engagements.iter().collect();
    begun.sort_by_key(|engagement| engagement.begun_at);
    let mut busy: BTreeMap<AccountId, Vec<Span>> = BTreeMap::new();
    for Engagement { clerk, begun_at, ended_at } in begun {
        let span = Span { from: *begun_at, until: ended_at.unwrap_or(now).min(now) };
        let spans = busy.entry(*clerk).or_default();
        match spans.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            Some(_) | None if span.from < span.until => spans.push(span),
            Some(_) | None => {}
        }
    }
    busy
}

/// How much of `whole` these spans cover; they are in order and apart from one another.
fn within(spans: &[Span], whole: Span) -> Duration {
    let first = spans.partition_point(|span| span.until <= whole.from);
    let spans = spans.iter().skip(first).take_while(|span| span.from < whole.until);
    spans.map(|span| span.cut_to(whole).length()).fold(Duration::zero(), Add::add)
}

/// A span day by day of the district's wall clock; none where it has no length.
fn days_of(whole: Span) -> impl Iterator<Item = (NaiveDate, Span)> {
    let mut from = whole.from;
    std::iter::from_fn(move || {
        let day = local_date(from);
        let until = end_of(day).min(whole.until);
        let span = Span { from, until };
        from = until;
        (span.from < span.until).then_some((day, span))
    })
}
