//! Staff: accounts that name their person, and roles scoped to a station or a division.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, DivisionCode, PersonId, StationCode};

/// What a staff member may do; a villager needs no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Accepts, inspects, publicises, reviews, forwards, produces and hands over.
    Clerk,
    /// Decides: a village head or deputy, or whoever signs at a town or the district.
    Approver,
    Courier,
    /// Watches clocks and edits the stations of a division.
    Supervisor,
    Admin,
}

/// Where a role holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Station(StationCode),
    /// The division and every one in it.
    Division(DivisionCode),
}

impl Scope {
    pub fn covers(&self, station: &StationCode) -> bool {
        match self {
            Scope::Station(own) => own == station,
            Scope::Division(division) => division.contains(&station.division()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub role: Role,
    pub scope: Scope,
}

/// Who somebody is to others: what a conflict of interest is judged by. The person themself counts as own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ties {
    /// The person, their household and their recorded relatives.
    pub people: BTreeSet<PersonId>,
}

/// A staff member as far as decisions need them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub account: AccountId,
    pub person: PersonId,
    pub grants: Vec<Grant>,
    pub ties: Ties,
}

impl Staff {
    pub fn has(&self, role: Role, station: &StationCode) -> bool {
        self.grants.iter().any(|grant| grant.role == role && grant.scope.covers(station))
    }

    /// Whether `person` is the staff member, of their household, or a recorded relative.
    pub fn is_close_to(&self, person: PersonId) -> bool {
        person == self.person || self.ties.people.contains(&person)
    }
}
