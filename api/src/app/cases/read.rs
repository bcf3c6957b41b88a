//! Reading a case. Who may not read it learns no more than that there is none.

use domain::ids::CaseId;
use domain::policy::{Act, Actor, Denied, Object, may};
use infra::store::{StoreError, View};

use super::dossier::Dossier;
use crate::app::Grounds;

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("no such case, or none that may be read")]
    NotFound,
    /// To whoever may see that there is such a case.
    #[error(transparent)]
    Denied(Denied),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A case with all that is shown of it, for somebody who may do `act` to it.
pub async fn read_case(view: &View, grounds: &Grounds, (actor, act): (Actor<'_>, Act), case: CaseId) -> Result<Dossier, ReadError> {
    let dossier = Dossier::open(view, grounds, case).await?.ok_or(ReadError::NotFound)?;
    let object = Object::Case(&dossier.file.case);
    match (may(actor, act, &object), may(actor, Act::ShowCase, &object)) {
        (Ok(()), _) => Ok(dossier),
        (Err(denied), Ok(())) => Err(ReadError::Denied(denied)),
        (Err(_whatever_the_reason), Err(_)) => Err(ReadError::NotFound),
    }
}
