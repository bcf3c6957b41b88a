//! From a plan to the way that a case takes.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Item, Mode};
use crate::district::{DistrictMap, Level, Line, Station};
use crate::ids::StationCode;
use crate::routing::{CourierLeg, Plan, PlannedMatter};

/// How the papers come to the station that accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandIn {
    /// Online, at the counter, or by post: nothing that the system carries.
    Direct,
    /// A courier fetches them from the person.
    Fetched,
}

/// How a paper result reaches the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GiveOut {
    /// At the counter, by post, or by the staff of a visit.
    Direct,
    /// A courier brings it.
    Brought,
}

/// What the plan settled about the way of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    pub mode: Mode,
    /// Where it is accepted.
    pub accepting: StationCode,
    /// Where the paper result waits.
    pub collect_at: StationCode,
    /// The line of the division where the matter lies.
    pub line: Line,
    pub hand_in: HandIn,
    pub give_out: GiveOut,
}

impl Route {
    /// The way of one matter of a plan; none where the map no longer has what the plan names.
    pub fn of(plan: &Plan, matter: &PlannedMatter, item: &Item, map: &DistrictMap) -> Option<Self> {
        let accepting = map.station(&matter.accepting)?;
        let collect_at = matter.collect_at.clone().unwrap_or_else(|| prints_for(accepting, map).code.clone());
        let brings = matter.legs.contains(&CourierLeg::Bring) && item.result.form.has_paper();
        Some(Self {
            mode: plan.mode,
            accepting: accepting.code.clone(),
            collect_at,
            line: map.line(&matter.line_of)?,
            hand_in: if matter.legs.contains(&CourierLeg::Fetch) { HandIn::Fetched } else { HandIn::Direct },
            give_out: if brings { GiveOut::Brought } else { GiveOut::Direct },
        })
    }
}

/// What a point can't print, its village station prints.
fn prints_for<'a>(station: &'a Station, map: &'a DistrictMap) -> &'a Station {
    match (station.level, station.terminal) {
        (Level::Point, false) => map.own_station(&station.division).unwrap_or(station),
        (Level::Point, true) | (Level::Village | Level::Town | Level::District, _) => station,
    }
}
