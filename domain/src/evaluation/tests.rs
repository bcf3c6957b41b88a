use super::*;
use crate::case::tests::story::{Story, ask_for_more};
use crate::case::tests::world::*;
use crate::case::{Command, Decision, Stage, Subject};

fn judge(story: &Story, by: PersonId, text: &str) -> Result<Evaluation, EvaluationRejection> {
    evaluate((&story.case, &story.record), by, (Satisfaction::Satisfied, text.to_owned()), story.now)
}

fn ended() -> Story {
    case(town_service()).until_it_ends()
}

#[test]
fn a_person_judges_how_their_case_was_handled_after_its_end() {
    let evaluation = judge(&ended(), ZHANG, "办得快").unwrap();
    assert_eq!((evaluation.by, evaluation.level, evaluation.case), (ZHANG, Satisfaction::Satisfied, ended().case.id));
}

#[test]
fn a_case_that_goes_on_is_not_judged_yet() {
    let going_on = [
        filed(town_service()).fetched().submitted(),
        case(town_service()),
        case(town_service()).then(&LI, ask_for_more()),
        case(town_service()).up_to(Stage::HandOver),
    ];
    for story in going_on {
        assert_eq!(judge(&story, ZHANG, ""), Err(EvaluationRejection::NotEnded));
    }
}

#[test]
fn every_end_but_a_withdrawal_may_be_judged() {
    let refused = case(town_service()).accepted().then(&TOWN_APPROVER, Command::Decide { decision: Decision::Refused { note: NOTE } });
    let turned_away = case(town_service()).then(&LI, Command::NotAccept { note: NOTE });
    let lapsed = case(town_service()).then(&LI, ask_for_more()).on("2026-10-30T09:00:00").then(SYSTEM, Command::Lapse);
    for story in [refused, turned_away, lapsed] {
        assert!(judge(&story, ZHANG, "").is_ok());
    }
    let withdrawn = case(town_service()).then(ZHANG, Command::Withdraw);
    assert_eq!(judge(&withdrawn, ZHANG, ""), Err(EvaluationRejection::NothingDone));
}

#[test]
fn a_households_member_judges_but_no_agent_no_stranger_and_nobody_who_handled_it() {
    let household = filed(town_service()).for_subject(Subject::Household { person: ZHANG }).submitted().until_it_ends();
    assert!(judge(&household, HUSBAND, "").is_ok());
    let by_agent = filed(town_service()).by_agent().submitted().until_it_ends();
    assert!(judge(&by_agent, ZHANG, "").is_ok());
    for stranger in [NEPHEW, STRANGER, LI.person, TOWN_APPROVER.person] {
        assert_eq!(judge(&by_agent, stranger, ""), Err(EvaluationRejection::NotYours));
    }
}

#[test]
fn a_text_has_at_most_five_hundred_characters_not_bytes() {
    assert!(judge(&ended(), ZHANG, &"好".repeat(TEXT_CHARS_MAX)).is_ok());
    assert_eq!(judge(&ended(), ZHANG, &"好".repeat(TEXT_CHARS_MAX + 1)), Err(EvaluationRejection::TooLong));
}

#[test]
fn the_two_lowest_levels_are_bad_reviews() {
    use Satisfaction::{Dissatisfied, FairlySatisfied, Satisfied, VeryDissatisfied, VerySatisfied};
    assert!([Dissatisfied, VeryDissatisfied].into_iter().all(Satisfaction::is_bad));
    assert!(![VerySatisfied, Satisfied, FairlySatisfied].into_iter().any(Satisfaction::is_bad));
}
