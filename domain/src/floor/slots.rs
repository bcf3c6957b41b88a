//! Slots to book: each hour of a station's openings. Its places go by window and hour: as many as its supervisor gave to that kind of
//! matter and hour at one window, at each window that is meant for the kind. What is booked is the station's, not one window's.
//! Closures, holidays and lunch breaks have none; an hour that is open in part has its part of the places, rounded up.

use chrono::{Duration, NaiveDate, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

use super::{FloorRules, StationRules};
use crate::calendar::Calendar;
use crate::catalogue::ItemKind;
use crate::district::Station;
use crate::time::{self, Timestamp};

/// How many may book in an hour of each day, at each window that is meant for the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    pub kind: ItemKind,
    /// The hour of the day that begins then, 0 to 23.
    pub hour: u8,
    pub places_per_window: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub begin: Timestamp,
    pub end: Timestamp,
    /// At all windows together.
    pub places: u16,
}

/// The slots of a day for a kind of matter, in order; one without places isn't among them.
pub fn slots_on(
    (station, calendar): (&Station, &Calendar),
    date: NaiveDate,
    kind: ItemKind,
    (own, rules): (&StationRules, &FloorRules),
) -> Vec<Slot> {
    let spans = joined(station.openings_on(calendar, date));
    let pieces = spans.into_iter().flat_map(|span| hours_of(date, span));
    let slots = pieces.map(|(hour, begin, end)| {
        let places = own.places(station, (kind, hour), rules);
        Slot { begin, end, places: share(places, end - begin) }
    });
    slots.filter(|slot| slot.places > 0).collect()
}

/// Of an hour's places, those of its open part.
fn share(places: u16, open: Duration) -> u16 {
    let places = (i64::from(places) * open.num_seconds() + 3599) / 3600;
    u16::try_from(places).unwrap_or(u16::MAX)
}

/// The clock hours of a span, cut to it.
fn hours_of(date: NaiveDate, (open, close): (NaiveTime, NaiveTime)) -> Vec<(u8, Timestamp, Timestamp)> {
    let day = time::instant(date.and_time(NaiveTime::MIN));
    let (open, close) = (day + since_midnight(open), day + since_midnight(close));
    let hours = (0u8..24).map(|hour| (hour, day + Duration::hours(hour.into()), day + Duration::hours(i64::from(hour) + 1)));
    hours.map(|(hour, from, to)| (hour, from.max(open), to.min(close))).filter(|(_, from, to)| from < to).collect()
}

fn since_midnight(time: NaiveTime) -> Duration {
    Duration::seconds(time.num_seconds_from_midnight().into())
}

/// Spans in order, with those that overlap or touch made one.
fn joined(spans: Vec<(NaiveTime, NaiveTime)>) -> Vec<(NaiveTime, NaiveTime)> {
    let mut joined: Vec<(NaiveTime, NaiveTime)> = Vec::with_capacity(spans.len());
    for (open, close) in spans {
        match joined.last_mut() {
            Some(last) if open <= last.1 => last.1 = last.1.max(close),
            Some(_) | None => joined.push((open, close)),
        }
    }
    joined
}
