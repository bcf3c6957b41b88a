//! Claiming work (认领), keeping it alive, giving it back. One transaction each; a lease that ran out is fenced off by its number.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::audit::{On, Thing};
use domain::case::{Bar, Case, Step};
use domain::ids::{StationCode, WorkItemId};
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor, Denied, Object, Work, may};
use domain::queue::{ClaimError, LeaseError, WorkItem, WorkState};
use infra::store::{CaseFile, Pools, StoreError, Tx, View};

use super::cases::on;
use super::{Grounds, Roster};

/// Items looked at in one go for one that the staff member may take.
const LOOKED_AT: u64 = 20;

#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    #[error("no such work item")]
    NotFound,
    #[error("a work item that is none of theirs")]
    Hidden(On),
    #[error("nothing waits in your pools")]
    NothingWaits,
    #[error(transparent)]
    Barred(#[from] Bar),
    #[error(transparent)]
    Claim(#[from] ClaimError),
    #[error(transparent)]
    Lease(#[from] LeaseError),
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

/// The pools that a staff member works off: their stations, with the roles that they work as.
pub fn pools_of(staff: &Staff, grounds: &Grounds) -> Pools {
    let mut pools = BTreeSet::new();
    for station in grounds.map.stations() {
        for role in [Role::Clerk, Role::Approver] {
            if staff.works_as(role, &station.code) {
                pools.insert((station.code.clone(), role));
            }
        }
    }
    Pools(pools)
}

/// Only the pools of one station.
pub fn at_station(pools: Pools, station: Option<&StationCode>) -> Pools {
    match station {
        Some(station) => Pools(pools.0.into_iter().filter(|(own, _)| own == station).collect()),
        None => pools,
    }
}

/// Claims the first item in the order of the queue that the staff member may take.
pub async fn claim_next(tx: &Tx, grounds: &Grounds, staff: &Staff, pools: &Pools, length: Duration) -> Result<Taken, TakeError> {
    let (mut roster, mut after) = (Roster::new(tx), None);
    loop {
        let found = tx.claimable_locked(pools, grounds.now, after.as_ref(), LOOKED_AT).await?;
        let Some(last) = found.last().cloned() else { return Err(TakeError::NothingWaits) };
        for (work_item, file) in with_cases(tx, found).await? {
            if roster.may_claim(staff, &file.case, &step_of(&work_item)).await?.is_ok() {
                return take(tx, grounds, staff, work_item, file, length).await;
            }
        }
        after = Some(last);
    }
}

/// Claims one item.
pub async fn claim(tx: &Tx, grounds: &Grounds, staff: &Staff, id: WorkItemId, length: Duration) -> Result<Taken, TakeError> {
    let work_item = tx.work_item(id).await?.ok_or(TakeError::NotFound)?;
    let file = case_of(tx, &work_item).await?;
    match Roster::new(tx).may_claim(staff, &file.case, &step_of(&work_item)).await? {
        Err(Bar::OtherDesk) => Err(TakeError::Hidden(on(&file.case, Thing::WorkItem(id)))),
        Err(bar) => Err(bar.into()),
        Ok(()) => take(tx, grounds, staff, work_item, file, length).await,
    }
}

async fn take(tx: &Tx, grounds: &Grounds, staff: &Staff, read: WorkItem, file: CaseFile, length: Duration) -> Result<Taken, TakeError> {
    let work_item = read.clone().claim(staff.account, grounds.now, length)?;
    tx.save_work_item(&read, &work_item, grounds.now).await?;
    Ok(Taken { work_item, file })
}

/// A work item, for whoever may do `act` to it. Whoever sits at its desk is told what bars them; others learn no more than that
/// there is none.
pub async fn work_item_for(view: &View, (staff, act): (&Staff, Act), id: WorkItemId) -> Result<WorkItem, WorkError> {
    let work_item = view.work_item(id).await?.ok_or(WorkError::NotFound)?;
    let file = case_of(view, &work_item).await?;
    let on = || on(&file.case, Thing::WorkItem(id));
    match may_work(staff, act, &file.case, &work_item) {
        Ok(()) => Ok(work_item),
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

/// A sign of life.
pub async fn extend(
    tx: &Tx,
    grounds: &Grounds,
    staff: &Staff,
    id: WorkItemId,
    fence: u32,
    length: Duration,
) -> Result<WorkItem, TakeError> {
    let read = work_item_for(tx, (staff, Act::ExtendWorkItem), id).await?;
    let extended = read.clone().extend(staff.account, fence, grounds.now, length)?;
    tx.save_work_item(&read, &extended, grounds.now).await?;
    Ok(extended)
}

/// Gives an item back to its pool.
pub async fn release(tx: &Tx, grounds: &Grounds, staff: &Staff, id: WorkItemId, fence: u32) -> Result<WorkItem, TakeError> {
    let read = work_item_for(tx, (staff, Act::ReleaseWorkItem), id).await?;
    let released = read.clone().release(staff.account, fence, grounds.now)?;
    tx.save_work_item(&read, &released, grounds.now).await?;
    Ok(released)
}

/// What waits in the pools, in the order of the queue.
#[derive(Debug, Clone)]
pub struct WaitingPage {
    /// What the staff member may take.
    pub taken: Vec<Taken>,
    /// The last item looked at; none on the last page.
    pub last: Option<WorkItemId>,
}

/// A page of what waits; what the staff member may not take is left out.
pub async fn waiting(
    view: &View,
    grounds: &Grounds,
    staff: &Staff,
    pools: &Pools,
    (after, limit): (Option<&WorkItem>, u64),
) -> Result<WaitingPage, StoreError> {
    let found = view.claimable(pools, grounds.now, after, limit).await?;
    let full = u64::try_from(found.len()).is_ok_and(|found| found == limit);
    let last = found.last().filter(|_| full).map(|item| item.id);
    let (mut roster, mut taken) = (Roster::new(view), Vec::new());
    for (work_item, file) in with_cases(view, found).await? {
        if roster.may_claim(staff, &file.case, &step_of(&work_item)).await?.is_ok() {
            taken.push(Taken { work_item, file });
        }
    }
    Ok(WaitingPage { taken, last })
}

/// What a staff member holds.
pub async fn held(view: &View, grounds: &Grounds, staff: &Staff) -> Result<Vec<Taken>, StoreError> {
    let held = with_cases(view, view.held_by(staff.account, grounds.now).await?).await?;
    Ok(held.into_iter().map(|(work_item, file)| Taken { work_item, file }).collect())
}

async fn case_of(view: &View, work_item: &WorkItem) -> Result<CaseFile, StoreError> {
    view.case_file(work_item.case).await?.ok_or_else(no_case)
}

async fn with_cases(view: &View, items: Vec<WorkItem>) -> Result<Vec<(WorkItem, CaseFile)>, StoreError> {
    let mut files = view.case_files(items.iter().map(|item| item.case)).await?;
    items.into_iter().map(|item| files.remove(&item.case).map(|file| (item, file)).ok_or_else(no_case)).collect()
}

fn no_case() -> StoreError {
    StoreError::corrupt("work_items", "its case isn't there")
}

fn step_of(work_item: &WorkItem) -> Step {
    Step { stage: work_item.stage, desk: work_item.desk.clone() }
}
