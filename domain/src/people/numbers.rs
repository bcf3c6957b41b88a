//! Numbers that people and organisations carry. Sources: GB 11643 (citizen), GB 32100-2015 (credit code).

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCitizenId {
    #[error("a citizen ID number has 17 digits and a digit or X")]
    Form,
    #[error("the birth date in the number is no date")]
    BirthDate,
    #[error("the check character doesn't fit")]
    Check,
}

/// A citizen ID number (公民身份号码). The place code is the one of issue time: old ones are accepted.
/// `Debug` shows the last two characters alone, so that no log carries it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CitizenId(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    Male,
    Female,
}

impl CitizenId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn birth_date(&self) -> NaiveDate {
        birth_date(&self.0).unwrap_or_default()
    }

    pub fn gender(&self) -> Gender {
        match self.0.as_bytes().get(16).map(|digit| digit % 2) {
            Some(1) => Gender::Male,
            _ => Gender::Female,
        }
    }

    /// The first three and last two characters, for answers that need not show the whole.
    pub fn masked(&self) -> String {
        let head: String = self.0.chars().take(3).collect();
        let tail: String = self.0.chars().skip(16).collect();
        format!("{head}*************{tail}")
    }
}

impl FromStr for CitizenId {
    type Err = BadCitizenId;
    fn from_str(text: &str) -> Result<Self, BadCitizenId> {
        let text = text.to_ascii_uppercase();
        let (digits, check) = text.as_bytes().split_at_checked(17).ok_or(BadCitizenId::Form)?;
        if !digits.iter().all(u8::is_ascii_digit) || !matches!(check, [b'0'..=b'9' | b'X']) {
            return Err(BadCitizenId::Form);
        }
        birth_date(&text).ok_or(BadCitizenId::BirthDate)?;
        if check == [check_character(digits)] { Ok(Self(text)) } else { Err(BadCitizenId::Check) }
    }
}

fn birth_date(number: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(number.get(6..14)?, "%Y%m%d").ok()
}

fn check_character(digits: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    b"10X98765432".iter().copied().nth(usize::try_from(sum % 11).unwrap_or_default()).unwrap_or(b'X')
}

impl TryFrom<String> for CitizenId {
    type Error = BadCitizenId;
    fn try_from(text: String) -> Result<Self, BadCitizenId> {
        text.parse()
    }
}

impl From<CitizenId> for String {
    fn from(number: CitizenId) -> String {
        number.0
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CitizenId(..{})", self.0.get(16..).unwrap_or_default())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCreditCode {
    #[error("a credit code has 18 of 0-9 and A-Z without I, O, S, V, Z")]
    Form,
    #[error("the check character doesn't fit")]
    Check,
}

/// A unified social credit code (统一社会信用代码): public, not personal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl CreditCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CreditCode {
    type Err = BadCreditCode;
    fn from_str(text: &str) -> Result<Self, BadCreditCode> {
        let text = text.to_ascii_uppercase();
        let values: Option<Vec<usize>> = text.bytes().map(|b| CREDIT_ALPHABET.iter().position(|c| *c == b)).collect();
        let values = values.filter(|values| values.len() == 18).ok_or(BadCreditCode::Form)?;
        let (sum, _) = values.iter().take(17).fold((0, 1), |(sum, weight), value| (sum + value * weight, weight * 3 % 31));
        let check = (31 - sum % 31) % 31;
        if values.last() == Some(&check) { Ok(Self(text)) } else { Err(BadCreditCode::Check) }
    }
}

impl TryFrom<String> for CreditCode {
    type Error = BadCreditCode;
    fn try_from(text: String) -> Result<Self, BadCreditCode> {
        text.parse()
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> String {
        code.0
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_own_example_is_accepted_and_read() {
        let id: CitizenId = "11010519491231002x".parse().unwrap();
        assert_eq!((id.as_str(), id.gender()), ("11010519491231002X", Gender::Female));
        assert_eq!(id.birth_date(), NaiveDate::from_ymd_opt(1949, 12, 31).unwrap());
        assert_eq!(id.masked(), "110*************2X");
    }

    #[test]
    fn a_wrong_form_date_or_check_is_told_apart() {
        assert_eq!("1101051949123100".parse::<CitizenId>(), Err(BadCitizenId::Form));
        assert_eq!("11010519491331002X".parse::<CitizenId>(), Err(BadCitizenId::BirthDate));
        assert_eq!("110105194912310021".parse::<CitizenId>(), Err(BadCitizenId::Check));
        assert_eq!("１10105194912310021".parse::<CitizenId>(), Err(BadCitizenId::Form));
    }

    #[test]
    fn the_sample_credit_code_is_accepted_and_a_changed_one_refused() {
        assert!("91110000600037341L".parse::<CreditCode>().is_ok());
        assert_eq!("91110000600037341A".parse::<CreditCode>(), Err(BadCreditCode::Check));
        assert_eq!("9111000060003734IL".parse::<CreditCode>(), Err(BadCreditCode::Form));
    }

    #[test]
    fn debug_never_shows_a_citizen_id() {
        let id: CitizenId = "11010519491231002X".parse().unwrap();
        assert_eq!(format!("{id:?}"), "CitizenId(..2X)");
    }
}
