//! Files that answers name, or that stand for materials: each becomes part of the case, once, by whoever handed it in.

use std::collections::BTreeSet;

use domain::catalogue::CheckedAnswers;
use domain::ids::{CaseId, PersonId, UploadId};
use infra::store::{Owner, StoreError, Tx};

use super::order::HandedIn;
use crate::app::uploads::UploadError;

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("the upload isn't there, isn't yours, or belongs to another case")]
    NoSuchUpload,
    #[error("what several cases are to have is too much to copy")]
    TooMuch,
    #[error("a file can't be copied")]
    Copy(#[from] UploadError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes the files that answers name, but for those that the case has already.
pub async fn keep_answered(tx: &Tx, person: PersonId, case: CaseId, answers: &CheckedAnswers) -> Result<(), FileError> {
    if answers.uploads().is_empty() {
        return Ok(());
    }
    let held: BTreeSet<UploadId> = tx.uploads_of(case).await?.into_iter().map(|upload| upload.id).collect();
    for upload in answers.uploads().iter().filter(|upload| !held.contains(upload)) {
        keep(tx, person, case, (*upload, None)).await?;
    }
    Ok(())
}

/// Takes the files that stand for materials.
pub async fn keep_materials(tx: &Tx, person: PersonId, case: CaseId, materials: &[HandedIn]) -> Result<(), FileError> {
    for handed_in in materials {
        keep(tx, person, case, (handed_in.upload, Some(&handed_in.material))).await?;
    }
    Ok(())
}

async fn keep(tx: &Tx, person: PersonId, case: CaseId, (upload, material): (UploadId, Option<&str>)) -> Result<(), FileError> {
    if tx.bind_upload(upload, person, Owner::Case(case), material).await? { Ok(()) } else { Err(FileError::NoSuchUpload) }
}
