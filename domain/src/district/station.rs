//! A station (便民服务中心/站/点): where it is, when it is open, what it accepts.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{Place, StationFacts};
use crate::calendar::Calendar;
use crate::catalogue::Item;
use crate::ids::{DivisionCode, ItemCode, StationCode};
use crate::time::{self, Timestamp};

/// A station's place in its line, upward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Point,
    Village,
    Town,
    District,
}

/// Hours on some weekdays; a day with a lunch break has two entries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// 1 is Monday, 7 Sunday.
    pub days: Vec<u8>,
    #[serde(with = "hour_minute")]
    pub open: NaiveTime,
    #[serde(with = "hour_minute")]
    pub close: NaiveTime,
}

impl Opening {
    /// At least one day from 1 to 7, and closing after opening.
    pub fn is_valid(&self) -> bool {
        !self.days.is_empty() && self.days.iter().all(|day| (1..=7).contains(day)) && self.open < self.close
    }
}

pub(super) mod hour_minute {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.format("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        NaiveTime::parse_from_str(&text, "%H:%M").map_err(|_| D::Error::custom(format!("{text:?} is no time of day (HH:MM)")))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    pub code: StationCode,
    pub name: String,
    pub level: Level,
    pub division: DivisionCode,
    pub place: Place,
    pub windows: u16,
    pub staff: u16,
    /// Can print certificates and has a self-service machine.
    pub terminal: bool,
    /// Step-free.
    pub accessible: bool,
    pub hours: Arc<[Opening]>,
    /// Items that this station accepts beyond its level's. A map holds equal sets once.
    pub added: Arc<BTreeSet<ItemCode>>,
    /// Items of its level that this station doesn't accept.
    pub removed: Arc<BTreeSet<ItemCode>>,
    /// Closures, notices and absences that are known.
    pub facts: Arc<StationFacts>,
}

impl Station {
    /// Whether the station accepts `item`: by its level, and by its own list, which may add items or take them away.
    pub fn accepts(&self, item: &Item) -> bool {
        self.added.contains(&item.code) || (item.levels.contains(&self.level) && !self.removed.contains(&item.code))
    }

    /// The spans in which the station takes something in on `date`, in order: its openings, without what closures and the
    /// absence of all its staff take of them. Openings that overlap stay apart.
    pub fn openings_on(&self, calendar: &Calendar, date: NaiveDate) -> Vec<(NaiveTime, NaiveTime)> {
        let Some(weekday) = calendar.hours_weekday(date) else { return Vec::new() };
        let weekday = u8::try_from(weekday.number_from_monday()).unwrap_or_default();
        let mut times: Vec<_> = self.hours.iter().filter(|o| o.days.contains(&weekday)).map(|o| (o.open, o.close)).collect();
        times.sort_unstable();
        for taken in self.facts.taken_of(date, self.staff) {
            times = without(&times, taken);
        }
        times
    }

    pub fn is_open(&self, calendar: &Calendar, at: Timestamp) -> bool {
        let wall = time::local(at);
        self.openings_on(calendar, wall.date()).iter().any(|(open, close)| (*open..*close).contains(&wall.time()))
    }

    /// The first span, at or after `at`, in which the station is open; none within a year: it never opens.
    pub fn next_opening(&self, calendar: &Calendar, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
        const DAYS_LOOKED_AHEAD: usize = 366;
        let first = time::local_date(at);
        first.iter_days().take(DAYS_LOOKED_AHEAD).find_map(|date| {
            self.openings_on(calendar, date)
                .into_iter()
                .map(|(open, close)| (time::instant(date.and_time(open)).max(at), time::instant(date.and_time(close))))
                .find(|(open, close)| open < close)
        })
    }
}

/// `spans` without the time from `begin` to `end`, in order.
pub(crate) fn without<T: Ord + Copy>(spans: &[(T, T)], (begin, end): (T, T)) -> Vec<(T, T)> {
    let pieces = spans.iter().flat_map(|(open, close)| [(*open, begin.min(*close)), (end.max(*open), *close)]);
    let mut left: Vec<_> = pieces.filter(|(open, close)| open < close).collect();
    left.sort_unstable();
    left
}

/// 1 for Monday to 7 for Sunday.
pub fn weekday_number(date: NaiveDate) -> u8 {
    u8::try_from(date.weekday().number_from_monday()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn station() -> Station {
        let hours = [("08:30", "12:00"), ("13:30", "17:30")];
        Station {
            code: "511499001001-01".parse().unwrap(),
            name: "永碾社区便民服务站".into(),
            level: Level::Village,
            division: "511499001001".parse().unwrap(),
            place: Place { lat: 30.0, lng: 103.0 },
            windows: 1,
            staff: 2,
            terminal: false,
            accessible: true,
            hours: hours
                .map(|(open, close)| Opening { days: vec![1, 2, 3, 4, 5], open: open.parse().unwrap(), close: close.parse().unwrap() })
                .into(),
            added: Arc::default(),
            removed: Arc::default(),
            facts: Arc::default(),
        }
    }

    fn at(wall: &str) -> Timestamp {
        time::instant(wall.parse().unwrap())
    }

    #[test]
    fn in_the_lunch_break_the_next_opening_is_the_afternoon() {
        let opening = station().next_opening(&Calendar::default(), at("2026-09-14T12:10:00"));
        assert_eq!(opening, Some((at("2026-09-14T13:30:00"), at("2026-09-14T17:30:00"))));
    }

    #[test]
    fn a_station_that_is_open_opens_now() {
        let now = at("2026-09-14T09:00:00");
        assert!(station().is_open(&Calendar::default(), now));
        assert_eq!(station().next_opening(&Calendar::default(), now), Some((now, at("2026-09-14T12:00:00"))));
    }

    #[test]
    fn on_friday_evening_the_next_opening_is_monday() {
        let opening = station().next_opening(&Calendar::default(), at("2026-09-18T17:30:00"));
        assert_eq!(opening.map(|o| o.0), Some(at("2026-09-21T08:30:00")));
    }
}
