//! Proving who one is at a station: the villager's phone shows a code, the clerk sees their identity document and types both.
//!
//! Whoever is known here by that number already, from the counter or through another phone, is the same person: the ways in of the phone in the
//! villager's hand lead to that record from now on. Ways in that nobody ever proved are shut by it: who merely typed the number of another
//! has it no more.

use chrono::Duration;
use domain::audit::{Deed, Entry, Office, On, Thing, Who};
use domain::ids::{PersonId, StationCode};
use domain::people::{CitizenId, IdentityLevel, Person, Proof, ProofKind, Role, Staff};
use domain::policy::{Act, Actor, Object, may};
use domain::session::End;
use domain::time::Timestamp;
use infra::shared::TooOften;
use infra::store::{SessionsOf, StoreError, Tx};
use secrecy::{ExposeSecret, SecretString};

use crate::app::{App, Grounds};

/// What a clerk has before them.
pub struct IdentityCheck {
    pub station: StationCode,
    /// From the villager's phone.
    pub code: SecretString,
    /// From the document.
    pub name: String,
    pub citizen_id: CitizenId,
}

#[derive(Debug, thiserror::Error)]
pub enum CheckIdentityError {
    #[error("only a clerk of the station checks anybody there")]
    OtherStation,
    #[error("nobody shows this code, or its time is over")]
    NoSuchCode,
    #[error("nobody checks themself or who is close to them")]
    TooClose,
    #[error("who proved who they are gets another phone from an approver alone")]
    ApproverNeeded,
    #[error("the number is known under another name")]
    NameDiffers,
    #[error("the phone is one of somebody with another number")]
    NumberDiffers,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for CheckIdentityError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Eight digits: read out over a counter, and far too many to guess at the rate that a clerk is let try.
const CODES: u32 = 100_000_000;
const MADE_AT_MOST: usize = 3;

impl App {
    /// A code that a villager shows to a clerk, and until when.
    pub async fn identity_code(&self, person: PersonId, now: Timestamp) -> Result<(SecretString, Timestamp), StoreError> {
        let ends_at = now + Duration::minutes(i64::from(self.settings.identity.code_minutes));
        for _another_has_it in 1..MADE_AT_MOST {
            match self.set_identity_code(person, ends_at).await {
                Err(StoreError::Taken) => {}
                made => return made.map(|code| (code, ends_at)),
            }
        }
        self.set_identity_code(person, ends_at).await.map(|code| (code, ends_at))
    }

    async fn set_identity_code(&self, person: PersonId, ends_at: Timestamp) -> Result<SecretString, StoreError> {
        let code = format!("{:08}", rand::random_range(0..CODES));
        let set = code.clone();
        let unit = self.store.write(self.district(), move |tx| Box::pin(async move { tx.set_identity_code(person, &set, ends_at).await }));
        unit.await.map(|()| code.into())
    }

    /// Counts a clerk's try at a code.
    pub async fn count_identity_check(&self, by: &Staff) -> Result<(), TooOften> {
        let key = format!("rate.identity_checks.{}", by.account);
        self.shared.take(&key, self.settings.rates.identity_checks.rate(), self.clock.now()).await
    }
}

/// Notes that the document before the clerk is that of whoever shows the code; the person as they are now.
pub async fn check_identity(tx: &Tx, grounds: &Grounds, by: &Staff, check: IdentityCheck) -> Result<Person, CheckIdentityError> {
    may(Actor::Staff(by), Act::CheckIdentity, &Object::Station(&check.station)).map_err(|_| CheckIdentityError::OtherStation)?;
    let shown = tx.take_identity_code(check.code.expose_secret(), grounds.now).await?.ok_or(CheckIdentityError::NoSuchCode)?;
    if !tx.begins_to_close(shown).await? {
        return Err(CheckIdentityError::NoSuchCode);
    }
    let person = tx.person(shown).await?.ok_or(CheckIdentityError::NoSuchCode)?;
    if person.citizen_id.as_ref().is_some_and(|known| *known != check.citizen_id) {
        return Err(CheckIdentityError::NumberDiffers);
    }
    let proven = match tx.person_by_citizen_id(&check.citizen_id).await? {
        Some(known) => {
            let known = named(tx, known, &check.name).await?;
            if known.id == shown { known } else { hand_over(tx, (by, &check.station), &person, known, grounds.now).await? }
        }
        None => tx.save_person(Person { name: Some(check.name), citizen_id: Some(check.citizen_id), ..person }).await?,
    };
    if by.person == proven.id || tx.ties(proven.id).await?.people.contains(&by.person) {
        return Err(CheckIdentityError::TooClose);
    }
    tx.set_proof(proven.id, Proof { kind: ProofKind::Document, at: grounds.now }).await?;
    log(tx, (by, check.station), proven.id, grounds.now).await?;
    tx.person(proven.id).await?.ok_or_else(|| StoreError::corrupt("persons", "is gone").into())
}

/// Who is known by the number, under the name that the document has. A name that its owner typed, and never proved, gives way to it; what
/// was entered at a counter, or proved, is put right by a correction alone.
async fn named(tx: &Tx, known: Person, name: &str) -> Result<Person, CheckIdentityError> {
    if known.name.as_deref().is_none_or(|known| known == name) {
        return Ok(known);
    }
    let typed = known.identity.phone_proven || tx.openid_of(known.id).await?.is_some();
    if known.identity.proof.is_some() || !typed {
        return Err(CheckIdentityError::NameDiffers);
    }
    Ok(tx.save_person(Person { name: Some(name.to_owned()), ..known }).await?)
}

/// The phone's ways in lead to the record that the number has; all of its sessions, and those of the phone, begin anew. Where its owner has
/// proved themself before, an approver sees to it.
async fn hand_over(
    tx: &Tx,
    (by, station): (&Staff, &StationCode),
    phones: &Person,
    known: Person,
    now: Timestamp,
) -> Result<Person, CheckIdentityError> {
    if !tx.begins_to_close(known.id).await? {
        return Err(StoreError::Stale.into());
    }
    let proved_before = known.identity.level() >= IdentityLevel::Face;
    if proved_before && !by.has(Role::Approver, station) {
        return Err(CheckIdentityError::ApproverNeeded);
    }
    if !proved_before {
        tx.shut_ways_in(known.id).await?;
    }
    tx.move_ways_in(phones.id, known.id).await?;
    for person in [phones.id, known.id] {
        tx.end_sessions(SessionsOf::Villager(person), End::OtherWayIn, now).await?;
    }
    Ok(known)
}

async fn log(tx: &Tx, (by, station): (&Staff, StationCode), person: PersonId, now: Timestamp) -> Result<(), StoreError> {
    let role = if by.has(Role::Clerk, &station) { Role::Clerk } else { Role::Approver };
    let who = Who::staff(by, Some(Office { role, station }));
    tx.audit(&Entry::done(now, who, Deed::IdentityProven, On::person(Thing::Person, person))).await
}
