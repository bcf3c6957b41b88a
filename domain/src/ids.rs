//! Every id and code is its own type: parsed once at the edge, proof of its form ever after.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not the code it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {kind}")]
pub struct BadCode {
    pub kind: &'static str,
    pub text: String,
}

impl BadCode {
    pub fn new(kind: &'static str, text: &str) -> Self {
        Self { kind, text: text.chars().take(40).collect() }
    }
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = BadCode;
            fn from_str(text: &str) -> Result<Self, BadCode> {
                text.parse().map(Self).map_err(|_| BadCode::new(stringify!($name), text))
            }
        }
    )*};
}

typed_id! {
    /// A natural person: villager, staff member or both.
    PersonId,
    /// A staff account; it names its person.
    AccountId,
    CaseId,
    BundleId,
    WorkItemId,
    /// A free text that stays outside the events.
    NoteId,
    /// A photo or PDF handed in.
    UploadId,
    /// A paper that the system printed: notice, certificate or result.
    DocumentId,
    DeliveryId,
    MessageId,
    /// That a clerk is to call or visit somebody.
    ErrandId,
    /// That one person may act for another.
    MandateId,
    /// That a person agreed to a use of their sensitive data.
    ConsentId,
    /// That who somebody is was put right.
    CorrectionId,
    /// That a clock runs out, or that somebody called the supervisor.
    AlertId,
    /// What somebody asked about their own data at a counter.
    RequestId,
    /// What follows a bad review. Random, since the time in another id would tell whom it is about when the review came.
    RectificationId,
    /// What the person was answered when a rectification was closed.
    ReplyId,
    /// What looks like reviews that were made up.
    FarmingId,
    /// A number in the row of a hall.
    TicketId,
    /// A booked slot.
    AppointmentId,
    /// A clerk's sitting at a window.
    WindowId,
    /// That somebody is signed in.
    SessionId,
}

macro_rules! typed_code {
    ($($(#[$doc:meta])* $name:ident if $valid:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadCode;
            fn from_str(text: &str) -> Result<Self, BadCode> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.to_owned())) } else { Err(BadCode::new(stringify!($name), text)) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadCode;
            fn try_from(text: String) -> Result<Self, BadCode> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

/// A code of a fixed number of ASCII characters, held where it stands: a map of a country has a million of them.
macro_rules! fixed_code {
    ($($(#[$doc:meta])* $name:ident, $len:literal if $valid:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $len]);

        impl $name {
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl FromStr for $name {
            type Err = BadCode;
            fn from_str(text: &str) -> Result<Self, BadCode> {
                let valid: fn(&str) -> bool = $valid;
                let bytes = text.as_bytes().try_into().ok().filter(|_| valid(text));
                bytes.map(Self).ok_or_else(|| BadCode::new(stringify!($name), text))
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadCode;
            fn try_from(text: String) -> Result<Self, BadCode> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.as_str().to_owned()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.as_str()).finish()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}

fixed_code! {
    /// Six digits of GB/T 2260: the district, first column of every key.
    DistrictCode, 6 if |text| is_digits(text, 6);
    /// Twelve digits: county (6), town (3), village (3).
    DivisionCode, 12 if |text| is_digits(text, 12);
    /// A division's code and a suffix: `-01` its own station, `-11` and up its points.
    StationCode, 15 if |text| matches!(text.split_once('-'), Some((division, n)) if is_digits(division, 12) && is_digits(n, 2));
    /// `T001`, `V001`, `C001`.
    ItemCode, 4 if |text| matches!(text.as_bytes(), [b'T' | b'V' | b'C', digits @ ..] if digits.len() == 3 && digits.iter().all(u8::is_ascii_digit));
}

typed_code! {
    /// What the OpenAPI document calls an operation.
    OperationId if |text| is_word(text);
    /// The stable code of a problem document.
    ProblemCode if |text| is_word(text);
}

/// Letters, digits and underscores: a name that says nothing about anybody.
fn is_word(text: &str) -> bool {
    const LEN_MAX: usize = 64;
    (1..=LEN_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_digits(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| b.is_ascii_digit())
}

/// How deep a division lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivisionLevel {
    Village,
    Town,
    District,
}

impl DivisionCode {
    pub fn level(&self) -> DivisionLevel {
        match &self.0 {
            [_, _, _, _, _, _, b'0', b'0', b'0', b'0', b'0', b'0'] => DivisionLevel::District,
            [.., b'0', b'0', b'0'] => DivisionLevel::Town,
            [..] => DivisionLevel::Village,
        }
    }

    pub fn district(&self) -> DistrictCode {
        let [a, b, c, d, e, f, ..] = self.0;
        DistrictCode([a, b, c, d, e, f])
    }

    /// The town that the division is, or lies in; none for a district.
    pub fn town(&self) -> Option<DivisionCode> {
        let [a, b, c, d, e, f, g, h, i, ..] = self.0;
        (self.level() != DivisionLevel::District).then_some(DivisionCode([a, b, c, d, e, f, g, h, i, b'0', b'0', b'0']))
    }

    /// Whether it is a residents' community (社区, 001 to 199) rather than a villagers' village (200 and up).
    pub fn is_residents_community(&self) -> bool {
        self.level() == DivisionLevel::Village && self.0.get(9).is_some_and(|digit| *digit < b'2')
    }

    /// The division of its district as a whole.
    pub fn root(&self) -> DivisionCode {
        self.district().division()
    }

    /// Whether `other` is this division or lies in it.
    pub fn contains(&self, other: &DivisionCode) -> bool {
        let significant = match self.level() {
            DivisionLevel::District => 6,
            DivisionLevel::Town => 9,
            DivisionLevel::Village => 12,
        };
        self.0.iter().take(significant).eq(other.0.iter().take(significant))
    }
}

impl DistrictCode {
    pub fn division(&self) -> DivisionCode {
        let [a, b, c, d, e, f] = self.0;
        DivisionCode([a, b, c, d, e, f, b'0', b'0', b'0', b'0', b'0', b'0'])
    }
}

impl StationCode {
    pub fn division(&self) -> DivisionCode {
        let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = self.0;
        DivisionCode([a, b, c, d, e, f, g, h, i, j, k, l])
    }

    pub fn district(&self) -> DistrictCode {
        self.division().district()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_division_knows_its_level_its_town_and_what_lies_in_it() {
        let village: DivisionCode = "511499101203".parse().unwrap();
        let town = village.town().unwrap();
        assert_eq!(
            (village.level(), town.level(), village.root().level()),
            (DivisionLevel::Village, DivisionLevel::Town, DivisionLevel::District)
        );
        assert_eq!(town.as_str(), "511499101000");
        assert!(town.contains(&village) && village.root().contains(&town) && !village.contains(&town));
        assert_eq!(village.root().town(), None);
    }

    #[test]
    fn a_code_of_the_wrong_form_is_refused() {
        assert!("51149910120".parse::<DivisionCode>().is_err());
        assert!("511499101203-1".parse::<StationCode>().is_err());
        assert!("X001".parse::<ItemCode>().is_err());
        assert!("T01".parse::<ItemCode>().is_err());
    }
}
