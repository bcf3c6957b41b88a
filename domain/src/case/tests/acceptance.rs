//! Acceptance, the one notice that tells everything, silence, and what isn't accepted. Source: 行政许可法 32.

use chrono::NaiveDate;

use crate::case::Command as C;
use crate::case::{Acceptance, Bar, Event, Outcome, Rejection as R, Stage, State, StopReason, SupplementGround};

use super::story::*;
use super::world::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn accepted_by_clerk() -> Event {
    Event::Accepted { how: Acceptance::ByClerk, promised_working_days: 5 }
}

fn accepted_by_silence() -> Event {
    Event::Accepted { how: Acceptance::BySilence, promised_working_days: 5 }
}

fn asked_until(until: &str) -> Event {
    Event::SupplementAsked { note: NOTE, until: day(until) }
}

#[test]
fn the_promise_runs_from_acceptance() {
    let story = given(case(town_service()).on("2026-09-16T10:00:00")).when(&LI, accept()).then(&[accepted_by_clerk()]);
    let clock = story.case.clock.unwrap();
    assert_eq!((clock.started_at, clock.promised_working_days), (at("2026-09-16T10:00:00"), 5));
}

#[test]
fn an_accepted_case_is_not_accepted_again_and_no_longer_turned_away() {
    given(case(town_service()).accepted()).when(&TOWN_APPROVER, accept()).then_rejected(R::NotAtThisStage);
    given(case(proxy_for(Some("T001"), &[])).up_to(Stage::Forward).then(&LI, C::Forward))
        .when(&TOWN_CLERK, C::NotAccept { note: NOTE })
        .then_rejected(R::NotAtThisStage);
}

#[test]
fn the_town_takes_in_what_the_village_forwarded_without_a_second_promise() {
    let forwarded = case(proxy_for(Some("T001"), &[])).accepted().then(&LI, C::Forward);
    let clock = forwarded.case.clock.clone();
    let story = given(forwarded).when(&TOWN_CLERK, accept()).then(&[Event::TakenIn]);
    assert_eq!(story.case.clock, clock);
    assert_eq!(story.case.acceptors, [LI.person, TOWN_CLERK.person].into());
}

#[test]
fn a_matter_for_another_body_is_turned_away_with_a_note_that_says_where_to_go() {
    given(case(town_service())).when(&LI, C::NotAccept { note: NOTE }).then_ends(Outcome::NotAccepted { note: NOTE });
}

#[test]
fn a_proxy_item_that_covers_several_matters_is_accepted_as_one_of_them() {
    let [usual, other] = ["T001", "T002"].map(|code| code.parse().unwrap());
    let item = proxy_for(Some("T001"), &["T002"]);
    given(case(item.clone())).when(&LI, accept()).then_rejected(R::NameTheMatter(vec![usual, other]));
    let stranger = "T003".parse::<crate::ids::ItemCode>().unwrap();
    given(case(item.clone())).when(&LI, C::Accept { matter: Some(stranger.clone()) }).then_rejected(R::NoSuchMatter(stranger));
    let other: crate::ids::ItemCode = "T002".parse().unwrap();
    let story = given(case(item))
        .when(&LI, C::Accept { matter: Some(other.clone()) })
        .then(&[Event::MatterNamed { matter: other.clone() }, accepted_by_clerk()]);
    assert_eq!(story.case.matter, Some(other));
}

#[test]
fn an_item_that_covers_one_matter_needs_no_name_for_it() {
    given(case(proxy_for(Some("T001"), &[]))).when(&LI, accept()).then(&[accepted_by_clerk()]);
    let matter: crate::ids::ItemCode = "T001".parse().unwrap();
    given(case(town_service())).when(&LI, C::Accept { matter: Some(matter.clone()) }).then_rejected(R::NoSuchMatter(matter));
}

#[test]
fn a_supplement_asked_before_acceptance_stops_no_clock_and_the_five_days_begin_again_when_it_is_given() {
    let asked = given(case(town_service())).when(&LI, ask_for_more()).then(&[asked_until("2026-09-25")]);
    assert_eq!(asked.case.clock, None);
    let given_back = given(asked.on("2026-09-21T08:00:00")).when(ZHANG, C::Supplement).then(&[Event::Supplemented]);
    assert_eq!(given_back.case.received_at, at("2026-09-21T08:00:00"));
    given(given_back).when(&LI, accept()).then(&[accepted_by_clerk()]);
}

#[test]
fn everything_is_asked_for_at_once_and_a_second_notice_needs_a_fact_that_nobody_could_have_known() {
    let supplemented = || case(town_service()).then(&LI, ask_for_more()).then(ZHANG, C::Supplement);
    given(supplemented()).when(&LI, ask_for_more()).then_rejected(R::AlreadyAsked);
    let new_fact = C::AskSupplement { note: NOTE, ground: SupplementGround::NewFact };
    given(supplemented()).when(&LI, new_fact).then(&[asked_until("2026-09-25")]);
}

#[test]
fn the_notice_may_be_given_until_the_end_of_the_fifth_working_day() {
    // The make-up Sunday counts: the fifth working day after Monday the 14th is Sunday the 20th.
    given(case(town_service()).on("2026-09-20T23:59:59")).when(&LI, ask_for_more()).then(&[asked_until("2026-10-09")]);
    given(case(town_service()).on("2026-09-21T00:00:00")).when(&LI, ask_for_more()).then_rejected(R::NoticeTooLate);
}

#[test]
fn after_five_working_days_without_a_word_the_case_is_accepted_from_its_receipt() {
    let waiting = || case(town_service());
    given(waiting().on("2026-09-20T23:59:59")).when(SYSTEM, C::AcceptBySilence).then_rejected(R::NoticeStillPossible);
    let story = given(waiting().on("2026-09-21T00:00:00")).when(SYSTEM, C::AcceptBySilence).then(&[accepted_by_silence()]);
    assert_eq!(story.case.clock.unwrap().started_at, at("2026-09-14T09:00:00"));
    assert!(story.case.acceptors.is_empty(), "nobody accepted it, so nobody is kept from deciding");
}

#[test]
fn a_clerk_who_accepts_after_the_fifth_day_accepts_from_receipt_too() {
    let story = given(case(town_service()).on("2026-09-22T10:00:00")).when(&LI, accept()).then(&[accepted_by_silence()]);
    assert_eq!(story.case.clock.unwrap().started_at, at("2026-09-14T09:00:00"));
    assert_eq!(story.case.acceptors, [LI.person].into());
    let sitting = case(instant_item(town_service())).on("2026-09-22T10:00:00").until_it_ends();
    assert_eq!(sitting.case.clock.unwrap().started_at, at("2026-09-14T09:00:00"));
}

#[test]
fn after_the_fifth_day_a_case_is_no_longer_turned_away() {
    given(case(town_service()).on("2026-09-21T09:00:00")).when(&LI, C::NotAccept { note: NOTE }).then_rejected(R::NoticeTooLate);
}

#[test]
fn nobody_but_the_passing_of_time_accepts_by_silence() {
    let late = || case(town_service()).on("2026-09-22T09:00:00");
    given(late()).when(&LI, C::AcceptBySilence).then_rejected(R::NotYours);
    given(late()).when(ZHANG, C::AcceptBySilence).then_rejected(R::NotYours);
}

#[test]
fn silence_speaks_once_and_not_while_a_supplement_is_waited_for() {
    given(case(town_service()).on("2026-09-30T09:00:00").then(SYSTEM, C::AcceptBySilence))
        .when(SYSTEM, C::AcceptBySilence)
        .then_rejected(R::NotYours);
    given(case(town_service()).then(&LI, ask_for_more()).on("2026-09-24T09:00:00"))
        .when(SYSTEM, C::AcceptBySilence)
        .then_rejected(R::WaitsForSupplement);
}

#[test]
fn an_instant_item_accepted_by_silence_is_still_served_in_one_sitting() {
    let silent = case(instant_item(town_service())).on("2026-09-22T09:00:00").then(SYSTEM, C::AcceptBySilence);
    assert_eq!(silent.stage(), Some(Stage::AtOnce));
    let ended = silent.until_it_ends();
    assert_eq!(ended.case.state, State::Ended { outcome: Outcome::Completed });
}

#[test]
fn a_supplement_asked_after_acceptance_stops_the_clock_until_it_is_given() {
    let stop = Event::ClockStopped { reason: StopReason::Supplement, legal_basis: StopReason::Supplement.legal_basis().into() };
    let asked = given(case(town_service()).accepted()).when(&TOWN_APPROVER, ask_for_more()).then(&[asked_until("2026-09-25"), stop]);
    assert!(asked.case.clock.as_ref().unwrap().is_stopped());
    let restart = Event::ClockStarted { reason: StopReason::Supplement };
    let story = given(asked).when(ZHANG, C::Supplement).then(&[restart, Event::Supplemented]);
    assert!(!story.case.clock.as_ref().unwrap().is_stopped());
    assert_eq!(story.stage(), Some(Stage::Decide));
}

#[test]
fn a_supplement_comes_from_the_person_their_agent_or_a_clerk_at_the_counter() {
    let asked = || filed(town_service()).by_agent().submitted().then(&LI, ask_for_more());
    for by in [ZHANG, NEPHEW] {
        given(asked()).when(by, C::Supplement).then(&[Event::Supplemented]);
    }
    given(asked()).when(&LI, C::Supplement).then(&[Event::Supplemented]);
    given(asked()).when(STRANGER, C::Supplement).then_rejected(R::NotYours);
    given(asked()).when(&FAR_CLERK, C::Supplement).then_rejected(R::NotYours);
    given(asked()).when(&related(&LI, ZHANG), C::Supplement).then_barred(Bar::Close);
}

#[test]
fn a_supplement_that_is_not_given_in_time_lets_the_case_lapse() {
    let asked = || case(town_service()).then(&LI, ask_for_more());
    given(asked().on("2026-09-25T23:59:59")).when(SYSTEM, C::Lapse).then_rejected(R::SupplementStillPossible(day("2026-09-25")));
    given(asked().on("2026-09-25T23:59:59")).when(ZHANG, C::Supplement).then(&[Event::Supplemented]);
    given(asked().on("2026-09-26T00:00:00")).when(ZHANG, C::Supplement).then_rejected(R::SupplementTooLate(day("2026-09-25")));
    given(asked().on("2026-09-26T00:00:00")).when(&LI, C::Lapse).then_rejected(R::NotYours);
    given(asked().on("2026-09-26T00:00:00")).when(SYSTEM, C::Lapse).then_ends(Outcome::Lapsed);
}

#[test]
fn while_a_supplement_is_waited_for_no_stage_goes_on() {
    given(case(town_service()).then(&LI, ask_for_more())).when(&LI, accept()).then_rejected(R::WaitsForSupplement);
    given(case(town_service()).accepted().then(&TOWN_APPROVER, ask_for_more()))
        .when(&TOWN_APPROVER, granted())
        .then_rejected(R::WaitsForSupplement);
}

#[test]
fn papers_that_a_courier_fetches_are_received_when_they_arrive() {
    let fetched = || filed(town_service()).fetched().submitted();
    given(fetched()).when(&LI, accept()).then_rejected(R::PapersOnTheWay);
    given(fetched()).when(&LI, C::BringPapers).then_rejected(R::NotYours);
    let story = given(fetched().on("2026-09-15T11:00:00")).when(SYSTEM, C::BringPapers).then_stands_at(Stage::Accept);
    assert_eq!(story.case.received_at, at("2026-09-15T11:00:00"));
    given(story.on("2026-09-21T09:00:00")).when(SYSTEM, C::AcceptBySilence).then_rejected(R::NoticeStillPossible);
}
