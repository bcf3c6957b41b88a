//! What a decision came from, kept with the case: the same inputs give the same decision at any later time.
//!
//! The map with the settings is a document of its own, kept once under its digest however many cases were planned on it; a case
//! keeps the digest, the ask, the instant, the versions of the items and the load of the stations at which somebody waited.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Ask, Decision, Desks, Load, StationLoad, Tuning, explain};
use crate::calendar::Calendar;
use crate::catalogue::Catalogue;
use crate::district::{BadDistrict, DistrictMap, Division, Partner, Station};
use crate::ids::{BadCode, DistrictCode, ItemCode, StationCode};
use crate::time::Timestamp;

/// All that a decision came from beside the snapshot and the catalogue's versions that it names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    pub ask: Ask,
    pub now: Timestamp,
    /// The stations at which somebody waited or nobody served; all others were idle.
    pub load: Vec<(StationCode, StationLoad)>,
    pub load_as_of: Option<Timestamp>,
    /// The items asked for, those of the same matter, and those that come before them, each at its version.
    pub items: Vec<(ItemCode, u32)>,
    pub snapshot: SnapshotDigest,
}

/// A map and the settings as a document: enough to build the map again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    pub district: DistrictCode,
    pub name: String,
    pub divisions: Vec<Division>,
    pub stations: Vec<Station>,
    pub partners: Vec<Partner>,
    pub calendar: Calendar,
    pub tuning: Tuning,
}

/// SHA-256 of a snapshot's JSON, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SnapshotDigest(String);

impl Snapshot {
    pub fn of(map: &DistrictMap, tuning: &Tuning) -> Self {
        Self {
            district: map.code.clone(),
            name: map.name.clone(),
            divisions: map.divisions().cloned().collect(),
            stations: map.stations().cloned().collect(),
            partners: map.partners().cloned().collect(),
            calendar: Calendar::clone(&map.calendar),
            tuning: tuning.clone(),
        }
    }

    /// Equal snapshots have equal digests.
    pub fn digest(&self) -> Result<SnapshotDigest, serde_json::Error> {
        Ok(SnapshotDigest(hex::encode(Sha256::digest(serde_json::to_vec(self)?))))
    }

    /// The map again.
    pub fn map(&self) -> Result<DistrictMap, BadDistrict> {
        let named = (self.district.clone(), self.name.clone());
        let calendar = Arc::new(self.calendar.clone());
        DistrictMap::build(named, self.divisions.clone(), self.stations.clone(), self.partners.clone(), calendar)
    }
}

impl Inputs {
    /// What `plan` was given, on the map and settings that `snapshot` names.
    pub fn of(catalogue: &Catalogue, load: &Load, ask: &Ask, now: Timestamp, snapshot: SnapshotDigest) -> Self {
        let busy = load.stations().iter().filter(|(_, load)| load.wait_min > 0 || load.desk == Desks::Unstaffed);
        Self {
            ask: ask.clone(),
            now,
            load: busy.map(|(code, load)| (code.clone(), *load)).collect(),
            load_as_of: load.as_of,
            items: items(catalogue, ask),
            snapshot,
        }
    }

    /// The decision again. `catalogue` holds each of `items` at its version.
    pub fn replay(&self, snapshot: &Snapshot, catalogue: &Catalogue) -> Result<Decision, BadDistrict> {
        let load = Load::new(self.load.iter().cloned().collect(), self.load_as_of, Arc::new(snapshot.tuning.clone()));
        Ok(explain(&snapshot.map()?, catalogue, &load, &self.ask, self.now))
    }
}

/// Every item that the engine may look at for `ask`.
fn items(catalogue: &Catalogue, ask: &Ask) -> Vec<(ItemCode, u32)> {
    let asked = ask.items.iter().filter_map(|code| catalogue.item(code)).map(AsRef::as_ref);
    let mut all: Vec<_> = asked.flat_map(|listed| std::iter::once(listed).chain(catalogue.replacements(&listed.item))).collect();
    let before: Vec<_> = all.iter().flat_map(|listed| &listed.item.after).filter_map(|code| catalogue.item(code)).collect();
    all.extend(before.into_iter().map(AsRef::as_ref));
    let mut items: Vec<_> = all.into_iter().map(|listed| (listed.item.code.clone(), listed.version)).collect();
    items.sort_unstable();
    items.dedup();
    items
}

impl SnapshotDigest {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SnapshotDigest {
    type Error = BadCode;

    fn try_from(text: String) -> Result<Self, BadCode> {
        let is_digest = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_digest { Ok(Self(text)) } else { Err(BadCode::new("SnapshotDigest", &text)) }
    }
}

impl From<SnapshotDigest> for String {
    fn from(digest: SnapshotDigest) -> String {
        digest.0
    }
}

impl fmt::Display for SnapshotDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
