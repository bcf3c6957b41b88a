//! A month of the district's wall clock, and how late something was.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

use crate::calendar::Calendar;
use crate::ids::BadCode;
use crate::time::{Timestamp, local_date, start_of};

/// `2026-09`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The years of which somebody may ask.
    const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

    pub fn begins(self) -> Timestamp {
        start_of(self.first)
    }

    /// The first instant that is no longer in it.
    pub fn ends(self) -> Timestamp {
        start_of(self.first.checked_add_months(Months::new(1)).unwrap_or(self.first))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let bad = || BadCode::new("Month", text);
        let written = text.len() == 7 && text.bytes().enumerate().all(|(at, b)| if at == 4 { b == b'-' } else { b.is_ascii_digit() });
        let first: NaiveDate = format!("{text}-01").parse().ok().filter(|_| written).ok_or_else(bad)?;
        if Self::YEARS.contains(&first.year()) { Ok(Self { first }) } else { Err(bad()) }
    }
}

/// How many working days after its last day something was done, or is still undone; 0 where only days off lie between. The day on
/// which it was done counts.
pub fn working_days_late(calendar: &Calendar, last_day: NaiveDate, done_at: Timestamp) -> u32 {
    calendar.working_days_between(last_day, local_date(done_at))
}
