//! No step by somebody who may not.

use proptest::prelude::*;

use super::super::super::*;
use super::told::Told;
use crate::case::{Places, Stage, Step as CaseStep, procedure};
use crate::catalogue::InPerson;

pub fn no_plan_is_at_an_incapable_station_or_by_somebody_who_may_not(told: &Told) -> Result<(), TestCaseError> {
    let ask = told.ask();
    for (plan, matter) in told.matters() {
        let (item, station) = (told.item(&matter.item), told.map.station(&matter.accepting).unwrap());
        prop_assert!(station.accepts(item) && item.modes.contains(&plan.mode));
        prop_assert!(matter.agent.is_none_or(|agent| agent.may_stand_in(item)));
        prop_assert!(!(matter.hand_in == HandIn::Agent && item.in_person == InPerson::Once));
        prop_assert!(ask.needs.mobility == Mobility::LeavesHome || plan.trips == 0);
        let collects = matter.collect_at.is_some() && matter.agent.is_none();
        prop_assert!(ask.needs.access == Access::Any || station.accessible || !(matter.hand_in == HandIn::Counter || collects));
    }
    Ok(())
}

pub fn whom_the_plan_names_to_decide_decides_in_the_cases_procedure(told: &Told) -> Result<(), TestCaseError> {
    for (_, matter) in told.matters() {
        let steps = procedure_of(told, matter);
        let at = |stages: &[Stage]| steps.iter().find(|step| stages.contains(&step.stage)).map(|step| &step.desk.station);
        match &matter.deciding {
            Desk::Station(code) => prop_assert_eq!(at(&[Stage::Decide, Stage::AtOnce]), Some(code)),
            Desk::Outside { via } => prop_assert_eq!(at(&[Stage::RecordAnswer]), Some(via)),
        }
    }
    Ok(())
}

pub fn nobody_but_staff_decides_nor_takes_in_what_is_decided_at_once(told: &Told) -> Result<(), TestCaseError> {
    for (plan, matter) in told.matters() {
        let is_at_once = procedure_of(told, matter).iter().any(|step| step.stage == Stage::AtOnce);
        for step in plan.steps.iter().filter(|step| step.item == matter.item) {
            let decides = step.kind == StepKind::Decide || is_at_once && matches!(step.kind, StepKind::Accept | StepKind::Visit);
            prop_assert!(!decides || step.who == Actor::Staff, "{:?}", step);
        }
    }
    Ok(())
}

fn procedure_of(told: &Told, matter: &PlannedMatter) -> Vec<CaseStep> {
    let (accepting, line) = (told.map.station(&matter.accepting).unwrap(), told.map.line(&matter.line_of).unwrap());
    procedure(told.item(&matter.item), &Places { accepting, collect_at: &accepting.code, line: &line })
}
