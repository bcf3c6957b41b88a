//! Claiming: the next item in the order of the queue, or a certain one. The rules under "Who" hold at every claim: the next-call
//! takes what is first in the pools, asks them, and goes on to the next where they forbid it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Duration;
use domain::audit::Thing;
use domain::case::{Bar, Case};
use domain::ids::{StationCode, WorkItemId};
use domain::people::{Role, Staff};
use domain::queue::{ClaimError, Claimant, LeaseError, Pool, WorkItem, WorkState};
use domain::time::Timestamp;
use infra::store::{Closing, Moment, StoreError, Tx};

use super::draw::{draw_next, may_relieve, relieve};
use super::telling::{change, tell_claimed, tell_line};
use super::{Bars, TakeError, Taken, case_of, step_of};
use crate::app::cases::{on, step_goes_on};
use crate::app::{App, Grounds, Roster};

/// Who asks for the next item, and for how long they get it.
#[derive(Debug, Clone)]
pub struct Call {
    staff: Staff,
    claimant: Claimant,
    length: Duration,
    bars: Arc<Bars>,
}

impl Call {
    /// The next item out of all pools of a staff member, or of those of one station.
    pub fn of(app: &App, grounds: &Grounds, staff: Staff, station: Option<&StationCode>) -> Self {
        let (account, bars) = (staff.account, Arc::clone(&app.bars));
        let mut pools = pools_of(&staff, grounds);
        pools.retain(|pool| station.is_none_or(|station| pool.station == *station));
        let claimant = Claimant { account, pools, topics: staff.topics.clone(), barred: bars.of(account, grounds.now) };
        Self { staff, claimant, length: grounds.lease(), bars }
    }

    fn moment(&self, grounds: &Grounds) -> Moment {
        let anyone_since = grounds.anyone_since(self.claimant.pools.iter().map(|pool| &pool.station));
        Moment { now: grounds.now, lease_until: grounds.now + self.length, anyone_since }
    }

    pub fn staff(&self) -> &Staff {
        &self.staff
    }

    pub fn pools(&self) -> &BTreeSet<Pool> {
        &self.claimant.pools
    }

    pub fn stations(&self) -> BTreeSet<StationCode> {
        self.claimant.pools.iter().map(|pool| pool.station.clone()).collect()
    }

    pub fn claim(&self, item: WorkItem, grounds: &Grounds) -> Result<WorkItem, ClaimError> {
        item.claim(self.staff.account, grounds.now, self.length)
    }

    /// What the caller would be given of their own pools.
    pub async fn first_offered(&self, tx: &Tx, grounds: &Grounds) -> Result<Option<WorkItem>, StoreError> {
        tx.first_offered(&self.claimant, self.moment(grounds)).await
    }

    /// When the first of what they may be given is due: what is over its time, or else what would be given.
    pub async fn due_first(&self, tx: &Tx, grounds: &Grounds) -> Result<Option<Timestamp>, StoreError> {
        let first = match tx.most_overdue(&self.claimant, self.moment(grounds)).await? {
            Some(overdue) => Some(overdue),
            None => self.first_offered(tx, grounds).await?,
        };
        Ok(first.map(|item| item.due_at))
    }

    /// Remembers for a while that an item isn't for the caller.
    fn bar(&mut self, grounds: &Grounds, item: WorkItemId) {
        let until = grounds.now + Duration::minutes(grounds.queue.ask_again_minutes.into());
        self.claimant.barred.insert(item);
        self.bars.add(self.staff.account, item, until);
    }
}

/// Why an item isn't closed, and none claimed after it.
#[derive(Debug, thiserror::Error)]
pub enum NextError {
    #[error(transparent)]
    Lease(#[from] LeaseError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The pools that a staff member works off: their stations, with the roles that they work as.
pub fn pools_of(staff: &Staff, grounds: &Grounds) -> BTreeSet<Pool> {
    let stations = grounds.map.stations().map(|station| &station.code);
    let pools = stations.flat_map(|station| [Role::Clerk, Role::Approver].map(|role| Pool { station: station.clone(), role }));
    pools.filter(|pool| staff.works_as(pool.role, &pool.station)).collect()
}

/// Claims the first item in the order of the queue that the caller may take: out of their pools and of what overloaded stations
/// share, or else out of the district's.
pub async fn claim_next(tx: &Tx, grounds: &Grounds, call: Call) -> Result<Taken, TakeError> {
    if may_relieve(grounds, &call)
        && let Some(taken) = relieve(tx, grounds, &call).await?
    {
        return Ok(taken);
    }
    let first = tx.claim_next(&call.claimant, call.moment(grounds)).await?;
    match first_allowed(tx, grounds, call.clone(), first).await? {
        Some(taken) => Ok(taken),
        None => draw_next(tx, grounds, &call).await?.ok_or(TakeError::NothingWaits),
    }
}

/// Closes the item that the caller holds, and claims the first one that they may take.
pub async fn close_and_claim_next(
    tx: &Tx,
    grounds: &Grounds,
    call: Call,
    (held, case): (&WorkItem, &Case),
) -> Result<Option<Taken>, NextError> {
    let closing = Closing { id: held.id, holder: call.staff.account, fence: held.fence };
    step_goes_on(tx, grounds, held).await?;
    tell_line(tx, grounds, case, (Some(held), &WorkItem { state: WorkState::Done, ..held.clone() }));
    if may_relieve(grounds, &call) {
        return close_and_relieve(tx, grounds, call, closing).await;
    }
    let next = tx.close_and_claim_next(closing, &call.claimant, call.moment(grounds)).await?;
    if !next.closed {
        return Err(LeaseError::LostLease.into());
    }
    match first_allowed(tx, grounds, call.clone(), next.claimed).await? {
        Some(taken) => Ok(Some(taken)),
        None => or_nothing(draw_next(tx, grounds, &call).await),
    }
}

fn or_nothing(taken: Result<Option<Taken>, TakeError>) -> Result<Option<Taken>, NextError> {
    match taken {
        Ok(taken) => Ok(taken),
        Err(TakeError::Store(error)) => Err(error.into()),
        Err(_nothing_for_them) => Ok(None),
    }
}

/// The same in two steps, where the next one may be another station's.
async fn close_and_relieve(tx: &Tx, grounds: &Grounds, call: Call, closing: Closing) -> Result<Option<Taken>, NextError> {
    if !tx.close_work_item(closing, grounds.now).await? {
        return Err(LeaseError::LostLease.into());
    }
    or_nothing(claim_next(tx, grounds, call).await.map(Some))
}

/// `claimed`, or else the first one after it that the caller may take. What they may not take goes back, and isn't offered to them
/// for a while.
async fn first_allowed(tx: &Tx, grounds: &Grounds, mut call: Call, mut claimed: Option<WorkItem>) -> Result<Option<Taken>, StoreError> {
    let mut roster = Roster::new(tx);
    while let Some(work_item) = claimed {
        let file = case_of(tx, &work_item).await?;
        if roster.may_claim(&call.staff, &file.case, &step_of(&work_item)).await?.is_ok() {
            tell_claimed(tx, grounds, &file.case, &work_item);
            return Ok(Some(Taken { work_item, file }));
        }
        // A claim that comes to nothing isn't the first one.
        let claimed_at = work_item.claimed_at.filter(|first| *first != grounds.now);
        let back = WorkItem { state: WorkState::Ready, claimed_at, ..work_item.clone() };
        tx.save_work_item(&work_item, &back, grounds.now).await?;
        call.bar(grounds, work_item.id);
        claimed = tx.claim_next(&call.claimant, call.moment(grounds)).await?;
    }
    Ok(None)
}

/// Claims one item.
pub async fn claim(tx: &Tx, grounds: &Grounds, staff: &Staff, id: WorkItemId) -> Result<Taken, TakeError> {
    let work_item = tx.work_item(id).await?.ok_or(TakeError::NotFound)?;
    let file = case_of(tx, &work_item).await?;
    match Roster::new(tx).may_claim(staff, &file.case, &step_of(&work_item)).await? {
        Err(Bar::OtherDesk) => Err(TakeError::Hidden(on(&file.case, Thing::WorkItem(id)))),
        Err(bar) => Err(bar.into()),
        Ok(()) => {
            let claimed = change(tx, grounds, (work_item, &file.case), |item| {
                item.claim(staff.account, grounds.now, grounds.lease()).map_err(TakeError::from)
            });
            Ok(Taken { work_item: claimed.await?, file })
        }
    }
}
