//! Time at windows, and how much of it was idle: [`domain::floor::time_at_windows`] over what is kept of sittings, and of what kept those
//! who sat there busy. It reaches as far back as sittings are kept.

use std::collections::BTreeMap;

use domain::floor::{AtWindows, SatAt, Window, time_at_windows};
use domain::ids::StationCode;
use domain::time::Timestamp;
use infra::store::{StoreError, View};

/// Of these sittings, the part that lies from `from` until before `to`, by now.
pub async fn time_at(
    view: &View,
    sittings: &[Window],
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<BTreeMap<SatAt, AtWindows>, StoreError> {
    // What was over before the first of them matters to none.
    let first = sittings.iter().map(|window| window.opened_at).min().map_or(from, |first| first.max(from));
    let clerks = sittings.iter().map(|window| window.clerk).collect();
    let busy = view.engagements_of(&clerks, (first, to.min(now))).await?;
    Ok(time_at_windows(sittings, &busy, (from, to), now))
}

pub fn by_station(times: BTreeMap<SatAt, AtWindows>) -> BTreeMap<StationCode, AtWindows> {
    let mut stations: BTreeMap<StationCode, AtWindows> = BTreeMap::new();
    for (whose, time) in times {
        let sum = stations.entry(whose.station).or_default();
        *sum = *sum + time;
    }
    stations
}
