//! What is wrong with catalogue data, said so that an editor finds the place: the file, the item's code, the key, and why.

use std::fmt;

/// Why the value under a key is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("is not JSON: {0}")]
    NotJson(String),
    #[error("is missing")]
    Missing,
    #[error("is no key of the catalogue")]
    UnknownKey,
    #[error("has the wrong form: {0}")]
    Form(String),
    #[error("must be {0}: codes run without gaps")]
    Gap(String),
    #[error("must not be empty")]
    Empty,
    #[error("has more than {0} entries")]
    TooMany(usize),
    #[error("has fewer than {0} entries")]
    TooFew(usize),
    #[error("holds {0} twice")]
    Twice(String),
    #[error("is not Chinese")]
    NotChinese,
    #[error("is more than the statutory limit")]
    OverStatutoryLimit,
    #[error("must be 0 on an instant item, and only there")]
    InstantMeansNoDays,
    #[error("must be 0 or 1")]
    NotATrip,
    #[error("offers express, but there is nothing to carry")]
    NothingToCarry,
    #[error("is no snake_case key")]
    NotAKey,
    #[error("must not be required: only the station can fill it")]
    StationFieldRequired,
    #[error("must be given for a select field, and only there")]
    OptionsOfSelectAlone,
    #[error("has no place on an instant item")]
    PublicityOnInstant,
    #[error("must be that of its town service {0}")]
    PublicityUnlikeTownService(String),
    #[error("only paper can be carried")]
    OnlyPaperIsCarried,
    #[error("names {0}, which isn't a town service of the catalogue")]
    NoSuchTownService(String),
    #[error("names {0}, which isn't in the catalogue")]
    NoSuchItem(String),
    #[error("goes round in a circle")]
    Circle,
    #[error("a village station submits to a town, a district or a city")]
    ForwardsNowhere,
    #[error("must be village_committee")]
    OtherIssuer,
    #[error("names {{{0}}}, which is neither a profile key nor a field")]
    NoSuchPlaceholder(String),
    #[error("has no placeholder")]
    NoPlaceholder,
}

/// A fault of one item's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFault {
    /// The key's path: `fields[2].options`.
    pub key: String,
    pub why: Why,
}

impl KeyFault {
    pub fn new(key: impl Into<String>, why: Why) -> Self {
        Self { key: key.into(), why }
    }
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.why)
    }
}

/// A document that is no item of the catalogue, with all its faults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a catalogue item: {}", each_on_a_line(faults))]
pub struct BadItem {
    pub faults: Vec<KeyFault>,
}

/// A fault of a catalogue file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub file: &'static str,
    /// The item's code, or a prohibited certificate's name; `#3` for the third entry where that can't be read, `-` for the file.
    pub item: String,
    pub key: String,
    pub why: Why,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {} {}", self.file, self.item, self.key, self.why)
    }
}

/// Catalogue files that are refused whole, with all their faults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue is refused: {}", each_on_a_line(faults))]
pub struct BadCatalogue {
    pub faults: Vec<Fault>,
}

fn each_on_a_line(faults: &[impl fmt::Display]) -> String {
    faults.iter().map(|fault| format!("\n  {fault}")).collect()
}
