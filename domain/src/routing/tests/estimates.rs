//! When: waits, hours, promises and provisional years.

use super::super::*;
use super::world::*;
use crate::catalogue::*;
use crate::district::Place;

#[test]
fn a_road_is_the_air_line_with_its_bends_and_takes_whole_minutes() {
    let (from, to) = (Place { lat: 30.0, lng: 104.0 }, Place { lat: 30.1, lng: 104.0 });
    let tuning = Tuning::default();
    assert_eq!(estimate::road_m(&tuning, from, to), 14_455);
    assert_eq!(estimate::on_the_road(&tuning, from, to), chrono::Duration::minutes(35));
}

fn accepted(plan: &Plan) -> &Step {
    plan.steps.iter().find(|step| step.kind == StepKind::Accept).unwrap()
}

#[test]
fn an_instant_item_takes_the_wait_and_the_service() {
    let mut world = world([instant(service("T001"))]);
    world.load.set(code(VILLAGE), StationLoad { wait_min: 40, desk: Desks::Staffed });
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    assert_eq!((plan.wait_min, plan.expected, plan.latest), (40, at("2026-09-14T10:55:00"), at("2026-09-14T12:00:00")));
    assert!(plan.cons.contains(&Drawback::LongWait));
}

#[test]
fn a_queue_that_reaches_past_closing_moves_the_sitting_to_the_next_opening() {
    let mut world = world([instant(service("T001"))]);
    world.load.set(code(VILLAGE), StationLoad { wait_min: 110, desk: Desks::Staffed });
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    assert_eq!((accepted(&plan).from, plan.wait_min), (at("2026-09-14T13:00:00"), 0));
}

#[test]
fn a_station_whose_staff_are_absent_takes_in_tomorrow() {
    let mut world = world([instant(service("T001"))]);
    world.load.set(code(VILLAGE), StationLoad { wait_min: 0, desk: Desks::Unstaffed });
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    assert_eq!(accepted(&plan).from, at("2026-09-15T09:00:00"));
}

#[test]
fn the_promise_runs_from_acceptance_in_working_days_and_ends_with_the_last() {
    let world = world([service("T001")]);
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    assert_eq!((plan.expected, plan.latest), (at("2026-09-25T17:00:00"), at("2026-09-26T00:00:00")));
}

#[test]
fn load_moves_the_acceptance_not_the_law() {
    let mut world = world([service("T001")]);
    let idle = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    world.load.set(code(VILLAGE), StationLoad { wait_min: 60, desk: Desks::Staffed });
    let busy = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    assert!(accepted(&busy).from > accepted(&idle).from);
    assert_eq!(busy.latest, idle.latest);
}

#[test]
fn publicity_that_does_not_count_comes_on_top_of_the_promise() {
    let notice = |counts| Item { publicity: Some(Publicity { days: 5, unit: DayUnit::Working, counts }), ..service("T001") };
    let finish = |counts| world([notice(counts)]).choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap().latest;
    assert_eq!((finish(true), finish(false)), (at("2026-09-26T00:00:00"), at("2026-10-10T00:00:00")));
}

#[test]
fn a_finish_in_a_year_that_is_not_loaded_is_provisional() {
    let plan = world([service("T001")]).plan_at(&ask(&["T001"]), at("2026-12-28T10:00:00")).best().unwrap().clone();
    assert!(plan.provisional && plan.cons.contains(&Drawback::Provisional));
}

#[test]
fn before_a_holiday_what_does_not_fit_any_more_is_taken_in_after_it() {
    let world = world([instant(service("T001"))]);
    let choice = Choice { mode: Mode::Nearby, stations: vec![code(VILLAGE)] };
    let now = at("2026-09-30T16:50:00");
    let plan = plan_for(&world.map(), &world.catalogue(), &world.load, &ask(&["T001"]), now, &choice).unwrap();
    assert_eq!(accepted(&plan).from, at("2026-10-08T09:00:00"));
}

#[test]
fn a_make_up_sunday_is_worked() {
    let plan = world([instant(service("T001"))]).plan_at(&ask(&["T001"]), at("2026-09-20T08:00:00"));
    assert_eq!(plan.best().unwrap().expected, at("2026-09-20T09:15:00"));
}

#[test]
fn a_station_that_is_never_open_is_no_choice() {
    let mut world = world([service("T001")]);
    world.station(VILLAGE).hours = [].into();
    assert_eq!(world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE), Err(Reason::NeverOpen));
}

#[test]
fn several_matters_at_one_window_are_taken_in_one_after_the_other_on_one_day() {
    let items = ["T001", "T002", "T003", "T004"];
    let answer = world(items.map(|item| once(service(item)))).plan_at(&ask(&items), at("2026-09-14T16:30:00"));
    let plan = answer.plans.iter().find(|plan| plan.mode == Mode::OneWindow).unwrap();
    let sittings: Vec<_> = plan.steps.iter().filter(|step| step.kind == StepKind::Accept).collect();
    assert_eq!(sittings.len(), 4);
    assert!(sittings.iter().all(|step| crate::time::local_date(step.from) == "2026-09-15".parse().unwrap()));
    assert!(sittings.windows(2).all(|two| two[0].to <= two[1].from));
}

#[test]
fn the_preference_sets_the_measure() {
    let mut world = world([Item { trips: 1, ..instant(service("T001")) }]);
    for near in [POINT, VILLAGE] {
        world.load.set(code(near), StationLoad { wait_min: 100, desk: Desks::Staffed });
    }
    let best = |preference| world.plan(&Ask { preference, ..ask(&["T001"]) }).best().unwrap().clone();
    let (soonest, nearest) = (best(Preference::Soonest), best(Preference::Nearest));
    assert!(soonest.expected < best(Preference::FewestTrips).expected.max(nearest.expected));
    assert_eq!(best(Preference::FewestTrips).trips, 0);
    assert_eq!(nearest.distance_m, 0);
}
