//! What the person gives when asked: better answers, further papers. Everything in one go. Taking a case back; a fee paid for it.
//! Who may not read a case learns here too no more than that there is none.

use domain::case::{By, Command, Fee, Rejection, State};
use domain::catalogue::{Answers, FilledBy, Item};
use domain::ids::CaseId;
use domain::people::Staff;
use domain::policy::{Act, Actor};
use infra::store::{CaseFile, Tx};

use super::act::ActError;
use super::dossier::Dossier;
use super::files::{keep_answered, keep_materials};
use super::order::{HandedIn, Submitter};
use super::read::read_case;
use super::record::command;
use crate::app::Grounds;
use crate::app::consents::still_missing;

/// What is given.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Only what changes.
    pub answers: Answers,
    pub materials: Vec<HandedIn>,
}

pub async fn supplement(tx: &Tx, grounds: &Grounds, by: &Submitter, case: CaseId, given: Given) -> Result<CaseFile, ActError> {
    let Dossier { file, listed, .. } = read_case(tx, grounds, (by.actor(grounds.today()), Act::SupplementCase), case).await?;
    if !matches!(file.case.state, State::Supplementing { .. }) {
        return Err(Rejection::NotAtThisStage.into());
    }
    if !given.answers.is_empty() {
        let before = tx.answers(case).await?;
        let mut all = before.clone();
        let station: Answers = listed.item.station_fields().filter_map(|field| all.remove_entry(&field.key)).collect();
        all.extend(given.answers);
        let checked = listed.item.check_answers(&all, FilledBy::Applicant).map_err(ActError::Answers)?;
        agreed_to(tx, &file, &listed.item, (&before, checked.as_map())).await?;
        keep_answered(tx, by.person(), case, &checked).await?;
        let mut all = checked.as_map().clone();
        all.extend(station);
        tx.save_answers(case, &all).await?;
    }
    keep_materials(tx, by.person(), case, &given.materials).await?;
    command(tx, grounds, case, by_of(by), Command::Supplement).await
}

/// What is chosen anew may tell of a kind that nobody has agreed to yet.
async fn agreed_to(tx: &Tx, file: &CaseFile, item: &Item, (before, now): (&Answers, &Answers)) -> Result<(), ActError> {
    let told = item.sensitive_choices(before);
    let new = item.sensitive_choices(now).difference(&told).copied().collect();
    let missing = still_missing(tx, &file.case.subject, &new).await?;
    if missing.is_empty() { Ok(()) } else { Err(ActError::ConsentMissing(missing)) }
}

/// Takes a case back, before it is decided.
pub async fn withdraw(tx: &Tx, grounds: &Grounds, by: &Submitter, case: CaseId) -> Result<CaseFile, ActError> {
    read_case(tx, grounds, (by.actor(grounds.today()), Act::WithdrawCase), case).await?;
    command(tx, grounds, case, by_of(by), Command::Withdraw).await
}

/// Records a fee paid at the counter, on a case that the clerk may read.
pub async fn pay_fee(tx: &Tx, grounds: &Grounds, clerk: &Staff, case: CaseId, fee: Fee) -> Result<CaseFile, ActError> {
    read_case(tx, grounds, (Actor::Staff(clerk), Act::PayCaseFee), case).await?;
    command(tx, grounds, case, By::Staff(clerk), Command::PayFee { fee }).await
}

pub(super) fn by_of(by: &Submitter) -> By<'_> {
    match by {
        Submitter::Villager(person) => By::Person(*person),
        Submitter::Staff(staff) => By::Staff(staff),
    }
}
