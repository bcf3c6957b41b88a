//! What takes the place of a plan whose way is closed.

use super::super::*;
use super::world::{VILLAGE, ask, once, service, world};

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
