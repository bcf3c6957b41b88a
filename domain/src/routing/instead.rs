//! Which plan takes the place of one whose way is closed, without the person being asked again.

use super::answer::{Answer, Plan, PlannedMatter};

/// The best of those that ask no more of the person than what they chose: no more trips and no higher fee, handed in the same way,
/// through the same agent. The mode that they chose goes before others. None, too, where the matter was one of several for which they
/// make one journey: that isn't broken up.
pub fn instead_of<'a>(chosen: &Plan, matter: &PlannedMatter, answer: &'a Answer) -> Option<&'a Plan> {
    let is_shared_journey = chosen.matters.len() > 1 && chosen.trips > 0;
    let asks_no_more = |plan: &&Plan| {
        let same = plan.matters.iter().all(|other| (other.hand_in, other.agent) == (matter.hand_in, matter.agent));
        !is_shared_journey && same && plan.trips <= chosen.trips && plan.fee_fen <= chosen.fee_fen
    };
    let mut able = answer.plans.iter().filter(asks_no_more);
    let best = able.clone().next();
    able.find(|plan| plan.mode == chosen.mode).or(best)
}
