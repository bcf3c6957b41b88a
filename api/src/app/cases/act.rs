//! What staff do on a case while they hold its work item.

use domain::audit::On;
use domain::case::{
    Actor, BadNote, By, Case, Command, Decision, Event, Finding, Note, Objections, Opinion, Receiver, Rejection, SupplementGround, Wanted,
};
use domain::catalogue::{AnswerFault, Answers, FilledBy, Item};
use domain::consent::Missing;
use domain::ids::{CaseId, ItemCode, NoteId, UploadId, WorkItemId};
use domain::people::Staff;
use domain::policy::{self, Denied};
use domain::queue::{LeaseError, WorkItem};
use infra::store::{CaseFile, StoreError, Tx};

use super::files::{FileError, keep_answered};
use super::paper::Printed;
use super::read::ReadError;
use super::record::{after, judge, save};
use crate::app::Grounds;
use crate::app::queue::{Call, NextError, Taken, WorkError, close_and_claim_next, work_item_for};

/// Something that a staff member does at a step.
#[derive(Debug, Clone)]
pub enum Act {
    Accept { matter: Option<ItemCode> },
    NotAccept { reason: String, go_to: Option<String> },
    AskSupplement { wanted: Vec<Wanted>, ground: SupplementGround },
    Inspect { finding: Finding, text: Option<String> },
    OpenPublicity,
    ClosePublicity { objections: Objections, text: Option<String> },
    Review { opinion: Opinion, text: Option<String> },
    Forward,
    RecordAnswer { verdict: Verdict, file: Option<UploadId> },
    Decide { verdict: Verdict },
    ServeAtOnce { verdict: Verdict, file: Option<UploadId> },
    Produce { file: Option<UploadId> },
    HandOver { to: Receiver },
    Pause,
    Resume,
}

/// A decision with its words.
#[derive(Debug, Clone)]
pub enum Verdict {
    Granted,
    Refused { reason: String, basis: Option<String> },
}

impl Act {
    /// Whether the act gives a paper, and the file that a clerk handed in for it.
    pub fn gives(&self) -> Option<Option<UploadId>> {
        match self {
            Act::Produce { file }
            | Act::ServeAtOnce { verdict: Verdict::Granted, file }
            | Act::RecordAnswer { verdict: Verdict::Granted, file } => Some(*file),
            Act::ServeAtOnce { verdict: Verdict::Refused { .. }, .. }
            | Act::RecordAnswer { verdict: Verdict::Refused { .. }, .. }
            | Act::Accept { .. }
            | Act::NotAccept { .. }
            | Act::AskSupplement { .. }
            | Act::Inspect { .. }
            | Act::OpenPublicity
            | Act::ClosePublicity { .. }
            | Act::Review { .. }
            | Act::Forward
            | Act::Decide { .. }
            | Act::HandOver { .. }
            | Act::Pause
            | Act::Resume => None,
        }
    }
}

/// An act on the work item that its doer holds.
#[derive(Debug, Clone)]
pub struct ActOrder {
    pub work_item: WorkItemId,
    /// The number of the claim that it rests on.
    pub fence: u32,
    /// What only the station knows: fields of the form that it fills.
    pub answers: Answers,
    pub act: Act,
}

#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("no such case")]
    NotFound,
    #[error("a case that is none of theirs")]
    Hidden(On),
    #[error("{0}")]
    Denied(#[source] Denied, On),
    #[error(transparent)]
    Lease(#[from] LeaseError),
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error("{} texts have to be agreed to first", .0.len())]
    ConsentMissing(Vec<Missing>),
    #[error("{} faults in the station's answers", .0.len())]
    Answers(Vec<AnswerFault>),
    #[error(transparent)]
    Note(#[from] BadNote),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReadError> for ActError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound => ActError::NotFound,
            ReadError::Denied(denied, on) => ActError::Denied(denied, on),
            ReadError::Hidden(on) => ActError::Hidden(on),
            ReadError::Store(error) => ActError::Store(error),
        }
    }
}

impl From<WorkError> for ActError {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::NotFound => ActError::NotFound,
            WorkError::Hidden(on) => ActError::Hidden(on),
            WorkError::Barred(bar, on) => ActError::Denied(Denied::Barred(bar), on),
            WorkError::Store(error) => ActError::Store(error),
        }
    }
}

/// What an act came to.
#[derive(Debug)]
pub struct Acted {
    pub file: CaseFile,
    /// The next item, where one was asked for, the act ended the one before, and one waits.
    pub next: Option<Taken>,
}

impl From<NextError> for ActError {
    fn from(error: NextError) -> Self {
        match error {
            NextError::Lease(error) => ActError::Lease(error),
            NextError::Store(error) => ActError::Store(error),
        }
    }
}

/// Does `order`, and takes the next item if it is asked to. `printed` is the paper made beforehand for an act that gives one.
pub async fn act(
    tx: &Tx,
    grounds: &Grounds,
    staff: &Staff,
    order: ActOrder,
    printed: Option<Printed>,
    next: Option<Call>,
) -> Result<Acted, ActError> {
    let Taken { work_item, file } = work_item_for(tx, (staff, policy::Act::ActOnWorkItem), order.work_item).await?;
    work_item.holds(staff.account, order.fence, grounds.now)?;
    let listed = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    keep_answers(tx, staff, &file, &listed.item, order.answers).await?;
    let notes = Notes { tx, staff, case: file.case.id, grounds };
    let command = notes.command(order.act, printed.as_ref()).await?;
    let events = judge(grounds, &file.case, &listed.item, By::Staff(staff), command)?;
    let next = match next {
        Some(call) if ends(&work_item, &file.case, &events, grounds) => {
            tx.hold_case(file.case.id).await?;
            close_and_claim_next(tx, grounds, call, (&work_item, &file.case)).await?
        }
        Some(_) | None => None,
    };
    let file = save(tx, grounds, &listed.item, file, (By::Staff(staff).actor(), events)).await?;
    if let Some(printed) = printed {
        printed.keep(tx, staff, &file).await?;
    }
    Ok(Acted { file, next })
}

/// Whether the case asks for something else after these events.
fn ends(work_item: &WorkItem, case: &Case, events: &[Event], grounds: &Grounds) -> bool {
    let after = after(case, events, &Actor::System, grounds.now);
    after.work().is_none_or(|work| !work_item.serves(&work))
}

/// Puts the station's answers beside the applicant's.
async fn keep_answers(tx: &Tx, staff: &Staff, file: &CaseFile, item: &Item, answers: Answers) -> Result<(), ActError> {
    if answers.is_empty() {
        return Ok(());
    }
    let checked = item.check_answers(&answers, FilledBy::Station).map_err(ActError::Answers)?;
    keep_answered(tx, staff.person, file.case.id, &checked).await?;
    let mut all = tx.answers(file.case.id).await?;
    all.extend(checked.as_map().clone());
    Ok(tx.save_answers(file.case.id, &all).await?)
}

/// Where the words of an act go.
struct Notes<'a> {
    tx: &'a Tx,
    staff: &'a Staff,
    case: CaseId,
    grounds: &'a Grounds,
}

impl Notes<'_> {
    /// The command of an act, its words put into notes.
    async fn command(&self, act: Act, printed: Option<&Printed>) -> Result<Command, ActError> {
        let produced = printed.map(Printed::produced);
        Ok(match act {
            Act::Accept { matter } => Command::Accept { matter },
            Act::NotAccept { reason, go_to } => Command::NotAccept { note: self.add(Note::NotAccepted { reason, go_to }).await? },
            Act::AskSupplement { wanted, ground } => Command::AskSupplement { note: self.add(Note::Supplement { wanted }).await?, ground },
            Act::Inspect { finding, text } => Command::Inspect { finding, note: self.text(text).await? },
            Act::OpenPublicity => Command::OpenPublicity,
            Act::ClosePublicity { objections, text } => Command::ClosePublicity { objections, note: self.text(text).await? },
            Act::Review { opinion, text } => Command::Review { opinion, note: self.text(text).await? },
            Act::Forward => Command::Forward,
            Act::RecordAnswer { verdict, .. } => Command::RecordAnswer { decision: self.decision(verdict).await?, produced },
            Act::Decide { verdict } => Command::Decide { decision: self.decision(verdict).await? },
            Act::ServeAtOnce { verdict, .. } => Command::ServeAtOnce { decision: self.decision(verdict).await?, produced },
            Act::Produce { .. } => Command::Produce { produced: produced.ok_or(Rejection::ResultMismatch)? },
            Act::HandOver { to } => Command::HandOver { to },
            Act::Pause => Command::Pause,
            Act::Resume => Command::Resume,
        })
    }

    async fn add(&self, note: Note) -> Result<NoteId, ActError> {
        note.check()?;
        let id = NoteId::new(uuid::Uuid::now_v7());
        self.tx.add_note(id, self.case, self.staff.account, &note, self.grounds.now).await?;
        Ok(id)
    }

    async fn text(&self, text: Option<String>) -> Result<Option<NoteId>, ActError> {
        match text {
            Some(text) => self.add(Note::Text { text }).await.map(Some),
            None => Ok(None),
        }
    }

    async fn decision(&self, verdict: Verdict) -> Result<Decision, ActError> {
        Ok(match verdict {
            Verdict::Granted => Decision::Granted,
            Verdict::Refused { reason, basis } => Decision::Refused { note: self.add(Note::Refused { reason, basis }).await? },
        })
    }
}
