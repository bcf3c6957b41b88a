//! Laws over generated districts, items and asks.

use proptest::prelude::*;

use super::super::*;
use super::generate::*;
use super::order::{Rank, rank};
use super::world::World;
use crate::case::{Places, Stage, procedure};
use crate::catalogue::{InPerson, Mode};
use crate::district::Station;
use crate::time;

fn single(ask: &Ask, item: &ItemCode) -> Ask {
    Ask { items: vec![item.clone()], ..ask.clone() }
}

fn best_rank<'a>(ask: &Ask, answer: &'a Answer) -> Option<Rank<'a>> {
    answer.best().map(|plan| rank(ask, plan))
}

/// Every plan that a person may choose for `ask`, found by trying every mode at every station.
fn every_plan(world: &World, map: &DistrictMap, ask: &Ask, now: Timestamp) -> Vec<Plan> {
    let catalogue = world.catalogue();
    let choices = Mode::ALL.iter().flat_map(|mode| map.stations().map(|s| Choice { mode: *mode, stations: vec![s.code.clone()] }));
    choices.filter_map(|choice| plan_for(map, &catalogue, &world.load, ask, now, &choice).ok()).collect()
}

/// The level that a remote application goes to may sink with a new station below it: then the law isn't asked of remote.
fn may_lower_remote(ask: &Ask, extra: &Station) -> bool {
    ask.whereabouts.is_elsewhere() && extra.level == crate::district::Level::Point
}

fn is_sitting(kind: StepKind) -> bool {
    matches!(kind, StepKind::Accept | StepKind::Collect)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_input_gives_the_same_answer(world in worlds(), ask in asks(), now in instants()) {
        prop_assert_eq!(world.plan_at(&ask, now), world.plan_at(&ask, now));
    }

    #[test]
    fn every_mode_has_a_plan_or_a_reason_and_never_both(world in worlds(), ask in asks(), now in instants()) {
        let answer = world.plan_at(&ask, now);
        for mode in Mode::ALL {
            let planned = answer.plans.iter().any(|plan| plan.mode == mode);
            let refused = answer.impossible.iter().filter(|impossible| impossible.mode == mode).count();
            prop_assert_eq!(refused, usize::from(!planned));
        }
        prop_assert!(answer.plans.len() <= 6);
    }

    #[test]
    fn no_sitting_is_outside_its_stations_hours(world in worlds(), ask in asks(), now in instants()) {
        let map = world.map();
        for step in world.plan_at(&ask, now).plans.iter().flat_map(|plan| &plan.steps) {
            prop_assert!(now <= step.from && step.from <= step.to, "{:?}", step);
            if let (true, Spot::Station(code)) = (is_sitting(step.kind), &step.r#where) {
                let day = map.station(code).unwrap().openings_on(&map.calendar, time::local_date(step.from));
                let (from, to) = (time::local(step.from), time::local(step.to));
                prop_assert!(day.iter().any(|(open, close)| *open <= from.time() && to.time() <= *close && from.date() == to.date()));
            }
        }
    }

    #[test]
    fn no_plan_is_at_an_incapable_station_or_by_somebody_who_may_not(world in worlds(), ask in asks(), now in instants()) {
        let (map, catalogue) = (world.map(), world.catalogue());
        for (plan, matter) in world.plan_at(&ask, now).plans.iter().flat_map(|plan| plan.matters.iter().map(move |m| (plan, m))) {
            let item = &catalogue.item(&matter.item).unwrap().item;
            let station = map.station(&matter.accepting).unwrap();
            prop_assert!(station.accepts(item) && item.modes.contains(&plan.mode));
            prop_assert!(matter.agent.is_none_or(|agent| agent.may_stand_in(item)));
            prop_assert!(!(matter.hand_in == HandIn::Agent && item.in_person == InPerson::Once));
            prop_assert!(ask.needs.mobility == Mobility::LeavesHome || plan.trips == 0);
            let collects = matter.collect_at.is_some() && matter.agent.is_none();
            prop_assert!(ask.needs.access == Access::Any || station.accessible || !(matter.hand_in == HandIn::Counter || collects));
        }
    }

    #[test]
    fn whom_the_plan_names_to_decide_decides_in_the_cases_procedure(world in worlds(), ask in asks(), now in instants()) {
        let (map, catalogue) = (world.map(), world.catalogue());
        for matter in world.plan_at(&ask, now).plans.into_iter().flat_map(|plan| plan.matters) {
            let (accepting, line) = (map.station(&matter.accepting).unwrap(), map.line(&matter.line_of).unwrap());
            let places = Places { accepting, collect_at: &accepting.code, line: &line };
            let steps = procedure(&catalogue.item(&matter.item).unwrap().item, &places);
            let at = |stages: &[Stage]| steps.iter().find(|step| stages.contains(&step.stage)).map(|step| &step.desk.station);
            match &matter.deciding {
                Desk::Station(code) => prop_assert_eq!(at(&[Stage::Decide, Stage::AtOnce]), Some(code)),
                Desk::Outside { via } => prop_assert_eq!(at(&[Stage::RecordAnswer]), Some(via)),
            }
        }
    }

    #[test]
    fn nobody_but_staff_decides_nor_takes_in_what_is_decided_at_once(world in worlds(), ask in asks(), now in instants()) {
        let (map, catalogue) = (world.map(), world.catalogue());
        for (plan, matter) in world.plan_at(&ask, now).plans.iter().flat_map(|plan| plan.matters.iter().map(move |m| (plan, m))) {
            let (accepting, line) = (map.station(&matter.accepting).unwrap(), map.line(&matter.line_of).unwrap());
            let places = Places { accepting, collect_at: &accepting.code, line: &line };
            let steps = procedure(&catalogue.item(&matter.item).unwrap().item, &places);
            let is_at_once = steps.iter().any(|step| step.stage == Stage::AtOnce);
            for step in plan.steps.iter().filter(|step| step.item == matter.item) {
                let decides = step.kind == StepKind::Decide || is_at_once && matches!(step.kind, StepKind::Accept | StepKind::Visit);
                prop_assert!(!decides || step.who == Actor::Staff, "{:?}", step);
            }
        }
    }

    #[test]
    fn the_best_is_the_minimum_over_every_plan_that_can_be_chosen(world in worlds(), ask in asks(), now in instants()) {
        let answer = world.plan_at(&ask, now);
        let map = world.map();
        for plan in every_plan(&world, &map, &ask, now) {
            prop_assert!(best_rank(&ask, &answer).unwrap() <= rank(&ask, &plan), "{:?} beats {:?}", plan, answer.best());
        }
    }

    #[test]
    fn what_is_shown_can_be_chosen_as_it_is_shown(world in worlds(), ask in asks(), now in instants()) {
        let (map, catalogue) = (world.map(), world.catalogue());
        for plan in world.plan_at(&ask, now).plans {
            let stations = plan.seen().stations;
            let choice = Choice { mode: plan.mode, stations };
            prop_assert_eq!(plan_for(&map, &catalogue, &world.load, &ask, now, &choice), Ok(plan));
        }
    }

    #[test]
    fn one_more_station_never_makes_the_best_rank_worse(mut world in worlds(), extra in extra_stations(), ask in asks(), now in instants()) {
        if may_lower_remote(&ask, &extra) {
            return Ok(());
        }
        let before = world.plan_at(&ask, now);
        world.stations.push(extra);
        let after = world.plan_at(&ask, now);
        if let Some(before) = best_rank(&ask, &before) {
            prop_assert!(best_rank(&ask, &after).unwrap() <= before);
        }
    }

    #[test]
    fn with_a_special_need_the_best_has_no_trip_if_any_has_none(world in worlds(), ask in asks(), now in instants()) {
        let map = world.map();
        if ask.needs.are_special() && every_plan(&world, &map, &ask, now).iter().any(|plan| plan.trips == 0) {
            prop_assert_eq!(world.plan_at(&ask, now).best().unwrap().trips, 0);
        }
    }

    #[test]
    fn one_window_takes_no_more_trips_than_its_items_apart(world in worlds(), ask in asks(), now in instants()) {
        let map = world.map();
        for plan in every_plan(&world, &map, &ask, now).iter().filter(|plan| plan.mode == Mode::OneWindow) {
            let station = plan.stations().next().unwrap();
            let apart = |item| {
                let catalogue = world.catalogue();
                [Mode::Nearby, Mode::District].into_iter().find_map(|mode| {
                    let choice = Choice { mode, stations: vec![station.clone()] };
                    plan_for(&map, &catalogue, &world.load, &single(&ask, item), now, &choice).ok()
                })
            };
            let trips: Option<u32> = ask.items.iter().map(|item| apart(item).map(|plan| plan.trips)).sum();
            prop_assert!(trips.is_none_or(|trips| plan.trips <= trips));
        }
    }

    #[test]
    fn a_mode_is_refused_only_if_no_station_can_be_chosen_for_it(world in worlds(), ask in asks(), now in instants()) {
        let one = single(&ask, &ask.items[0]);
        let map = world.map();
        let chosen = every_plan(&world, &map, &one, now);
        for impossible in world.plan_at(&one, now).impossible {
            prop_assert!(!chosen.iter().any(|plan| plan.mode == impossible.mode), "{:?}", impossible);
        }
    }

    #[test]
    fn load_changes_when_and_never_whether(world in worlds(), ask in asks(), now in instants()) {
        let (map, catalogue) = (world.map(), world.catalogue());
        let (live, none) = (plan(&map, &catalogue, &world.load, &ask, now), plan(&map, &catalogue, &idle(&world), &ask, now));
        prop_assert_eq!(live.impossible, none.impossible);
    }

    #[test]
    fn a_plan_is_never_later_than_its_latest_and_reads_back(world in worlds(), ask in asks(), now in instants()) {
        for plan in world.plan_at(&ask, now).plans {
            prop_assert!(now <= plan.expected && plan.expected <= plan.latest, "{:?}", plan);
            let json = serde_json::to_string(&plan).unwrap();
            prop_assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
        }
    }
}
