//! The queue at work: claiming (认领), keeping a claim alive, giving it back or on. One transaction each; a lease that ran out is
//! fenced off by its number.

mod bars;
mod claim;
mod draw;
mod lease;
mod telling;
mod waiting;

use domain::audit::{On, Thing};
use domain::case::{BadNote, Bar, Case, Step};
use domain::ids::WorkItemId;
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, Work, may};
use domain::queue::{ClaimError, LeaseError, ParkError, WorkItem, WorkState};
use infra::store::{CaseFile, StoreError, View};

pub use bars::Bars;
pub use claim::{Call, NextError, claim, claim_next, close_and_claim_next, pools_of};
pub use lease::{Holder, Taker, assign, escalate, extend, park, release, takers, transfer};
pub use telling::{give_back, tell_hung, tell_line};
pub use waiting::{WaitingPage, held, waiting};

use super::cases::on;

#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    #[error("no such work item")]
    NotFound,
    #[error("a work item that is none of theirs")]
    Hidden(On),
    #[error("nothing waits in your pools")]
    NothingWaits,
    #[error("who is to get the work item may not take it")]
    NobodyToTakeIt,
    #[error(transparent)]
    Barred(#[from] Bar),
    #[error(transparent)]
    Claim(#[from] ClaimError),
    #[error(transparent)]
    Lease(#[from] LeaseError),
    #[error(transparent)]
    Park(#[from] ParkError),
    #[error(transparent)]
    Note(#[from] BadNote),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a work item isn't somebody's to work on.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    #[error("no such work item")]
    NotFound,
    #[error("a work item that is none of theirs")]
    Hidden(On),
    #[error("{0}")]
    Barred(#[source] Bar, On),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<WorkError> for TakeError {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::NotFound => TakeError::NotFound,
            WorkError::Hidden(on) => TakeError::Hidden(on),
            WorkError::Barred(bar, _) => TakeError::Barred(bar),
            WorkError::Store(error) => TakeError::Store(error),
        }
    }
}

/// A work item with its case.
#[derive(Debug, Clone)]
pub struct Taken {
    pub work_item: WorkItem,
    pub file: CaseFile,
}

/// A work item, for whoever may do `act` to it. Whoever sits at its desk is told what bars them; others learn no more than that
/// there is none.
pub async fn work_item_for(view: &View, (staff, act): (&Staff, Act), id: WorkItemId) -> Result<Taken, WorkError> {
    let work_item = view.work_item(id).await?.ok_or(WorkError::NotFound)?;
    let file = case_of(view, &work_item).await?;
    let on = || on(&file.case, Thing::WorkItem(id));
    match may_work(staff, act, &file.case, &work_item) {
        Ok(()) => Ok(Taken { work_item, file }),
        Err(Denied::Barred(bar)) if bar != Bar::OtherDesk => Err(WorkError::Barred(bar, on())),
        Err(_elsewhere) => Err(WorkError::Hidden(on())),
    }
}

fn may_work(staff: &Staff, act: Act, case: &Case, work_item: &WorkItem) -> Result<(), Denied> {
    let holder = match work_item.state {
        WorkState::Leased(lease) => Some(lease.holder),
        WorkState::Ready | WorkState::Done | WorkState::Cancelled => None,
    };
    may(Actor::Staff(staff), act, &Object::Work(Work { case, step: &step_of(work_item), holder }))
}

async fn case_of(view: &View, work_item: &WorkItem) -> Result<CaseFile, StoreError> {
    view.case_file(work_item.case).await?.ok_or_else(no_case)
}

pub async fn with_cases(view: &View, items: Vec<WorkItem>) -> Result<Vec<(WorkItem, CaseFile)>, StoreError> {
    let mut files = view.case_files(items.iter().map(|item| item.case)).await?;
    items.into_iter().map(|item| files.remove(&item.case).map(|file| (item, file)).ok_or_else(no_case)).collect()
}

fn no_case() -> StoreError {
    StoreError::corrupt("work_items", "its case isn't there")
}

fn step_of(work_item: &WorkItem) -> Step {
    Step { stage: work_item.stage, desk: work_item.desk.clone() }
}
