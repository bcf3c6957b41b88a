//! Staff: accounts that name their person, and roles scoped to a station or a division.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalogue::Topic;
use crate::ids::{AccountId, DivisionCode, DivisionLevel, PersonId, StationCode};

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
    /// Keeps stations and calendar.
    SystemAdmin,
    /// Keeps the accounts of staff and their roles; never their own.
    SecurityAdmin,
    /// Reads the audit log.
    AuditAdmin,
}

impl Role {
    /// One of the three who run the system (三员). Each holds nothing but this role, so that none can do another's work.
    pub fn is_administrator(self) -> bool {
        match self {
            Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => true,
            Role::Clerk | Role::Approver | Role::Courier | Role::Supervisor => false,
        }
    }
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

    pub fn is_whole_district(&self) -> bool {
        matches!(self, Scope::Division(division) if division.level() == DivisionLevel::District)
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
    /// What they are trained for; empty for all topics. The queue offers them nothing else for a while; they may take more.
    pub topics: BTreeSet<Topic>,
}

/// Why somebody can't have these grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadGrants {
    #[error("more than {GRANTS_MAX} grants")]
    TooMany,
    #[error("who holds an administrator's role holds no other")]
    AdministratorAndMore,
    #[error("an administrator's role is for the whole district")]
    AdministratorOfAPart,
}

pub const GRANTS_MAX: usize = 40;

/// Whether a person may have all of these, over all of their accounts.
pub fn check_grants<'a>(grants: impl IntoIterator<Item = &'a Grant>) -> Result<(), BadGrants> {
    let grants: Vec<_> = grants.into_iter().collect();
    let of_administrators = || grants.iter().filter(|grant| grant.role.is_administrator());
    if grants.len() > GRANTS_MAX {
        return Err(BadGrants::TooMany);
    }
    if of_administrators().any(|own| grants.iter().any(|other| other.role != own.role)) {
        return Err(BadGrants::AdministratorAndMore);
    }
    if of_administrators().any(|grant| !grant.scope.is_whole_district()) { Err(BadGrants::AdministratorOfAPart) } else { Ok(()) }
}

impl Staff {
    pub fn has(&self, role: Role, station: &StationCode) -> bool {
        self.grants.iter().any(|grant| grant.role == role && grant.scope.covers(station))
    }

    /// Whether the role holds for the whole district.
    pub fn has_everywhere(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role && grant.scope.is_whole_district())
    }

    /// Where the role holds.
    pub fn scopes(&self, role: Role) -> Vec<Scope> {
        self.grants.iter().filter(|grant| grant.role == role).map(|grant| grant.scope.clone()).collect()
    }

    /// Whether `person` is the staff member, of their household, or a recorded relative.
    pub fn is_close_to(&self, person: PersonId) -> bool {
        person == self.person || self.ties.people.contains(&person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role, division: &str) -> Grant {
        Grant { role, scope: Scope::Division(division.parse().unwrap()) }
    }

    const DISTRICT: &str = "511499000000";
    const TOWN: &str = "511499101000";

    #[test]
    fn small_offices_give_one_person_several_roles() {
        assert_eq!(check_grants(&[grant(Role::Clerk, TOWN), grant(Role::Courier, TOWN), grant(Role::Supervisor, DISTRICT)]), Ok(()));
        assert_eq!(check_grants(&[]), Ok(()));
    }

    #[test]
    fn an_administrator_holds_no_other_role_and_holds_it_for_the_district() {
        for own in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
            assert_eq!(check_grants(&[grant(own, DISTRICT)]), Ok(()));
            assert_eq!(check_grants(&[grant(own, TOWN)]), Err(BadGrants::AdministratorOfAPart));
            for other in [Role::Clerk, Role::Supervisor, Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
                let both = [grant(own, DISTRICT), grant(other, DISTRICT)];
                assert_eq!(check_grants(&both).is_ok(), own == other, "{own:?} and {other:?}");
            }
        }
    }

    #[test]
    fn nobody_has_grants_without_end() {
        let many: Vec<_> = (0..=GRANTS_MAX).map(|n| grant(Role::Clerk, &format!("511499101{:03}", n + 200))).collect();
        assert_eq!(check_grants(&many), Err(BadGrants::TooMany));
    }
}
