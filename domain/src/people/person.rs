//! A natural person as the system knows them, and what people are to each other.
//! Invariant: `Debug` shows no personal data, so that no log carries it. Source: the numbering plan of China (phones),
//! 民法典 1045 (relatives).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{DivisionCode, PersonId};
use crate::people::{CitizenId, Identity};

/// A villager, a staff member, or both. What they haven't told is none.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: Option<String>,
    pub citizen_id: Option<CitizenId>,
    pub phone: Option<Phone>,
    pub ethnicity: Option<String>,
    /// Where their household is registered (户籍地).
    pub registered: Option<DivisionCode>,
    /// Where they live (常住地).
    pub residence: Option<DivisionCode>,
    pub address: Option<String>,
    pub household: Option<HouseholdNumber>,
    /// How sure it is that they are who they say.
    pub identity: Identity,
    /// Made for a demo: nobody real.
    pub demo: bool,
    /// From 1 up; a save names the one that it read.
    pub version: u64,
}

impl Person {
    /// Somebody of whom nothing is known yet.
    pub fn unknown(id: PersonId) -> Self {
        Self {
            id,
            name: None,
            citizen_id: None,
            phone: None,
            ethnicity: None,
            registered: None,
            residence: None,
            address: None,
            household: None,
            identity: Identity::default(),
            demo: false,
            version: 1,
        }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a phone number is a mobile one of 11 digits, or a landline with its area code")]
pub struct BadPhone;

/// A mainland phone number in its one spelling: `13812345678` or `028-86543210`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it can get a text message.
    pub fn is_mobile(&self) -> bool {
        self.0.starts_with('1')
    }

    /// The first three and the last four digits.
    pub fn masked(&self) -> String {
        let length = self.0.chars().count();
        let hidden = |at| (3..length.saturating_sub(4)).contains(&at);
        self.0.chars().enumerate().map(|(at, character)| if hidden(at) { '*' } else { character }).collect()
    }
}

impl FromStr for Phone {
    type Err = BadPhone;
    /// Spaces and hyphens are forgiven, and so is the country's +86.
    fn from_str(text: &str) -> Result<Self, BadPhone> {
        let text: String = text.chars().filter(|character| !matches!(character, ' ' | '-')).collect();
        let digits = text.strip_prefix("+86").unwrap_or(&text);
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadPhone);
        }
        match digits.as_bytes() {
            [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 => Ok(Self(digits.to_owned())),
            [b'0', b'1' | b'2', ..] => landline(digits, 3),
            [b'0', b'3'..=b'9', ..] => landline(digits, 4),
            _ => Err(BadPhone),
        }
    }
}

fn landline(digits: &str, area_digits: usize) -> Result<Phone, BadPhone> {
    let (area, number) = digits.split_at_checked(area_digits).ok_or(BadPhone)?;
    let valid = matches!(number.as_bytes(), [b'2'..=b'9', rest @ ..] if matches!(rest.len(), 6 | 7));
    if valid { Ok(Phone(format!("{area}-{number}"))) } else { Err(BadPhone) }
}

impl TryFrom<String> for Phone {
    type Error = BadPhone;
    fn try_from(text: String) -> Result<Self, BadPhone> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> String {
        phone.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a household number has 1 to 20 digits and letters")]
pub struct BadHouseholdNumber;

/// The number of a household's register (户号): who shares it lives in one household.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HouseholdNumber(String);

impl HouseholdNumber {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HouseholdNumber {
    type Err = BadHouseholdNumber;
    fn from_str(text: &str) -> Result<Self, BadHouseholdNumber> {
        let valid = (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if valid { Ok(Self(text.to_ascii_uppercase())) } else { Err(BadHouseholdNumber) }
    }
}

impl TryFrom<String> for HouseholdNumber {
    type Error = BadHouseholdNumber;
    fn try_from(text: String) -> Result<Self, BadHouseholdNumber> {
        text.parse()
    }
}

impl From<HouseholdNumber> for String {
    fn from(number: HouseholdNumber) -> String {
        number.0
    }
}

impl fmt::Debug for HouseholdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HouseholdNumber(..)")
    }
}

/// What somebody is to the person who names them: a near relative, or one by marriage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinship {
    Spouse,
    Parent,
    Child,
    Sibling,
    Grandparent,
    Grandchild,
    ParentInLaw,
    ChildInLaw,
    SiblingInLaw,
    /// Near by upbringing, support or guardianship.
    Other,
}

/// Somebody's recorded relative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relative {
    pub person: PersonId,
    pub kinship: Kinship,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(text: &str) -> Result<String, BadPhone> {
        text.parse::<Phone>().map(String::from)
    }

    #[test]
    fn a_phone_number_has_one_spelling_however_it_is_typed() {
        for typed in ["13812345678", "+86 138-1234-5678", "138 1234 5678"] {
            assert_eq!(phone(typed).as_deref(), Ok("13812345678"), "{typed}");
        }
        for typed in ["02886543210", "028-86543210", "+8602886543210"] {
            assert_eq!(phone(typed).as_deref(), Ok("028-86543210"), "{typed}");
        }
        assert_eq!(phone("0833 2123456").as_deref(), Ok("0833-2123456"));
    }

    #[test]
    fn what_nobody_can_call_is_refused() {
        for typed in ["", "12812345678", "1381234567", "138123456789", "86543210", "028-1654321", "0833-12", "００２", "+1 2025550100"] {
            assert_eq!(phone(typed), Err(BadPhone), "{typed}");
        }
    }

    #[test]
    fn a_masked_phone_keeps_three_and_four_digits() {
        assert_eq!("13812345678".parse::<Phone>().unwrap().masked(), "138****5678");
        assert!("13812345678".parse::<Phone>().unwrap().is_mobile());
        assert!(!"028-86543210".parse::<Phone>().unwrap().is_mobile());
    }

    #[test]
    fn debug_shows_nothing_of_a_person_but_their_id() {
        let person = Person {
            name: Some("王芳".into()),
            phone: "13812345678".parse().ok(),
            household: "511499000123".parse().ok(),
            citizen_id: "11010519491231002X".parse().ok(),
            address: Some("永碾社区3组".into()),
            ..Person::unknown(PersonId::new(uuid::Uuid::nil()))
        };
        let shown = format!("{person:?} {:?} {:?}", person.phone, person.household);
        for secret in ["王芳", "138", "5114", "1101", "永碾"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
