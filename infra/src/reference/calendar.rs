//! The years of holidays and make-up workdays that are published so far.

use std::collections::BTreeMap;

use domain::calendar::{Calendar, Year};

use super::BadReference;

const FILE: &str = "holidays.json";
const EMBEDDED: &str = include_str!("../../data/calendar/holidays.json");

pub fn calendar() -> Result<Calendar, BadReference> {
    parse(EMBEDDED)
}

fn parse(text: &str) -> Result<Calendar, BadReference> {
    let years: BTreeMap<i32, Year> = serde_json::from_str(text).map_err(|source| BadReference::Form { file: FILE, source })?;
    let mut calendar = Calendar::default();
    for (year, days) in years {
        calendar.load(year, days).map_err(|source| BadReference::Year { year, source })?;
    }
    Ok(calendar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_years_2023_to_2026_are_loaded_and_2027_is_not_yet() {
        let calendar = calendar().unwrap();
        assert_eq!(calendar.years().map(|(year, _)| year).collect::<Vec<_>>(), [2023, 2024, 2025, 2026]);
        assert!(calendar.is_working_day("2026-10-10".parse().unwrap()));
        assert!(calendar.after_working_days("2026-12-31".parse().unwrap(), 1).provisional);
    }

    #[test]
    fn a_day_of_another_year_is_refused_with_its_year() {
        let text = r#"{"2026": {"holidays": ["2025-10-01"], "make_up_workdays": []}}"#;
        assert!(matches!(parse(text), Err(BadReference::Year { year: 2026, .. })));
        assert!(matches!(parse(r#"{"2026": {"holidays": []}}"#), Err(BadReference::Form { .. })));
    }
}
