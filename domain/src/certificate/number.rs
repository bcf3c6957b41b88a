//! Certificate numbers (证明编号), e.g. `511499101203-C001-2026-00007-Z`: the issuing division, the item, the year of issue,
//! the serial of that item in that division and year, and a check character over the rest.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::check_character;
use crate::ids::{DivisionCode, ItemCode};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCertificateNumber {
    #[error("a certificate number has a division, an item, a year, a serial and a check character, with hyphens between")]
    Form,
    #[error("the check character of the certificate number doesn't fit")]
    Check,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateNumber {
    division: DivisionCode,
    item: ItemCode,
    year: u16,
    serial: u32,
}

impl CertificateNumber {
    /// `serial` counts from 1 within the division, the item and the year.
    pub fn new(division: DivisionCode, item: ItemCode, year: u16, serial: u32) -> Self {
        Self { division, item, year, serial }
    }

    pub fn division(&self) -> &DivisionCode {
        &self.division
    }

    pub fn item(&self) -> &ItemCode {
        &self.item
    }

    pub fn year(&self) -> u16 {
        self.year
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
        format!("{}-{}-{:04}-{:05}", self.division, self.item, self.year, self.serial)
    }
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.unchecked_text();
        write!(f, "{text}-{}", check_character::of(&text).unwrap_or_default())
    }
}

impl FromStr for CertificateNumber {
    type Err = BadCertificateNumber;
    /// Small letters and spaces around the number are forgiven: it is typed by hand.
    fn from_str(text: &str) -> Result<Self, BadCertificateNumber> {
        let text = text.trim().to_ascii_uppercase();
        let number = parse_parts(&text).ok_or(BadCertificateNumber::Form)?;
        let check = text.strip_prefix(&number.unchecked_text()).and_then(|rest| rest.strip_prefix('-'));
        if check.is_none_or(|check| check.chars().count() != 1) {
            return Err(BadCertificateNumber::Form);
        }
        if check_character::fits(&text) { Ok(number) } else { Err(BadCertificateNumber::Check) }
    }
}

fn parse_parts(text: &str) -> Option<CertificateNumber> {
    let [division, item, year, serial, _check] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
    Some(CertificateNumber {
        division: division.parse().ok()?,
        item: item.parse().ok()?,
        year: year.parse().ok()?,
        serial: serial.parse().ok()?,
    })
}

impl TryFrom<String> for CertificateNumber {
    type Error = BadCertificateNumber;
    fn try_from(text: String) -> Result<Self, BadCertificateNumber> {
        text.parse()
    }
}

impl From<CertificateNumber> for String {
    fn from(number: CertificateNumber) -> String {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(serial: u32) -> CertificateNumber {
        CertificateNumber::new("511499101203".parse().unwrap(), "C001".parse().unwrap(), 2026, serial)
    }

    #[test]
    fn a_number_reads_as_division_item_year_serial_and_check() {
        assert!(number(7).to_string().starts_with("511499101203-C001-2026-00007-"));
        assert_eq!(number(7).to_string().to_lowercase().parse(), Ok(number(7)));
    }

    #[test]
    fn a_wrong_form_or_check_is_told_apart() {
        let text = number(7).to_string();
        let parse = |text: String| text.parse::<CertificateNumber>();
        assert_eq!(parse(text.replace("-00007-", "-7-")), Err(BadCertificateNumber::Form));
        assert_eq!(parse(text.replace("-C001-", "-X001-")), Err(BadCertificateNumber::Form));
        assert_eq!(parse(format!("{text}0")), Err(BadCertificateNumber::Form));
        assert_eq!(parse(text.replace("-00007-", "-00008-")), Err(BadCertificateNumber::Check));
        assert_eq!(parse(text.replace("-C001-", "-C002-")), Err(BadCertificateNumber::Check));
    }

    proptest! {
        #[test]
        fn every_number_is_read_back_as_it_was_written(
            division in "[0-9]{12}", item in "[TVC][0-9]{3}", year in any::<u16>(), serial in any::<u32>()
        ) {
            let number = CertificateNumber::new(division.parse().unwrap(), item.parse().unwrap(), year, serial);
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }

        #[test]
        fn of_five_serials_in_a_row_one_reads_well_and_ends_with_no_letter_like_a_digit(first in 1u32..1_000_000) {
            let reading_well: Vec<_> = (first..first + 5).map(number).filter(CertificateNumber::reads_well).collect();
            prop_assert!(!reading_well.is_empty());
            prop_assert!(reading_well.iter().all(|number| !number.to_string().ends_with(['O', 'I'])));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,50}") {
            let _ = text.parse::<CertificateNumber>();
        }
    }
}
