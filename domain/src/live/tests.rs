use chrono::Duration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::case::tests::world::at;
use crate::ids::AccountId;
use crate::queue::tests::{LI_ACCOUNT, WANG_ACCOUNT, claimed, ready};
use crate::queue::{Bond, Kept, WorkState};

fn told(before: &WorkItem, after: &WorkItem) -> Vec<(String, What)> {
    changes_of(before, after).into_iter().map(|change| (change.topic.to_string(), change.what)).collect()
}

fn here(what: What) -> Vec<(String, What)> {
    vec![(format!("queue:{}", ready().desk.station), what)]
}

#[test]
fn a_queue_tells_who_took_an_item_and_that_it_came_back() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    assert_eq!(told(&ready(), &held), here(What::Claimed));
    let back = held.clone().release(LI_ACCOUNT, 1, at("2026-09-14T10:05:00")).unwrap();
    assert_eq!(told(&held, &back), here(What::Returned));
    let lapsed = held.clone().lapse(at("2026-09-14T10:30:00"));
    assert_eq!(told(&held, &lapsed), here(What::Returned));
    let done = held.clone().complete(LI_ACCOUNT, 1, at("2026-09-14T10:05:00")).unwrap();
    assert_eq!(told(&held, &done), here(What::Closed));
}

#[test]
fn a_sign_of_life_is_nobody_elses_concern_and_a_second_claim_is() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let extended = held.clone().extend(LI_ACCOUNT, 1, at("2026-09-14T10:20:00"), Duration::minutes(30)).unwrap();
    assert_eq!(told(&held, &extended), []);
    let anew = held.clone().claim(LI_ACCOUNT, at("2026-09-14T10:20:00"), Duration::minutes(30)).unwrap();
    assert_eq!(told(&held, &anew), here(What::Claimed));
}

#[test]
fn what_goes_to_another_station_leaves_one_queue_and_arrives_in_the_other() {
    let above = crate::case::Desk { station: "511499101000-01".parse().unwrap(), ..ready().desk };
    let risen = ready().move_to(above, at("2026-09-16T09:00:00"));
    let (left, arrived) = (here(What::Left).remove(0), ("queue:511499101000-01".to_owned(), What::Arrived));
    assert_eq!(told(&ready(), &risen), [left, arrived]);
}

#[test]
fn what_is_open_to_a_whole_line_is_told_in_the_queues_of_all_its_stations() {
    let stations = ["511499101203-01", "511499101203-11", "511499101000-01", "511499000000-01"].map(|code| code.parse().unwrap());
    let told = |before: Option<&WorkItem>, after: &WorkItem| {
        let changes = changes_in_line(before, after, stations.iter());
        let topics: Vec<_> = changes.iter().map(|change| change.topic.to_string()).collect();
        let others = [1, 2, 3].map(|at: usize| format!("queue:{}", stations[at]));
        assert!(changes.is_empty() || topics == others, "at all but the desk's own: {topics:?}");
        changes.first().map(|change| change.what)
    };
    let own = ready();
    let open = WorkItem { desk: crate::case::Desk { reach: Reach::Line, station: stations[0].clone(), ..own.desk.clone() }, ..own.clone() };
    let held = open.clone().claim(LI_ACCOUNT, at("2026-09-14T10:00:00"), Duration::minutes(30)).unwrap();
    assert_eq!(told(None, &open), Some(What::Arrived));
    assert_eq!(told(Some(&own), &open), Some(What::Arrived));
    assert_eq!(told(Some(&open), &held), Some(What::Claimed));
    assert_eq!(told(Some(&held), &WorkItem { state: WorkState::Done, ..held.clone() }), Some(What::Closed));
    assert_eq!(told(Some(&open), &own), Some(What::Left));
    assert_eq!(told(Some(&own), &claimed(LI_ACCOUNT, "2026-09-14T10:00:00")), None, "what one desk has is nobody else's");
}

#[test]
fn what_is_kept_for_somebody_has_changed_and_what_stayed_has_not() {
    let kept = WorkItem { kept: Some(Kept { clerk: WANG_ACCOUNT, until: at("2026-09-14T12:00:00"), bond: Bond::Preferred }), ..ready() };
    assert_eq!(told(&ready(), &kept), here(What::Changed));
    assert_eq!(told(&ready(), &ready()), []);
}

#[test]
fn what_ends_ends_once() {
    let cancelled = WorkItem { state: WorkState::Cancelled, ..ready() };
    assert_eq!(told(&ready(), &cancelled), here(What::Closed));
    assert_eq!(told(&cancelled, &cancelled), []);
}

#[test]
fn a_topic_is_one_text_and_no_other() {
    let case = crate::ids::CaseId::new(Uuid::from_u128(7));
    let topics = [format!("case:{case}"), format!("review:{case}"), "queue:511499101000-01".to_owned(), "hall:511499101000-01".to_owned()];
    for text in topics {
        assert_eq!(text.parse::<Topic>().unwrap().to_string(), text);
    }
    for text in ["queue", "queue:", "queue:1", "case:x", "staff:511499101000-01", "hall:511499101000-01 "] {
        assert!(text.parse::<Topic>().is_err(), "{text}");
    }
}

#[test]
fn a_sequence_is_read_in_one_form_alone() {
    for text in ["", "1", "-1", "1-", "+1-0", "01-0", "1-00", "1-0-0", "18446744073709551616-0"] {
        assert!(text.parse::<Sequence>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn sequences_read_back_as_they_were_and_keep_their_order(a in any::<(u64, u32)>(), b in any::<(u64, u32)>()) {
        let [a, b] = [a, b].map(|(position, nth)| Sequence { position, nth });
        prop_assert_eq!(a.to_string().parse::<Sequence>().unwrap(), a);
        prop_assert_eq!(a.cmp(&b), (a.position, a.nth).cmp(&(b.position, b.nth)));
    }

    #[test]
    fn an_item_tells_at_most_where_it_was_and_where_it_is(holder in any::<u128>(), minutes in 0..90_i64) {
        let before = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
        let now = at("2026-09-14T10:00:00") + Duration::minutes(minutes);
        let afters = [
            before.clone().lapse(now),
            before.clone().claim(AccountId::new(Uuid::from_u128(holder)), now, Duration::minutes(30)).unwrap_or(before.clone()),
            before.clone().move_to(before.desk.clone(), now),
        ];
        for after in afters {
            prop_assert!(changes_of(&before, &after).len() <= 1);
            prop_assert_eq!(changes_of(&before, &after).is_empty(), before.state == after.state);
        }
    }
}
