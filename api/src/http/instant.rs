//! Instants as people and programs read them: RFC 3339 with the district's offset.

use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::time::{self, Timestamp, to_micros};
use serde::{Deserialize, Deserializer, de::Error};

pub fn shown(at: Timestamp) -> DateTime<FixedOffset> {
    at.with_timezone(&time::offset())
}

/// Reads an instant with any offset. Years have four digits, so that no later sum leaves the range of dates.
pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<FixedOffset>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let at = DateTime::parse_from_rfc3339(&text).map_err(|_| D::Error::custom("no instant in RFC 3339"))?;
    Ok(shown(to_micros(at.to_utc())))
}

/// Reads a day. Years have four digits here too.
pub fn read_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    let in_range = text.len() == "2026-09-14".len() && !text.starts_with(['+', '-']);
    let day = text.parse().ok().filter(|_| in_range);
    day.ok_or_else(|| D::Error::custom("no day in RFC 3339"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Option<String> {
        read(serde_json::json!(text)).ok().map(|at| at.to_rfc3339())
    }

    #[test]
    fn an_instant_is_shown_by_the_wall_clock_of_the_district_whatever_offset_it_came_with() {
        assert_eq!(read_text("2026-09-14T01:30:00Z").as_deref(), Some("2026-09-14T09:30:00+08:00"));
        assert_eq!(read_text("2026-09-14T09:30:00.123456+08:00").as_deref(), Some("2026-09-14T09:30:00.123456+08:00"));
    }

    #[test]
    fn a_day_is_of_a_year_with_four_digits() {
        let read = |text: &str| read_day(serde_json::json!(text)).ok().map(|day| day.to_string());
        assert_eq!(read("2026-09-14").as_deref(), Some("2026-09-14"));
        for wrong in ["2026-9-14", "+262142-12-31", "+12026-1-1", "-2026-1-14", "2026-02-30", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_instant_or_lies_beyond_all_calendars_is_refused() {
        assert_eq!(read_text("2026-09-14"), None);
        assert_eq!(read_text("+262142-12-31T23:59:59Z"), None);
    }
}
