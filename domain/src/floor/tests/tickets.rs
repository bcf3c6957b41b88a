//! A number from taking it to its end.

use chrono::Duration;
use proptest::prelude::*;
use uuid::Uuid;

use super::world::*;
use crate::floor::*;
use crate::ids::{AccountId, CaseId};
use crate::time::Timestamp;

const CASE: CaseId = CaseId::new(Uuid::from_u128(7));

fn call() -> TicketAct {
    TicketAct::Call { window: 3, by: LI }
}

fn not_there(back: &str) -> TicketAct {
    TicketAct::NotThere { by: LI, back: at(back) }
}

/// The ticket after these acts, a minute apart.
fn after(acts: &[TicketAct]) -> Result<Ticket, TicketRefusal> {
    let rules = FloorRules::default();
    acts.iter().zip(1i64..).try_fold(ticket(), |ticket, (act, minute)| ticket.act(*act, &rules, at("09:30") + Duration::minutes(minute)))
}

#[test]
fn who_is_called_is_served_and_the_number_names_the_case_that_it_led_to() {
    let finish = TicketAct::Finish { by: LI, case: Some(CASE) };
    let served = after(&[call(), TicketAct::Begin { by: LI }, finish]).unwrap();
    assert_eq!((served.took(), served.case, served.is_live()), (Some(Duration::minutes(1)), Some(CASE), false));
}

#[test]
fn a_number_is_called_three_times_and_no_more() {
    let recall = TicketAct::Recall { by: LI };
    assert_eq!(after(&[call(), recall, recall]).unwrap().called().map(|called| called.times), Some(3));
    assert_eq!(after(&[call(), recall, recall, recall]), Err(TicketRefusal::RecallsUsedUp));
}

#[test]
fn who_was_not_there_goes_back_some_places_once_and_ends_the_second_time() {
    let recall = TicketAct::Recall { by: LI };
    assert_eq!(after(&[call(), not_there("09:20")]), Err(TicketRefusal::RecallFirst));
    let once = [call(), recall, not_there("09:20")];
    let back = after(&once).unwrap();
    assert_eq!((back.state, back.rank_at), (TicketState::Waiting, at("09:20")));
    let twice = after(&[&once[..], &once[..]].concat()).unwrap();
    assert!(matches!(twice.state, TicketState::NoShow { .. }));
}

#[test]
fn a_colleague_does_nothing_to_a_number_that_somebody_else_called() {
    let acts = [TicketAct::Recall { by: WANG }, TicketAct::NotThere { by: WANG, back: at("09:20") }, TicketAct::Begin { by: WANG }];
    for act in acts {
        assert_eq!(after(&[call(), act]), Err(TicketRefusal::Anothers), "{act:?}");
    }
    let finish = TicketAct::Finish { by: WANG, case: None };
    assert_eq!(after(&[call(), TicketAct::Begin { by: LI }, finish]), Err(TicketRefusal::Anothers));
    assert_eq!(after(&[call(), TicketAct::Call { window: 4, by: WANG }]), Err(TicketRefusal::NotWaiting));
}

#[test]
fn a_person_leaves_until_they_are_being_served() {
    assert!(matches!(after(&[TicketAct::Leave]).unwrap().state, TicketState::Left { how: LeftHow::ByThemselves, .. }));
    assert!(matches!(after(&[call(), TicketAct::Leave]).unwrap().state, TicketState::Left { .. }));
    assert_eq!(after(&[call(), TicketAct::Begin { by: LI }, TicketAct::Leave]), Err(TicketRefusal::BeingServed));
}

#[test]
fn at_closing_who_waits_has_left_who_was_called_has_not_come_and_who_is_being_served_is_served() {
    assert!(matches!(after(&[TicketAct::Close]).unwrap().state, TicketState::Left { how: LeftHow::AtClosing, .. }));
    assert!(matches!(after(&[call(), TicketAct::Close]).unwrap().state, TicketState::NoShow { .. }));
    assert!(matches!(after(&[call(), TicketAct::Begin { by: LI }, TicketAct::Close]).unwrap().state, TicketState::Served { .. }));
}

fn favour(priority: Priority) -> TicketAct {
    TicketAct::Favour { since: Since::Taken(at("09:00")), priority }
}

#[test]
fn who_is_seen_to_go_before_others_stands_where_they_would_had_it_been_seen_when_they_took_the_number() {
    let forward = after(&[favour(Priority::Pregnant)]).unwrap();
    assert_eq!((forward.state, forward.rank_at), (TicketState::Waiting, at("08:30")));
    assert_eq!(after(&[favour(Priority::Pregnant), favour(Priority::Soldier)]), Err(TicketRefusal::ThatFarForward), "once, not twice");
    assert_eq!(after(&[favour(Priority::None)]), Err(TicketRefusal::ThatFarForward));
    assert_eq!(after(&[call(), favour(Priority::Elderly)]), Err(TicketRefusal::NotWaiting));
    assert_eq!(after(&[TicketAct::Leave, favour(Priority::Elderly)]), Err(TicketRefusal::Over));
}

#[test]
fn who_was_set_back_before_anybody_saw_their_ground_stands_by_the_rule_again() {
    let recall = TicketAct::Recall { by: LI };
    let without_ground = after(&[call(), recall, not_there("09:20"), favour(Priority::None)]);
    assert_eq!(without_ground, Err(TicketRefusal::ThatFarForward), "who was missed isn't put back for no ground");
    let forward = after(&[call(), recall, not_there("09:20"), favour(Priority::Disabled)]).unwrap();
    assert_eq!((forward.rank_at, forward.missed), (at("08:30"), 1));
}

#[test]
fn when_a_window_is_shut_who_was_called_to_it_stands_where_they_stood_and_who_was_being_served_is_served() {
    let back = after(&[call(), TicketAct::ShutWindow]).unwrap();
    assert_eq!((back.state, back.rank_at, back.missed), (TicketState::Waiting, at("09:00"), 0));
    assert!(matches!(after(&[call(), TicketAct::Begin { by: LI }, TicketAct::ShutWindow]).unwrap().state, TicketState::Served { .. }));
    assert_eq!(after(&[TicketAct::ShutWindow]), Err(TicketRefusal::NotCalled));
}

fn acts() -> impl Strategy<Value = TicketAct> {
    let by = || prop::sample::select(vec![LI, WANG]);
    let minute = |count: i64| -> Timestamp { at("09:00") + Duration::minutes(count) };
    prop_oneof![
        (1u16..5, by()).prop_map(|(window, by)| TicketAct::Call { window, by }),
        by().prop_map(|by: AccountId| TicketAct::Recall { by }),
        (by(), 0i64..60).prop_map(move |(by, back)| TicketAct::NotThere { by, back: minute(back) }),
        by().prop_map(|by| TicketAct::Begin { by }),
        by().prop_map(|by| TicketAct::Finish { by, case: None }),
        priorities().prop_map(favour),
        Just(TicketAct::Leave),
        Just(TicketAct::ShutWindow),
        Just(TicketAct::Close),
    ]
}

proptest! {
    #[test]
    fn whatever_is_done_a_number_ends_once_and_is_called_so_often_at_most(acts in prop::collection::vec(acts(), 0..40), recalls_max in 0u8..4) {
        let rules = FloorRules { recalls_max, ..FloorRules::default() };
        let (mut ticket, mut calls, mut shut, mut now) = (ticket(), 0u32, 0u32, at("09:30"));
        for act in acts {
            now += Duration::minutes(1);
            let Ok(next) = ticket.clone().act(act, &rules, now) else { continue };
            prop_assert!(ticket.is_live(), "an ended number doesn't change");
            if matches!(act, TicketAct::Favour { .. }) {
                prop_assert!(next.rank_at < ticket.rank_at && ticket.taken_at - next.rank_at <= rules.head_starts.longest());
            } else {
                prop_assert!(next.rank_at >= ticket.rank_at, "nobody gets ahead by not being there");
            }
            shut += u32::from(act == TicketAct::ShutWindow);
            calls += u32::from(matches!(act, TicketAct::Call { .. } | TicketAct::Recall { .. }));
            ticket = next;
        }
        prop_assert!(calls <= (2 + shut) * (1 + u32::from(recalls_max)));
        prop_assert!(ticket.missed <= 2);
    }

    #[test]
    fn every_live_number_can_be_brought_to_an_end(acts in prop::collection::vec(acts(), 0..40)) {
        let rules = FloorRules::default();
        let (mut ticket, mut now) = (ticket(), at("09:30"));
        for act in acts {
            now += Duration::minutes(1);
            ticket = ticket.clone().act(act, &rules, now).unwrap_or(ticket);
        }
        let closed = ticket.clone().act(TicketAct::Close, &rules, now);
        prop_assert_eq!(closed.is_ok_and(|closed| !closed.is_live()), ticket.is_live());
    }
}
