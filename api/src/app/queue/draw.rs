//! A station with nothing to do draws from the district's pool (全区通办), and one that isn't overloaded helps one that is: accepting
//! and reviewing, never deciding.

use std::collections::BTreeSet;

use domain::case::{By, Command, done_for_others, is_able};
use domain::ids::StationCode;
use domain::queue::{WorkItem, comes_before_own};
use infra::store::{CaseFile, Helpers, Tx};

use super::claim::Call;
use super::telling::change;
use super::{TakeError, Taken, case_of, step_of};
use crate::app::cases::{ActError, command};
use crate::app::{Grounds, Roster};

/// Items looked at in one go, and how often, of those that the caller could do by stage, topic and role. What they may not do for
/// another reason may hide what stands far behind: that waits for its own station, or for the next call.
const LOOKED_AT: u64 = 20;
const LOOKS: usize = 5;

/// Takes over the first item of the district's pool that one of the caller's stations is able to do and the caller may take.
pub async fn draw_next(tx: &Tx, grounds: &Grounds, call: &Call) -> Result<Option<Taken>, TakeError> {
    let (mut roster, mut after, helpers) = (Roster::new(tx), None, helpers(grounds, call));
    for _ in 0..LOOKS {
        let found = tx.shared_work(&helpers, grounds.now, after.as_ref(), LOOKED_AT).await?;
        let Some(last) = found.last().cloned() else { return Ok(None) };
        if let Some(taken) = take_first(tx, grounds, (&mut roster, call), found).await? {
            return Ok(Some(taken));
        }
        after = Some(last);
    }
    Ok(None)
}

/// Whether the caller's stations may help others: some station is overloaded, and none of theirs.
pub fn may_relieve(grounds: &Grounds, call: &Call) -> bool {
    !grounds.overloaded.is_empty() && call.stations().is_disjoint(&grounds.overloaded)
}

/// Takes over what an overloaded station shares, where it comes before the caller's own work.
pub async fn relieve(tx: &Tx, grounds: &Grounds, call: &Call) -> Result<Option<Taken>, TakeError> {
    let own = call.first_offered(tx, grounds).await?;
    let found = tx.shared_work_of(&grounds.overloaded, &helpers(grounds, call), grounds.now, LOOKED_AT).await?;
    let before = found.into_iter().filter(|shared| comes_before_own(shared, own.as_ref())).collect();
    take_first(tx, grounds, (&mut Roster::new(tx), call), before).await
}

/// What the caller's stations, and the caller, could do of what is shared. Which items a station accepts only the case tells.
fn helpers(grounds: &Grounds, call: &Call) -> Helpers {
    let stations = call.stations();
    let levels = stations.iter().filter_map(|code| Some(grounds.map.station(code)?.level));
    Helpers {
        roles: call.pools().iter().map(|pool| pool.role).collect(),
        stages: levels.flat_map(done_for_others).copied().collect(),
        topics: call.staff().topics.clone(),
        stations,
    }
}

async fn take_first(
    tx: &Tx,
    grounds: &Grounds,
    (roster, call): (&mut Roster<'_>, &Call),
    items: Vec<WorkItem>,
) -> Result<Option<Taken>, TakeError> {
    let stations = call.stations();
    for item in items {
        let file = case_of(tx, &item).await?;
        let Some(station) = able_station(tx, grounds, (&mut *roster, call), &stations, &item, &file).await? else { continue };
        if tx.hold_shared(item.id, grounds.now).await? {
            return take_over(tx, grounds, call, item, station).await;
        }
    }
    Ok(None)
}

async fn able_station(
    tx: &Tx,
    grounds: &Grounds,
    (roster, call): (&mut Roster<'_>, &Call),
    stations: &BTreeSet<StationCode>,
    work_item: &WorkItem,
    file: &CaseFile,
) -> Result<Option<StationCode>, TakeError> {
    let item = grounds.item_at(tx, &file.case.item, file.case.item_version).await?;
    for code in stations.iter().filter(|code| **code != work_item.desk.station) {
        let able = grounds.map.station(code).is_some_and(|station| is_able(station, work_item.stage, &item.item));
        if able && roster.may_claim(call.staff(), &file.case, &step_of(work_item).at(code)).await?.is_ok() {
            return Ok(Some(code.clone()));
        }
    }
    Ok(None)
}

async fn take_over(tx: &Tx, grounds: &Grounds, call: &Call, item: WorkItem, to: StationCode) -> Result<Option<Taken>, TakeError> {
    let file = match command(tx, grounds, item.case, By::Staff(call.staff()), Command::Draw { to }).await {
        Ok(file) => file,
        Err(ActError::Store(error)) => return Err(error.into()),
        // Asked and allowed just now; a rule that this misses only leaves the item where it is.
        Err(_refused) => return Ok(None),
    };
    let Some(moved) = tx.work_item(item.id).await? else { return Ok(None) };
    let claimed = change(tx, grounds, (moved, &file.case), |item| call.claim(item, grounds).map_err(TakeError::from)).await?;
    Ok(Some(Taken { work_item: claimed, file }))
}
