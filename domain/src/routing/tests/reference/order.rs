//! The order of plans, and which of them are shown.

use std::cmp::Ordering;

use crate::catalogue::Mode;
use crate::ids::{ItemCode, StationCode};
use crate::routing::{Ask, Plan, Preference};
use crate::time::Timestamp;

/// "With a special need, trips first; then the preference's measure; then trips, finish, kilometres, fee, mode, station code"; then the items and the partners.
pub fn compare(ask: &Ask, a: &Plan, b: &Plan) -> Ordering {
    let special = if ask.needs.are_special() { a.trips.cmp(&b.trips) } else { Ordering::Equal };
    let measure = match ask.preference {
        Preference::Soonest => a.expected.cmp(&b.expected),
        Preference::Nearest => a.distance_m.cmp(&b.distance_m),
        Preference::FewestTrips => a.trips.cmp(&b.trips),
    };
    let places = |plan: &Plan| -> (Mode, Vec<StationCode>, Vec<ItemCode>, Vec<Option<StationCode>>) {
        let stations = plan.matters.iter().map(|matter| matter.accepting.clone()).collect();
        let items = plan.matters.iter().map(|matter| matter.item.clone()).collect();
        (plan.mode, stations, items, plan.matters.iter().map(|matter| matter.partner.clone()).collect())
    };
    special.then(measure).then(costs(a).cmp(&costs(b))).then_with(|| places(a).cmp(&places(b)))
}

fn costs(plan: &Plan) -> (u32, Timestamp, u32, i64) {
    (plan.trips, plan.expected, plan.distance_m, plan.fee_fen)
}

/// "Pareto over trips, finish, kilometres, fee, plus the best of each mode; at most six": the best of each mode first, then the
/// others in their order; of plans that cost the same the first.
pub fn shown(ask: &Ask, mut plans: Vec<Plan>) -> Vec<Plan> {
    plans.sort_by(|a, b| compare(ask, a, b));
    let mut kept: Vec<bool> = (0..plans.len()).map(|at| plans[..at].iter().all(|before| before.mode != plans[at].mode)).collect();
    for at in 0..plans.len() {
        let full = kept.iter().filter(|kept| **kept).count() >= 6;
        kept[at] |= !full && is_unbeaten(&plans, at);
    }
    let mut kept = kept.into_iter();
    plans.retain(|_| kept.next() == Some(true));
    plans
}

fn is_unbeaten(plans: &[Plan], at: usize) -> bool {
    let plan = &plans[at];
    let no_worse = |other: &Plan| {
        other.trips <= plan.trips && other.expected <= plan.expected && other.distance_m <= plan.distance_m && other.fee_fen <= plan.fee_fen
    };
    let same = |other: &Plan| costs(other) == costs(plan);
    !plans.iter().enumerate().any(|(other_at, other)| no_worse(other) && (!same(other) || other_at < at))
}
