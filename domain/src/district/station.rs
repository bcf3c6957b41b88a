//! A station (便民服务中心/站/点): where it is, when it is open, what it accepts.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

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

/// A point on the earth, WGS-84 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub lat: f64,
    pub lng: f64,
}

impl Place {
    /// Great-circle distance in kilometres (haversine, mean earth radius).
    pub fn distance_km(self, other: Place) -> f64 {
        const EARTH_RADIUS_KM: f64 = 6371.0088;
        let (lat_a, lat_b) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((other.lat - self.lat).to_radians() / 2.0).sin();
        let half_lng = ((other.lng - self.lng).to_radians() / 2.0).sin();
        let chord = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lng * half_lng;
        2.0 * EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin()
    }
}

/// Hours on some weekdays; a day with a lunch break has two entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

mod hour_minute {
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

#[derive(Debug, Clone, PartialEq)]
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
    pub hours: Vec<Opening>,
    /// Items that this station accepts beyond its level's.
    pub added: BTreeSet<ItemCode>,
    /// Items of its level that this station doesn't accept.
    pub removed: BTreeSet<ItemCode>,
}

impl Station {
    /// Whether the station accepts `item`: by its level, and by its own list, which may add items or take them away.
    pub fn accepts(&self, item: &Item) -> bool {
        self.added.contains(&item.code) || (item.levels.contains(&self.level) && !self.removed.contains(&item.code))
    }

    /// The opening times of `date`, in order.
    pub fn openings_on(&self, calendar: &Calendar, date: NaiveDate) -> Vec<(NaiveTime, NaiveTime)> {
        let Some(weekday) = calendar.hours_weekday(date) else { return Vec::new() };
        let weekday = u8::try_from(weekday.number_from_monday()).unwrap_or_default();
        let mut times: Vec<_> = self.hours.iter().filter(|o| o.days.contains(&weekday)).map(|o| (o.open, o.close)).collect();
        times.sort_unstable();
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
            added: BTreeSet::new(),
            removed: BTreeSet::new(),
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

    #[test]
    fn a_degree_of_latitude_is_about_a_hundred_and_eleven_kilometres() {
        let distance = Place { lat: 30.0, lng: 104.0 }.distance_km(Place { lat: 31.0, lng: 104.0 });
        assert!((distance - 111.2).abs() < 0.1, "{distance}");
    }
}
