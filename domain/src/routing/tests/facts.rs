//! What holds for a while: closures, notices, absences, and stations where only one's own people work.

use std::sync::Arc;

use super::super::*;
use super::world::*;
use crate::catalogue::*;
use crate::district::{Absence, ClosedHours, Closure, ClosureCause, StationFacts, StationNotice};

fn closure(from: &str, to: &str, hours: Option<(&str, &str)>) -> Closure {
    let hours = hours.map(|(from, to)| ClosedHours { from: from.parse().unwrap(), to: to.parse().unwrap() });
    Closure { from: from.parse().unwrap(), to: to.parse().unwrap(), hours, cause: ClosureCause::Outage }
}

fn with(item: Item, facts: StationFacts) -> World {
    let mut world = world([item]);
    world.station(VILLAGE).facts = Arc::new(facts);
    world
}

fn taken_in(world: &World) -> Timestamp {
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    plan.steps.iter().find(|step| step.kind == StepKind::Accept).unwrap().from
}

#[test]
fn a_station_that_is_closed_for_a_day_takes_in_on_the_next() {
    let closures = vec![closure("2026-09-14", "2026-09-14", None)];
    assert_eq!(taken_in(&with(instant(service("T001")), StationFacts { closures, ..StationFacts::default() })), at("2026-09-15T09:00:00"));
}

#[test]
fn a_closure_of_some_hours_cuts_them_out_and_leaves_what_lies_around_it() {
    let closures = vec![closure("2026-09-14", "2026-09-14", Some(("10:00", "11:30")))];
    let world = with(instant(service("T001")), StationFacts { closures, ..StationFacts::default() });
    assert_eq!(taken_in(&world), at("2026-09-14T11:30:00"));
}

#[test]
fn what_no_longer_fits_before_a_closure_waits_until_after_it() {
    let closures = vec![closure("2026-09-14", "2026-09-14", Some(("10:10", "12:00")))];
    let world = with(instant(service("T001")), StationFacts { closures, ..StationFacts::default() });
    assert_eq!(taken_in(&world), at("2026-09-14T13:00:00"));
}

#[test]
fn a_station_closed_for_more_than_a_year_is_never_open() {
    let closures = vec![closure("2026-01-01", "2027-12-31", None)];
    let world = with(instant(service("T001")), StationFacts { closures, ..StationFacts::default() });
    assert_eq!(world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE), Err(Reason::NeverOpen));
}

#[test]
fn while_some_of_the_staff_are_away_it_goes_on_and_while_all_are_it_takes_nothing_in() {
    let absent = |staff| {
        let absences = vec![Absence { from: at("2026-09-14T08:00:00"), until: at("2026-09-14T14:30:00"), staff }];
        taken_in(&with(instant(service("T001")), StationFacts { absences, ..StationFacts::default() }))
    };
    assert_eq!(absent(2), at("2026-09-14T10:00:00"));
    assert_eq!(absent(3), at("2026-09-14T14:30:00"));
}

#[test]
fn absences_add_up_where_they_overlap() {
    let absences = vec![
        Absence { from: at("2026-09-14T08:00:00"), until: at("2026-09-14T11:00:00"), staff: 2 },
        Absence { from: at("2026-09-14T09:30:00"), until: at("2026-09-14T17:00:00"), staff: 1 },
    ];
    assert_eq!(taken_in(&with(instant(service("T001")), StationFacts { absences, ..StationFacts::default() })), at("2026-09-14T11:00:00"));
}

#[test]
fn the_law_runs_on_while_the_deciding_station_is_closed() {
    let mut world = world([service("T001")]);
    let facts = StationFacts { closures: vec![closure("2026-09-25", "2026-09-25", Some(("15:00", "17:00")))], ..StationFacts::default() };
    world.station(CENTRE).facts = Arc::new(facts);
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    assert_eq!((plan.expected, plan.latest), (at("2026-09-25T15:00:00"), at("2026-09-26T00:00:00")));
}

#[test]
fn a_notice_is_shown_with_the_plans_of_its_station_while_it_holds() {
    let notice = |from: &str, until: &str| StationNotice { from: at(from), until: at(until), text: from.into() };
    let notices = vec![
        notice("2026-09-01T00:00:00", "2026-09-14T10:00:00"),
        notice("2026-09-20T00:00:00", "2026-09-21T00:00:00"),
        notice("2026-10-01T00:00:00", "2026-10-08T00:00:00"),
    ];
    let world = with(service("T001"), StationFacts { notices, ..StationFacts::default() });
    let plan = world.choose(&ask(&["T001"]), Mode::Nearby, VILLAGE).unwrap();
    let texts: Vec<_> = plan.notices.iter().map(|notice| (notice.station.as_str(), notice.text.as_str())).collect();
    assert_eq!(texts, [(VILLAGE, "2026-09-20T00:00:00")]);
    assert!(world.choose(&ask(&["T001"]), Mode::Nearby, TOWN).unwrap().notices.is_empty());
}

#[test]
fn where_only_ones_own_people_work_nothing_is_taken_in() {
    let world = world([service("T001")]);
    let ask = Ask { barred_stations: [code(VILLAGE)].into(), ..ask(&["T001"]) };
    assert_eq!(world.choose(&ask, Mode::Nearby, VILLAGE), Err(Reason::OnlyOwnPeople));
    assert!(world.choose(&ask, Mode::Nearby, POINT).is_ok());
}

#[test]
fn stale_load_counts_as_none() {
    let mut world = world([instant(service("T001"))]);
    world.load.set(code(VILLAGE), StationLoad { wait_min: 40, desk: Desks::Staffed });
    world.load.as_of = Some(at("2026-09-14T09:45:00"));
    assert_eq!(taken_in(&world), at("2026-09-14T10:40:00"));
    world.load.as_of = Some(at("2026-09-14T09:44:59"));
    assert_eq!(taken_in(&world), at("2026-09-14T10:00:00"));
}

#[test]
fn a_mode_that_lacks_only_an_agent_says_what_they_would_have_to_show() {
    let world = world([service("T001"), once(service("T002"))]);
    let mandate = |item: &str, mode| {
        let answer = world.plan(&Ask { whereabouts: elsewhere(), ..ask(&[item]) });
        answer.impossible.into_iter().find(|impossible| impossible.mode == mode).unwrap().mandate
    };
    assert_eq!(mandate("T001", Mode::Nearby), Some(Authorisation::Simple));
    assert_eq!((mandate("T001", Mode::Special), mandate("T002", Mode::Nearby)), (None, None));
}
