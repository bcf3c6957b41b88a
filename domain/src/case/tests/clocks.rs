//! The promise as a case lives through it: what stops it, what doesn't, and what is left of it. Everything starts on Monday,
//! 14 September 2026; Sunday the 20th and Saturday, 10 October are worked, the first week of October is off.

use chrono::NaiveDate;

use crate::case::Command as C;
use crate::case::{Event, PromiseClock, Rejection as R, Stage, State, Stop, StopReason};

use super::story::*;
use super::world::*;

fn due(story: &Story) -> NaiveDate {
    story.case.clock.as_ref().unwrap().due(&MAP.calendar, story.now).on
}

fn left(story: &Story) -> i64 {
    story.case.clock.as_ref().unwrap().working_days_left(&MAP.calendar, story.now)
}

fn is_overdue(story: &Story) -> bool {
    story.case.clock.as_ref().unwrap().is_overdue(&MAP.calendar, story.now)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_day_of_acceptance_is_not_counted_also_after_closing_or_on_a_day_off() {
    for accepted_on in ["2026-09-14T08:30:00", "2026-09-14T23:59:59"] {
        let story = case(town_service()).on(accepted_on).accepted();
        assert_eq!((due(&story), left(&story)), (day("2026-09-20"), 5));
    }
    let on_saturday = case(town_service()).on("2026-09-19T10:00:00").accepted();
    assert_eq!(due(&on_saturday), day("2026-09-24"));
}

#[test]
fn the_promise_ends_with_its_last_working_day() {
    let story = case(town_service()).accepted();
    assert!(!is_overdue(&story.clone().on("2026-09-20T23:59:59")));
    assert!(is_overdue(&story.on("2026-09-21T00:00:00")));
}

#[test]
fn national_holidays_are_not_counted_and_make_up_workdays_are() {
    let story = case(town_service()).on("2026-09-29T10:00:00").then(SYSTEM, C::AcceptBySilence);
    let story = Story { case: crate::case::Case { clock: Some(PromiseClock::start(story.now, 5)), ..story.case }, ..story };
    // 30 September, then 8, 9, the worked Saturday the 10th, and Monday the 12th.
    assert_eq!(due(&story), day("2026-10-12"));
    assert_eq!(left(&story.on("2026-10-07T12:00:00")), 4);
}

#[test]
fn a_supplement_after_acceptance_costs_the_person_its_days_and_the_station_none() {
    let asked = case(town_service()).accepted().on("2026-09-16T10:00:00").then(&TOWN_APPROVER, ask_for_more());
    assert_eq!(left(&asked.clone().on("2026-09-23T10:00:00")), 3);
    let given_back = asked.on("2026-09-18T10:00:00").then(ZHANG, C::Supplement);
    assert_eq!((due(&given_back), left(&given_back)), (day("2026-09-22"), 3));
}

#[test]
fn an_outside_test_stops_the_clock_until_the_station_goes_on() {
    let paused = given(case(town_service()).accepted())
        .when(&TOWN_APPROVER, C::Pause)
        .then(&[Event::ClockStopped { reason: StopReason::OutsideTest, legal_basis: StopReason::OutsideTest.legal_basis().into() }]);
    assert!(matches!(paused.case.state, State::Paused { .. }));
    given(paused.clone()).when(&TOWN_APPROVER, granted()).then_rejected(R::Paused);
    given(paused.clone()).when(&TOWN_CLERK, C::Resume).then_barred(crate::case::Bar::OtherDesk);
    let resumed = given(paused.on("2026-10-12T10:00:00"))
        .when(&TOWN_APPROVER, C::Resume)
        .then(&[Event::ClockStarted { reason: StopReason::OutsideTest }]);
    assert_eq!((resumed.stage(), left(&resumed)), (Some(Stage::Decide), 5));
}

#[test]
fn the_stations_own_visit_counts() {
    let inspected = case(with_site_visit(town_service())).accepted().on("2026-09-17T10:00:00").goes_on();
    assert_eq!(inspected.case.clock.as_ref().unwrap().stops, []);
    assert_eq!(left(&inspected), 2);
}

#[test]
fn nothing_is_paused_before_acceptance_or_when_only_paper_is_left() {
    given(case(town_service())).when(&LI, C::Pause).then_rejected(R::NotAtThisStage);
    given(case(town_service()).up_to(Stage::HandOver)).when(&LI, C::Pause).then_rejected(R::NotAtThisStage);
}

#[test]
fn several_stops_add_up_and_a_day_is_never_counted_twice() {
    let story = case(town_service()).accepted();
    let story = story.on("2026-09-15T10:00:00").then(&TOWN_APPROVER, ask_for_more()).on("2026-09-17T09:00:00").then(ZHANG, C::Supplement);
    let story = story.on("2026-09-17T15:00:00").then(&TOWN_APPROVER, C::Pause).on("2026-09-21T09:00:00").then(&TOWN_APPROVER, C::Resume);
    // Wednesday and Thursday, then Friday, the worked Sunday and Monday stood: four of the five days are left.
    assert_eq!((left(&story), due(&story)), (4, day("2026-09-25")));
}

#[test]
fn what_was_left_at_a_past_instant_is_computed_as_it_was_then() {
    let asked = case(town_service()).accepted().on("2026-09-16T10:00:00").then(&TOWN_APPROVER, ask_for_more()).on("2026-09-17T10:00:00");
    let (then, was_left, was_due) = (asked.now, left(&asked), due(&asked));
    let clock = asked.on("2026-09-18T10:00:00").then(ZHANG, C::Supplement).case.clock.unwrap();
    assert_eq!(clock.working_days_left(&MAP.calendar, then), was_left);
    assert_eq!(clock.due(&MAP.calendar, then).on, was_due);
}

fn stopped(promised: u16, from: &str, until: Option<&str>) -> PromiseClock {
    let stop = Stop { reason: StopReason::Supplement, from: at(from), until: until.map(at) };
    PromiseClock { stops: vec![stop], ..PromiseClock::start(at("2026-10-12T09:00:00"), promised) }
}

#[test]
fn a_stop_on_the_last_day_that_ends_on_a_day_off_leaves_the_next_working_day() {
    // Promised until Friday, stopped that Friday, supplemented on Saturday: no earlier than Monday is it late.
    let clock = stopped(4, "2026-10-16T10:00:00", Some("2026-10-17T10:00:00"));
    let seen = at("2026-10-17T11:00:00");
    assert_eq!(clock.due(&MAP.calendar, seen).on, day("2026-10-19"));
    assert_eq!(clock.working_days_left(&MAP.calendar, seen), 1);
    assert!(!clock.is_overdue(&MAP.calendar, at("2026-10-19T23:59:59")) && clock.is_overdue(&MAP.calendar, at("2026-10-20T00:00:00")));
}

#[test]
fn a_case_that_stands_is_not_late_over_the_weekend_after_its_last_day() {
    let clock = stopped(4, "2026-10-16T10:00:00", None);
    for seen in ["2026-10-17T10:00:00", "2026-10-18T10:00:00", "2026-10-19T10:00:00", "2026-11-02T10:00:00"] {
        assert!(!clock.is_overdue(&MAP.calendar, at(seen)), "{seen}");
    }
}

#[test]
fn a_stop_that_begins_too_late_does_not_hide_that_the_case_is_late() {
    let clock = stopped(3, "2026-10-16T10:00:00", None);
    assert!(clock.is_overdue(&MAP.calendar, at("2026-10-16T09:59:00")));
    assert!(clock.is_overdue(&MAP.calendar, at("2026-10-30T09:00:00")));
}

fn move_due(before: &str, after: &str) -> C {
    C::MoveDue { before: day(before), after: day(after) }
}

#[test]
fn by_another_calendar_the_promise_ends_on_another_day_and_the_record_keeps_both() {
    let accepted = case(town_service()).accepted();
    let event = Event::DueMoved { before: day("2026-09-20"), after: day("2026-09-21") };
    let after = given(accepted.clone()).when(SYSTEM, move_due("2026-09-20", "2026-09-21")).then(std::slice::from_ref(&event));
    assert_eq!(after.case, accepted.case, "so many working days were promised, and still are");
    assert_eq!(crate::case::tidings(&after.case, &[event]), [crate::case::Tidings::DueMoved { due: day("2026-09-21") }]);
}

#[test]
fn nobody_moves_a_last_day_by_hand_nor_one_that_stays_or_was_never_promised() {
    let accepted = || case(town_service()).accepted();
    given(accepted()).when(&LI, move_due("2026-09-20", "2026-09-21")).then_rejected(R::NotYours);
    given(accepted()).when(SYSTEM, move_due("2026-09-20", "2026-09-20")).then_rejected(R::DueAsItIs);
    given(case(town_service())).when(SYSTEM, move_due("2026-09-20", "2026-09-21")).then_rejected(R::DueAsItIs);
    given(accepted().then(ZHANG, C::Withdraw)).when(SYSTEM, move_due("2026-09-20", "2026-09-21")).then_rejected(R::Ended);
}
