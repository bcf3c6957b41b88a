//! Decisions, answers of outside bodies, one sitting, withdrawal: how a case comes to its end.

use crate::case::Command as C;
use crate::case::{Acceptance, Bar, Decision, Event, Outcome, Rejection as R, Stage, State};
use crate::catalogue::{Authority, Item, ResultForm};

use super::story::*;
use super::world::*;

const GRANTED: Decision = Decision::Granted;
const REFUSED: Decision = Decision::Refused { note: NOTE };

fn answer(decision: Decision, gives: bool) -> C {
    C::RecordAnswer { decision, produced: gives.then(produced) }
}

fn at_once(decision: Decision, gives: bool) -> C {
    C::ServeAtOnce { decision, produced: gives.then(produced) }
}

#[test]
fn a_granted_case_is_produced_and_handed_over_and_completed() {
    let decided = given(case(town_service()).accepted()).when(&TOWN_APPROVER, granted()).then(&[Event::Decided { decision: GRANTED }]);
    let produced = given(decided).when(&TOWN_CLERK, C::Produce { produced: produced() }).then_stands_at(Stage::HandOver);
    given(produced).when(&LI, C::HandOver { to: crate::case::Receiver::Subject }).then_ends(Outcome::Completed);
}

#[test]
fn a_refusal_ends_the_case_with_its_reason_and_remedy() {
    given(case(town_service()).accepted()).when(&TOWN_APPROVER, refused()).then_ends(Outcome::Rejected { note: NOTE });
}

#[test]
fn a_review_that_opposes_leaves_the_decision_to_whoever_decides() {
    use crate::case::Opinion;
    let story = case(Item { decided_at: Authority::District, ..town_service() }).up_to(Stage::Review);
    given(story).when(&TOWN_CLERK, C::Review { opinion: Opinion::Opposed, note: Some(NOTE) }).then_stands_at(Stage::Decide);
}

#[test]
fn what_is_electronic_only_is_completed_when_it_is_produced() {
    let story = case(giving(ResultForm::Electronic, town_service())).up_to(Stage::Produce);
    given(story).when(&TOWN_CLERK, C::Produce { produced: produced() }).then(&[Event::Produced { produced: produced() }, Event::Completed]);
}

#[test]
fn an_outside_bodys_answer_is_its_decision_and_brings_its_paper() {
    let story = || case(proxy()).up_to(Stage::RecordAnswer);
    given(story()).when(&LI, answer(GRANTED, true)).then_stands_at(Stage::HandOver);
    given(story()).when(&LI, answer(REFUSED, false)).then_ends(Outcome::Rejected { note: NOTE });
    given(story()).when(&LI, answer(GRANTED, false)).then_rejected(R::ResultMismatch);
    given(story()).when(&LI, answer(REFUSED, true)).then_rejected(R::ResultMismatch);
}

#[test]
fn an_answer_without_a_result_to_give_ends_the_case() {
    let story = || case(giving(ResultForm::None, proxy())).up_to(Stage::RecordAnswer);
    given(story()).when(&LI, answer(GRANTED, false)).then_ends(Outcome::Completed);
    given(story()).when(&LI, answer(GRANTED, true)).then_rejected(R::ResultMismatch);
}

#[test]
fn what_the_city_decides_ends_by_the_answer_that_the_district_records() {
    let story = case(Item { decided_at: Authority::City, ..town_service() }).up_to(Stage::RecordAnswer);
    given(story.clone()).when(&TOWN_CLERK, answer(GRANTED, true)).then_barred(Bar::OtherDesk);
    given(story).when(&DISTRICT_CLERK, answer(GRANTED, true)).then_stands_at(Stage::HandOver);
}

#[test]
fn an_instant_item_is_accepted_decided_and_produced_by_one_person_in_one_sitting() {
    let accepted = Event::Accepted { how: Acceptance::ByClerk, promised_working_days: 0 };
    let events = [accepted, Event::Decided { decision: GRANTED }, Event::Produced { produced: produced() }];
    let story = given(case(instant_item(town_service()))).when(&LI, at_once(GRANTED, true)).then(&events);
    assert_eq!(story.stage(), Some(Stage::HandOver));
}

#[test]
fn one_sitting_without_a_paper_ends_the_case() {
    for (form, gives) in [(ResultForm::Electronic, true), (ResultForm::None, false)] {
        given(case(giving(form, instant_item(proxy())))).when(&LI, at_once(GRANTED, gives)).then_ends(Outcome::Completed);
    }
}

#[test]
fn one_sitting_may_refuse_turn_away_or_ask_for_more() {
    let sitting = || case(instant_item(town_service()));
    given(sitting()).when(&LI, at_once(REFUSED, false)).then_ends(Outcome::Rejected { note: NOTE });
    given(sitting()).when(&LI, at_once(REFUSED, true)).then_rejected(R::ResultMismatch);
    given(sitting()).when(&LI, at_once(GRANTED, false)).then_rejected(R::ResultMismatch);
    given(sitting()).when(&LI, C::NotAccept { note: NOTE }).then_ends(Outcome::NotAccepted { note: NOTE });
    let asked = given(sitting()).when(&LI, ask_for_more()).went();
    given(asked).when(ZHANG, C::Supplement).then_stands_at(Stage::AtOnce);
}

#[test]
fn stages_are_not_skipped() {
    given(case(town_service())).when(&LI, granted()).then_rejected(R::NotAtThisStage);
    given(case(certificate()).accepted()).when(&VILLAGE_HEAD, C::Produce { produced: produced() }).then_rejected(R::NotAtThisStage);
    given(case(town_service())).when(&LI, at_once(GRANTED, true)).then_rejected(R::NotAtThisStage);
}

#[test]
fn a_person_their_agent_or_a_clerk_at_the_counter_withdraws() {
    let open = || filed(town_service()).by_agent().submitted().accepted();
    for by in [ZHANG, NEPHEW] {
        given(open()).when(by, C::Withdraw).then_ends(Outcome::Withdrawn);
    }
    given(open()).when(&LI, C::Withdraw).then_ends(Outcome::Withdrawn);
    given(open()).when(&TOWN_APPROVER, C::Withdraw).then_ends(Outcome::Withdrawn);
    given(open()).when(STRANGER, C::Withdraw).then_rejected(R::NotYours);
    given(open()).when(&FAR_CLERK, C::Withdraw).then_rejected(R::NotYours);
    given(open()).when(SYSTEM, C::Withdraw).then_rejected(R::NotYours);
    given(open()).when(&related(&LI, ZHANG), C::Withdraw).then_barred(Bar::Close);
}

#[test]
fn a_withdrawn_consent_ends_a_case_by_whoever_withdrew_it_and_opens_no_withdrawal_to_them() {
    let without = || C::EndWithoutConsent { consent: CONSENT };
    let open = || case(town_service()).accepted();
    given(open()).when(ZHANG, without()).then_ends(Outcome::Withdrawn);
    given(open()).when(STRANGER, without()).then_ends(Outcome::Withdrawn);
    given(open()).when(&FAR_CLERK, without()).then_ends(Outcome::Withdrawn);
    given(open()).when(&FAR_CLERK, C::Withdraw).then_rejected(R::NotYours);
    given(open()).when(SYSTEM, without()).then_rejected(R::NotYours);
    given(open()).when(&related(&LI, ZHANG), without()).then_barred(Bar::Close);
    given(case(town_service()).up_to(Stage::Produce)).when(&FAR_CLERK, without()).then_rejected(R::DecidedAlready);
}

#[test]
fn a_case_may_be_withdrawn_at_any_time_before_its_decision() {
    let waiting = [
        filed(town_service()).fetched().submitted(),
        case(town_service()).then(&LI, ask_for_more()),
        case(town_service()).accepted().then(&TOWN_APPROVER, C::Pause),
        case(town_service()).up_to(Stage::Decide),
    ];
    for story in waiting {
        given(story).when(ZHANG, C::Withdraw).then_ends(Outcome::Withdrawn);
    }
    given(case(town_service()).up_to(Stage::Produce)).when(ZHANG, C::Withdraw).then_rejected(R::DecidedAlready);
    given(case(town_service()).up_to(Stage::HandOver)).when(&LI, C::Withdraw).then_rejected(R::DecidedAlready);
}

#[test]
fn nothing_happens_to_a_case_that_has_ended() {
    let ended = case(town_service()).until_it_ends();
    assert_eq!(ended.case.state, State::Ended { outcome: Outcome::Completed });
    for (by, command) in [(crate::case::By::Staff(&LI), accept()), (ZHANG.into(), C::Withdraw), (SYSTEM, C::Rise), (SYSTEM, C::Lapse)] {
        given(ended.clone()).when(by, command).then_rejected(R::Ended);
    }
}
