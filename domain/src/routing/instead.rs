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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Mode;
    use crate::routing::tests::world::{VILLAGE, ask, once, service, world};

    fn chosen() -> Plan {
        world([once(service("T001"))]).choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap()
    }

    fn instead(chosen: &Plan, plans: &[&Plan]) -> Option<Plan> {
        let answer = Answer { plans: plans.iter().copied().cloned().collect(), impossible: Vec::new() };
        instead_of(chosen, &chosen.matters[0], &answer).cloned()
    }

    #[test]
    fn nobody_is_sent_farther_charged_or_made_to_hand_in_otherwise_without_being_asked() {
        let chosen = chosen();
        let farther = Plan { trips: chosen.trips + 1, ..chosen.clone() };
        let dearer = Plan { fee_fen: chosen.fee_fen + 1, ..chosen.clone() };
        let phoned = world([service("T001")]).choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
        assert_eq!(instead(&chosen, &[&farther, &dearer, &phoned]), None);
        let district = Plan { mode: Mode::District, ..chosen.clone() };
        assert_eq!(instead(&chosen, &[&farther, &district]), Some(district.clone()), "the best that asks no more");
        assert_eq!(instead(&chosen, &[&district, &chosen]), Some(chosen.clone()), "how they chose goes first");
    }

    #[test]
    fn one_journey_for_several_matters_is_not_broken_up() {
        let chosen = chosen();
        let two = Plan { matters: vec![chosen.matters[0].clone(); 2], ..chosen.clone() };
        assert_eq!(instead(&two, &[&chosen]), None);
        let from_home = Plan { trips: 0, ..two };
        assert_eq!(instead(&from_home, &[&Plan { trips: 0, ..chosen.clone() }]), Some(Plan { trips: 0, ..chosen }));
    }
}
