//! The order of plans: one total order for each preference.
//! With a special need trips come first; then the preference's measure; then trips, finish, kilometres, fee, mode, station.

use super::{Ask, Plan, Preference};
use crate::catalogue::Mode;
use crate::ids::{ItemCode, StationCode};
use crate::time::Timestamp;

/// A plan's place in the order, lowest best. The items come last, to tell apart what may stand in for each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank<'a> {
    trips_first: u32,
    measure: Measure,
    trips: u32,
    finish: Timestamp,
    distance_m: u32,
    fee_fen: i64,
    mode: Mode,
    stations: Vec<&'a StationCode>,
    items: Vec<&'a ItemCode>,
}

/// All plans that are compared are measured alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Measure {
    Finish(Timestamp),
    Distance(u32),
    Trips(u32),
}

pub(super) fn rank<'a>(ask: &Ask, plan: &'a Plan) -> Rank<'a> {
    Rank {
        trips_first: if ask.needs.are_special() { plan.trips } else { 0 },
        measure: measure(ask.preference, plan),
        trips: plan.trips,
        finish: plan.expected,
        distance_m: plan.distance_m,
        fee_fen: plan.fee_fen,
        mode: plan.mode,
        stations: plan.stations().collect(),
        items: plan.matters.iter().map(|matter| &matter.item).collect(),
    }
}

fn measure(preference: Preference, plan: &Plan) -> Measure {
    match preference {
        Preference::Soonest => Measure::Finish(plan.expected),
        Preference::Nearest => Measure::Distance(plan.distance_m),
        Preference::FewestTrips => Measure::Trips(plan.trips),
    }
}

/// What the order compares before it comes to the finish: all of it adds up over the plans of several items.
pub(super) fn before_finish(ask: &Ask, plan: &Plan) -> [u32; 3] {
    let first = if ask.needs.are_special() { plan.trips } else { 0 };
    match ask.preference {
        Preference::Soonest => [first, 0, 0],
        Preference::Nearest => [first, plan.distance_m, plan.trips],
        Preference::FewestTrips => [first, plan.trips, 0],
    }
}

/// What it compares after the finish.
pub(super) fn after_finish(plan: &Plan) -> (u32, u32, i64, Vec<&StationCode>) {
    (plan.trips, plan.distance_m, plan.fee_fen, plan.stations().collect())
}
