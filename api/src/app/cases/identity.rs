//! How sure it has to be who hands a matter in, and whom it is for, where nobody of the staff sees them. At a counter the clerk sees to that.

use domain::case::Subject;
use domain::catalogue::Item;
use domain::ids::PersonId;
use domain::mandate::{Mandate, Witnessing};
use domain::people::{Identity, IdentityLevel, identity_needed};
use domain::routing::HandIn;
use infra::store::{StoreError, Tx};

use super::order::Submitter;
use super::submit::SubmitError;
use crate::app::Grounds;

/// The other person whose own identity is to be checked, where somebody hands in for them. Who hands in is checked themself for their own
/// matters, and as a guardian, for who can't.
pub(super) fn whose_identity(subject: &Subject, mandate: Option<&Mandate>) -> Option<PersonId> {
    match mandate.map(|mandate| mandate.witnessing) {
        None | Some(Witnessing::Guardian { .. }) => None,
        Some(Witnessing::InApp | Witnessing::Told | Witnessing::OnPaper { .. } | Witnessing::Notarised { .. }) => subject.person(),
    }
}

/// Whoever hands `matters` in from their phone is as sure to be who they say as each item asks; of an item that wants an identity check,
/// whom it is for (`other`) is.
pub(super) async fn identified<'i>(
    tx: &Tx,
    grounds: &Grounds,
    (by, other): (&Submitter, Option<PersonId>),
    matters: impl Iterator<Item = (&'i Item, HandIn)>,
) -> Result<(), SubmitError> {
    let Submitter::Villager(person) = by else { return Ok(()) };
    let (own, other) = (identity_of(tx, *person).await?, other.filter(|other| other != person));
    let checked = match other {
        Some(other) => identity_of(tx, other).await?,
        None => own,
    };
    let reaches = |identity: &Identity, level| identity.reaches(level, grounds.identity_days, grounds.now);
    for (item, hand_in) in matters {
        let level = identity_needed(item.in_person, hand_in);
        let own_level = if other.is_some() { level.min(IdentityLevel::Phone) } else { level };
        if !reaches(&own, own_level) {
            return Err(SubmitError::LevelTooLow(item.code.clone(), own_level));
        }
        if level > IdentityLevel::Phone && !reaches(&checked, level) {
            return Err(SubmitError::OtherUnproven(item.code.clone()));
        }
    }
    Ok(())
}

async fn identity_of(tx: &Tx, person: PersonId) -> Result<Identity, StoreError> {
    Ok(tx.person(person).await?.map(|person| person.identity).unwrap_or_default())
}
