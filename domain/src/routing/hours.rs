//! Opening hours as spans of time, and the first sitting that fits into them.

use chrono::{Datelike, Duration, NaiveDate, Weekday};

use crate::calendar::Calendar;
use crate::district::Opening;
use crate::time::{self, Timestamp};

/// A station that isn't open within so many days counts as never open.
const DAYS_LOOKED_AHEAD: usize = 366;

/// Somebody's hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hours<'a> {
    days: Days<'a>,
    openings: &'a [Opening],
}

#[derive(Debug, Clone, Copy)]
enum Days<'a> {
    /// Closed on holidays; a make-up workday keeps Friday's hours.
    Kept(&'a Calendar),
    /// Holidays too.
    Every,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub open: Timestamp,
    pub close: Timestamp,
}

impl Span {
    pub fn contains(&self, at: Timestamp) -> bool {
        (self.open..self.close).contains(&at)
    }
}

/// A piece of work within one span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sitting {
    pub begin: Timestamp,
    pub end: Timestamp,
    /// When the span ends in which it lies.
    pub close: Timestamp,
}

impl<'a> Hours<'a> {
    pub fn kept(calendar: &'a Calendar, openings: &'a [Opening]) -> Self {
        Self { days: Days::Kept(calendar), openings }
    }

    pub fn every_day(openings: &'a [Opening]) -> Self {
        Self { days: Days::Every, openings }
    }

    /// The first sitting of `length` that begins at or after `ready`.
    pub fn sitting(&self, ready: Timestamp, length: Duration) -> Option<Sitting> {
        self.spans(ready).find_map(|span| fit(span, ready, length))
    }

    /// The spans that end after `at`, in order.
    pub fn spans(&self, at: Timestamp) -> impl Iterator<Item = Span> + use<'a> {
        let hours = *self;
        let days = time::local_date(at).iter_days().take(DAYS_LOOKED_AHEAD);
        days.flat_map(move |date| hours.spans_on(date)).filter(move |span| span.close > at)
    }

    /// When the last span of `date` ends; none where it has none.
    pub fn closing_on(&self, date: NaiveDate) -> Option<Timestamp> {
        self.spans_on(date).last().map(|span| span.close)
    }

    fn spans_on(&self, date: NaiveDate) -> Vec<Span> {
        let Some(weekday) = self.weekday(date) else { return Vec::new() };
        let number = u8::try_from(weekday.number_from_monday()).unwrap_or_default();
        let span = |o: &Opening| Span { open: time::instant(date.and_time(o.open)), close: time::instant(date.and_time(o.close)) };
        let mut spans: Vec<_> = self.openings.iter().filter(|o| o.days.contains(&number)).map(span).collect();
        spans.sort_unstable_by_key(|span| span.open);
        spans
    }

    fn weekday(&self, date: NaiveDate) -> Option<Weekday> {
        match self.days {
            Days::Kept(calendar) => calendar.hours_weekday(date),
            Days::Every => Some(date.weekday()),
        }
    }
}

/// A sitting of `length` in `span`, not before `ready`.
pub(super) fn fit(span: Span, ready: Timestamp, length: Duration) -> Option<Sitting> {
    let begin = span.open.max(ready);
    let end = begin + length;
    (end <= span.close).then_some(Sitting { begin, end, close: span.close })
}
