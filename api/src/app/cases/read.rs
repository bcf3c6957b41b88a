//! Reading a case. Who may not read it learns no more than that there is none; the audit log learns which one it was.

use domain::audit::{On, Thing};
use domain::case::Case;
use domain::ids::CaseId;
use domain::policy::{Act, Actor, Denied, Object, may};
use infra::store::{StoreError, View};

use super::dossier::Dossier;
use crate::app::Grounds;

/// What is hidden is answered like what isn't there.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("there is no such thing")]
    NotFound,
    /// To whoever may see that there is such a case.
    #[error("{0}")]
    Denied(#[source] Denied, On),
    #[error("it is hidden from whoever asks")]
    Hidden(On),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A case with all that is shown of it, for somebody who may do `act` to it.
pub async fn read_case(view: &View, grounds: &Grounds, (actor, act): (Actor<'_>, Act), case: CaseId) -> Result<Dossier, ReadError> {
    let dossier = Dossier::open(view, grounds, case).await?.ok_or(ReadError::NotFound)?;
    let_read((actor, act), &dossier.file.case)?;
    Ok(dossier)
}

/// Whether somebody may do `act` to a case that they read.
pub fn let_read((actor, act): (Actor<'_>, Act), case: &Case) -> Result<(), ReadError> {
    let (object, on) = (Object::Case(case), || on(case, Thing::Case));
    match (may(actor, act, &object), may(actor, Act::ShowCase, &object)) {
        (Ok(()), _) => Ok(()),
        (Err(denied), Ok(())) => Err(ReadError::Denied(denied, on())),
        (Err(_whatever_the_reason), Err(_)) => Err(ReadError::Hidden(on())),
    }
}

/// A case, or a thing of it, as the audit log names it.
pub fn on(case: &Case, thing: Thing) -> On {
    On::case(thing, case.id, case.subject.person())
}
