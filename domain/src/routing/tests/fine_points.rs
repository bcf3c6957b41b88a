//! The fine points that two builders would otherwise settle differently.

use super::super::*;
use super::world::*;
use crate::catalogue::*;

fn cannot_leave_home(items: &[&str]) -> Ask {
    Ask { needs: Needs { mobility: Mobility::CannotLeaveHome, ..Needs::default() }, ..ask(items) }
}

fn step_free(items: &[&str]) -> Ask {
    Ask { needs: Needs { access: Access::StepFree, ..Needs::default() }, ..ask(items) }
}

/// Registered in another district, living in `VILLAGE`.
fn newcomer(items: &[&str]) -> Ask {
    Ask { registered: Some(code("510108001001")), ..ask(items) }
}

#[test]
fn what_takes_no_trip_is_handed_in_from_the_phone_and_serves_someone_who_cannot_leave_home() {
    let world = world([service("T001")]);
    for mode in [Mode::Nearby, Mode::District, Mode::OneWindow] {
        let plan = world.of_mode(&cannot_leave_home(&["T001"]), mode).unwrap();
        assert_eq!((plan.trips, plan.distance_m, plan.matters[0].hand_in), (0, 0, HandIn::Phone));
    }
}

#[test]
fn what_takes_a_trip_is_handed_in_at_the_counter() {
    let world = world([Item { trips: 1, ..service("T001") }]);
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, TOWN).unwrap();
    assert_eq!((plan.trips, plan.matters[0].hand_in), (1, HandIn::Counter));
    assert!(plan.distance_m > 0);
    assert_eq!(world.of_mode(&cannot_leave_home(&["T001"]), Mode::Nearby), Err(Reason::CannotLeaveHome));
}

#[test]
fn the_own_line_is_that_of_residence_where_the_matter_lies_there() {
    let world = world([service("T001")]);
    let moved = Ask { residence: Some(division(FAR_VILLAGE)), ..ask(&["T001"]) };
    assert!(world.choose(&moved, Mode::Nearby, VILLAGE).is_ok());
    let at_residence = Ask { matter: MatterLies::Residence, ..moved };
    assert!(world.choose(&at_residence, Mode::Nearby, FAR_VILLAGE).is_ok());
    assert_eq!(world.choose(&at_residence, Mode::Nearby, VILLAGE), Err(Reason::StationNotInMode));
}

#[test]
fn somebody_registered_nowhere_here_is_accepted_in_the_village_and_decided_by_the_town_where_they_live() {
    let world = world([Item { decided_at: Authority::Village, ..proxy("V001", Some("T001")) }, service("T001")]);
    let plan = world.choose(&newcomer(&["V001"]), Mode::Nearby, VILLAGE).unwrap();
    assert_eq!(plan.matters[0].deciding, Desk::Station(code(TOWN)));
    assert_eq!(plan.matters[0].line_of, division(TOWN));
}

#[test]
fn no_village_certifies_somebody_registered_nowhere_here_except_about_land_in_it() {
    let world = world([certificate("C001")]);
    assert_eq!(world.of_mode(&newcomer(&["C001"]), Mode::Nearby), Err(Reason::NotRegisteredHere));
    let about_land = Ask { matter: MatterLies::Land(division(VILLAGE)), ..newcomer(&["C001"]) };
    assert_eq!(world.of_mode(&about_land, Mode::Nearby).unwrap().matters[0].line_of, division(VILLAGE));
}

#[test]
fn a_certificate_is_accepted_outside_its_own_village_only_where_it_names_district() {
    let about_land = Ask { matter: MatterLies::Land(division(FAR_VILLAGE)), ..ask(&["C001"]) };
    assert!(world([certificate("C001")]).choose(&about_land, Mode::Nearby, VILLAGE).is_ok());
    let at_home_only = world([without(certificate("C001"), Mode::District)]);
    assert_eq!(at_home_only.of_mode(&about_land, Mode::Nearby), Err(Reason::OwnVillageOnly));
}

#[test]
fn an_instant_certificate_is_decided_by_its_own_village_from_papers_that_move_where_another_accepts_it() {
    let world = world([certificate("C001")]);
    let at_home = world.choose(&ask(&["C001"]), Mode::Nearby, POINT).unwrap();
    assert_eq!(at_home.matters[0].deciding, Desk::Station(code(POINT)));
    let away = world.choose(&ask(&["C001"]), Mode::District, FAR_VILLAGE).unwrap();
    assert_eq!(away.matters[0].deciding, Desk::Station(code(VILLAGE)));
    assert!(away.steps.iter().any(|step| step.kind == StepKind::MovePapers));
    assert!(away.cons.contains(&Drawback::PapersMove) && away.expected > at_home.expected);
}

#[test]
fn an_agent_who_may_stand_in_acts_for_a_person_elsewhere_with_no_trip_of_theirs() {
    let world = world([Item { trips: 1, ..service("T001") }]);
    let away = Ask { whereabouts: elsewhere(), agent: family(), ..ask(&["T001"]) };
    for mode in [Mode::Nearby, Mode::District, Mode::OneWindow, Mode::Express] {
        let plan = world.of_mode(&away, mode).unwrap();
        assert_eq!((plan.trips, plan.distance_m, plan.matters[0].agent), (0, 0, family()));
    }
    assert_eq!(world.of_mode(&away, Mode::Special), Err(Reason::Elsewhere));
}

#[test]
fn an_agent_needs_an_item_that_allows_one_and_a_mandate_as_strong_as_it_asks() {
    let away = Ask { whereabouts: elsewhere(), agent: family(), ..ask(&["T001"]) };
    for proxy in [(false, Authorisation::None), (true, Authorisation::Notarised)] {
        let world = world([Item { proxy: ProxyTerms { allowed: proxy.0, authorisation: proxy.1 }, ..service("T001") }]);
        assert_eq!(world.of_mode(&away, Mode::Nearby), Err(Reason::AgentMayNotStandIn));
    }
}

#[test]
fn presence_is_never_delegated() {
    let world = world([once(service("T001"))]);
    let away = Ask { whereabouts: elsewhere(), agent: family(), ..ask(&["T001"]) };
    assert_eq!(world.of_mode(&away, Mode::Nearby), Err(Reason::PresenceNotDelegable));
    let here = Ask { agent: family(), ..ask(&["T001"]) };
    assert_eq!(world.of_mode(&here, Mode::Nearby).unwrap().trips, 1);
}

#[test]
fn only_a_paper_that_may_not_be_carried_costs_a_trip_to_collect() {
    let both = Item { result: ItemResult { form: ResultForm::Both, ..paper_only(service("T002")).result }, ..service("T002") };
    let world = world([paper_only(service("T001")), both, carried_paper(service("T003"))]);
    let plan = |item: &str| world.choose(&ask(&[item]), Mode::Nearby, VILLAGE).unwrap();
    assert_eq!((plan("T001").trips, &plan("T001").matters[0].collect_at), (1, &Some(code(VILLAGE))));
    assert_eq!((plan("T002").trips, plan("T003").trips), (0, 0));
}

#[test]
fn an_instant_paper_is_taken_home_on_the_same_journey() {
    let world = world([paper_only(instant(service("T001"))), paper_only(instant(once(service("T002"))))]);
    for item in ["T001", "T002"] {
        let plan = world.choose(&ask(&[item]), Mode::Nearby, VILLAGE).unwrap();
        assert_eq!((plan.trips, &plan.matters[0].collect_at), (1, &None));
    }
}

#[test]
fn an_agent_collects_and_remote_stays_possible_with_the_one_trip() {
    let world = world([paper_only(service("T001"))]);
    let away = Ask { whereabouts: elsewhere(), ..ask(&["T001"]) };
    assert_eq!(world.of_mode(&away, Mode::Remote).unwrap().trips, 1);
    let with_agent = Ask { agent: family(), ..away };
    let plan = world.of_mode(&with_agent, Mode::Remote).unwrap();
    assert_eq!((plan.trips, plan.matters[0].agent), (0, family()));
}

#[test]
fn with_step_free_asked_a_station_with_steps_is_out_where_the_person_enters_it() {
    for item in [Item { trips: 1, ..service("T001") }, paper_only(service("T001"))] {
        let mut world = world([item]);
        world.station(VILLAGE).accessible = false;
        assert_eq!(world.choose(&step_free(&["T001"]), Mode::Nearby, VILLAGE), Err(Reason::HasSteps));
        assert!(world.choose(&step_free(&["T001"]), Mode::Nearby, TOWN).is_ok());
        let with_agent = Ask { agent: family(), ..step_free(&["T001"]) };
        assert!(world.choose(&with_agent, Mode::Nearby, VILLAGE).is_ok());
    }
}

#[test]
fn steps_do_not_matter_where_the_person_makes_no_trip() {
    let mut world = world([service("T001")]);
    world.station(VILLAGE).accessible = false;
    assert!(world.choose(&step_free(&["T001"]), Mode::Nearby, VILLAGE).is_ok());
}

#[test]
fn not_being_able_to_leave_home_is_a_ground_and_needing_step_free_access_is_none() {
    let world = world([service("T001")]);
    let plan = world.of_mode(&cannot_leave_home(&["T001"]), Mode::Special).unwrap();
    let evidence = Grounds::default().evidence(Ground::CannotLeaveHome).unwrap().to_vec();
    assert!(plan.papers.contains(&Paper::OneOf(evidence)));
    assert_eq!(world.of_mode(&step_free(&["T001"]), Mode::Special), Err(Reason::NoGround));
}

#[test]
fn a_special_need_puts_trips_before_the_preference() {
    let slow_visit = Item { trips: 1, ..paper_only(instant(service("T001"))) };
    let world = world([slow_visit]);
    let needs = Needs { ground: Some(Ground::Disabled), ..Needs::default() };
    let asked = Ask { needs, preference: Preference::Soonest, ..ask(&["T001"]) };
    assert_eq!(world.plan(&asked).best().unwrap().trips, 0);
}

#[test]
fn presence_without_a_trip_is_a_visit_of_the_staff() {
    let world = world([Item { trips: 0, ..once(service("T001")) }]);
    assert_eq!(world.of_mode(&ask(&["T001"]), Mode::Nearby).unwrap().trips, 0);
}

#[test]
fn the_items_reason_comes_before_the_persons_and_the_persons_before_the_stations() {
    let nowhere = Item { levels: Vec::new(), ..once(service("T001")) };
    assert_eq!(world([nowhere.clone()]).of_mode(&ask(&["T001"]), Mode::Nearby), Err(Reason::NoStationAccepts));
    assert_eq!(world([nowhere.clone()]).of_mode(&cannot_leave_home(&["T001"]), Mode::Nearby), Err(Reason::CannotLeaveHome));
    let not_offered = world([without(nowhere, Mode::Nearby)]);
    assert_eq!(not_offered.of_mode(&cannot_leave_home(&["T001"]), Mode::Nearby), Err(Reason::ModeNotOffered));
}

#[test]
fn an_unknown_item_an_empty_ask_and_somebody_of_nowhere_are_told_so() {
    let world = world([service("T001")]);
    assert_eq!(world.of_mode(&ask(&["T404"]), Mode::Nearby), Err(Reason::NoSuchItem));
    assert_eq!(world.of_mode(&ask(&[]), Mode::Nearby), Err(Reason::NothingAsked));
    let stranger = Ask { registered: None, residence: None, ..ask(&["T001"]) };
    assert_eq!(world.of_mode(&stranger, Mode::Nearby), Err(Reason::NoDivisionHere));
    let land = Ask { matter: MatterLies::Land(code("510108001001")), ..ask(&["T001"]) };
    assert_eq!(world.of_mode(&land, Mode::Nearby), Err(Reason::LandNotHere));
}

#[test]
fn a_chosen_plan_holds_until_it_slips_or_costs_more_trips() {
    let world = world([service("T001")]);
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    let day = chrono::Duration::days(1);
    let later = Plan { latest: plan.latest + day, ..plan.clone() };
    assert!(still_holds(&plan.seen(), &plan, day) && still_holds(&plan.seen(), &later, day));
    assert!(!still_holds(&plan.seen(), &later, chrono::Duration::zero()));
    assert!(!still_holds(&plan.seen(), &Plan { trips: 1, ..plan.clone() }, day));
    assert!(!still_holds(&plan.seen(), &world.choose(&ask(&["T001"]), Mode::Nearby, TOWN).unwrap(), day));
}

#[test]
fn an_ask_reads_back_as_it_was_written_and_refuses_what_it_does_not_know() {
    let full = Ask { whereabouts: elsewhere(), agent: family(), matter: MatterLies::Land(division(VILLAGE)), ..ask(&["T001"]) };
    let json = serde_json::to_value(&full).unwrap();
    assert_eq!(serde_json::from_value::<Ask>(json).unwrap(), full);
    assert!(serde_json::from_str::<Ask>(r#"{"items":["T001"],"colour":"red"}"#).is_err());
    assert_eq!(serde_json::from_str::<Ask>(r#"{"items":["T001"]}"#).unwrap().whereabouts, Whereabouts::Home);
}

fn taken_in(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().filter(|step| step.kind == StepKind::Accept).map(|step| step.item.as_str()).collect()
}

#[test]
fn what_needs_nothing_keeps_its_place_in_the_order_asked() {
    let world = world([Item { after: vec![code("T003")], ..service("T001") }, service("T002"), service("T003"), service("T004")]);
    let plan = world.of_mode(&ask(&["T004", "T001", "T002", "T003"]), Mode::OneWindow).unwrap();
    assert_eq!(taken_in(&plan), ["T004", "T002", "T003", "T001"]);
}

#[test]
fn where_matters_need_each_other_in_a_circle_the_first_asked_begins() {
    let after = |text: &str, first| Item { after: vec![code(first)], ..service(text) };
    let world = world([after("T001", "T002"), after("T002", "T003"), after("T003", "T001"), after("T004", "T003")]);
    let plan = world.of_mode(&ask(&["T003", "T004", "T001", "T002"]), Mode::OneWindow).unwrap();
    // Once the first asked of them is taken in, the others follow from it.
    assert_eq!(taken_in(&plan), ["T003", "T004", "T002", "T001"]);
    assert!(plan.steps.iter().all(|step| step.from <= step.to && step.to <= plan.latest));
}

#[test]
fn a_village_decides_on_what_needs_another_of_its_certificates_after_that() {
    let world = world([certificate("C001"), Item { after: vec![code("C001")], ..certificate("C002") }]);
    let plan = world.choose(&ask(&["C002", "C001"]), Mode::OneWindow, FAR_VILLAGE).unwrap();
    let decided = |item: &str| plan.steps.iter().find(|step| step.kind == StepKind::Decide && step.item.as_str() == item).unwrap();
    assert_eq!(taken_in(&plan), ["C001", "C002"]);
    assert!(decided("C001").to <= decided("C002").from, "{:?}", plan.steps);
}
