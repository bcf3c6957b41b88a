//! What the person gives when asked: better answers, further papers. Everything in one go.

use domain::case::{By, Command, Rejection, State};
use domain::catalogue::{Answers, FilledBy};
use domain::ids::CaseId;
use infra::store::{CaseFile, Tx};

use super::act::ActError;
use super::order::{HandedIn, Submitter};
use super::record::command;
use crate::app::Grounds;

/// What is given.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Only what changes.
    pub answers: Answers,
    pub materials: Vec<HandedIn>,
}

pub async fn supplement(tx: &Tx, grounds: &Grounds, by: &Submitter, case: CaseId, given: Given) -> Result<CaseFile, ActError> {
    let file = tx.case_file(case).await?.filter(|file| is_concerned(by, file)).ok_or(ActError::NotFound)?;
    if !matches!(file.case.state, State::Supplementing { .. }) {
        return Err(Rejection::NotAtThisStage.into());
    }
    let listed = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    if !given.answers.is_empty() {
        let mut all = tx.answers(case).await?;
        let station: Answers = listed.item.station_fields().filter_map(|field| all.remove_entry(&field.key)).collect();
        all.extend(given.answers);
        let checked = listed.item.check_answers(&all, FilledBy::Applicant).map_err(ActError::Answers)?;
        let mut all = checked.as_map().clone();
        all.extend(station);
        tx.save_answers(case, &all).await?;
    }
    for handed_in in &given.materials {
        if !tx.bind_upload(handed_in.upload, by.person(), case, Some(&handed_in.material)).await? {
            return Err(ActError::NoSuchUpload);
        }
    }
    command(tx, grounds, case, by_of(by), Command::Supplement).await
}

/// Takes a case back, before it is decided.
pub async fn withdraw(tx: &Tx, grounds: &Grounds, by: &Submitter, case: CaseId) -> Result<CaseFile, ActError> {
    tx.case_file(case).await?.filter(|file| is_concerned(by, file)).ok_or(ActError::NotFound)?;
    command(tx, grounds, case, by_of(by), Command::Withdraw).await
}

/// Who has no part in a case learns no more than that there is none.
fn is_concerned(by: &Submitter, file: &CaseFile) -> bool {
    match by {
        Submitter::Villager(person) => file.case.involved.contains(person) || file.case.agent == Some(*person),
        Submitter::Staff(staff) => domain::case::is_impartial(staff, &file.case).is_ok(),
    }
}

fn by_of(by: &Submitter) -> By<'_> {
    match by {
        Submitter::Villager(person) => By::Person(*person),
        Submitter::Staff(staff) => By::Staff(staff),
    }
}
