//! How clerks' work went: for those who watch over them, and for each about themself. In no order of merit.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::floor::{AtWindows, SatAt};
use domain::ids::{AccountId, StationCode};
use domain::people::{Role, Staff};
use domain::time::{end_of, start_of};
use infra::store::{DoneByClerk, DoneWork, HeldNow, StoreError, View, WorkOf};

use super::windows::time_at;
use crate::app::Grounds;
use crate::app::people::names_of;

/// A day of a clerk at a station: at least one of both is something.
#[derive(Debug, Clone)]
pub struct ClerkDay {
    pub whose: SatAt,
    pub done: Option<DoneWork>,
    pub at_windows: AtWindows,
}

/// What a clerk holds now, and their days in order; days on which they closed nothing and sat at no window are left out.
#[derive(Debug, Clone, Default)]
pub struct ClerkWork {
    pub held: HeldNow,
    pub days: Vec<ClerkDay>,
}

/// A clerk of a station, and their work there.
#[derive(Debug, Clone)]
pub struct ClerkLine {
    pub clerk: AccountId,
    pub name: Option<String>,
    pub work: ClerkWork,
}

/// Everybody who works at a station, or did in the period, also who closed nothing.
pub async fn by_clerk(
    view: &View,
    grounds: &Grounds,
    station: &StationCode,
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<ClerkLine>, StoreError> {
    let at_desks = view.staff_at(station).await?;
    let at_desks = at_desks.iter().filter(|staff| staff.has(Role::Clerk, station) || staff.has(Role::Approver, station));
    let mut all: BTreeMap<AccountId, ClerkWork> = at_desks.map(|staff| (staff.account, ClerkWork::default())).collect();
    all.extend(work_of(view, grounds, &WorkOf::Station(station.clone()), days).await?);
    let names = names_of(view, all.keys().copied().collect()).await?;
    Ok(all.into_iter().map(|(clerk, work)| ClerkLine { clerk, name: names.get(&clerk).cloned(), work }).collect())
}

/// Somebody's own work, wherever.
pub async fn own_work(view: &View, grounds: &Grounds, staff: &Staff, days: (NaiveDate, NaiveDate)) -> Result<ClerkWork, StoreError> {
    let mut work = work_of(view, grounds, &WorkOf::Clerk(staff.account), days).await?;
    Ok(work.remove(&staff.account).unwrap_or_default())
}

async fn work_of(
    view: &View,
    grounds: &Grounds,
    whose: &WorkOf,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<AccountId, ClerkWork>, StoreError> {
    let period = (start_of(from), end_of(to));
    let done = view.done_by_clerk(whose, period).await?;
    let sittings = view.sittings_of(whose, period).await?;
    let at_windows = time_at(view, sittings, period, grounds.now).await?;
    let mut all: BTreeMap<AccountId, ClerkWork> = BTreeMap::new();
    for day in days(done, at_windows) {
        all.entry(day.whose.clerk).or_default().days.push(day);
    }
    for (clerk, held) in view.held_now(whose, grounds.now).await? {
        all.entry(clerk).or_default().held = held;
    }
    Ok(all)
}

/// What was done and the time at windows, put together by day, clerk and station.
fn days(done: Vec<DoneByClerk>, at_windows: BTreeMap<SatAt, AtWindows>) -> impl Iterator<Item = ClerkDay> {
    let mut all: BTreeMap<SatAt, (Option<DoneWork>, AtWindows)> =
        at_windows.into_iter().map(|(whose, time)| (whose, (None, time))).collect();
    for DoneByClerk { day, clerk, work } in done {
        let whose = SatAt { day, clerk, station: work.station.clone() };
        all.entry(whose).or_default().0 = Some(work);
    }
    all.into_iter().map(|(whose, (done, at_windows))| ClerkDay { whose, done, at_windows })
}
