//! Fees, and who may take the paper.

use uuid::Uuid;

use crate::case::Command as C;
use crate::case::{Bar, Decision, Event, Fee, Outcome, Receiver, Rejection as R, Stage, State, Subject};
use crate::catalogue::{Item, ItemResult, ResultForm};
use crate::ids::DeliveryId;

use super::story::*;
use super::world::*;

fn to(receiver: Receiver) -> C {
    C::HandOver { to: receiver }
}

fn post() -> Receiver {
    Receiver::Post { tracking_no: "1099001234567".into() }
}

fn courier() -> Receiver {
    Receiver::Courier { delivery: DeliveryId::new(Uuid::from_u128(6_001)) }
}

fn ready(filing: Filing) -> Story {
    filing.submitted().up_to(Stage::HandOver)
}

fn not_to_be_carried(item: Item) -> Item {
    Item { result: ItemResult { deliverable: false, ..item.result.clone() }, ..item }
}

fn pay(amount_fen: i64) -> C {
    C::PayFee { fee: fee(amount_fen) }
}

#[test]
fn a_paper_is_produced_after_its_fee_is_paid() {
    let unpaid = || case(at_a_fee(1_000, town_service())).up_to(Stage::Decide).then(&TOWN_APPROVER, granted());
    given(unpaid()).when(&TOWN_CLERK, C::Produce { produced: produced() }).then_rejected(R::FeeUnpaid { due_fen: 1_000 });
    let paid = given(unpaid()).when(&TOWN_CLERK, pay(1_000)).then(&[Event::FeePaid { fee: fee(1_000) }]);
    given(paid).when(&TOWN_CLERK, C::Produce { produced: produced() }).then_stands_at(Stage::HandOver);
}

#[test]
fn a_fee_is_due_in_one_sitting_and_with_an_outside_answer_too_but_not_for_a_refusal() {
    let serve = |decision, produced| C::ServeAtOnce { decision, produced };
    let sitting = || case(at_a_fee(500, instant_item(town_service())));
    given(sitting()).when(&LI, serve(Decision::Granted, Some(produced()))).then_rejected(R::FeeUnpaid { due_fen: 500 });
    given(sitting().then(&LI, pay(500))).when(&LI, serve(Decision::Granted, Some(produced()))).then_stands_at(Stage::HandOver);
    given(sitting()).when(&LI, serve(Decision::Refused { note: NOTE }, None)).then_ends(Outcome::Rejected { note: NOTE });
    let forwarded = case(at_a_fee(500, proxy())).accepted().then(&LI, C::Forward);
    given(forwarded)
        .when(&LI, C::RecordAnswer { decision: Decision::Granted, produced: Some(produced()) })
        .then_rejected(R::FeeUnpaid { due_fen: 500 });
}

#[test]
fn the_fee_is_the_items_own_and_is_paid_once_at_the_counter() {
    let story = || case(at_a_fee(1_000, town_service()));
    given(story()).when(&LI, pay(999)).then_rejected(R::WrongFee { due_fen: 1_000 });
    given(story().then(&LI, pay(1_000))).when(&LI, pay(1_000)).then_rejected(R::FeePaidAlready);
    given(story()).when(ZHANG, pay(1_000)).then_rejected(R::NotYours);
    given(story()).when(&FAR_CLERK, pay(1_000)).then_rejected(R::NotYours);
    given(story()).when(&related(&LI, ZHANG), pay(1_000)).then_barred(Bar::Close);
    given(case(town_service())).when(&LI, C::PayFee { fee: Fee { amount_fen: 0, receipt_no: "R-1".into() } }).then_rejected(R::NoFee);
}

#[test]
fn the_person_their_household_or_their_agent_takes_the_paper() {
    given(ready(filed(town_service()))).when(&LI, to(Receiver::Subject)).then_ends(Outcome::Completed);
    given(ready(filed(town_service()).by_agent())).when(&LI, to(Receiver::Agent)).then_ends(Outcome::Completed);
    given(ready(filed(town_service()))).when(&LI, to(Receiver::Agent)).then_rejected(R::WrongReceiver);
    let household = filed(town_service()).for_subject(Subject::Household { person: ZHANG });
    given(ready(household)).when(&LI, to(Receiver::Subject)).then_ends(Outcome::Completed);
}

#[test]
fn an_organisation_sends_somebody_for_its_paper() {
    let story = || ready(filed(town_service()).for_organisation());
    given(story()).when(&LI, to(Receiver::Organisation)).then_ends(Outcome::Completed);
    given(story()).when(&LI, to(Receiver::Subject)).then_rejected(R::WrongReceiver);
    given(ready(filed(town_service()))).when(&LI, to(Receiver::Organisation)).then_rejected(R::WrongReceiver);
}

#[test]
fn a_paper_that_may_be_carried_goes_by_post_and_one_that_may_not_does_not() {
    given(ready(filed(town_service()))).when(&LI, to(post())).then_ends(Outcome::Completed);
    given(ready(filed(not_to_be_carried(town_service())))).when(&LI, to(post())).then_rejected(R::WrongReceiver);
}

#[test]
fn a_courier_takes_the_paper_of_a_brought_case_and_the_case_ends_when_it_is_delivered() {
    let brought = || ready(filed(town_service()).brought());
    let story = given(brought()).when(SYSTEM, to(courier())).then(&[Event::HandedOver { to: courier() }]);
    assert_eq!(story.case.state, State::OnTheWay);
    given(story.clone()).when(&LI, C::Deliver).then_rejected(R::NotYours);
    given(story.clone()).when(ZHANG, C::Withdraw).then_rejected(R::DecidedAlready);
    given(story).when(SYSTEM, C::Deliver).then(&[Event::Delivered, Event::Completed]);
}

#[test]
fn a_courier_takes_nothing_by_a_clerks_word_alone_and_nothing_of_a_case_that_is_collected() {
    given(ready(filed(town_service()).brought())).when(&LI, to(courier())).then_rejected(R::NotYours);
    given(ready(filed(town_service()))).when(SYSTEM, to(courier())).then_rejected(R::WrongReceiver);
}

#[test]
fn a_person_who_comes_for_a_paper_that_was_to_be_brought_gets_it() {
    given(ready(filed(town_service()).brought())).when(&LI, to(Receiver::Subject)).then_ends(Outcome::Completed);
}

#[test]
fn the_record_of_violence_at_home_is_given_to_the_person_or_their_agent_by_hand_alone() {
    let item = || coded("C052", certificate());
    given(ready(filed(item()))).when(&LI, to(Receiver::Subject)).then_ends(Outcome::Completed);
    given(ready(filed(item()).by_agent())).when(&LI, to(Receiver::Agent)).then_ends(Outcome::Completed);
    for receiver in [Receiver::Organisation, post()] {
        given(ready(filed(item()).by_agent())).when(&LI, to(receiver)).then_rejected(R::WrongReceiver);
    }
    given(ready(filed(item()).brought())).when(SYSTEM, to(courier())).then_rejected(R::WrongReceiver);
}

#[test]
fn what_a_body_asked_for_by_letter_goes_to_that_body_and_never_to_the_person() {
    for code in ["C053", "C054"] {
        let item = || coded(code, giving(ResultForm::Paper, certificate()));
        given(ready(filed(item()).by_agent())).when(&LI, to(Receiver::Organisation)).then_ends(Outcome::Completed);
        for receiver in [Receiver::Subject, Receiver::Agent] {
            given(ready(filed(item()).by_agent())).when(&LI, to(receiver)).then_rejected(R::WrongReceiver);
        }
        given(ready(filed(item()))).when(&LI, to(post())).then_ends(Outcome::Completed);
        given(ready(filed(not_to_be_carried(item())))).when(&LI, to(post())).then_rejected(R::WrongReceiver);
    }
}
