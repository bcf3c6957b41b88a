//! What each mode is, and when it isn't.

use std::sync::Arc;

use super::super::*;
use super::world::*;
use crate::catalogue::*;
use crate::district::{Level, Opening};

fn bedridden() -> Needs {
    Needs { mobility: Mobility::CannotLeaveHome, ..Needs::default() }
}

#[test]
fn nearby_is_a_station_of_the_own_line_and_no_other() {
    let world = world([service("T001")]);
    for own in [POINT, VILLAGE, TOWN, CENTRE] {
        assert_eq!(world.choose(&ask(&["T001"]), Mode::Nearby, own).unwrap().stations().next().unwrap().as_str(), own);
    }
    assert_eq!(world.choose(&ask(&["T001"]), Mode::Nearby, FAR_TOWN), Err(Reason::StationNotInMode));
}

#[test]
fn district_is_any_station_outside_the_own_line() {
    let world = world([service("T001")]);
    assert!(world.choose(&ask(&["T001"]), Mode::District, FAR_POINT).is_ok());
    assert_eq!(world.choose(&ask(&["T001"]), Mode::District, TOWN), Err(Reason::StationNotInMode));
}

#[test]
fn an_item_that_is_not_nearby_counts_the_own_line_as_district() {
    let world = world([without(service("T001"), Mode::Nearby)]);
    assert!(world.choose(&ask(&["T001"]), Mode::District, VILLAGE).is_ok());
    assert_eq!(world.of_mode(&ask(&["T001"]), Mode::Nearby), Err(Reason::ModeNotOffered));
}

#[test]
fn a_station_accepts_by_its_level_and_by_its_own_list() {
    let mut world = world([Item { levels: vec![Level::Town], ..service("T001") }]);
    Arc::make_mut(&mut world.station(VILLAGE).added).insert(code("T001"));
    Arc::make_mut(&mut world.station(TOWN).removed).insert(code("T001"));
    assert!(world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).is_ok());
    assert_eq!(world.choose(&ask(&["T001"]), Mode::Nearby, TOWN), Err(Reason::StationNotInMode));
}

#[test]
fn the_level_that_decides_is_that_of_the_line_where_the_matter_lies() {
    let world = world([Item { decided_at: Authority::Town, ..service("T001") }]);
    let land = Ask { matter: MatterLies::Land(division(FAR_VILLAGE)), ..ask(&["T001"]) };
    let plan = world.choose(&land, Mode::Nearby, VILLAGE).unwrap();
    assert_eq!(plan.matters[0].deciding, Desk::Station(code(FAR_TOWN)));
    assert_eq!(plan.matters[0].line_of, division(FAR_VILLAGE));
}

#[test]
fn what_city_or_province_decides_is_forwarded_and_recorded_by_the_district_centre() {
    let world = world([Item { decided_at: Authority::City, ..service("T001") }]);
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    assert_eq!(plan.matters[0].deciding, Desk::Outside { via: code(CENTRE) });
    assert!(plan.cons.contains(&Drawback::DecidedOutside));
}

#[test]
fn a_proxy_item_without_a_town_service_is_decided_outside_and_recorded_where_it_was_accepted() {
    let world = world([proxy("V001", None)]);
    assert_eq!(world.choose(&ask(&["V001"]), Mode::Nearby, VILLAGE).unwrap().matters[0].deciding, Desk::Outside { via: code(VILLAGE) });
}

#[test]
fn a_proxy_items_own_keys_hold_over_its_town_services() {
    let town_service = Item { decided_at: Authority::District, ..once(service("T001")) };
    let world = world([town_service, Item { decided_at: Authority::Town, ..proxy("V001", Some("T001")) }]);
    let plan = world.choose(&ask(&["V001"]), Mode::Nearby, VILLAGE).unwrap();
    assert_eq!((plan.trips, &plan.matters[0].deciding), (0, &Desk::Station(code(TOWN))));
}

#[test]
fn an_instant_item_is_decided_by_whoever_accepts_it() {
    let world = world([instant(service("T001"))]);
    for (mode, station) in [(Mode::Nearby, POINT), (Mode::District, FAR_VILLAGE)] {
        let plan = world.choose(&ask(&["T001"]), mode, station).unwrap();
        assert_eq!(plan.matters[0].deciding, Desk::Station(code(station)));
        assert!(plan.pros.contains(&Merit::DecidedAtOnce));
    }
}

#[test]
fn remote_is_for_a_person_outside_the_district() {
    let world = world([service("T001")]);
    assert_eq!(world.of_mode(&ask(&["T001"]), Mode::Remote), Err(Reason::NotElsewhere));
    let away = Ask { whereabouts: elsewhere(), ..ask(&["T001"]) };
    assert_eq!(world.of_mode(&away, Mode::Remote).unwrap().trips, 0);
    for mode in [Mode::Nearby, Mode::District, Mode::OneWindow, Mode::Express, Mode::Special] {
        assert_eq!(world.of_mode(&away, mode), Err(Reason::Elsewhere));
    }
}

#[test]
fn a_remote_application_goes_to_the_lowest_accepting_level_of_the_matters_line() {
    let mut world = world([service("T001")]);
    let away = Ask { whereabouts: elsewhere(), ..ask(&["T001"]) };
    assert_eq!(world.of_mode(&away, Mode::Remote).unwrap().matters[0].accepting, code(POINT));
    Arc::make_mut(&mut world.station(POINT).removed).insert(code("T001"));
    assert_eq!(world.of_mode(&away, Mode::Remote).unwrap().matters[0].accepting, code(VILLAGE));
    assert_eq!(world.choose(&away, Mode::Remote, TOWN), Err(Reason::StationNotInMode));
    let land = Ask { matter: MatterLies::Land(division(FAR_VILLAGE)), ..away };
    assert_eq!(world.of_mode(&land, Mode::Remote).unwrap().matters[0].accepting, code(FAR_POINT));
}

#[test]
fn presence_is_met_at_a_partner_station_for_one_trip_or_remote_is_impossible() {
    for item in [once(service("T001")), Item { trips: 0, ..once(service("T001")) }] {
        let away = Ask { whereabouts: elsewhere(), ..ask(&["T001"]) };
        assert_eq!(world([item.clone()]).of_mode(&away, Mode::Remote), Err(Reason::NoPartner));
        let plan = world([item.clone()]).with_partner_for(&["T001"]).of_mode(&away, Mode::Remote).unwrap();
        assert_eq!((plan.trips, &plan.matters[0].partner), (1, &Some(code(PARTNER_STATION))));
        assert_eq!(world([item]).with_partner_for(&["T002"]).of_mode(&away, Mode::Remote), Err(Reason::NoPartner));
    }
}

#[test]
fn originals_travel_by_post_unless_a_licence_stands_in() {
    let original = Material { form: MaterialForm::Original, ..service("T001").materials[0].clone() };
    let world = world([Item { materials: vec![original.clone()], ..service("T001") }]);
    let away = Ask { whereabouts: elsewhere(), ..ask(&["T001"]) };
    let plan = world.of_mode(&away, Mode::Remote).unwrap();
    assert_eq!((plan.matters[0].hand_in, plan.papers.len()), (HandIn::Post, 1));
    let held = Ask { licences: [original.name].into(), ..away };
    let plan = world.of_mode(&held, Mode::Remote).unwrap();
    assert_eq!((plan.matters[0].hand_in, plan.papers.len()), (HandIn::Phone, 0));
}

#[test]
fn one_window_takes_several_items_in_one_go_on_one_journey() {
    let world = world([once(service("T001")), once(service("T002"))]);
    let two = ask(&["T001", "T002"]);
    let plan = world.of_mode(&two, Mode::OneWindow).unwrap();
    assert_eq!((plan.trips, plan.matters.len()), (1, 2));
    assert!(plan.pros.contains(&Merit::OneGo));
    assert_eq!(world.of_mode(&two, Mode::Nearby).unwrap().trips, 2);
}

#[test]
fn of_two_windows_the_one_that_closes_sooner_keeps_the_promise_of_what_waits_for_another_sooner() {
    let first = Item { promised_working_days: 2, decided_at: Authority::Town, ..service("T001") };
    let second = Item { after: vec![code("T001")], levels: vec![Level::Village], ..instant(service("T002")) };
    let mut world = world([first, second]);
    let three = "15:00:00".parse().unwrap();
    for code in [TOWN, FAR_VILLAGE] {
        let station = world.station(code);
        station.hours = station.hours.iter().map(|hours| Opening { close: hours.close.min(three), ..hours.clone() }).collect();
    }
    let plan = world.of_mode(&ask(&["T001", "T002"]), Mode::OneWindow).unwrap();
    assert_eq!((plan.stations().next().unwrap().as_str(), plan.expected), (FAR_VILLAGE, at("2026-09-16T15:00:00")));
}

#[test]
fn a_window_is_chosen_by_naming_it_once_or_for_each_item_and_not_by_naming_two() {
    let world = world([service("T001"), service("T002")]);
    let two = ask(&["T001", "T002"]);
    let choose = |stations: &[&str]| world.choose_each(&two, Mode::OneWindow, stations);
    assert_eq!(choose(&[TOWN, TOWN]), choose(&[TOWN]));
    assert!(choose(&[TOWN]).is_ok());
    assert_eq!(choose(&[TOWN, FAR_TOWN]), Err(Reason::StationNotInMode));
}

#[test]
fn one_window_outside_the_own_line_needs_district_of_each_item() {
    let world = world([service("T001"), without(service("T002"), Mode::District)]);
    let two = ask(&["T001", "T002"]);
    assert!(world.choose(&two, Mode::OneWindow, TOWN).is_ok());
    assert_eq!(world.choose(&two, Mode::OneWindow, FAR_TOWN), Err(Reason::StationNotInMode));
}

#[test]
fn the_joint_promise_is_the_longest_chain() {
    let days = |item: Item, days| Item { promised_working_days: days, ..item };
    let last = Item { after: vec![code("V002")], ..days(service("T003"), 3) };
    let items = [days(service("T001"), 7), days(service("T002"), 5), last, days(proxy("V002", Some("T002")), 5)];
    let plan = world(items).of_mode(&ask(&["T001", "T002", "T003"]), Mode::OneWindow).unwrap();
    assert_eq!(plan.joint_working_days, Some(8));
    assert_eq!(plan.latest, at("2026-09-24T00:00:00"));
}

#[test]
fn a_village_item_and_its_town_service_are_one_matter() {
    let world = world([service("T001"), proxy("V001", Some("T001"))]);
    for asked in [["T001", "V001"], ["V001", "T001"], ["T001", "T001"]] {
        let answer = world.plan(&ask(&asked));
        assert!(answer.plans.is_empty() && answer.impossible.iter().all(|i| i.reason == Reason::SameMatterTwice));
    }
}

#[test]
fn in_a_bundle_the_village_item_may_stand_in_for_the_town_service_and_the_fewest_trips_win() {
    let items = [once(service("T001")), proxy("V001", Some("T001")), service("T002")];
    let plan = world(items.clone()).of_mode(&ask(&["T001", "T002"]), Mode::OneWindow).unwrap();
    assert_eq!((plan.trips, plan.matters[0].item.as_str()), (0, "V001"));
    assert_eq!(plan.matters[0].taken_for, Some(code("T001")));

    let [town, village, other] = items;
    let not_named = world([town, without(village, Mode::OneWindow), other]);
    let plan = not_named.of_mode(&ask(&["T001", "T002"]), Mode::OneWindow).unwrap();
    assert_eq!((plan.trips, plan.matters[0].item.as_str()), (1, "T001"));
}

#[test]
fn items_that_no_one_station_accepts_have_no_common_window() {
    let at = |text, level| Item { levels: vec![level], ..service(text) };
    let world = world([at("T001", Level::Village), at("T002", Level::District)]);
    assert_eq!(world.of_mode(&ask(&["T001", "T002"]), Mode::OneWindow), Err(Reason::NoCommonStation));
    assert_eq!(world.of_mode(&ask(&["T001", "T002"]), Mode::Nearby).unwrap().stations().count(), 2);
}

#[test]
fn items_apart_are_impossible_if_one_of_them_is() {
    let world = world([service("T001"), without(service("T002"), Mode::District)]);
    let answer = world.plan(&ask(&["T001", "T002"]));
    let impossible = answer.impossible.iter().find(|i| i.mode == Mode::District).unwrap();
    assert_eq!((impossible.reason, &impossible.item), (Reason::ModeNotOffered, &Some(code("T002"))));
}

#[test]
fn express_fetches_and_brings_without_a_trip() {
    let world = world([Item { trips: 1, ..carried_paper(service("T001")) }]);
    let plan = world.of_mode(&ask(&["T001"]), Mode::Express).unwrap();
    assert_eq!((plan.trips, &plan.matters[0].legs[..]), (0, &[CourierLeg::Fetch, CourierLeg::Bring][..]));
    let only_bring = Ask { carriage: Carriage::Bring, ..ask(&["T001"]) };
    let plan = world.of_mode(&only_bring, Mode::Express).unwrap();
    assert_eq!((plan.trips, &plan.matters[0].legs[..]), (1, &[CourierLeg::Bring][..]));
}

#[test]
fn express_under_once_costs_the_one_trip_and_is_not_for_someone_who_cannot_leave_home() {
    let world = world([carried_paper(once(service("T001")))]);
    let plan = world.of_mode(&ask(&["T001"]), Mode::Express).unwrap();
    assert_eq!((plan.trips, &plan.matters[0].legs[..]), (1, &[CourierLeg::Bring][..]));
    let only_fetch = Ask { carriage: Carriage::Fetch, ..ask(&["T001"]) };
    assert_eq!(world.of_mode(&only_fetch, Mode::Express), Err(Reason::NothingToCarry));
    assert_eq!(world.of_mode(&Ask { needs: bedridden(), ..ask(&["T001"]) }, Mode::Express), Err(Reason::CannotLeaveHome));
}

#[test]
fn express_needs_something_to_carry() {
    let only_bring = Ask { carriage: Carriage::Bring, ..ask(&["T001"]) };
    assert_eq!(world([service("T001")]).of_mode(&only_bring, Mode::Express), Err(Reason::NothingToCarry));
}

#[test]
fn express_and_special_reach_beyond_the_own_line_only_where_the_item_names_district() {
    let needs = Needs { ground: Some(Ground::EightyAndOver), ..Needs::default() };
    let ask = Ask { needs, ..ask(&["T001"]) };
    for mode in [Mode::Express, Mode::Special] {
        assert!(world([service("T001")]).choose(&ask, mode, FAR_TOWN).is_ok());
        let bound = world([without(service("T001"), Mode::District)]);
        assert!(bound.choose(&ask, mode, TOWN).is_ok());
        assert_eq!(bound.choose(&ask, mode, FAR_TOWN), Err(Reason::StationNotInMode));
    }
}

#[test]
fn special_is_for_those_with_a_ground_and_comes_to_them_with_the_result() {
    let world = world([paper_only(once(service("T001")))]);
    assert_eq!(world.of_mode(&ask(&["T001"]), Mode::Special), Err(Reason::NoGround));
    let old = Ask { needs: Needs { ground: Some(Ground::EightyAndOver), ..Needs::default() }, ..ask(&["T001"]) };
    let plan = world.of_mode(&old, Mode::Special).unwrap();
    assert_eq!((plan.trips, &plan.matters[0].collect_at), (0, &None));
    assert!(plan.papers.contains(&Paper::OneOf(vec![Evidence::IdCard])));
}

#[test]
fn special_comes_out_of_hours_and_on_holidays_too() {
    let world = world([service("T001")]);
    let bereaved = Ask { needs: Needs { ground: Some(Ground::BereavedWithinTheWeek), ..Needs::default() }, ..ask(&["T001"]) };
    let answer = world.plan_at(&bereaved, at("2026-10-02T18:00:00"));
    let plan = answer.plans.iter().find(|plan| plan.mode == Mode::Special).unwrap();
    let visit = plan.steps.iter().find(|step| step.kind == StepKind::Visit).unwrap();
    assert_eq!(crate::time::local_date(visit.from), "2026-10-02".parse().unwrap());
}
