//! The engine and the reference answer alike.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveTime;
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::super::districts::{Case, DISTRICT, HAMLET, VALLEY, cases};
use super::Question;
use crate::catalogue::Mode;
use crate::district::Opening;
use crate::routing::{Answer, Load, Plan, Reason, Tuning, explain, plan};

/// The same timeline: what begins at the same instant has no order of its own.
fn in_order(mut answer: Answer) -> Answer {
    for plan in &mut answer.plans {
        plan.steps.sort_by_cached_key(|step| (step.from, step.to, step.kind, step.item.clone(), step.who));
    }
    answer
}

/// What the engine's answer and the reference's say differently, shortest first; nothing where they are equal.
fn differences(engine: Answer, reference: Answer) -> Vec<String> {
    let (engine, reference) = (in_order(engine), in_order(reference));
    if engine == reference {
        return Vec::new();
    }
    let mut found = Vec::new();
    for mode in Mode::ALL {
        let reason = |answer: &Answer| answer.impossible.iter().find(|impossible| impossible.mode == mode).cloned();
        differ(&mut found, &format!("{mode:?}"), &reason(&engine), &reason(&reference));
    }
    let name = |plan: &Plan| {
        let matters: Vec<_> = plan.matters.iter().map(|matter| format!("{}@{}", matter.item, matter.accepting)).collect();
        format!("{:?} {}", plan.mode, matters.join(" "))
    };
    let shown = |answer: &Answer| answer.plans.iter().map(name).collect::<Vec<_>>();
    differ(&mut found, "shown", &shown(&engine), &shown(&reference));
    for (one, other) in engine.plans.iter().zip(&reference.plans) {
        plans_differ(&mut found, &name(one), one, other);
    }
    found
}

fn plans_differ(found: &mut Vec<String>, name: &str, one: &Plan, other: &Plan) {
    let figures = |plan: &Plan| (plan.trips, plan.distance_m, plan.fee_fen, plan.wait_min, plan.joint_working_days, plan.provisional);
    differ(found, &format!("{name}: figures"), &figures(one), &figures(other));
    differ(found, &format!("{name}: expected, latest"), &(one.expected, one.latest), &(other.expected, other.latest));
    differ(found, &format!("{name}: papers"), &one.papers, &other.papers);
    differ(found, &format!("{name}: pros, cons"), &(&one.pros, &one.cons), &(&other.pros, &other.cons));
    differ(found, &format!("{name}: matters"), &one.matters, &other.matters);
    differ(found, &format!("{name}: steps"), &one.steps, &other.steps);
}

fn differ<T: PartialEq + std::fmt::Debug>(found: &mut Vec<String>, what: &str, engine: &T, reference: &T) {
    if engine != reference {
        found.push(format!("{what}:\n  engine    {engine:?}\n  reference {reference:?}"));
    }
}

/// What is different between the two answers to a case; nothing where they are equal.
fn compared(case: &Case) -> Vec<String> {
    let Case { world, ask, now } = case;
    let (map, catalogue) = (world.map(), world.catalogue());
    let question = Question { map: &map, catalogue: &catalogue, load: &world.load, ask, now: *now };
    differences(plan(&map, &catalogue, &world.load, ask, *now), question.answer())
}

/// What `explain` says differently of the answer and of the candidates.
fn explained(case: &Case) -> Vec<String> {
    let Case { world, ask, now } = case;
    let (map, catalogue) = (world.map(), world.catalogue());
    let question = Question { map: &map, catalogue: &catalogue, load: &world.load, ask, now: *now };
    let decision = explain(&map, &catalogue, &world.load, ask, *now);
    let told = decision.candidates.into_iter().map(|told| ((told.mode, told.item, told.station), (told.partner, told.outcome)));
    let (mut told, mut found): (BTreeMap<_, _>, Vec<String>) = (told.collect(), Vec::new());
    differ(&mut found, "explained answer", &decision.answer, &plan(&map, &catalogue, &world.load, ask, *now));
    for (place, own) in question.candidates() {
        differ(&mut found, &format!("candidate {place:?}"), &told.remove(&place), &Some(own));
    }
    differ(&mut found, "candidates that are none", &told, &BTreeMap::new());
    found
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn in_a_hamlet_the_whole_answer_is_that_of_the_reference(case in cases(HAMLET)) {
        let found = compared(&case);
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn in_a_valley_the_whole_answer_is_that_of_the_reference(case in cases(VALLEY)) {
        let found = compared(&case);
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn in_a_district_of_hundreds_of_stations_the_whole_answer_is_that_of_the_reference(case in cases(DISTRICT)) {
        let found = compared(&case);
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

/// Several matters at one window, some of which may be taken as a village's or as a town's, where couriers drive for so few minutes and
/// so slowly that not every road can be driven within a shift.
fn with_short_rides(case: Case, (items, shift_min): (Vec<&str>, u32)) -> Case {
    let Case { mut world, mut ask, now } = case;
    let close = NaiveTime::from_hms_opt(9 + shift_min / 60, shift_min % 60, 0).unwrap();
    let shift = Opening { days: (1..=6).collect(), open: NaiveTime::from_hms_opt(9, 0, 0).unwrap(), close };
    let tuning = Tuning { courier_hours: vec![shift], speed_kmh: 12.0, ..world.load.tuning.as_ref().clone() };
    world.load = Load::new(world.load.stations().clone(), world.load.as_of, Arc::new(tuning));
    ask.items = items.into_iter().map(|text| text.parse().unwrap()).collect();
    Case { world, ask, now }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn at_a_window_whose_papers_may_have_too_far_to_go_the_whole_answer_is_that_of_the_reference(
        case in cases(VALLEY),
        terms in (subsequence(vec!["V001", "V003", "V004", "T001"], 2..=3), 20u32..90),
    ) {
        let found = compared(&with_short_rides(case, terms));
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

/// Every reason that a mode may be refused with. `StationNotInMode` is that of a station chosen, not of a mode.
const REASONS: [Reason; 23] = [
    Reason::NothingAsked,
    Reason::NoSuchItem,
    Reason::SameMatterTwice,
    Reason::ModeNotOffered,
    Reason::NothingToCarry,
    Reason::NoDivisionHere,
    Reason::LandNotHere,
    Reason::NotRegisteredHere,
    Reason::NotElsewhere,
    Reason::Elsewhere,
    Reason::AgentMayNotStandIn,
    Reason::PresenceNotDelegable,
    Reason::NoPartner,
    Reason::NoGround,
    Reason::CannotLeaveHome,
    Reason::NoStationAccepts,
    Reason::NoCommonStation,
    Reason::OwnVillageOnly,
    Reason::NoDeciding,
    Reason::HasSteps,
    Reason::OnlyOwnPeople,
    Reason::NobodyVisits,
    Reason::NeverOpen,
];

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn every_candidate_and_why_it_lost_is_that_of_the_reference(case in cases(HAMLET)) {
        let found = explained(&case);
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn the_cases_reach_every_mode_possible_and_impossible_and_every_reason() {
    let mut runner = TestRunner::deterministic();
    let (mut planned, mut refused, mut reasons) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for size in [HAMLET, VALLEY].into_iter().cycle().take(1500) {
        let Case { world, ask, now } = cases(size).new_tree(&mut runner).unwrap().current();
        let answer = plan(&world.map(), &world.catalogue(), &world.load, &ask, now);
        planned.extend(answer.plans.iter().map(|plan| plan.mode));
        refused.extend(answer.impossible.iter().map(|impossible| impossible.mode));
        reasons.extend(answer.impossible.iter().map(|impossible| impossible.reason));
    }
    let missing: Vec<_> = REASONS.iter().filter(|reason| !reasons.contains(reason)).collect();
    assert_eq!((planned.len(), refused.len(), missing), (Mode::ALL.len(), Mode::ALL.len(), Vec::new()));
}
