//! Instants are UTC; dates, weekdays and opening hours are the district's local time: UTC+8, no daylight saving since 1991.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, SubsecRound, TimeZone, Utc};

/// An instant in UTC, kept to the microsecond: the finest that both databases keep.
pub type Timestamp = DateTime<Utc>;

const OFFSET_SECS: i32 = 8 * 3600;

/// China Standard Time, for times shown to people (RFC 3339 with `+08:00`).
pub fn offset() -> FixedOffset {
    FixedOffset::east_opt(OFFSET_SECS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

/// The wall clock of the district at `at`.
pub fn local(at: Timestamp) -> NaiveDateTime {
    at.naive_utc() + Duration::seconds(i64::from(OFFSET_SECS))
}

/// The calendar day of the district at `at`.
pub fn local_date(at: Timestamp) -> NaiveDate {
    local(at).date()
}

/// The instant at which the district's wall clock shows `wall`.
pub fn instant(wall: NaiveDateTime) -> Timestamp {
    Utc.from_utc_datetime(&(wall - Duration::seconds(i64::from(OFFSET_SECS))))
}

/// The first instant of the day after `date`, by the district's wall clock: the end of a deadline that falls on `date`.
pub fn end_of(date: NaiveDate) -> Timestamp {
    instant(date.and_time(chrono::NaiveTime::MIN) + Duration::days(1))
}

/// The first instant of `date`, by the district's wall clock.
pub fn start_of(date: NaiveDate) -> Timestamp {
    instant(date.and_time(chrono::NaiveTime::MIN))
}

/// `at` without what the databases would drop.
pub fn to_micros(at: Timestamp) -> Timestamp {
    at.trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_in_the_district_is_sixteen_o_clock_utc_the_day_before() {
        let end = end_of(NaiveDate::from_ymd_opt(2026, 9, 30).unwrap());
        assert_eq!(end.to_rfc3339(), "2026-09-30T16:00:00+00:00");
        assert_eq!(local_date(end), NaiveDate::from_ymd_opt(2026, 10, 1).unwrap());
    }
}
