//! Time at windows, and how much of it was idle: [`domain::floor::time_at_windows`] over what is kept of sittings, and of what kept those
//! who sat there busy. It reaches as far back as sittings are kept.

use std::collections::BTreeMap;

use domain::floor::{AtWindows, SatAt, Window, time_at_windows};
use domain::ids::{AccountId, StationCode};
use domain::time::Timestamp;
use infra::store::{StoreError, View};

/// Whose work is in memory at a time: a district's of a quarter of a year would be hundreds of thousands of rows.
const CLERKS_AT_ONCE: usize = 32;

/// Of these sittings, the part that lies from `from` until before `to`, by now.
pub async fn time_at(
    view: &View,
    sittings: Vec<Window>,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<BTreeMap<SatAt, AtWindows>, StoreError> {
    let mut by_clerk: BTreeMap<AccountId, Vec<Window>> = BTreeMap::new();
    for sitting in sittings {
        by_clerk.entry(sitting.clerk).or_default().push(sitting);
    }
    let mut times = BTreeMap::new();
    let clerks: Vec<_> = by_clerk.into_iter().collect();
    for some in clerks.chunks(CLERKS_AT_ONCE) {
        let sittings: Vec<Window> = some.iter().flat_map(|(_, sittings)| sittings).cloned().collect();
        // What was over before the first of them matters to none.
        let first = sittings.iter().map(|window| window.opened_at).min().map_or(from, |first| first.max(from));
        let clerks = some.iter().map(|(clerk, _)| *clerk).collect();
        let busy = view.engagements_of(&clerks, (first, to.min(now))).await?;
        times.extend(time_at_windows(&sittings, &busy, (from, to), now));
    }
    Ok(times)
}

pub fn by_station(times: BTreeMap<SatAt, AtWindows>) -> BTreeMap<StationCode, AtWindows> {
    let mut stations: BTreeMap<StationCode, AtWindows> = BTreeMap::new();
    for (whose, time) in times {
        let sum = stations.entry(whose.station).or_default();
        *sum = *sum + time;
    }
    stations
}
