//! May this actor do this to that? One answer, from one table (`table`), deny by default.
//!
//! The edge asks twice: [`admits`] before it looks at what was sent, since what a role may never do needs no thing to look at;
//! [`may`] with the thing itself once it is loaded. The rules about cases are those of [`crate::case`] (who takes a step, who
//! reads, who is too close to the person); the table says at which act they hold.
//! Errors: a `Denied` says why. Where a thing is another's, the edge answers as if it weren't there.
//! Source: design page, "Who" and "People and privacy"; issue of mandates, permissions, privacy, audit.

mod act;
mod carriage;
mod object;
mod standing;
mod table;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use crate::case::{Bar, Case, Sight, may_read};
use crate::ids::PersonId;
use crate::people::Staff;

pub use act::Act;
pub use carriage::party;
pub use object::*;
pub use table::*;

/// Somebody who wants to do something.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// Not signed in.
    Anyone,
    /// A villager, on a day: what they may do for another ends with one.
    Villager(PersonId, NaiveDate),
    Staff(&'a Staff),
}

impl Actor<'_> {
    /// The person behind it, whatever they are signed in as.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Actor::Anyone => None,
            Actor::Villager(person, _) => Some(*person),
            Actor::Staff(staff) => Some(staff.person),
        }
    }
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("one has to sign in for this")]
    NotSignedIn,
    #[error("this is for staff")]
    StaffOnly,
    #[error("this is for villagers themselves")]
    VillagersOnly,
    #[error("none of one's roles does this")]
    RoleMissing,
    #[error("the first password has to be changed before anything else")]
    FirstPassword,
    #[error("a second factor has to be set up before anything else")]
    NoSecondFactor,
    #[error("one's role doesn't hold there")]
    OutOfScope,
    #[error("it is another's")]
    NotYours,
    #[error("nobody changes their own account")]
    OwnAccount,
    #[error(transparent)]
    Barred(Bar),
}

/// Whether the actor may do the act to something: what their kind and roles say, before there is a thing to look at.
pub fn admits(actor: Actor<'_>, act: Act) -> Result<(), Denied> {
    leaves(actor, act).map(|_some| ())
}

/// Whether the actor may do this to that.
pub fn may(actor: Actor<'_>, act: Act, object: &Object<'_>) -> Result<(), Denied> {
    let mut why = Denied::NotYours;
    for leave in leaves(actor, act)? {
        match standing::holds(actor, *leave, object) {
            Ok(()) => return Ok(()),
            Err(denied) => why = denied,
        }
    }
    Err(why)
}

/// Whether staff who still have the password that they were given may do the act.
pub fn admits_first_password(act: Act) -> Result<(), Denied> {
    if matches!(act, Act::ChangePassword | Act::SignOut | Act::SignOutEverywhere) { Ok(()) } else { Err(Denied::FirstPassword) }
}

/// Whether staff who have no second factor yet may do the act.
pub fn admits_without_second_factor(act: Act) -> Result<(), Denied> {
    let setting_up = matches!(act, Act::BeginSecondFactor | Act::ConfirmSecondFactor);
    if setting_up || admits_first_password(act).is_ok() { Ok(()) } else { Err(Denied::NoSecondFactor) }
}

/// How much of a case the actor sees. Who watches sees figures before faces.
pub fn sight(actor: Actor<'_>, case: &Case) -> Sight {
    match actor {
        Actor::Staff(staff) => may_read(staff, case).unwrap_or(Sight::Figures),
        Actor::Villager(person, today) if case.is_of(person, today) => Sight::Whole,
        Actor::Villager(..) | Actor::Anyone => Sight::Figures,
    }
}

/// Those leaves of the act's row that speak of the actor, at least one.
fn leaves(actor: Actor<'_>, act: Act) -> Result<Vec<&'static Leave>, Denied> {
    let Some(row) = row_of(act) else { return Err(Denied::RoleMissing) };
    let speaking: Vec<_> = row.to.iter().filter(|leave| speaks_of(leave.who, actor)).collect();
    if speaking.is_empty() { Err(why_none(row, actor)) } else { Ok(speaking) }
}

fn speaks_of(who: Who, actor: Actor<'_>) -> bool {
    match (who, actor) {
        (Who::Anyone, _) | (Who::Villager, Actor::Villager(..)) | (Who::AnyStaff, Actor::Staff(_)) => true,
        (Who::Staff(role), Actor::Staff(staff)) => staff.grants.iter().any(|grant| grant.role == role),
        (Who::Villager | Who::AnyStaff | Who::Staff(_), _) => false,
    }
}

fn why_none(row: &Row, actor: Actor<'_>) -> Denied {
    let for_staff = row.to.iter().any(|leave| matches!(leave.who, Who::AnyStaff | Who::Staff(_)));
    match (actor, for_staff) {
        (Actor::Anyone, _) => Denied::NotSignedIn,
        (Actor::Villager(..), _) => Denied::StaffOnly,
        (Actor::Staff(_), true) => Denied::RoleMissing,
        (Actor::Staff(_), false) => Denied::VillagersOnly,
    }
}
