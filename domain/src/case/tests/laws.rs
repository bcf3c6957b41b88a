//! Laws of the life cycle, over random histories: whatever anybody tries, the case stays lawful and its record true.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate};
use proptest::prelude::*;
use serde_json::Value;

use crate::case::*;
use crate::catalogue::{Item, ResultForm};
use crate::ids::{ItemCode, PersonId, StationCode};
use crate::people::CreditCode;

use super::story::Story;
use super::walk::*;
use super::world::MAP;

type Held = Result<(), TestCaseError>;

proptest! {
    #[test]
    fn any_command_by_anyone_is_rejected_with_a_reason_or_leads_to_a_lawful_state(filing in filings(), moves in moves()) {
        walk(filing, moves, |attempt| match attempt.outcome {
            Err(reason) => {
                prop_assert!(!reason.to_string().is_empty());
                prop_assert_eq!(&attempt.before.case, &attempt.after.case);
                Ok(())
            }
            Ok(events) => {
                prop_assert!(!events.is_empty(), "a command that goes through leaves its mark");
                let leaves = events == [Event::AgentLeft];
                prop_assert!(leaves || !attempt.before.case.is_ended(), "an ended case never changes, but that its agent may leave");
                is_lawful(attempt.after)?;
                keeps_what_is_settled(&attempt.before.case, &attempt.after.case)
            }
        })?;
    }

    #[test]
    fn replaying_the_record_gives_the_case(filing in filings(), moves in moves()) {
        let story = walk(filing, moves, |_| Held::Ok(()))?;
        prop_assert_eq!(replay(&story.record), Some(story.case.clone()));
        let stored: Vec<String> = story.record.iter().map(|recorded| serde_json::to_string(recorded).unwrap()).collect();
        let read: Vec<Recorded> = stored.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        prop_assert_eq!(&read, &story.record);
        let case = serde_json::to_value(&story.case).unwrap();
        prop_assert_eq!(serde_json::from_value::<Case>(case).unwrap(), story.case);
    }

    #[test]
    fn who_accepted_never_decided_but_at_once(filing in filings(), moves in moves()) {
        let at_once = filing.stages().iter().any(|step| step.stage == Stage::AtOnce);
        let story = walk(filing, moves, |_| Held::Ok(()))?;
        let accepted = who(&story, |event| matches!(event, Event::Accepted { .. } | Event::TakenIn));
        let decided = who(&story, |event| matches!(event, Event::Decided { .. }));
        prop_assert!(at_once || accepted.is_disjoint(&decided));
    }

    #[test]
    fn nobody_who_is_close_to_the_case_or_acts_for_it_ever_handled_it(filing in filings(), moves in moves()) {
        walk(filing, moves, |attempt| {
            let (case, Actor::Staff { account, person }, Ok(events)) = (&attempt.before.case, &attempt.by, attempt.outcome) else {
                return Ok(());
            };
            let staff = WORKFORCE.iter().find(|staff| staff.account == *account).unwrap();
            // Whoever enters that a consent was withdrawn handles no case of it: the person's word ends what rests on it.
            if let [Event::ConsentWithdrawn { .. }] = events {
                prop_assert!(!case.subject.person().is_some_and(|person| staff.is_close_to(person)));
                return Ok(());
            }
            prop_assert!(!case.involved.iter().any(|involved| staff.is_close_to(*involved)));
            let settles = |event: &Event| matches!(event, Event::Accepted { .. } | Event::TakenIn | Event::Decided { .. } | Event::NotAccepted { .. });
            prop_assert!(case.agent() != Some(*person) || !events.iter().any(settles));
            Ok(())
        })?;
    }

    #[test]
    fn time_left_at_a_past_instant_is_what_was_computed_then(filing in filings(), moves in moves()) {
        let mut computed = Vec::new();
        let story = walk(filing, moves, |attempt| {
            computed.extend(attempt.after.case.clock.as_ref().map(|clock| (attempt.after.now, time_left(clock, attempt.after.now))));
            Held::Ok(())
        })?;
        let clock = replay(&story.record).and_then(|case| case.clock);
        for (then, was) in computed {
            prop_assert_eq!(clock.as_ref().map(|clock| time_left(clock, then)), Some(was));
        }
    }

    #[test]
    fn the_due_day_lies_as_many_working_days_ahead_as_are_left(filing in filings(), moves in moves()) {
        walk(filing, moves, |attempt| {
            let Some(clock) = &attempt.after.case.clock else { return Ok(()) };
            let (left, due, overdue) = time_left(clock, attempt.after.now);
            let today = crate::time::local_date(attempt.after.now);
            prop_assert_eq!(overdue, due < today);
            let ahead = i64::from(MAP.calendar.working_days_between(today, due)) - i64::from(MAP.calendar.working_days_between(due, today));
            prop_assert_eq!(left, ahead);
            Ok(())
        })?;
    }

    #[test]
    fn the_record_holds_no_free_text(filing in filings(), moves in moves()) {
        let story = walk(filing, moves, |_| Held::Ok(()))?;
        for recorded in &story.record {
            says_nothing_of_a_person(&serde_json::to_value(recorded).unwrap())?;
        }
    }
}

fn time_left(clock: &PromiseClock, at: crate::time::Timestamp) -> (i64, NaiveDate, bool) {
    let calendar = &MAP.calendar;
    (clock.working_days_left(calendar, at), clock.due(calendar, at).on, clock.is_overdue(calendar, at))
}

fn who(story: &Story, did: impl Fn(&Event) -> bool) -> BTreeSet<PersonId> {
    let by = |recorded: &Recorded| match recorded.by {
        Actor::Staff { person, .. } => Some(person),
        Actor::Person { .. } | Actor::System => None,
    };
    story.record.iter().filter(|recorded| did(&recorded.event)).filter_map(by).collect()
}

fn count(story: &Story, is: impl Fn(&Event) -> bool) -> usize {
    story.record.iter().filter(|recorded| is(&recorded.event)).count()
}

/// What must be true of every case that a history can lead to.
fn is_lawful(story: &Story) -> Held {
    let (case, item) = (&story.case, &story.item);
    prop_assert!(count(story, |event| matches!(event, Event::Accepted { .. })) <= 1, "accepted once");
    let decisions = count(story, |event| matches!(event, Event::Decided { .. } | Event::AnswerRecorded { .. }));
    prop_assert_eq!(decisions, usize::from(case.decision.is_some()), "decided once");
    prop_assert_eq!(count(story, |event| matches!(event, Event::FeePaid { .. })), usize::from(case.fee.is_some()), "paid once");
    prop_assert_eq!(case.is_accepted(), story.record.iter().any(|recorded| matches!(recorded.event, Event::Accepted { .. })));
    state_is_lawful(case, item)?;
    clock_is_lawful(case, item)
}

fn state_is_lawful(case: &Case, item: &Item) -> Held {
    let stage = case.current().map(|(_, step)| step.stage);
    match &case.state {
        State::AwaitingPapers => prop_assert!(case.route.hand_in == HandIn::Fetched && !case.is_accepted()),
        State::Open { .. } => prop_assert!(stage.is_some(), "the step is one of the procedure"),
        State::Supplementing { .. } => prop_assert!(stage.is_some() && case.supplements_asked > 0),
        State::Publicising { .. } => prop_assert_eq!(stage, Some(Stage::Publicise)),
        State::Paused { .. } => prop_assert!(stage.is_some() && case.is_accepted()),
        State::OnTheWay => prop_assert!(case.route.give_out == GiveOut::Brought && case.decision == Some(Decision::Granted)),
        State::Ended { outcome } => return end_is_lawful(case, item, outcome),
    }
    prop_assert!(!matches!(case.decision, Some(Decision::Refused { .. })), "a refusal ends the case");
    Ok(())
}

fn end_is_lawful(case: &Case, item: &Item, outcome: &Outcome) -> Held {
    match outcome {
        Outcome::Completed => {
            prop_assert_eq!(case.decision, Some(Decision::Granted));
            prop_assert!(item.result.form == ResultForm::None || case.produced.is_some());
            prop_assert!(item.fee_fen == 0 || case.fee.is_some() || item.result.form == ResultForm::None);
        }
        Outcome::Rejected { note } => prop_assert_eq!(case.decision, Some(Decision::Refused { note: *note })),
        Outcome::Withdrawn => prop_assert_eq!(case.decision, None),
        Outcome::NotAccepted { .. } => prop_assert!(!case.is_accepted() && case.decision.is_none()),
        Outcome::Lapsed => prop_assert!(case.supplements_asked > 0 && case.decision.is_none()),
    }
    Ok(())
}

/// The clock stands exactly where the state says so, and its ledger is in order.
fn clock_is_lawful(case: &Case, item: &Item) -> Held {
    let Some(clock) = &case.clock else { return Ok(()) };
    let stands = match &case.state {
        State::Supplementing { .. } | State::Paused { .. } => true,
        State::Publicising { .. } => item.publicity.is_some_and(|terms| !terms.counts),
        State::AwaitingPapers | State::Open { .. } | State::OnTheWay => false,
        State::Ended { .. } => clock.is_stopped(),
    };
    prop_assert_eq!(clock.is_stopped(), stands);
    for (stop, next) in clock.stops.iter().zip(clock.stops.iter().skip(1)) {
        prop_assert!(stop.until.is_some_and(|until| stop.from <= until && until <= next.from));
    }
    Ok(())
}

/// A case never goes back, and what was settled at submission stays as it was.
fn keeps_what_is_settled(before: &Case, after: &Case) -> Held {
    prop_assert_eq!((&before.id, &before.number, &before.item), (&after.id, &after.number, &after.item));
    prop_assert_eq!((&before.subject, &before.involved, &before.route), (&after.subject, &after.involved, &after.route));
    prop_assert!(before.acceptors.is_subset(&after.acceptors));
    if let (Some((from, _)), Some((to, _))) = (before.current(), after.current()) {
        prop_assert!(from == to || from + 1 == to);
    }
    prop_assert_eq!(before.procedure.len(), after.procedure.len());
    for (at, (old, new)) in before.procedure.iter().zip(&after.procedure).enumerate() {
        prop_assert_eq!((old.stage, old.desk.role, &old.desk.in_name_of), (new.stage, new.desk.role, &new.desk.in_name_of));
        prop_assert!(old.desk == new.desk || before.current().is_some_and(|(current, _)| current == at), "only the current step rises");
    }
    Ok(())
}

fn says_nothing_of_a_person(value: &Value) -> Held {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => {
            prop_assert!(is_id_or_code(text), "{text:?} is no id, code, hash, instant, word of an enum or legal basis");
            Ok(())
        }
        Value::Array(values) => values.iter().try_for_each(says_nothing_of_a_person),
        Value::Object(map) => map.values().try_for_each(says_nothing_of_a_person),
    }
}

fn is_id_or_code(text: &str) -> bool {
    let bases = [StopReason::Supplement, StopReason::OutsideTest, StopReason::Publicity].map(StopReason::legal_basis);
    let is_word = text.len() <= 30 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_time = DateTime::parse_from_rfc3339(text).is_ok() || text.parse::<NaiveDate>().is_ok();
    let is_code = text.parse::<ItemCode>().is_ok() || text.parse::<StationCode>().is_ok() || text.parse::<CaseNumber>().is_ok();
    // The numbers that the tests give to receipts and parcels.
    let is_slip = text.starts_with("R-2026") || text == "1099001234567";
    let is_id = uuid::Uuid::parse_str(text).is_ok() || text.parse::<CreditCode>().is_ok();
    is_word || is_hash || is_time || is_code || is_slip || is_id || bases.contains(&text)
}
