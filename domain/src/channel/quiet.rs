//! The hours in which nothing rings.

use std::fmt;
use std::str::FromStr;

use chrono::{Duration, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::time::{Timestamp, instant, local};

const FORM: &str = "%H:%M";

/// From a time of the day to another, the district's wall clock: `21:00-08:00` goes over midnight, `00:00-00:00` is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QuietHours {
    from: NaiveTime,
    until: NaiveTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quiet hours are written as `21:00-08:00`")]
pub struct BadQuietHours;

impl QuietHours {
    /// When the quiet that holds at `now` is over; none where it isn't quiet.
    pub fn over_at(&self, now: Timestamp) -> Option<Timestamp> {
        let wall = local(now);
        let (time, today) = (wall.time(), wall.date().and_time(self.until));
        let quiet = if self.from <= self.until { self.from <= time && time < self.until } else { self.from <= time || time < self.until };
        let over = if time < self.until { today } else { today + Duration::days(1) };
        quiet.then(|| instant(over))
    }
}

impl Default for QuietHours {
    /// From nine in the evening to eight in the morning.
    fn default() -> Self {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { from: at(21), until: at(8) }
    }
}

impl FromStr for QuietHours {
    type Err = BadQuietHours;

    fn from_str(text: &str) -> Result<Self, BadQuietHours> {
        let (from, until) = text.split_once('-').ok_or(BadQuietHours)?;
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), FORM).map_err(|_| BadQuietHours);
        Ok(Self { from: time(from)?, until: time(until)? })
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.format(FORM), self.until.format(FORM))
    }
}

impl TryFrom<String> for QuietHours {
    type Error = BadQuietHours;
    fn try_from(text: String) -> Result<Self, BadQuietHours> {
        text.parse()
    }
}

impl From<QuietHours> for String {
    fn from(quiet: QuietHours) -> String {
        quiet.to_string()
    }
}
