//! Which plans are shown: the best of each mode, and those that no other beats in trips, finish, kilometres and fee.

use super::rank::rank;
use super::{Ask, Plan};
use crate::catalogue::Mode;

const SHOWN: usize = 6;

/// At most six of `candidates`, best first; the best of all is always among them.
pub(super) fn shown(ask: &Ask, mut candidates: Vec<Plan>) -> Vec<Plan> {
    candidates.sort_by(|a, b| rank(ask, a).cmp(&rank(ask, b)));
    let of_a_mode: Vec<usize> = Mode::ALL.iter().filter_map(|mode| candidates.iter().position(|plan| plan.mode == *mode)).collect();
    let unbeaten = (0..candidates.len()).filter(|at| !of_a_mode.contains(at) && is_unbeaten(*at, &candidates));
    let mut kept: Vec<usize> = of_a_mode.iter().copied().chain(unbeaten).take(SHOWN).collect();
    kept.sort_unstable();
    let numbered = candidates.into_iter().enumerate();
    numbered.filter(|(at, _)| kept.binary_search(at).is_ok()).map(|(_, plan)| plan).collect()
}

/// No plan is at least as good in everything and better in something, and none that ranks before is equal in everything.
fn is_unbeaten(at: usize, ranked: &[Plan]) -> bool {
    let Some(plan) = ranked.get(at) else { return false };
    let costs = costs(plan);
    !ranked.iter().enumerate().any(|(other_at, other)| {
        let other = self::costs(other);
        let no_worse = other.0 <= costs.0 && other.1 <= costs.1 && other.2 <= costs.2 && other.3 <= costs.3;
        no_worse && (other != costs || other_at < at)
    })
}

fn costs(plan: &Plan) -> (u32, crate::time::Timestamp, u32, i64) {
    (plan.trips, plan.expected, plan.distance_m, plan.fee_fen)
}
