//! A month as queries name it: `2026-09`.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, de::Error};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::app::reviews::Month;

const PATTERN: &str = "^20[0-9]{2}-(0[1-9]|1[0-2])$";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthText(pub Month);

impl<'de> Deserialize<'de> for MonthText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        read(&text).map(Self).ok_or_else(|| D::Error::custom("no month"))
    }
}

fn read(text: &str) -> Option<Month> {
    let (year, month) = text.split_once('-')?;
    let digits = |part: &str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
    let well_formed = digits(year, 4) && year.starts_with("20") && digits(month, 2);
    let first = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?;
    well_formed.then(|| Month::of(first))
}

pub fn written(month: NaiveDate) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

impl PartialSchema for MonthText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(PATTERN)).examples(["2026-09"]).into()
    }
}

impl ToSchema for MonthText {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_it_is_written_and_nothing_else_is_one() {
        assert_eq!(read("2026-09").map(|month| written(month.first_day())).as_deref(), Some("2026-09"));
        for wrong in ["2026-13", "2026-00", "2026-9", "1999-12", "2026-09-01", "+026-09", "2026", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
