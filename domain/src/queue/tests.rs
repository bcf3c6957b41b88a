use std::sync::LazyLock;

use chrono::Duration;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::case::tests::story::{Story, ask_for_more};
use crate::case::tests::world::*;
use crate::case::{Command, Stage};
use crate::catalogue::{DayUnit, Item, Mode, Topic};
use crate::ids::{AccountId, WorkItemId};
use crate::supervision::late_at_stage;

pub const LI_ACCOUNT: AccountId = AccountId::new(Uuid::from_u128(1_011));
pub const WANG_ACCOUNT: AccountId = AccountId::new(Uuid::from_u128(1_012));

static HALF_AN_HOUR: LazyLock<Duration> = LazyLock::new(|| Duration::minutes(30));

fn terms() -> Terms<'static> {
    static ALLOWANCES: LazyLock<StageAllowances> = LazyLock::new(StageAllowances::default);
    Terms { allowances: &ALLOWANCES, calendar: &MAP.calendar, map: &MAP, keep_minutes: 120 }
}

fn work_item(story: &Story) -> WorkItem {
    let id = WorkItemId::new(Uuid::from_u128(8_001));
    let work = story.case.work().unwrap();
    WorkItem::open(id, (&story.case, &story.item), work, story.now, None, &terms())
}

/// Opened on Monday, 14 September 2026, at nine.
pub fn ready() -> WorkItem {
    work_item(&case(town_service()))
}

pub fn claimed(holder: AccountId, wall: &str) -> WorkItem {
    ready().claim(holder, at(wall), *HALF_AN_HOUR).unwrap()
}

fn due_on(item: &WorkItem) -> String {
    due_day(item.due_at).to_string()
}

fn in_mode(mode: Mode, item: Item) -> WorkItem {
    work_item(&filed(item).in_mode(mode).submitted())
}

#[test]
fn a_work_item_is_due_its_stages_allowance_after_it_arrived() {
    assert_eq!((ready().stage, due_on(&ready())), (Stage::Accept, "2026-09-15".to_owned()));
    let inspection = work_item(&case(with_site_visit(town_service())).accepted().on("2026-09-17T15:00:00"));
    assert_eq!(due_on(&inspection), "2026-09-20", "never past the promise of five working days, whatever the allowance says");
}

#[test]
fn by_another_calendar_an_item_is_due_anew_from_where_its_days_began() {
    let story = case(town_service());
    let moved =
        work_item(&story).move_to(ready().desk, at("2026-09-15T10:00:00")).claim(LI_ACCOUNT, at("2026-09-15T11:00:00"), *HALF_AN_HOUR);
    let moved = moved.unwrap();
    let mut amended = MAP.calendar.as_ref().clone();
    let holidays = ["2026-09-15", "2026-10-01"].map(|day| day.parse().unwrap()).into();
    amended.load(2026, crate::calendar::Year { holidays, make_up_workdays: [].into() }).unwrap();
    let anew = moved.clone().reckoned_anew(&story.case, &Terms { calendar: &amended, ..terms() });
    assert_eq!((due_on(&moved), due_on(&anew)), ("2026-09-15".to_owned(), "2026-09-16".to_owned()));
    assert_eq!((anew.rank_at, anew.state, anew.fence), (anew.due_at, moved.state, moved.fence), "whoever holds it holds it still");
}

#[test]
fn a_claim_is_remembered_with_the_first_of_its_desk_and_a_lease_with_its_own_beginning() {
    let item = claimed(LI_ACCOUNT, "2026-09-14T10:00:00").extend(LI_ACCOUNT, 1, at("2026-09-14T10:20:00"), *HALF_AN_HOUR).unwrap();
    assert_eq!(item.live_lease(at("2026-09-14T10:40:00")).map(|lease| lease.since), Some(at("2026-09-14T10:00:00")));
    let again = item.lapse(at("2026-09-14T11:00:00")).claim(WANG_ACCOUNT, at("2026-09-14T11:30:00"), *HALF_AN_HOUR).unwrap();
    assert_eq!(again.claimed_at, Some(at("2026-09-14T10:00:00")));
    assert_eq!(again.live_lease(at("2026-09-14T11:40:00")).map(|lease| lease.since), Some(at("2026-09-14T11:30:00")));
    assert_eq!(again.clone().move_to(again.desk, at("2026-09-14T12:00:00")).claimed_at, None, "another desk hasn't claimed it");
}

#[test]
fn a_station_is_overloaded_above_its_number_of_items_for_each_clerk() {
    for (waiting, clerks, overloaded) in [(20, 1, false), (21, 1, true), (40, 2, false), (41, 2, true), (20, 0, false), (21, 0, true)] {
        assert_eq!(is_overloaded(waiting, clerks, 20), overloaded, "{waiting} for {clerks}");
    }
}

#[test]
fn who_helps_does_their_own_more_urgent_work_first() {
    let due = |hours: i64| {
        let due_at = at("2026-09-15T00:00:00") + Duration::hours(hours);
        WorkItem { due_at, rank_at: due_at, ..ready() }
    };
    assert!(comes_before_own(&due(1), Some(&due(2))));
    assert!(!comes_before_own(&due(2), Some(&due(1))) && !comes_before_own(&due(1), Some(&due(1))), "as urgent: one's own first");
    assert!(comes_before_own(&due(9), None));
}

#[test]
fn what_an_outside_body_tests_is_nobodys_next_and_due_anew_once_the_case_goes_on() {
    let decides = case(town_service()).accepted();
    let (before, paused) = (work_item(&decides), decides.on("2026-09-15T10:00:00").then(&TOWN_APPROVER, Command::Pause));
    assert!(!before.serves(&paused.case.work().unwrap()), "it is closed");
    let stands = work_item(&paused);
    assert_eq!((stands.stands_since, stands.due_on()), (Some(at("2026-09-15T10:00:00")), None));
    assert!(!stands.is_for(&claimant(LI_ACCOUNT), at("2026-09-16T09:00:00"), at("2026-09-16T09:00:00")), "it is up to the body");
    assert_eq!(late_at_stage(&stands), None);
    let resumed = paused.on("2026-10-12T10:00:00").then(&TOWN_APPROVER, Command::Resume);
    assert!(!stands.serves(&resumed.case.work().unwrap()));
    assert_eq!(due_on(&work_item(&resumed)), "2026-10-14", "two days for the decision, counted from when it goes on");
}

#[test]
fn what_stands_is_put_aside_for_as_long_as_the_body_needs() {
    let paused = case(town_service()).accepted().then(&TOWN_APPROVER, Command::Pause);
    let held = work_item(&paused).claim(LI_ACCOUNT, at("2026-09-14T10:00:00"), *HALF_AN_HOUR).unwrap();
    let fence = held.fence;
    assert!(held.park(LI_ACCOUNT, fence, at("2026-09-14T10:05:00"), (at("2026-11-02T09:00:00"), at("2026-11-02T10:00:00"))).is_ok());
}

#[test]
fn one_sitting_is_due_on_the_day_it_arrived() {
    assert_eq!(due_on(&work_item(&case(instant_item(town_service())))), "2026-09-14");
}

#[test]
fn handing_over_is_not_bound_by_the_promise_that_was_kept() {
    let story = case(town_service()).up_to(Stage::HandOver).on("2026-09-18T10:00:00");
    assert_eq!(due_on(&work_item(&story)), "2026-09-24");
}

#[test]
fn the_days_of_a_stopped_clock_move_the_due_time_with_the_promise() {
    let story = case(town_service()).accepted().then(&TOWN_APPROVER, ask_for_more());
    let story = story.on("2026-09-18T10:00:00").then(ZHANG, Command::Supplement).on("2026-09-23T10:00:00");
    // Four days stood: the promise ends on the 24th; deciding, from the 23rd, would have had until the 25th.
    assert_eq!(due_on(&work_item(&story)), "2026-09-24");
}

#[test]
fn taking_a_notice_down_is_to_be_claimed_and_counted_from_the_day_after_it_hung() {
    let hung = case(with_publicity(7, DayUnit::Calendar, false, town_service())).up_to(Stage::Publicise).goes_on();
    let item = work_item(&hung);
    assert_eq!(item.not_before, Some(at("2026-09-22T00:00:00")));
    assert_eq!(due_on(&item), "2026-09-23");
    let early = item.clone().claim(LI_ACCOUNT, at("2026-09-21T23:59:59"), *HALF_AN_HOUR);
    assert_eq!(early, Err(ClaimError::TooEarly(at("2026-09-22T00:00:00"))));
    assert!(item.claim(LI_ACCOUNT, at("2026-09-22T00:00:00"), *HALF_AN_HOUR).is_ok());
}

#[test]
fn the_order_is_earliest_deadline_first_with_a_head_start_for_special_and_urgent_matters() {
    let normal = in_mode(Mode::Nearby, town_service());
    let urgent = in_mode(Mode::Nearby, coded("C052", certificate()));
    let special = in_mode(Mode::Special, town_service());
    assert_eq!([normal.lane, urgent.lane, special.lane], [Lane::Normal, Lane::Urgent, Lane::Special]);
    assert_eq!(normal.due_at, special.due_at, "a lane changes the order, not the promise");
    assert!(special.rank_at < urgent.rank_at && urgent.rank_at < normal.rank_at);
}

#[test]
fn a_special_matter_that_came_long_after_does_not_pass_one_that_has_waited() {
    let waiting = in_mode(Mode::Nearby, town_service());
    let special = work_item(&filed(town_service()).in_mode(Mode::Special).submitted().on("2026-09-21T09:00:00"));
    assert!(waiting.rank_at < special.rank_at, "no one starves");
}

#[test]
fn an_item_that_is_held_is_not_claimed_by_another_until_the_lease_ran_out() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let by_wang = |wall| held.clone().claim(WANG_ACCOUNT, at(wall), *HALF_AN_HOUR);
    assert_eq!(by_wang("2026-09-14T10:29:59"), Err(ClaimError::Leased));
    assert!(by_wang("2026-09-14T10:30:00").is_ok());
}

#[test]
fn a_late_holder_is_fenced_off_when_somebody_else_claimed_the_item_since() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let fence = held.fence;
    let taken = held.claim(WANG_ACCOUNT, at("2026-09-14T10:31:00"), *HALF_AN_HOUR).unwrap();
    assert_eq!(taken.holds(LI_ACCOUNT, fence, at("2026-09-14T10:32:00")), Err(LeaseError::Another));
    assert_eq!(taken.holds(WANG_ACCOUNT, taken.fence, at("2026-09-14T10:32:00")), Ok(()));
}

#[test]
fn a_claim_on_a_second_device_fences_off_the_first() {
    let first = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let second = first.clone().claim(LI_ACCOUNT, at("2026-09-14T10:05:00"), *HALF_AN_HOUR).unwrap();
    assert_eq!(second.holds(LI_ACCOUNT, first.fence, at("2026-09-14T10:06:00")), Err(LeaseError::LostLease));
    assert_eq!(second.holds(LI_ACCOUNT, second.fence, at("2026-09-14T10:06:00")), Ok(()));
}

#[test]
fn a_lease_that_ran_out_holds_no_longer_even_if_nobody_came_since() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let fence = held.fence;
    assert_eq!(held.holds(LI_ACCOUNT, fence, at("2026-09-14T10:30:00")), Err(LeaseError::LostLease));
    let freed = held.lapse(at("2026-09-14T10:30:00"));
    assert_eq!(freed.state, WorkState::Ready);
    assert_eq!(freed.holds(LI_ACCOUNT, fence, at("2026-09-14T10:31:00")), Err(LeaseError::LostLease));
}

#[test]
fn a_sign_of_life_makes_the_lease_run_anew_and_a_live_lease_does_not_lapse() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let fence = held.fence;
    let extended = held.extend(LI_ACCOUNT, fence, at("2026-09-14T10:20:00"), *HALF_AN_HOUR).unwrap();
    assert_eq!(extended.live_lease(at("2026-09-14T10:49:59")).map(|lease| lease.holder), Some(LI_ACCOUNT));
    assert_eq!(extended.clone().lapse(at("2026-09-14T10:49:59")), extended);
}

#[test]
fn what_was_put_aside_is_taken_up_when_its_time_comes_and_not_before() {
    let until = at("2026-09-14T14:00:00");
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let (fence, now) = (held.fence, at("2026-09-14T10:10:00"));
    let parked = held.park(LI_ACCOUNT, fence, now, (until, until + Duration::hours(1))).unwrap();
    assert_eq!(parked.clone().lapse(until - Duration::seconds(1)), parked);
    let taken_up = parked.clone().lapse(until);
    assert_eq!((taken_up.parked_until, taken_up.kept), (None, parked.kept), "it stays kept for who put it aside");
}

#[test]
fn who_gives_an_item_back_leaves_it_to_its_pool() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let fence = held.fence;
    assert_eq!(held.clone().release(WANG_ACCOUNT, fence, at("2026-09-14T10:01:00")), Err(LeaseError::Another));
    let freed = held.release(LI_ACCOUNT, fence, at("2026-09-14T10:01:00")).unwrap();
    assert!(freed.claim(WANG_ACCOUNT, at("2026-09-14T10:02:00"), *HALF_AN_HOUR).is_ok());
}

#[test]
fn what_was_never_claimed_or_is_done_is_held_by_nobody_and_what_is_done_is_not_claimed_again() {
    let now = at("2026-09-14T10:00:00");
    for state in [WorkState::Done, WorkState::Cancelled] {
        let closed = WorkItem { state, ..ready() };
        assert_eq!(closed.holds(LI_ACCOUNT, 0, now), Err(LeaseError::NotHeld));
        assert_eq!(closed.claim(LI_ACCOUNT, now, *HALF_AN_HOUR), Err(ClaimError::Done));
    }
    assert_eq!(ready().holds(LI_ACCOUNT, 1, now), Err(LeaseError::NotHeld));
}

#[test]
fn a_work_item_serves_its_case_until_the_step_is_done_or_rises() {
    let story = case(town_service());
    let item = work_item(&story);
    assert!(item.serves(&story.case.work().unwrap()));
    assert!(!item.serves(&story.clone().then(SYSTEM, Command::Rise).case.work().unwrap()));
    assert!(!item.serves(&story.accepted().case.work().unwrap()));
}

#[test]
fn what_a_clerk_knows_is_kept_for_them_for_a_while_and_then_anybodys() {
    let story = case(town_service());
    let work = story.case.work().unwrap();
    let item =
        WorkItem::open(WorkItemId::new(Uuid::from_u128(8_002)), (&story.case, &story.item), work, story.now, Some(LI_ACCOUNT), &terms());
    let gives = |account, wall| item.is_for(&claimant(account), at(wall), at("2026-09-01T00:00:00"));
    assert!(gives(LI_ACCOUNT, "2026-09-14T09:00:00"));
    assert!(!gives(WANG_ACCOUNT, "2026-09-14T10:59:59"));
    assert!(gives(WANG_ACCOUNT, "2026-09-14T11:00:00"));
}

fn claimant(account: AccountId) -> Claimant {
    Claimant { account, pools: [].into(), topics: [].into(), barred: [].into() }
}

#[test]
fn the_next_call_gives_what_one_is_trained_for_until_the_item_has_waited_too_long() {
    let item = ready();
    let trained = |topic| Claimant { topics: [topic].into(), ..claimant(LI_ACCOUNT) };
    let other = Topic::Tax;
    assert_ne!(item.topic, other);
    let (now, long_ago) = (at("2026-09-14T10:00:00"), at("2026-09-14T08:59:59"));
    assert!(item.is_for(&trained(item.topic), now, long_ago));
    assert!(!item.is_for(&trained(other), now, long_ago));
    assert!(item.is_for(&trained(other), now, item.arrived_at), "nothing waits for ever for who is trained for it");
}

#[test]
fn what_is_handed_to_a_colleague_is_kept_for_them() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let fence = held.fence;
    let now = at("2026-09-14T10:05:00");
    let given = held.transfer(LI_ACCOUNT, fence, WANG_ACCOUNT, now, now + Duration::hours(1)).unwrap();
    assert!(given.is_for(&claimant(WANG_ACCOUNT), now, now - Duration::days(1)));
    assert!(!given.is_for(&claimant(LI_ACCOUNT), now, now - Duration::days(1)));
    assert!(given.claim(LI_ACCOUNT, now, *HALF_AN_HOUR).is_ok(), "who gave it away may take this very one back");
}

#[test]
fn what_is_put_aside_comes_back_before_it_is_due_to_who_put_it_aside() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let (fence, now) = (held.fence, at("2026-09-14T10:05:00"));
    let until = |wall| held.clone().park(LI_ACCOUNT, fence, now, (at(wall), at(wall) + Duration::hours(1)));
    assert_eq!(until("2026-09-14T10:05:00"), Err(ParkError::NotLater));
    assert_eq!(until("2026-09-16T00:00:01"), Err(ParkError::PastDue(at("2026-09-16T00:00:00"))), "due at the end of the 15th");
    let parked = until("2026-09-15T09:00:00").unwrap();
    assert_eq!(
        parked.clone().claim(WANG_ACCOUNT, at("2026-09-15T08:59:59"), *HALF_AN_HOUR),
        Err(ClaimError::TooEarly(at("2026-09-15T09:00:00")))
    );
    assert!(parked.is_for(&claimant(LI_ACCOUNT), at("2026-09-15T09:00:00"), now));
    assert!(!parked.is_for(&claimant(WANG_ACCOUNT), at("2026-09-15T09:59:59"), now));
    assert_eq!(parked.due_at, held.due_at, "the promise goes on");
}

#[test]
fn who_calls_the_supervisor_brings_the_item_forward() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let (fence, rank_at) = (held.fence, held.rank_at);
    let called = held.escalate(LI_ACCOUNT, fence, at("2026-09-14T10:05:00")).unwrap();
    assert_eq!((called.lane, called.escalated_at), (Lane::Urgent, Some(at("2026-09-14T10:05:00"))));
    assert!(called.rank_at < rank_at);
    assert_eq!(called.state, WorkState::Ready);
}

#[test]
fn a_supervisor_gives_an_item_to_somebody_over_the_head_of_who_holds_it() {
    let held = claimed(LI_ACCOUNT, "2026-09-14T10:00:00");
    let (fence, now) = (held.fence, at("2026-09-14T10:05:00"));
    let until = now + Duration::hours(1);
    let given = held.assign(WANG_ACCOUNT, until).unwrap();
    assert_eq!(given.clone().complete(LI_ACCOUNT, fence, now), Err(LeaseError::LostLease));
    assert!(given.is_for(&claimant(WANG_ACCOUNT), now, now));
    assert_eq!(given.clone().claim(LI_ACCOUNT, now, *HALF_AN_HOUR), Err(ClaimError::Assigned(until)), "not by name either");
    assert!(given.clone().claim(WANG_ACCOUNT, now, *HALF_AN_HOUR).is_ok());
    assert!(given.claim(LI_ACCOUNT, until, *HALF_AN_HOUR).is_ok(), "who doesn't take it leaves it to the others");
}

#[derive(Debug, Clone, Copy)]
enum Try {
    Claim,
    Extend,
    Release,
    Lapse,
}

fn lanes() -> impl Strategy<Value = Lane> {
    prop::sample::select(vec![Lane::Special, Lane::Urgent, Lane::Normal])
}

proptest! {
    #[test]
    fn in_one_lane_the_earliest_deadline_comes_first(lane in lanes(), earlier in 0i64..100_000, later in 0i64..100_000) {
        let due = |minutes| at("2026-09-14T09:00:00") + Duration::minutes(minutes);
        prop_assert_eq!(lane.rank_at(due(earlier)).cmp(&lane.rank_at(due(later))), earlier.cmp(&later));
    }

    /// Nothing starves: what is due later by more than the longest head start never passes, and what passes does so by a bounded time.
    #[test]
    fn a_head_start_is_bounded_and_never_an_absolute_right(first in lanes(), second in lanes(), minutes in -100_000i64..100_000) {
        let due = at("2026-09-14T09:00:00");
        let other = due + Duration::minutes(minutes);
        if second.rank_at(other) < first.rank_at(due) {
            prop_assert!(other - due < Lane::HEAD_START_MAX);
        }
        if other - due > Lane::HEAD_START_MAX {
            prop_assert!(first.rank_at(due) < second.rank_at(other));
        }
        prop_assert!(due - first.rank_at(due) <= Lane::HEAD_START_MAX);
    }
}

proptest! {
    #[test]
    fn two_people_never_hold_one_item_at_once(
        tries in prop::collection::vec(
            (prop::sample::select(vec![Try::Claim, Try::Extend, Try::Release, Try::Lapse]), any::<bool>(), 0i64..20),
            1..40,
        ),
    ) {
        let (mut item, mut now) = (ready(), at("2026-09-14T10:00:00"));
        // The last claim of each, as their own device remembers it.
        let mut fences = [(LI_ACCOUNT, 0), (WANG_ACCOUNT, 0)];
        for (what, first, minutes) in tries {
            now += Duration::minutes(minutes);
            let (holder, fence) = fences[usize::from(first)];
            let next = match what {
                Try::Claim => item.clone().claim(holder, now, *HALF_AN_HOUR).ok(),
                Try::Extend => item.clone().extend(holder, fence, now, *HALF_AN_HOUR).ok(),
                Try::Release => item.clone().release(holder, fence, now).ok(),
                Try::Lapse => Some(item.clone().lapse(now)),
            };
            let held_by_another = item.live_lease(now).is_some_and(|lease| lease.holder != holder);
            let steals = !matches!(what, Try::Lapse) && held_by_another && next.is_some();
            prop_assert!(!steals, "a live lease is its holder's alone");
            item = next.unwrap_or(item);
            if matches!(what, Try::Claim) && !held_by_another {
                fences[usize::from(first)].1 = item.fence;
            }
            let holding = fences.iter().filter(|(holder, fence)| item.holds(*holder, *fence, now).is_ok()).count();
            prop_assert!(holding <= 1);
            prop_assert_eq!(holding == 1, item.live_lease(now).is_some());
        }
    }
}
