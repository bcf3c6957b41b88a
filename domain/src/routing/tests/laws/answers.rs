//! What an answer is, whatever is asked.

use proptest::prelude::*;

use super::super::super::*;
use super::super::generate::idle;
use super::told::{Told, single};
use crate::catalogue::Mode;

pub fn the_same_input_gives_the_same_answer(told: &Told) -> Result<(), TestCaseError> {
    prop_assert_eq!(&told.answer_to(told.ask()), &told.answer);
    Ok(())
}

pub fn every_mode_has_a_plan_or_a_reason_and_never_both(told: &Told) -> Result<(), TestCaseError> {
    for mode in Mode::ALL {
        let planned = told.answer.plans.iter().any(|plan| plan.mode == mode);
        let refused = told.answer.impossible.iter().filter(|impossible| impossible.mode == mode).count();
        prop_assert_eq!(refused, usize::from(!planned));
    }
    prop_assert!(told.answer.plans.len() <= 6);
    Ok(())
}

pub fn what_is_shown_can_be_chosen_as_it_is_shown(told: &Told) -> Result<(), TestCaseError> {
    for plan in &told.answer.plans {
        let choice = Choice { mode: plan.mode, stations: plan.seen().stations };
        let chosen = told.chosen(told.ask(), &choice);
        prop_assert_eq!(chosen.as_ref(), Some(plan));
    }
    Ok(())
}

pub fn a_mode_is_refused_only_if_no_station_can_be_chosen_for_it(told: &Told) -> Result<(), TestCaseError> {
    let Some(item) = told.ask().items.first() else { return Ok(()) };
    let one = single(told.ask(), item);
    let chosen = told.all_choices(&one);
    for impossible in told.answer_to(&one).impossible {
        prop_assert!(!chosen.iter().any(|plan| plan.mode == impossible.mode), "{:?}", impossible);
    }
    Ok(())
}

pub fn load_changes_when_and_never_whether(told: &Told) -> Result<(), TestCaseError> {
    let unmeasured = plan(&told.map, &told.catalogue, &idle(&told.case.world), told.ask(), told.case.now);
    prop_assert_eq!(&told.answer.impossible, &unmeasured.impossible);
    Ok(())
}

pub fn a_plan_is_never_later_than_its_latest_and_reads_back(told: &Told) -> Result<(), TestCaseError> {
    for plan in &told.answer.plans {
        prop_assert!(told.case.now <= plan.expected && plan.expected <= plan.latest, "{:?}", plan);
        let json = serde_json::to_string(plan).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Plan>(&json).unwrap(), plan);
    }
    Ok(())
}
