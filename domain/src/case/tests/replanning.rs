//! What the plan rested on changes: another plan stands in its place, and the person is told; the case itself stays where it is. Until
//! it is accepted the person may choose another plan, and then it goes.

use crate::case::Command as C;
use crate::case::{Changed, ChosenWay, Event, HandIn, Rejection as R, Stage, State, SupplementGround, Tidings, tidings};

use super::story::*;
use super::world::*;

fn replan() -> C {
    C::Replan { changed: Changed::Station, latest: None }
}

#[test]
fn a_case_that_is_planned_again_stays_where_it_is_and_the_person_is_told() {
    let event = Event::Replanned { changed: Changed::Station, latest: None };
    let before = case(certificate());
    let after = given(before.clone()).when(SYSTEM, replan()).then(std::slice::from_ref(&event));
    assert_eq!((&after.case.state, &after.case.route), (&before.case.state, &before.case.route));
    assert_eq!(tidings(&after.case, &[event]), [Tidings::Replanned { changed: Changed::Station, latest: None }]);
}

#[test]
fn nobody_plans_a_case_again_by_hand_nor_one_that_has_ended() {
    given(case(certificate())).when(&LI, replan()).then_rejected(R::NotYours);
    given(case(certificate())).when(ZHANG, replan()).then_rejected(R::NotYours);
    given(case(certificate()).then(ZHANG, C::Withdraw)).when(SYSTEM, replan()).then_rejected(R::Ended);
}

fn way(filing: Filing) -> Box<ChosenWay> {
    let begun = filing.submitted().case;
    Box::new(ChosenWay { route: begun.route, procedure: begun.procedure, latest: "2026-09-30".parse().unwrap() })
}

fn to_town() -> Box<ChosenWay> {
    way(filed(town_service()).accepted_at(TOWN))
}

#[test]
fn a_case_that_nobody_has_accepted_begins_anew_where_the_person_chooses() {
    let waiting = case(town_service()).on("2026-09-17T10:00:00");
    let (way, later) = (to_town(), waiting.now);
    let event = Event::ChosenAnew { way: way.clone() };
    let after = given(waiting).when(ZHANG, C::ChooseAnew { way: way.clone() }).then(std::slice::from_ref(&event));
    assert_eq!((&after.case.route, &after.case.procedure), (&way.route, &way.procedure));
    assert_eq!((after.case.received_at, after.stage()), (later, Some(Stage::Accept)), "the town's five days begin now");
    assert_eq!(tidings(&after.case, &[event]), [], "the person knows");
    given(after).when(&LI, C::Accept { matter: None }).then_rejected(R::Barred(crate::case::Bar::OtherDesk));
}

#[test]
fn a_case_whose_way_is_closed_begins_anew_where_it_asks_no_more_of_the_person_who_is_told() {
    let waiting = case(town_service()).on("2026-09-17T10:00:00");
    let (way, later) = (to_town(), waiting.now);
    let event = Event::Rerouted { way: way.clone() };
    let after = given(waiting).when(SYSTEM, C::Reroute { way: way.clone() }).then(std::slice::from_ref(&event));
    assert_eq!((&after.case.route, after.case.received_at, after.stage()), (&way.route, later, Some(Stage::Accept)));
    assert_eq!(tidings(&after.case, &[event]), [Tidings::Rerouted { to: way.route.accepting.clone(), latest: way.latest }]);
}

#[test]
fn nobody_sends_a_case_another_way_by_hand_nor_one_that_is_accepted_or_waits_for_papers_asked_for() {
    let reroute = || C::Reroute { way: to_town() };
    given(case(town_service())).when(&LI, reroute()).then_rejected(R::NotYours);
    given(case(town_service())).when(ZHANG, reroute()).then_rejected(R::NotYours);
    given(case(town_service()).accepted()).when(SYSTEM, reroute()).then_rejected(R::AcceptedAlready);
    let asked = case(town_service()).then(&*LI, C::AskSupplement { note: NOTE, ground: SupplementGround::FirstNotice });
    assert!(!asked.case.may_begin_anew() && case(town_service()).case.may_begin_anew());
    given(asked).when(SYSTEM, reroute()).then_rejected(R::WaitsForSupplement);
}

#[test]
fn a_case_whose_papers_a_courier_was_to_fetch_may_be_handed_in_directly_and_the_other_way_round() {
    let fetched = filed(town_service()).fetched().submitted();
    let after = fetched.then(ZHANG, C::ChooseAnew { way: to_town() });
    assert_eq!(after.case.state, State::Open { step: 0 });
    let after = after.then(ZHANG, C::ChooseAnew { way: way(filed(town_service()).fetched()) });
    assert_eq!((&after.case.state, after.case.route.hand_in), (&State::AwaitingPapers, HandIn::Fetched));
}

#[test]
fn nobody_but_its_people_moves_a_case_nor_one_that_is_accepted_or_waits_for_papers_asked_for() {
    let choose = || C::ChooseAnew { way: to_town() };
    given(case(town_service())).when(STRANGER, choose()).then_rejected(R::NotYours);
    given(case(town_service())).when(SYSTEM, choose()).then_rejected(R::NotYours);
    given(case(town_service()).accepted()).when(ZHANG, choose()).then_rejected(R::AcceptedAlready);
    given(case(town_service()).then(ZHANG, C::Withdraw)).when(ZHANG, choose()).then_rejected(R::Ended);
    let asked = case(town_service()).then(&*LI, C::AskSupplement { note: NOTE, ground: SupplementGround::FirstNotice });
    given(asked).when(ZHANG, choose()).then_rejected(R::WaitsForSupplement);
}
