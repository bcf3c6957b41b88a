//! Face checks from afar, through the provider that the district has a contract with. The name and number of the profile are checked;
//! whoever changes them meanwhile has proved nothing.

use chrono::Duration;
use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::ids::PersonId;
use domain::people::{FaceState, IdentityLevel, Person, Proof, ProofKind};
use domain::time::Timestamp;
use infra::face::{FaceError, Whom};
use infra::shared::TooOften;
use infra::store::{FaceCheck, StoreError, Tx, View};
use uuid::Uuid;

use crate::app::App;

/// A pass counts where it is asked for so soon: it says that the person was there.
const COUNTS: Duration = Duration::hours(1);
/// A check that waits so long still is gone on with where the person begins anew.
const GOES_ON: Duration = Duration::minutes(10);

#[derive(Debug, thiserror::Error)]
pub enum FaceCheckError {
    #[error("no provider of face checks is set up")]
    NoProvider,
    #[error("the profile lacks a name or a citizen ID number")]
    ProfileIncomplete,
    #[error("too many checks were begun")]
    TooOften(#[source] TooOften),
    #[error("no such check, or none of theirs")]
    NotFound,
    #[error(transparent)]
    Provider(#[from] FaceError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Begins a check, or goes on with the one that waits; with the address at which the person shows their face.
    pub async fn begin_face_check(&self, person: PersonId, now: Timestamp) -> Result<(FaceCheck, String), FaceCheckError> {
        let provider = self.face.as_ref().ok_or(FaceCheckError::NoProvider)?;
        let view = self.store.read(self.district());
        let (whom, checked) = whom(&view, person).await?.ok_or(FaceCheckError::ProfileIncomplete)?;
        let check = match view.waiting_face_check(person, &checked, now - GOES_ON).await? {
            Some(waiting) => waiting,
            None => self.new_face_check(person, checked, now).await?,
        };
        let url = provider.begin(check.id, &whom).await?;
        Ok((check, url))
    }

    async fn new_face_check(&self, person: PersonId, checked: Vec<u8>, now: Timestamp) -> Result<FaceCheck, FaceCheckError> {
        let limit = self.settings.rates.face_checks.rate();
        self.shared.take(&format!("rate.face_checks.{person}"), limit, now).await.map_err(FaceCheckError::TooOften)?;
        let check = FaceCheck { id: Uuid::now_v7(), person, checked, state: FaceState::Waiting, began_at: now, ended_at: None };
        let kept = check.clone();
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.add_face_check(&kept).await })).await?;
        Ok(check)
    }

    /// A check of the person's own, asked of the provider while it waits.
    pub async fn face_check(&self, person: PersonId, id: Uuid, now: Timestamp) -> Result<FaceCheck, FaceCheckError> {
        let found = self.store.read(self.district()).face_check(id).await?;
        let check = found.filter(|check| check.person == person).ok_or(FaceCheckError::NotFound)?;
        if check.state != FaceState::Waiting {
            return Ok(check);
        }
        let provider = self.face.as_ref().ok_or(FaceCheckError::NoProvider)?;
        let came = if now - check.began_at < COUNTS { provider.result(id).await? } else { FaceState::GivenUp };
        match came {
            FaceState::Waiting => Ok(check),
            came => {
                let of = (id, person, self.settings.identity.holds_days);
                self.store.write(self.district(), move |tx| Box::pin(end(tx, of, came, now))).await
            }
        }
    }
}

/// Whose face is compared, with what tells later whether it is still they.
async fn whom(view: &View, person: PersonId) -> Result<Option<(Whom, Vec<u8>)>, StoreError> {
    let Some(Person { name: Some(name), citizen_id: Some(citizen_id), .. }) = view.person(person).await? else { return Ok(None) };
    let checked = view.face_checked(&name, &citizen_id)?;
    Ok(Some((Whom { name, citizen_id }, checked)))
}

async fn end(
    tx: &Tx,
    (id, person, holds_days): (Uuid, PersonId, u16),
    came: FaceState,
    now: Timestamp,
) -> Result<FaceCheck, FaceCheckError> {
    // The person before the check, as an erasure takes them.
    let open = tx.begins_to_close(person).await?;
    let check = tx.hold_face_check(id).await?.ok_or(FaceCheckError::NotFound)?;
    if check.state != FaceState::Waiting {
        return Ok(check);
    }
    let same = open && whom(tx, check.person).await?.is_some_and(|(_whom, now)| now == check.checked);
    let state = if came == FaceState::Passed && !same { FaceState::Differs } else { came };
    tx.end_face_check(id, state, now).await?;
    if state == FaceState::Passed {
        // A document that counts still is surer.
        let known = tx.person(person).await?.map(|person| person.identity).unwrap_or_default();
        if !known.reaches(IdentityLevel::Document, holds_days, now) {
            tx.set_proof(person, Proof { kind: ProofKind::Face, at: now }).await?;
        }
        let on = On::person(Thing::Person, check.person);
        tx.audit(&Entry::done(now, Who::Person { person: check.person }, Deed::IdentityProven, on)).await?;
    }
    Ok(FaceCheck { state, ended_at: Some(now), ..check })
}
