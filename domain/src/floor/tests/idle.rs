//! Idle time at windows: what it counts, and what it doesn't.

use std::collections::BTreeSet;

use chrono::{Days, Duration};
use proptest::prelude::*;
use uuid::Uuid;

use super::world::*;
use crate::floor::*;
use crate::ids::{AccountId, WindowId};
use crate::queue::tests::{claimed, ready};
use crate::queue::{WorkItem, WorkState};
use crate::time::{Timestamp, end_of, local_date, start_of};

fn sitting(clerk: AccountId, opened_at: Timestamp, closed_at: Option<Timestamp>) -> Window {
    Window {
        id: WindowId::new(Uuid::from_u128(5)),
        station: hall().code,
        number: 3,
        clerk,
        serves: BTreeSet::new(),
        opened_at,
        closed_at,
        turns: Turns::default(),
        version: 0,
    }
}

fn li_sits(opened: &str, closed: &str) -> Window {
    sitting(LI, at(opened), Some(at(closed)))
}

fn busy(clerk: AccountId, begun: &str, ended: Option<&str>) -> Engagement {
    Engagement { clerk, begun_at: at(begun), ended_at: ended.map(at) }
}

/// Minutes that they sat and were idle on 14 September, as told at 18:00 or at another time.
fn minutes(sittings: &[Window], engagements: &[Engagement], now: &str) -> (i64, i64) {
    let period = (start_of(day("2026-09-14")), end_of(day("2026-09-14")));
    let sum: AtWindows = time_at_windows(sittings, engagements, period, at(now)).into_values().sum();
    (sum.sat.num_minutes(), sum.idle.num_minutes())
}

#[test]
fn who_sits_at_a_window_with_nothing_to_do_is_idle_until_it_is_closed_or_until_now() {
    assert_eq!(minutes(&[li_sits("09:00", "11:30")], &[], "18:00"), (150, 150));
    assert_eq!(minutes(&[li_sits("09:00", "11:30"), li_sits("13:30", "14:00")], &[], "18:00"), (180, 180));
    assert_eq!(minutes(&[sitting(LI, at("09:00"), None)], &[], "09:40"), (40, 40));
    assert_eq!(minutes(&[sitting(LI, at("09:00"), None)], &[], "08:00"), (0, 0));
}

#[test]
fn what_overlaps_keeps_them_busy_once_and_only_while_they_sit_there() {
    let sittings = [li_sits("09:00", "11:00")];
    let number = busy(LI, "09:10", Some("09:30"));
    let item = busy(LI, "09:20", Some("09:40"));
    assert_eq!(minutes(&sittings, &[item, number], "18:00"), (120, 90));
    assert_eq!(minutes(&sittings, &[number, number, busy(LI, "09:15", Some("09:20"))], "18:00"), (120, 100));
    assert_eq!(minutes(&sittings, &[busy(LI, "08:00", Some("09:10")), busy(LI, "10:55", Some("12:00"))], "18:00"), (120, 105));
    assert_eq!(minutes(&sittings, &[busy(LI, "11:00", Some("12:00"))], "18:00"), (120, 120));
}

#[test]
fn what_goes_on_keeps_them_busy_up_to_now_and_a_colleagues_work_never_does() {
    let sittings = [sitting(LI, at("09:00"), None), sitting(WANG, at("09:30"), None)];
    assert_eq!(minutes(&sittings, &[busy(LI, "09:15", None)], "10:00"), (90, 45));
    assert_eq!(minutes(&sittings, &[busy(LI, "09:15", Some("09:45"))], "09:40"), (50, 25), "a claim that holds until later");
}

#[test]
fn time_counts_for_the_day_of_the_districts_clock_its_clerk_and_its_station() {
    let (from, to) = (day("2026-09-14"), day("2026-09-15"));
    let midnight = end_of(from);
    let night = sitting(LI, midnight - Duration::minutes(20), Some(midnight + Duration::minutes(50)));
    let item = Engagement { clerk: LI, begun_at: midnight - Duration::minutes(10), ended_at: Some(midnight + Duration::minutes(10)) };
    let times = time_at_windows(&[night], &[item], (start_of(from), end_of(to)), end_of(to));
    let told: Vec<_> =
        times.iter().map(|(whose, time)| (whose.day, whose.clerk, time.sat.num_minutes(), time.idle.num_minutes())).collect();
    assert_eq!(told, [(from, LI, 20, 10), (to, LI, 50, 40)]);
    assert!(times.keys().all(|whose| whose.station == hall().code));
}

#[test]
fn a_call_lasts_from_the_first_one_until_the_number_is_served_goes_back_or_ends() {
    let rules = FloorRules::default();
    let act = |ticket: &Ticket, act, wall: &str| ticket.clone().act(act, &rules, at(wall)).unwrap();
    let called = act(&ticket(), TicketAct::Call { window: 3, by: LI }, "09:30");
    let again = act(&called, TicketAct::Recall { by: LI }, "09:35");
    let serving = act(&again, TicketAct::Begin { by: LI }, "09:37");
    let served = act(&serving, TicketAct::Finish { by: LI, case: None }, "09:50");
    assert_eq!([(&ticket(), &called), (&called, &again), (&again, &serving)].map(|(a, b)| call_over(a, b, at("09:40"))), [None; 3]);
    assert_eq!(call_over(&serving, &served, at("09:50")), Some(busy(LI, "09:30", Some("09:50"))));
    let back = act(&again, TicketAct::NotThere { by: LI, back: at("09:20") }, "09:40");
    assert_eq!(call_over(&again, &back, at("09:40")), Some(busy(LI, "09:30", Some("09:40"))));
    let left = act(&again, TicketAct::Leave, "09:41");
    assert_eq!(call_over(&again, &left, at("09:41")), Some(busy(LI, "09:30", Some("09:41"))));
}

fn over(before: &WorkItem, after: &WorkItem, wall: &str) -> Option<Engagement> {
    hold_over(before, after, at(wall))
}

#[test]
fn a_hold_lasts_until_it_is_given_back_or_runs_out_and_of_what_is_done_the_item_tells() {
    let held = claimed(LI, "2026-09-14T10:00:00");
    let signed = held.clone().extend(LI, held.fence, at("10:20"), Duration::minutes(30)).unwrap();
    let back = signed.clone().release(LI, held.fence, at("10:40")).unwrap();
    assert_eq!((over(&ready(), &held, "10:00"), over(&held, &signed, "10:20")), (None, None));
    assert_eq!(over(&signed, &back, "10:40"), Some(busy(LI, "10:00", Some("10:40"))));
    assert_eq!(over(&held, &held.clone().lapse(at("11:00")), "11:00"), Some(busy(LI, "10:00", Some("10:30"))), "it ran out at half past");
    let taken = held.clone().claim(WANG, at("12:00"), Duration::minutes(30)).unwrap();
    assert_eq!(over(&held, &taken, "12:00"), Some(busy(LI, "10:00", Some("10:30"))));
    let cancelled = WorkItem { state: WorkState::Cancelled, ..held.clone() };
    assert_eq!(over(&held, &cancelled, "10:10"), Some(busy(LI, "10:00", Some("10:10"))));
    assert_eq!(over(&held, &back, "10:00"), None, "it took no time");
    assert_eq!(over(&held, &held.clone().complete(LI, held.fence, at("10:10")).unwrap(), "10:10"), None);
}

/// Minutes from the beginning of 14 September, over three days.
fn spans(most: usize) -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0u32..4320, 0u32..600), 0..most)
}

fn minute(minute: u32) -> Timestamp {
    start_of(day("2026-09-14")) + Duration::minutes(minute.into())
}

/// Sittings of one clerk, one after the other.
fn sittings(lengths: &[(u32, u32)]) -> Vec<Window> {
    let mut at = 0;
    let one = |(gap, length): &(u32, u32)| {
        let opened = at + gap % 300;
        at = opened + length;
        sitting(LI, minute(opened), Some(minute(at)))
    };
    lengths.iter().map(one).collect()
}

fn engagements(spans: &[(u32, u32)]) -> Vec<Engagement> {
    let one = |(begun, length): &(u32, u32)| Engagement { clerk: LI, begun_at: minute(*begun), ended_at: Some(minute(begun + length)) };
    spans.iter().map(one).collect()
}

fn told(sittings: &[Window], engagements: &[Engagement], from: u32, to: u32, now: u32) -> AtWindows {
    time_at_windows(sittings, engagements, (minute(from), minute(to)), minute(now)).into_values().sum()
}

proptest! {
    #[test]
    fn idle_is_every_minute_at_a_window_that_nothing_covers(
        (at, busy) in (spans(8), spans(12)),
        (from, length) in (0u32..4320, 0u32..4320),
        now in 0u32..6000,
    ) {
        let (sittings, engagements) = (sittings(&at), engagements(&busy));
        let to = from + length;
        let sat = |at: Timestamp| sittings.iter().any(|one| one.opened_at <= at && one.closed_at.is_none_or(|closed| at < closed));
        let busy = |at: Timestamp| engagements.iter().any(|one| one.begun_at <= at && one.ended_at.is_none_or(|ended| at < ended));
        let minutes: Vec<_> = (from..to.min(now)).map(minute).filter(|at| sat(*at)).collect();
        let idle = minutes.iter().filter(|at| !busy(**at)).count();
        let all = told(&sittings, &engagements, from, to, now);
        prop_assert_eq!(usize::try_from(all.sat.num_minutes()).unwrap(), minutes.len());
        prop_assert_eq!(usize::try_from(all.idle.num_minutes()).unwrap(), idle);
    }

    #[test]
    fn periods_side_by_side_add_up_and_each_day_lies_in_its_day(at in spans(8), busy in spans(12), cut in 0u32..4320) {
        let (sittings, engagements) = (sittings(&at), engagements(&busy));
        let [whole, before, after] = [(0, 9000), (0, cut), (cut, 9000)].map(|(from, to)| told(&sittings, &engagements, from, to, 9000));
        prop_assert_eq!(before + after, whole);
        for (whose, time) in time_at_windows(&sittings, &engagements, (minute(0), minute(9000)), minute(9000)) {
            let alone = time_at_windows(&sittings, &engagements, (start_of(whose.day), end_of(whose.day)), minute(9000));
            prop_assert_eq!(alone.into_values().sum::<AtWindows>(), time);
            prop_assert!(time.idle <= time.sat && time.sat <= Duration::days(1));
            prop_assert!(whose.day < local_date(minute(9000)) + Days::new(1));
        }
    }

    #[test]
    fn neither_order_nor_repetition_of_what_kept_them_busy_matters(at in spans(8), busy in spans(12)) {
        let (sittings, engagements) = (sittings(&at), engagements(&busy));
        let twice: Vec<_> = engagements.iter().rev().chain(&engagements).copied().collect();
        prop_assert_eq!(told(&sittings, &twice, 0, 9000, 9000), told(&sittings, &engagements, 0, 9000, 9000));
    }
}
