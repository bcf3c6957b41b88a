//! Keeping a claim alive, and giving it back, on, aside or up. Whoever is to get an item has to be somebody who may take it; words
//! of why are kept with the case.

use domain::case::{Bar, Case, Note, Tidings};
use domain::ids::{AccountId, NoteId, WorkItemId};
use domain::people::Staff;
use domain::policy::Act;
use domain::queue::{Moved, WorkItem};
use domain::supervision::Cause;
use domain::time::Timestamp;
use infra::store::{Move, StoreError, Tx, View};

use super::telling::change;
use super::{TakeError, Taken, step_of, work_item_for};
use crate::app::cases::{raise_call, tell_supervisors};
use crate::app::{Grounds, Roster};

/// Somebody with the claim that they name.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    pub staff: &'a Staff,
    pub id: WorkItemId,
    pub fence: u32,
}

/// A sign of life.
pub async fn extend(tx: &Tx, grounds: &Grounds, by: Holder<'_>) -> Result<WorkItem, TakeError> {
    let Taken { work_item: read, file } = work_item_for(tx, (by.staff, Act::ExtendWorkItem), by.id).await?;
    let (holder, now) = (by.staff.account, grounds.now);
    change(tx, grounds, (read, &file.case), |item| Ok(item.extend(holder, by.fence, now, grounds.lease())?)).await
}

/// Gives an item back to its pool.
pub async fn release(tx: &Tx, grounds: &Grounds, by: Holder<'_>) -> Result<WorkItem, TakeError> {
    let Taken { work_item: read, file } = work_item_for(tx, (by.staff, Act::ReleaseWorkItem), by.id).await?;
    change(tx, grounds, (read, &file.case), |item| Ok(item.release(by.staff.account, by.fence, grounds.now)?)).await
}

/// Gives an item to a colleague, who has to be able to take it.
pub async fn transfer(tx: &Tx, grounds: &Grounds, by: Holder<'_>, to: AccountId, reason: String) -> Result<WorkItem, TakeError> {
    let Taken { work_item: read, file } = work_item_for(tx, (by.staff, Act::TransferWorkItem), by.id).await?;
    may_get(tx, (&read, &file.case), to).await?;
    let (holder, now, kept_until) = (by.staff.account, grounds.now, kept_from(grounds, &read, grounds.now));
    let given =
        change(tx, grounds, (read, &file.case), |item| Ok::<_, TakeError>(item.transfer(holder, by.fence, to, now, kept_until)?)).await?;
    note(tx, grounds, by.staff, &given, (Moved::Transferred { to }, reason)).await?;
    Ok(given)
}

/// Puts an item aside.
pub async fn park(tx: &Tx, grounds: &Grounds, by: Holder<'_>, until: Timestamp, reason: String) -> Result<WorkItem, TakeError> {
    let Taken { work_item: read, file } = work_item_for(tx, (by.staff, Act::ParkWorkItem), by.id).await?;
    let (holder, now, terms) = (by.staff.account, grounds.now, (until, kept_from(grounds, &read, until)));
    let parked = change(tx, grounds, (read, &file.case), |item| Ok::<_, TakeError>(item.park(holder, by.fence, now, terms)?)).await?;
    note(tx, grounds, by.staff, &parked, (Moved::Parked { until }, reason)).await?;
    Ok(parked)
}

/// Calls the supervisor.
pub async fn escalate(tx: &Tx, grounds: &Grounds, by: Holder<'_>, reason: String) -> Result<WorkItem, TakeError> {
    let Taken { work_item: read, file } = work_item_for(tx, (by.staff, Act::EscalateWorkItem), by.id).await?;
    let (holder, now) = (by.staff.account, grounds.now);
    let called = change(tx, grounds, (read, &file.case), |item| Ok::<_, TakeError>(item.escalate(holder, by.fence, now)?)).await?;
    let reason = note(tx, grounds, by.staff, &called, (Moved::Escalated, reason)).await?;
    raise_call(tx, grounds, &file.case, Cause::Escalated, Some(reason)).await?;
    tell_supervisors(tx, grounds, &file.case, &called.desk.station, Tidings::Escalated).await?;
    Ok(called)
}

/// A supervisor gives an item to somebody, whoever holds it.
pub async fn assign(tx: &Tx, grounds: &Grounds, by: &Staff, id: WorkItemId, to: AccountId, reason: String) -> Result<WorkItem, TakeError> {
    let Taken { work_item: read, file } = work_item_for(tx, (by, Act::AssignWorkItem), id).await?;
    may_get(tx, (&read, &file.case), to).await?;
    let kept_until = kept_from(grounds, &read, grounds.now);
    let given = change(tx, grounds, (read, &file.case), |item| Ok::<_, TakeError>(item.assign(to, kept_until)?)).await?;
    note(tx, grounds, by, &given, (Moved::Assigned { to }, reason)).await?;
    Ok(given)
}

/// Somebody who may take an item.
#[derive(Debug, Clone)]
pub struct Taker {
    pub account: AccountId,
    pub name: Option<String>,
    /// How many items they hold.
    pub holds: u64,
}

/// Who at the item's desk may take it, but for who asks.
pub async fn takers(view: &View, grounds: &Grounds, by: &Staff, id: WorkItemId) -> Result<Vec<Taker>, TakeError> {
    let Taken { work_item: item, file } = work_item_for(view, (by, Act::ListWorkItemTakers), id).await?;
    let (mut roster, mut able) = (Roster::new(view), Vec::new());
    for staff in roster.seated(&file.case, &step_of(&item)).await? {
        if staff.account != by.account && roster.may_claim(&staff, &file.case, &step_of(&item)).await?.is_ok() {
            able.push(staff);
        }
    }
    let people = view.people(able.iter().map(|staff| staff.person)).await?;
    let holdings = view.holdings(able.iter().map(|staff| staff.account), grounds.now).await?;
    let takers = able.into_iter().map(|Staff { account, person, .. }| Taker {
        account,
        name: people.get(&person).and_then(|person| person.name.clone()),
        holds: holdings.get(&account).copied().unwrap_or_default(),
    });
    Ok(takers.collect())
}

/// Until when an item is kept for one clerk, from `from` on.
fn kept_from(grounds: &Grounds, item: &WorkItem, from: Timestamp) -> Timestamp {
    grounds.terms().kept_until(&item.desk.station, from)
}

/// Whether the one who is to get an item may take it.
async fn may_get(tx: &Tx, (item, case): (&WorkItem, &Case), to: AccountId) -> Result<(), TakeError> {
    let staff = tx.staff(to).await?.ok_or(TakeError::NobodyToTakeIt)?;
    match Roster::new(tx).may_claim(&staff, case, &step_of(item)).await? {
        Ok(()) => Ok(()),
        // Who is related to whom isn't told to a colleague.
        Err(Bar::OtherDesk | Bar::Own | Bar::Close | Bar::Agent | Bar::Accepted | Bar::OnlyDecider | Bar::Sealed) => {
            Err(TakeError::NobodyToTakeIt)
        }
    }
}

async fn note(tx: &Tx, grounds: &Grounds, by: &Staff, item: &WorkItem, (moved, reason): (Moved, String)) -> Result<NoteId, StoreError> {
    let note = NoteId::new(uuid::Uuid::now_v7());
    tx.add_note(note, item.case, by.account, &Note::Text { text: reason }, grounds.now).await?;
    tx.add_move(&Move { work_item: item.id, case: item.case, at: grounds.now, by: by.account, moved, note }).await?;
    Ok(note)
}
