//! The order of plans, written once more from the plans themselves.

use super::super::*;
use crate::ids::ItemCode;

/// A plan's place in the order, lowest best. Trips count first only with a special need; the measure is the preference's.
pub type Rank<'a> = (u32, Measure, u32, Timestamp, u32, i64, Mode, Vec<&'a StationCode>, Vec<&'a ItemCode>, Vec<Option<&'a StationCode>>);

/// All plans that are compared are measured alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    Finish(Timestamp),
    Distance(u32),
    Trips(u32),
}

pub fn rank<'a>(ask: &Ask, plan: &'a Plan) -> Rank<'a> {
    let trips_first = if ask.needs.are_special() { plan.trips } else { 0 };
    let measure = match ask.preference {
        Preference::Soonest => Measure::Finish(plan.expected),
        Preference::Nearest => Measure::Distance(plan.distance_m),
        Preference::FewestTrips => Measure::Trips(plan.trips),
    };
    let items = plan.matters.iter().map(|matter| &matter.item).collect();
    let partners = plan.matters.iter().map(|matter| matter.partner.as_ref()).collect();
    (trips_first, measure, plan.trips, plan.expected, plan.distance_m, plan.fee_fen, plan.mode, plan.stations().collect(), items, partners)
}
