//! What waits, and what is held.

use std::collections::BTreeSet;

use domain::ids::WorkItemId;
use domain::people::Staff;
use domain::queue::{Pool, WorkItem};
use infra::store::{StoreError, View};

use super::{Taken, step_of, with_cases};
use crate::app::{Grounds, Roster};

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
    pools: &BTreeSet<Pool>,
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
