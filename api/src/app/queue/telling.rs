//! Who watches the queues is told of work that is open to a whole line at each of its stations: the store tells its desk's alone. Of other
//! work nothing is asked here, so that claiming it costs no more.

use domain::case::{Case, Reach};
use domain::ids::StationCode;
use domain::live::{Change, Topic, What, changes_in_line};
use domain::queue::{WorkItem, WorkState};
use infra::store::{StoreError, Tx};

use super::case_of;
use crate::app::Grounds;

/// What `change` makes of an open item, saved and told. `StoreError::Stale` where somebody else changed it meanwhile.
pub async fn change<E: From<StoreError>>(
    tx: &Tx,
    grounds: &Grounds,
    (read, case): (WorkItem, &Case),
    change: impl FnOnce(WorkItem) -> Result<WorkItem, E>,
) -> Result<WorkItem, E> {
    let changed = tx.change_work_item(read.clone(), grounds.now, change).await?;
    tell_line(tx, grounds, case, (Some(&read), &changed));
    Ok(changed)
}

/// Gives back what time has given back. `StoreError::Stale` where somebody else took it.
pub async fn give_back(tx: &Tx, grounds: &Grounds, read: WorkItem) -> Result<(), StoreError> {
    let back = read.clone().lapse(grounds.now);
    tx.save_work_item(&read, &back, grounds.now).await?;
    if is_open_to_a_line(&read) {
        tell_line(tx, grounds, &case_of(tx, &read).await?.case, (Some(&read), &back));
    }
    Ok(())
}

/// Tells the line of a case what became of an item.
pub fn tell_line(tx: &Tx, grounds: &Grounds, case: &Case, (before, after): (Option<&WorkItem>, &WorkItem)) {
    for change in changes_in_line(before, after, line_of(grounds, case)) {
        tx.tell(change, grounds.now);
    }
}

/// Tells the line of a case that an item was claimed.
pub fn tell_claimed(tx: &Tx, grounds: &Grounds, case: &Case, claimed: &WorkItem) {
    let waited = WorkItem { state: WorkState::Ready, ..claimed.clone() };
    tell_line(tx, grounds, case, (Some(&waited), claimed));
}

/// Tells of an item whose notice has hung its time: it waits now.
pub async fn tell_hung(tx: &Tx, grounds: &Grounds, item: &WorkItem) -> Result<(), StoreError> {
    let tell = |station: &StationCode| tx.tell(Change::new(Topic::Queue(station.clone()), What::Returned, item.id), grounds.now);
    tell(&item.desk.station);
    if is_open_to_a_line(item) {
        let case = case_of(tx, item).await?.case;
        line_of(grounds, &case).filter(|station| **station != item.desk.station).for_each(tell);
    }
    Ok(())
}

fn is_open_to_a_line(item: &WorkItem) -> bool {
    item.desk.reach == Reach::Line
}

fn line_of<'a>(grounds: &'a Grounds, case: &'a Case) -> impl Iterator<Item = &'a StationCode> {
    grounds.map.stations().map(|station| &station.code).filter(|station| case.has_in_line(station))
}
