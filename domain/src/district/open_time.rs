//! Time in which a station is open: a wait of so many minutes isn't used up by a night, a lunch break or a holiday.
//! Units: minutes of the station's openings; instants are UTC.

use std::iter::successors;

use chrono::{Duration, NaiveDate};

use super::Station;
use crate::calendar::Calendar;
use crate::time::{self, Timestamp};

/// Who isn't there within so many days is never there.
const DAYS_LOOKED_AT: usize = 366;

impl Station {
    /// The instant by which the station has been open for so many minutes since `from`. Of one that never opens, minutes of the clock.
    pub fn after_open_minutes(&self, calendar: &Calendar, from: Timestamp, minutes: u32) -> Timestamp {
        let (mut left, mut at) = (Duration::minutes(minutes.into()), from);
        let days = successors(Some(time::local_date(from)), NaiveDate::succ_opt).take(DAYS_LOOKED_AT);
        for (open, close) in days.flat_map(|date| self.open_spans(calendar, date)) {
            let open = open.max(at);
            if left <= Duration::zero() {
                return at;
            }
            if open + left <= close {
                return open + left;
            }
            if open < close {
                (left, at) = (left - (close - open), close);
            }
        }
        from + Duration::minutes(minutes.into())
    }

    /// The instant since which the station has been open for so many minutes until `until`. Of one that never opens, minutes of the clock.
    pub fn before_open_minutes(&self, calendar: &Calendar, until: Timestamp, minutes: u32) -> Timestamp {
        let (mut left, mut at) = (Duration::minutes(minutes.into()), until);
        let days = successors(Some(time::local_date(until)), NaiveDate::pred_opt).take(DAYS_LOOKED_AT);
        for (open, close) in days.flat_map(|date| self.open_spans(calendar, date).into_iter().rev()) {
            let close = close.min(at);
            if left <= Duration::zero() {
                return at;
            }
            if open <= close - left {
                return close - left;
            }
            if open < close {
                (left, at) = (left - (close - open), open);
            }
        }
        until - Duration::minutes(minutes.into())
    }

    fn open_spans(&self, calendar: &Calendar, date: NaiveDate) -> Vec<(Timestamp, Timestamp)> {
        let instant = |wall| time::instant(date.and_time(wall));
        self.openings_on(calendar, date).into_iter().map(|(open, close)| (instant(open), instant(close))).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::floor::tests::world::{calendar, hall};

    /// Of September and October 2026; the hall is open on weekdays from 08:30 to 12:00 and 13:30 to 17:00.
    fn at(wall: &str) -> Timestamp {
        time::instant(format!("2026-{wall}:00").parse().unwrap())
    }

    #[test]
    fn a_night_a_lunch_break_and_a_holiday_use_up_nothing() {
        let table = [
            ("09-14T09:00", 120, "09-14T11:00"),
            ("09-14T09:00", 180, "09-14T12:00"),
            ("09-14T11:00", 120, "09-14T14:30"),
            ("09-14T16:30", 120, "09-15T10:00"),
            ("09-14T22:00", 30, "09-15T09:00"),
            // The first week of October is off; Saturday the 10th is worked.
            ("09-30T16:30", 60, "10-08T09:00"),
            ("09-14T22:00", 0, "09-14T22:00"),
        ];
        for (from, minutes, expected) in table {
            assert_eq!(hall().after_open_minutes(&calendar(), at(from), minutes), at(expected), "{minutes} minutes from {from}");
        }
    }

    #[test]
    fn a_station_that_never_opens_goes_by_the_clock() {
        let never = Station { hours: [].into(), ..hall() };
        assert_eq!(never.after_open_minutes(&calendar(), at("09-14T16:30"), 120), at("09-14T18:30"));
        assert_eq!(never.before_open_minutes(&calendar(), at("09-14T16:30"), 120), at("09-14T14:30"));
    }

    proptest! {
        #[test]
        fn looking_back_finds_where_one_looked_forward_from(start in 0i64..60_000, minutes in 1u32..3_000) {
            let (hall, calendar, from) = (hall(), calendar(), at("09-01T00:00") + Duration::minutes(start));
            let until = hall.after_open_minutes(&calendar, from, minutes);
            let since = hall.before_open_minutes(&calendar, until, minutes);
            prop_assert!(from <= since && since < until, "what lies between them is closed");
            prop_assert_eq!(hall.after_open_minutes(&calendar, since, minutes), until);
            prop_assert!(until - from >= Duration::minutes(minutes.into()), "open time passes no faster than the clock");
        }
    }
}
