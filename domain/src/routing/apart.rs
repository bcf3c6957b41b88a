//! An ask of several items in a mode other than one window: each item on its own, and what they add up to.

use super::rank::{after_finish, before_finish};
use super::{Ask, Context, Plan, reasons};

/// One plan an item, chosen so that together they rank best, drawn together into one.
///
/// The finish of the whole is the latest of its parts, so a part may take its time for the sake of what comes after the
/// finish in the order: first what comes before it is settled, then the finish, then the rest.
pub(super) fn together(ctx: &Context<'_>, each: Vec<Vec<Plan>>) -> Option<Plan> {
    let kept: Vec<Vec<Plan>> = each.into_iter().map(|plans| least_before_finish(ctx.ask, plans)).collect();
    let soonest = kept.iter().filter_map(|plans| plans.iter().map(|plan| plan.expected).min());
    let finish = soonest.max()?;
    let chosen: Option<Vec<Plan>> = kept
        .into_iter()
        .map(|plans| {
            let in_time = plans.into_iter().filter(|plan| plan.expected <= finish);
            in_time.min_by(|a, b| after_finish(a).cmp(&after_finish(b)))
        })
        .collect();
    let mut plan = chosen?.into_iter().reduce(add)?;
    plan.steps.sort_by_key(|step| step.from);
    reasons::weigh(ctx, &mut plan);
    Some(plan)
}

fn least_before_finish(ask: &Ask, plans: Vec<Plan>) -> Vec<Plan> {
    let least = plans.iter().map(|plan| before_finish(ask, plan)).min();
    plans.into_iter().filter(|plan| Some(before_finish(ask, plan)) == least).collect()
}

fn add(mut whole: Plan, part: Plan) -> Plan {
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
