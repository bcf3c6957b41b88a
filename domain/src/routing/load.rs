//! What the engine knows beside map and catalogue: the live load of the stations, and the settings of its estimates.
//! A station without an entry counts as idle: missing or stale load makes the estimate coarser, never the answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use super::Grounds;
use crate::district::{Level, Opening};
use crate::ids::StationCode;

/// A snapshot of the live load, with the settings that turn it into estimates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Load {
    pub stations: BTreeMap<StationCode, StationLoad>,
    pub tuning: Arc<Tuning>,
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
    /// When staff come to a person, out of their station's hours too. Default: every day, 08:00 to 20:00.
    pub visit_hours: Vec<Opening>,
    /// When a partner district's counter is open. Default: Monday to Friday, 09:00 to 12:00 and 13:30 to 17:00.
    pub partner_hours: Vec<Opening>,
    /// How long papers are in the post. Default: 3 days.
    pub post_days: u16,
    /// A wait that is said to be long. Default: 30 minutes.
    pub long_wait_min: u32,
    pub grounds: Grounds,
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
            visit_hours: vec![opening(1..=7, (8, 0), (20, 0))],
            partner_hours: vec![opening(1..=5, (9, 0), (12, 0)), opening(1..=5, (13, 30), (17, 0))],
            post_days: 3,
            long_wait_min: 30,
            grounds: Grounds::default(),
        }
    }
}

fn opening(days: impl IntoIterator<Item = u8>, open: (u32, u32), close: (u32, u32)) -> Opening {
    let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    Opening { days: days.into_iter().collect(), open: time(open), close: time(close) }
}
