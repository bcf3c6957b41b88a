//! The order of plans: one total order for each preference.
//! With a special need trips come first; then the preference's measure; then trips, finish, kilometres, fee, mode, station.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::draw::Costs;
use super::{Ask, Preference};

/// Where one plan comes before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// With a special need trips come before everything.
    TripsFirst,
    /// The measure of the preference.
    Preference,
    Trips,
    Finish,
    Distance,
    Fee,
    Mode,
    /// The station's code, and after it the item's and the partner's.
    Station,
}

/// How the costs of two plans compare for `ask`, and on what.
pub(super) fn compare(ask: &Ask, a: &Costs, b: &Costs) -> (Ordering, Criterion) {
    let trips = a.trips.cmp(&b.trips);
    let finish = a.expected.cmp(&b.expected);
    let distance = a.distance_m.cmp(&b.distance_m);
    let measure = match ask.preference {
        Preference::Soonest => finish,
        Preference::Nearest => distance,
        Preference::FewestTrips => trips,
    };
    let trips_first = if ask.needs.are_special() { trips } else { Ordering::Equal };
    let criteria = [
        (trips_first, Criterion::TripsFirst),
        (measure, Criterion::Preference),
        (trips, Criterion::Trips),
        (finish, Criterion::Finish),
        (distance, Criterion::Distance),
        (a.fee_fen.cmp(&b.fee_fen), Criterion::Fee),
    ];
    criteria.into_iter().find(|(order, _)| order.is_ne()).unwrap_or((Ordering::Equal, Criterion::Mode))
}

/// What the order compares before it comes to the finish: all of it adds up over the plans of several items.
pub(super) fn before_finish(ask: &Ask, costs: &Costs) -> [u32; 3] {
    let first = if ask.needs.are_special() { costs.trips } else { 0 };
    match ask.preference {
        Preference::Soonest => [first, 0, 0],
        Preference::Nearest => [first, costs.distance_m, costs.trips],
        Preference::FewestTrips => [first, costs.trips, 0],
    }
}

/// What it compares after the finish, the station aside.
pub(super) fn after_finish(costs: &Costs) -> (u32, u32, i64) {
    (costs.trips, costs.distance_m, costs.fee_fen)
}
