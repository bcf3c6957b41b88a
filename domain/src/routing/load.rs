//! What the engine knows beside map and catalogue: the live load of the stations, and the settings of its estimates.
//! A station without an entry counts as idle: missing or stale load makes the estimate coarser, never the answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Duration, NaiveTime};
use serde::{Deserialize, Serialize};

use super::Grounds;
use super::queues::{Numbered, Queue};
use crate::district::{DistrictMap, Level, Opening};
use crate::ids::StationCode;
use crate::time::Timestamp;

/// A snapshot of the live load, with the settings that turn it into estimates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Load {
    stations: BTreeMap<StationCode, StationLoad>,
    /// When the figures were taken; none where they are as fresh as can be.
    pub as_of: Option<Timestamp>,
    pub tuning: Arc<Tuning>,
    numbered: Numbered,
}

impl Load {
    pub fn new(stations: BTreeMap<StationCode, StationLoad>, as_of: Option<Timestamp>, tuning: Arc<Tuning>) -> Self {
        Self { stations, as_of, tuning, numbered: Numbered::default() }
    }

    pub fn stations(&self) -> &BTreeMap<StationCode, StationLoad> {
        &self.stations
    }

    pub fn set(&mut self, station: StationCode, load: StationLoad) {
        self.stations.insert(station, load);
        self.numbered = Numbered::default();
    }

    /// The load of each station of `map` by its number, as far as it is known; none of what is stale.
    pub(super) fn queues(&self, map: &DistrictMap, now: Timestamp) -> Cow<'_, [Queue]> {
        if self.is_fresh(now) { self.numbered.of(map, &self.stations) } else { Cow::Borrowed(&[]) }
    }

    /// Whether the figures are young enough to count; stale ones are as good as none.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.as_of.is_none_or(|as_of| now - as_of <= Duration::minutes(i64::from(self.tuning.load_fresh_min)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StationLoad {
    /// How long somebody who comes now waits for their turn.
    pub wait_min: u32,
    pub desk: Desks,
}

/// Whether anybody serves at the station today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Desks {
    Staffed,
    Unstaffed,
}

/// The settings of the estimates. They move times and kilometres, never what is allowed; only `grounds` decides who may ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tuning {
    pub service: ServiceMinutes,
    /// Road kilometres per kilometre of air line. Default: 1.3.
    pub road_factor: f64,
    /// The person's speed on the way. Default: 25 km/h.
    pub speed_kmh: f64,
    /// From a handover to the next hands: packing, sorting, signing. Default: 60 minutes.
    pub handover_min: u32,
    /// When couriers drive. Default: Monday to Saturday, 08:30 to 18:00.
    pub courier_hours: Vec<Opening>,
    /// A courier sets out every so many minutes of a shift. Default: 30 minutes.
    pub courier_slot_min: u32,
    /// A ride must be ordered so long before its slot. Default: 30 minutes.
    pub courier_cut_off_min: u32,
    /// Who comes to a person, out of their station's hours too.
    pub visitors: Vec<VisitorTerms>,
    /// A visit begins every so many minutes of a visitor's hours. Default: 30 minutes.
    pub visit_slot_min: u32,
    /// When a partner's counter is open that doesn't name its hours. Default: Monday to Friday, 09:00 to 12:00 and 13:30 to 17:00.
    pub partner_hours: Vec<Opening>,
    /// How far a partner may lie from a person elsewhere who isn't in its district, on the air line. Default: 50 km.
    pub partner_reach_km: f64,
    /// How long papers are in the post. Default: 3 days.
    pub post_days: u16,
    /// A wait that is said to be long. Default: 30 minutes.
    pub long_wait_min: u32,
    /// Live load that is older counts as none. Default: 15 minutes.
    pub load_fresh_min: u32,
    pub grounds: Grounds,
}

/// Who comes to a person in special handling, from which stations, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitorTerms {
    pub who: Visitor,
    /// The levels of the stations from which they come.
    pub levels: Vec<Level>,
    pub hours: Vec<Opening>,
    pub presence: Presence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visitor {
    /// 窗口工作人员: of the station's staff.
    Clerk,
    /// 网格员
    GridWorker,
    /// 志愿者
    Volunteer,
}

impl Visitor {
    /// Whether they may decide: at the desk, as on a visit, that is for the station's staff alone.
    pub(super) fn may_decide(self) -> bool {
        match self {
            Visitor::Clerk => true,
            Visitor::GridWorker | Visitor::Volunteer => false,
        }
    }
}

/// Whether the person's presence, where an item asks for it, is met by the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Checks,
    CannotCheck,
}

/// How long one matter takes at the counter, by level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceMinutes {
    pub point: u32,
    pub village: u32,
    pub town: u32,
    pub district: u32,
}

impl ServiceMinutes {
    pub fn at(&self, level: Level) -> u32 {
        match level {
            Level::Point => self.point,
            Level::Village => self.village,
            Level::Town => self.town,
            Level::District => self.district,
        }
    }
}

impl Default for ServiceMinutes {
    fn default() -> Self {
        Self { point: 15, village: 15, town: 20, district: 20 }
    }
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            service: ServiceMinutes::default(),
            road_factor: 1.3,
            speed_kmh: 25.0,
            handover_min: 60,
            courier_hours: vec![opening(1..=6, (8, 30), (18, 0))],
            courier_slot_min: 30,
            courier_cut_off_min: 30,
            visitors: visitors(),
            visit_slot_min: 30,
            partner_hours: vec![opening(1..=5, (9, 0), (12, 0)), opening(1..=5, (13, 30), (17, 0))],
            partner_reach_km: 50.0,
            post_days: 3,
            long_wait_min: 30,
            load_fresh_min: 15,
            grounds: Grounds::default(),
        }
    }
}

fn visitors() -> Vec<VisitorTerms> {
    let near = || vec![Level::Point, Level::Village];
    vec![
        VisitorTerms {
            who: Visitor::Clerk,
            levels: vec![Level::Point, Level::Village, Level::Town, Level::District],
            hours: vec![opening(1..=7, (8, 0), (20, 0))],
            presence: Presence::Checks,
        },
        VisitorTerms {
            who: Visitor::GridWorker,
            levels: near(),
            hours: vec![opening(1..=7, (7, 0), (21, 0))],
            presence: Presence::CannotCheck,
        },
        VisitorTerms {
            who: Visitor::Volunteer,
            levels: near(),
            hours: vec![opening(6..=7, (9, 0), (17, 0))],
            presence: Presence::CannotCheck,
        },
    ]
}

fn opening(days: impl IntoIterator<Item = u8>, open: (u32, u32), close: (u32, u32)) -> Opening {
    let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    Opening { days: days.into_iter().collect(), open: time(open), close: time(close) }
}
