//! Case numbers (办件编号): what a person reads out at a counter, e.g. `511499-20260914-00042-2`.
//! District, local day of receipt, serial of that day in that district, and a check character over the rest.
//! Invariants: a `CaseNumber` always fits its check character and has one spelling; its date is a real day.
//! The serial has at least five digits and may grow, so that a busy day never runs out of numbers.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::check_character;
use crate::ids::DistrictCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCaseNumber {
    #[error("a case number has a district, a day, a serial and a check character, with hyphens between")]
    Form,
    #[error("the day in the case number is no date")]
    Day,
    #[error("the check character of the case number doesn't fit")]
    Check,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseNumber {
    district: DistrictCode,
    received_on: NaiveDate,
    serial: u32,
}

impl CaseNumber {
    /// `serial` counts from 1 within the district and the local day `received_on`, whose year has four digits.
    pub fn new(district: DistrictCode, received_on: NaiveDate, serial: u32) -> Self {
        Self { district, received_on, serial }
    }

    pub fn district(&self) -> &DistrictCode {
        &self.district
    }

    pub fn received_on(&self) -> NaiveDate {
        self.received_on
    }

    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// Whether its check character can't be taken for a digit: a number that doesn't read well is passed over, not given out. Of five serials
    /// in a row one reads well at least.
    pub fn reads_well(&self) -> bool {
        check_character::of(&self.unchecked_text()).is_some_and(|check| !check_character::is_like_a_digit(check))
    }

    fn unchecked_text(&self) -> String {
        let day = self.received_on;
        format!("{}-{:04}{:02}{:02}-{:05}", self.district, day.year(), day.month(), day.day(), self.serial)
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.unchecked_text();
        write!(f, "{text}-{}", check_character::of(&text).unwrap_or_default())
    }
}

impl FromStr for CaseNumber {
    type Err = BadCaseNumber;
    /// Small letters and spaces around the number are forgiven: it is typed by hand.
    fn from_str(text: &str) -> Result<Self, BadCaseNumber> {
        let text = text.trim().to_ascii_uppercase();
        let [district, day, serial, _check] = text.split('-').collect::<Vec<_>>().try_into().map_err(|_| BadCaseNumber::Form)?;
        let number = Self {
            district: district.parse().map_err(|_| BadCaseNumber::Form)?,
            received_on: parse_day(day)?,
            serial: serial.parse().map_err(|_| BadCaseNumber::Form)?,
        };
        let unchecked = number.unchecked_text();
        if text.strip_prefix(&unchecked).and_then(|rest| rest.strip_prefix('-')).is_none_or(|check| check.chars().count() != 1) {
            return Err(BadCaseNumber::Form);
        }
        if check_character::fits(&text) { Ok(number) } else { Err(BadCaseNumber::Check) }
    }
}

fn parse_day(digits: &str) -> Result<NaiveDate, BadCaseNumber> {
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadCaseNumber::Form);
    }
    NaiveDate::parse_from_str(digits, "%Y%m%d").map_err(|_| BadCaseNumber::Day)
}

impl TryFrom<String> for CaseNumber {
    type Error = BadCaseNumber;
    fn try_from(text: String) -> Result<Self, BadCaseNumber> {
        text.parse()
    }
}

impl From<CaseNumber> for String {
    fn from(number: CaseNumber) -> String {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn number(serial: u32) -> CaseNumber {
        CaseNumber::new("511499".parse().unwrap(), day(2026, 9, 14), serial)
    }

    #[test]
    fn a_number_reads_as_district_day_serial_and_check() {
        let text = number(42).to_string();
        assert!(text.starts_with("511499-20260914-00042-"), "{text}");
        assert_eq!(text.len(), "511499-20260914-00042-".len() + 1);
        assert_eq!(number(123_456).to_string().matches('-').count(), 3);
    }

    #[test]
    fn a_number_typed_by_hand_is_read_back() {
        let typed = format!(" {} ", number(42).to_string().to_lowercase());
        assert_eq!(typed.parse::<CaseNumber>(), Ok(number(42)));
    }

    #[test]
    fn a_wrong_form_day_or_check_is_told_apart() {
        let text = number(42).to_string();
        let parse = |text: String| text.parse::<CaseNumber>();
        assert_eq!(parse(text.replace("-00042-", "-42-")), Err(BadCaseNumber::Form));
        assert_eq!(parse(text.replace("-00042-", "-000042-")), Err(BadCaseNumber::Form));
        assert_eq!(parse(text.replace("-00042-", "-+0042-")), Err(BadCaseNumber::Form));
        assert_eq!(parse(text.replace('-', "")), Err(BadCaseNumber::Form));
        assert_eq!(parse(format!("{text}0")), Err(BadCaseNumber::Form));
        assert_eq!(parse(text.replace("20260914", "20260931")), Err(BadCaseNumber::Day));
        assert_eq!(parse(text.replace("-00042-", "-00043-")), Err(BadCaseNumber::Check));
        assert_eq!(parse(String::new()), Err(BadCaseNumber::Form));
    }

    proptest! {
        #[test]
        fn every_number_is_read_back_as_it_was_written(district in "[0-9]{6}", days in 0i64..36_500, serial in any::<u32>()) {
            let number = CaseNumber::new(district.parse().unwrap(), day(2000, 1, 1) + chrono::Duration::days(days), serial);
            prop_assert_eq!(number.to_string().parse::<CaseNumber>(), Ok(number.clone()));
        }

        #[test]
        fn one_wrong_digit_is_never_taken_for_another_case(serial in 1u32..100_000, at in any::<prop::sample::Index>(), wrong in "[0-9]") {
            let text = number(serial).to_string();
            let at = at.index(text.len());
            prop_assume!(text.get(at..=at).is_some_and(|character| character != "-" && character != wrong));
            let mut mistyped = text;
            mistyped.replace_range(at..=at, &wrong);
            prop_assert!(mistyped.parse::<CaseNumber>().is_err());
        }

        #[test]
        fn of_five_serials_in_a_row_one_reads_well_and_ends_with_no_letter_like_a_digit(first in 1u32..1_000_000) {
            let reading_well: Vec<_> = (first..first + 5).map(number).filter(CaseNumber::reads_well).collect();
            prop_assert!(!reading_well.is_empty());
            prop_assert!(reading_well.iter().all(|number| !number.to_string().ends_with(['O', 'I'])));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
            let _ = text.parse::<CaseNumber>();
        }
    }
}
