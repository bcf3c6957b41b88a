//! Erasing a person's data when they ask for it: at once what no case's file needs; name, number and the files of cases when their
//! term is over, by `retention`.

use std::collections::BTreeMap;

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::consent::{Entered, Said, withdraw};
use domain::ids::{CaseId, PersonId};
use domain::retention::{KeptUntil, StillNeeded, Terms, Validity, case_file_kept_until, may_erase};
use infra::store::{CaseFiles, OwnCase, StoreError, Tx, View};

use crate::app::Grounds;
use crate::app::cases::Submitter;
use crate::app::mandates::{MandateError, revoke};

#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    #[error(transparent)]
    StillNeeded(#[from] StillNeeded),
    #[error("the person's data are erased already")]
    Gone,
    #[error("a mandate can't be ended")]
    Mandate(#[source] Box<MandateError>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A case whose file is kept for now, with name and number of its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    pub case: OwnCase,
    pub until: KeptUntil,
}

/// Erases what is kept of `person` beside their cases, ends their mandates, and closes the way in. Says which files are kept. `by` erases
/// it: the person themself, or who entered it for them.
pub async fn erase_person(
    tx: &Tx,
    grounds: &Grounds,
    person: PersonId,
    (by, entered): (Who, Option<Entered>),
) -> Result<Vec<KeptFile>, EraseError> {
    if !tx.begins_to_close(person).await? {
        return Err(EraseError::Gone);
    }
    let kept = kept_files(tx, grounds.retention, person).await?;
    may_erase(kept.iter().map(|file| file.case.ended_at), tx.holds_account(person).await?)?;
    for mandate in tx.unrevoked_mandates(person).await? {
        let ended = revoke(tx, grounds, &Submitter::Villager(person), (mandate, None)).await;
        ended.map_err(|error| EraseError::Mandate(Box::new(error)))?;
    }
    for consent in tx.live_consents(person).await? {
        let said = Said { by: person, mandate: None, entered: entered.clone() };
        if let Ok(ended) = withdraw(Some(consent), grounds.now, said) {
            tx.end_consent(&ended).await?;
        }
    }
    let files = if kept.is_empty() { CaseFiles::Gone } else { CaseFiles::Kept };
    tx.close_person(person, files, grounds.now).await?;
    tx.audit(&Entry::done(grounds.now, by, Deed::Erasure, On::person(Thing::Person, person))).await?;
    Ok(kept)
}

async fn kept_files(view: &View, terms: Terms, person: PersonId) -> Result<Vec<KeptFile>, StoreError> {
    let cases = view.own_cases(person).await?;
    let certificates = validities(view, cases.iter().map(|case| case.id)).await?;
    let kept = cases.into_iter().map(|case| {
        let certificate = certificates.get(&case.id).copied().unwrap_or(Validity::None);
        let until = case.ended_at.map_or(KeptUntil::Ever, |ended| case_file_kept_until(ended, certificate, terms));
        KeptFile { case, until }
    });
    Ok(kept.collect())
}

/// How long the certificates of cases are valid.
pub async fn validities(view: &View, cases: impl IntoIterator<Item = CaseId>) -> Result<BTreeMap<CaseId, Validity>, StoreError> {
    let cases: Vec<_> = cases.into_iter().collect();
    let certificates = view.certificates_valid_until(&cases).await?;
    Ok(certificates.into_iter().map(|(case, until)| (case, until.map_or(Validity::Ever, Validity::Until))).collect())
}
