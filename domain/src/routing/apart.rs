//! An ask of several items in a mode other than one window: each item on its own, and what they add up to.

use super::alternatives::{Entry, Recipe};
use super::context::Context;
use super::draw::{self, Costs};
use super::rank::{after_finish, before_finish};
use super::scan::Candidate;
use super::{Ask, Plan};
use crate::catalogue::Mode;

/// One candidate an item, chosen so that together they rank best.
///
/// The finish of the whole is the latest of its parts, so a part may take its time for the sake of what comes after the
/// finish in the order: first what comes before it is settled, then the finish, then the rest.
pub(super) fn together<'a>(ask: &Ask, mode: Mode, each: Vec<Vec<Candidate<'a>>>) -> Option<Entry<'a>> {
    let kept: Vec<Vec<Candidate<'a>>> = each.into_iter().map(|found| least_before_finish(ask, found)).collect();
    let soonest = kept.iter().filter_map(|found| found.iter().map(|candidate| candidate.costs.expected).min());
    let finish = soonest.max()?;
    let chosen: Option<Vec<Candidate<'a>>> = kept
        .into_iter()
        .map(|found| {
            let in_time = found.into_iter().filter(|candidate| candidate.costs.expected <= finish);
            in_time.min_by_key(|candidate| (after_finish(&candidate.costs), candidate.at))
        })
        .collect();
    let chosen = chosen?;
    let costs = chosen.iter().map(|candidate| candidate.costs).reduce(add)?;
    Some(Entry { mode, costs, at: chosen.first()?.at, recipe: Recipe::Apart(chosen) })
}

fn least_before_finish<'a>(ask: &Ask, mut found: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    let least = found.iter().map(|candidate| before_finish(ask, &candidate.costs)).min();
    found.retain(|candidate| Some(before_finish(ask, &candidate.costs)) == least);
    found
}

fn add(whole: Costs, part: Costs) -> Costs {
    Costs {
        trips: whole.trips + part.trips,
        expected: whole.expected.max(part.expected),
        distance_m: whole.distance_m.saturating_add(part.distance_m),
        fee_fen: whole.fee_fen + part.fee_fen,
        wait_min: whole.wait_min.max(part.wait_min),
    }
}

/// The plan that `plans`, one an item, add up to.
pub(super) fn drawn_together(ctx: &Context<'_>, plans: Vec<Plan>) -> Option<Plan> {
    let mut plan = plans.into_iter().reduce(add_plan)?;
    plan.steps.sort_by_key(|step| step.from);
    draw::settle(ctx, &mut plan);
    Some(plan)
}

fn add_plan(mut whole: Plan, part: Plan) -> Plan {
    whole.matters.extend(part.matters);
    whole.steps.extend(part.steps);
    whole.trips += part.trips;
    whole.distance_m = whole.distance_m.saturating_add(part.distance_m);
    whole.fee_fen += part.fee_fen;
    whole.wait_min = whole.wait_min.max(part.wait_min);
    whole.expected = whole.expected.max(part.expected);
    whole.latest = whole.latest.max(part.latest);
    whole.provisional |= part.provisional;
    let new: Vec<_> = part.papers.into_iter().filter(|paper| !whole.papers.contains(paper)).collect();
    whole.papers.extend(new);
    whole
}
