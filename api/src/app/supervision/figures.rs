//! Who holds what, how items were moved, and how the work of stations went in a period.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::case::Case;
use domain::floor::AtWindows;
use domain::ids::{AccountId, CaseId, StationCode, WorkItemId};
use domain::queue::{Moved, WorkItem};
use domain::time::{Timestamp, end_of, start_of};
use infra::store::{CaseFile, DoneWork, Move, Standing, StoreError, View};

use super::Watch;
use super::windows::{by_station, time_at};
use crate::app::Grounds;
use crate::app::people::names_of;
use crate::app::queue::with_cases;

/// What is held, by whom. The case is none where it isn't shown to who asks.
#[derive(Debug, Clone)]
pub struct HeldLine {
    pub item: WorkItem,
    pub file: Option<CaseFile>,
    pub holder: AccountId,
    pub name: Option<String>,
    pub since: Timestamp,
    pub until: Timestamp,
}

/// A page of the live claims at the stations that somebody watches over.
pub async fn held_lines(
    view: &View,
    grounds: &Grounds,
    watch: &Watch,
    station: Option<&StationCode>,
    (after, limit): (Option<WorkItemId>, u64),
) -> Result<(Vec<HeldLine>, u64, Option<WorkItemId>), StoreError> {
    let (held, total) = view.held_within(&watch.scopes, station, grounds.now, (after, limit)).await?;
    let full = u64::try_from(held.len()).is_ok_and(|found| found == limit);
    let last = held.last().filter(|_| full).map(|last| last.id);
    let leases: Vec<_> = held.into_iter().filter_map(|item| item.live_lease(grounds.now).map(|lease| (item, lease))).collect();
    let names = names_of(view, leases.iter().map(|(_, lease)| lease.holder).collect()).await?;
    let mut lines = Vec::new();
    let files = with_cases(view, leases.iter().map(|(item, _)| item.clone()).collect()).await?;
    for ((item, lease), (_, file)) in leases.into_iter().zip(files) {
        let shown = !file.case.is_sealed() && is_shown(watch, &file.case);
        let (holder, since, until) = (lease.holder, lease.since, lease.until);
        lines.push(HeldLine { item, file: shown.then_some(file), holder, name: names.get(&holder).cloned(), since, until });
    }
    Ok((lines, total, last))
}

/// Whose case it is isn't somebody close to who watches.
fn is_shown(watch: &Watch, case: &Case) -> bool {
    watch.not_about.is_disjoint(&case.involved)
}

/// How an item of a case was moved, in words.
#[derive(Debug, Clone)]
pub struct MoveLine {
    pub moved: Move,
    pub by: Option<String>,
    pub to: Option<String>,
    pub reason: Option<String>,
}

/// How the items of a case were handed on, put aside, escalated and assigned.
pub async fn moves(view: &View, case: CaseId) -> Result<Vec<MoveLine>, StoreError> {
    let moves = view.moves_of(case).await?;
    let texts = view.texts_of(&moves.iter().map(|moved| moved.note).collect()).await?;
    let names = names_of(view, moves.iter().flat_map(|moved| [Some(moved.by), receiver(&moved.moved)]).flatten().collect()).await?;
    let lines = moves.into_iter().map(|moved| MoveLine {
        by: names.get(&moved.by).cloned(),
        to: receiver(&moved.moved).and_then(|to| names.get(&to).cloned()),
        reason: texts.get(&moved.note).cloned(),
        moved,
    });
    Ok(lines.collect())
}

/// Whom an item was given to.
pub fn receiver(moved: &Moved) -> Option<AccountId> {
    match moved {
        Moved::Transferred { to } | Moved::Assigned { to } => Some(*to),
        Moved::Parked { .. } | Moved::Escalated => None,
    }
}

/// A station in figures: what lies there now, what was done in the period, and how long its windows were open for it.
#[derive(Debug, Clone)]
pub struct StationLine {
    pub station: StationCode,
    pub standing: Standing,
    pub overloaded: bool,
    pub done: Option<DoneWork>,
    pub at_windows: AtWindows,
    /// Who works at its desks.
    pub staff: usize,
}

/// Every station that somebody watches over, also where nothing was done.
pub async fn stations(
    view: &View,
    grounds: &Grounds,
    watch: &Watch,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<StationLine>, StoreError> {
    let mut standing = view.standing_at_stations(&watch.scopes, grounds.now).await?;
    let period = (start_of(from), end_of(to));
    let done = view.done_by_station(&watch.scopes, period).await?;
    let mut done: BTreeMap<_, _> = done.into_iter().map(|done| (done.station.clone(), done)).collect();
    let sittings = view.sittings_within(&watch.scopes, period).await?;
    let mut at_windows = by_station(time_at(view, sittings, period, grounds.now).await?);
    let watched = grounds.map.stations().map(|station| &station.code);
    let watched = watched.filter(|station| watch.scopes.iter().any(|scope| scope.covers(station)));
    let lines = watched.map(|station| StationLine {
        station: station.clone(),
        standing: standing.remove(station).unwrap_or_default(),
        overloaded: grounds.overloaded.contains(station),
        done: done.remove(station),
        at_windows: at_windows.remove(station).unwrap_or_default(),
        staff: grounds.manning.count(station),
    });
    Ok(lines.collect())
}
