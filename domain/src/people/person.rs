//! A natural person as far as the district knows them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{CitizenId, Gender};
use crate::ids::{DivisionCode, PersonId};

/// A villager, a staff member's person, a relative, or somebody for whom a clerk applied. Whoever has just signed in for the
/// first time has nothing but an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: Option<String>,
    pub citizen_id: Option<CitizenId>,
    pub phone: Option<String>,
    pub ethnicity: Option<String>,
    /// The division of registration; none for somebody registered elsewhere.
    pub registered: Option<DivisionCode>,
    /// Where they live in the district.
    pub residence: Option<DivisionCode>,
    pub address: Option<String>,
    /// The household number (户号): who shares it is one household.
    pub household: Option<String>,
    /// The phone's name at WeChat; none for somebody who never signed in.
    pub openid: Option<String>,
    /// Counts the saves.
    pub version: i64,
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
            openid: None,
            version: 0,
        }
    }

    /// Whether enough is known to apply.
    pub fn is_complete(&self) -> bool {
        self.name.is_some() && self.citizen_id.is_some() && self.phone.is_some()
    }

    pub fn gender(&self) -> Option<Gender> {
        self.citizen_id.as_ref().map(CitizenId::gender)
    }

    pub fn birth_date(&self) -> Option<NaiveDate> {
        self.citizen_id.as_ref().map(CitizenId::birth_date)
    }
}

/// What a relative is to the person who recorded them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinship {
    Spouse,
    Parent,
    Child,
    Sibling,
    Grandparent,
    Grandchild,
    Other,
}
