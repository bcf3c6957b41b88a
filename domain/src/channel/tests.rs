//! Which way news take, when they wait, and what a consent buys.

use chrono::{Duration, Timelike};
use proptest::prelude::*;

use super::*;
use crate::case;
use crate::ids::{AccountId, ErrandId, MessageId, PersonId};
use crate::time::{Timestamp, instant, local};

const QUIET: &str = "21:00-08:00";

fn at(text: &str) -> Timestamp {
    instant(text.parse().unwrap())
}

fn morning() -> Timestamp {
    at("2026-09-14T09:30:00")
}

fn quiet() -> QuietHours {
    QUIET.parse().unwrap()
}

fn tried(channel: Channel, state: TryState) -> Tried {
    Tried { channel, state }
}

const BOTH: Reach = Reach { wechat: true, sms: true };
const NOTHING: Reach = Reach { wechat: false, sms: false };

fn step(weight: Weight, reach: Reach, so_far: &[Tried]) -> Next {
    next(weight, reach, so_far, quiet(), morning())
}

#[test]
fn wechat_comes_first_and_what_it_took_goes_no_other_way() {
    for weight in [Weight::Progress, Weight::ToKnow, Weight::ToAct] {
        assert_eq!(step(weight, BOTH, &[]), Next::Send(Channel::Wechat));
        assert_eq!(step(weight, BOTH, &[tried(Channel::Wechat, TryState::HandedOver)]), Next::Over(Ending::Told(Channel::Wechat)));
    }
}

#[test]
fn mere_progress_goes_no_further_than_wechat_and_the_list() {
    let failed = [tried(Channel::Wechat, TryState::Failed)];
    assert_eq!(step(Weight::Progress, BOTH, &failed), Next::Over(Ending::ListAlone));
    assert_eq!(step(Weight::Progress, NOTHING, &[]), Next::Over(Ending::ListAlone));
    let unknown = [tried(Channel::Wechat, TryState::Unknown)];
    assert_eq!(step(Weight::Progress, BOTH, &unknown), Next::Over(Ending::Perhaps(Channel::Wechat)), "it isn't sent twice");
}

#[test]
fn another_way_is_one_that_reaches_the_person() {
    let goes = |weight, reach| goes_another_way(weight, reach, Channel::Wechat);
    let phoneless = Reach { wechat: true, sms: false };
    assert_eq!([Weight::Progress, Weight::ToKnow, Weight::ToAct].map(|weight| goes(weight, BOTH)), [false, true, true]);
    assert_eq!([Weight::Progress, Weight::ToKnow, Weight::ToAct].map(|weight| goes(weight, phoneless)), [false, false, true]);
    assert!(!goes_another_way(Weight::ToAct, BOTH, Channel::Errand), "nothing comes after it");
}

#[test]
fn what_has_to_be_acted_on_falls_back_to_a_short_message_and_then_to_an_errand() {
    let mut so_far = vec![tried(Channel::Wechat, TryState::Failed)];
    assert_eq!(step(Weight::ToAct, BOTH, &so_far), Next::Send(Channel::Sms));
    so_far.push(tried(Channel::Sms, TryState::HandedOver));
    assert_eq!(step(Weight::ToAct, BOTH, &so_far), Next::Await(Channel::Sms));
    so_far[1].state = TryState::Unknown;
    assert_eq!(step(Weight::ToAct, BOTH, &so_far), Next::Send(Channel::Errand));
    assert_eq!(step(Weight::ToKnow, BOTH, &so_far), Next::Over(Ending::Perhaps(Channel::Sms)));
    so_far.push(tried(Channel::Errand, TryState::Waiting));
    assert_eq!(step(Weight::ToAct, BOTH, &so_far), Next::Await(Channel::Errand));
}

#[test]
fn who_can_receive_nothing_is_called_or_visited_for_what_they_have_to_act_on() {
    assert_eq!(step(Weight::ToAct, NOTHING, &[]), Next::Send(Channel::Errand));
}

#[test]
fn nothing_rings_at_night() {
    for (now, over) in [
        ("2026-09-14T21:00:00", Some("2026-09-15T08:00:00")),
        ("2026-09-14T23:59:59", Some("2026-09-15T08:00:00")),
        ("2026-09-15T00:00:00", Some("2026-09-15T08:00:00")),
        ("2026-09-15T07:59:59", Some("2026-09-15T08:00:00")),
        ("2026-09-15T08:00:00", None),
        ("2026-09-15T20:59:59", None),
    ] {
        assert_eq!(quiet().over_at(at(now)), over.map(at), "{now}");
        let expected = over.map_or(Next::Send(Channel::Wechat), |over| Next::WaitUntil(at(over)));
        assert_eq!(next(Weight::ToAct, BOTH, &[], quiet(), at(now)), expected, "{now}");
    }
}

#[test]
fn quiet_hours_may_lie_within_a_day_or_be_none() {
    let noon: QuietHours = "12:00-14:00".parse().unwrap();
    assert_eq!(noon.over_at(at("2026-09-14T13:30:00")), Some(at("2026-09-14T14:00:00")));
    assert_eq!(noon.over_at(at("2026-09-14T14:00:00")), None);
    let never: QuietHours = "00:00-00:00".parse().unwrap();
    assert_eq!(never.over_at(at("2026-09-14T00:00:00")), None);
    for text in ["", "21-8", "21:00", "25:00-08:00", "21:00-08:60"] {
        assert_eq!(text.parse::<QuietHours>(), Err(BadQuietHours), "{text}");
    }
    assert_eq!(quiet().to_string(), QUIET);
}

#[test]
fn a_paper_that_waits_weighs_more_than_an_end_and_an_end_more_than_progress() {
    let ready = case::Tidings::ReadyToCollect { station: "511499101000-01".parse().unwrap() };
    let weights = [case::Tidings::Accepted, case::Tidings::Completed, ready].map(|tidings| of_case(&tidings));
    assert_eq!(weights, [Weight::Progress, Weight::ToKnow, Weight::ToAct]);
}

#[test]
fn a_one_time_consent_buys_one_message_and_a_long_term_one_holds() {
    use CreditChange as C;
    let after = |kind, changes: &[CreditChange]| changes.iter().fold(Credit::none(kind), |credit, change| credit.after(*change)).left;
    let (once, long) = (CreditKind::OneTime, CreditKind::LongTerm);
    assert_eq!(after(once, &[C::Accepted, C::Accepted, C::Sent]), 1);
    assert_eq!(after(once, &[C::Accepted, C::Accepted, C::Declined]), 2, "what was bought stays");
    assert_eq!(after(once, &[C::Accepted, C::Accepted, C::UsedUp]), 0);
    assert_eq!(after(once, &[C::Sent]), 0, "never below nothing");
    assert_eq!(after(long, &[C::Accepted, C::Accepted, C::Sent, C::Sent]), 1);
    assert_eq!((after(long, &[C::Accepted, C::SwitchedOff]), after(long, &[C::Accepted, C::Declined])), (0, 0));
}

fn errand() -> Errand {
    let id = uuid::Uuid::from_u128;
    let (own, to) = ((ErrandId::new(id(1)), MessageId::new(id(2))), (PersonId::new(id(3)), None));
    let calendar = crate::case::tests::world::calendar();
    Errand::open(own, to, "511499101203-01".parse().unwrap(), (&ErrandRules::default(), &calendar), morning())
}

fn attempt(errand: Errand, outcome: Outcome, now: Timestamp) -> Result<(Errand, Option<Tidings>), NotNoted> {
    let by = AccountId::new(uuid::Uuid::from_u128(9));
    errand.after((outcome, by), (&ErrandRules::default(), &crate::case::tests::world::calendar()), now)
}

#[test]
fn who_was_reached_is_told_and_the_errand_is_over() {
    let (reached, told) = attempt(errand(), Outcome::ReachedByVisit, morning()).unwrap();
    assert_eq!((reached.state, told, reached.ended_at, reached.remind_at), (ErrandState::Reached, None, Some(morning()), None));
    assert_eq!(attempt(reached, Outcome::NotReached, morning()), Err(NotNoted::Over));
}

#[test]
fn who_is_not_reached_is_tried_again_later_and_in_the_end_a_supervisor_is_told() {
    let (mut tried, mut now) = (errand(), morning());
    for _ in 1..ErrandRules::default().attempts_max {
        let (after, told) = attempt(tried, Outcome::NotReached, now).unwrap();
        assert_eq!((after.state, told, after.due_at), (ErrandState::Waiting, None, now + Duration::hours(4)));
        assert_eq!(attempt(after.clone(), Outcome::NotReached, now), Err(NotNoted::NotDue(after.due_at)), "attempts in a row are one");
        (tried, now) = (after.clone(), after.due_at);
    }
    let (given_up, told) = attempt(tried, Outcome::NotReached, now).unwrap();
    assert_eq!((given_up.state, told), (ErrandState::GivenUp, Some(Tidings::NotReached)));
}

#[test]
fn what_nobody_touches_is_told_after_a_whole_working_day() {
    assert_eq!(errand().remind_at, Some(at("2026-09-16T00:00:00")));
}

fn states() -> impl Strategy<Value = TryState> {
    prop_oneof![Just(TryState::Delivered), Just(TryState::HandedOver), Just(TryState::Failed), Just(TryState::Unknown)]
}

fn weights() -> impl Strategy<Value = Weight> {
    prop_oneof![Just(Weight::Progress), Just(Weight::ToKnow), Just(Weight::ToAct)]
}

proptest! {
    /// Whatever comes of each try, a piece of news ends, takes each way once at most and one at a time, and rings at no quiet hour.
    #[test]
    fn every_piece_of_news_ends_and_takes_one_way_at_a_time(
        weight in weights(), wechat: bool, sms: bool, outcomes in proptest::collection::vec(states(), 3), begun in 0i64..86_400,
    ) {
        let reach = Reach { wechat, sms };
        let mut now = at("2026-09-14T00:00:00") + Duration::seconds(begun);
        let (mut so_far, mut outcomes): (Vec<Tried>, _) = (Vec::new(), outcomes.into_iter());
        for _ in 0..10 {
            match next(weight, reach, &so_far, quiet(), now) {
                Next::Send(channel) => {
                    let hour = local(now).hour();
                    prop_assert!((8..21).contains(&hour), "{channel:?} at {hour}");
                    prop_assert!(so_far.iter().all(|tried| tried.channel != channel && tried.state != TryState::Waiting));
                    prop_assert!(so_far.iter().all(|tried| matches!(tried.state, TryState::Failed | TryState::Unknown)));
                    prop_assert!(channel != Channel::Wechat || wechat);
                    prop_assert!(channel != Channel::Sms || sms);
                    so_far.push(tried(channel, outcomes.next().unwrap()));
                }
                Next::WaitUntil(until) => {
                    prop_assert!(until > now && until - now <= Duration::hours(11));
                    now = until;
                }
                Next::Await(channel) => {
                    let waited = so_far.last_mut().unwrap();
                    prop_assert_eq!(waited.channel, channel);
                    // The receipt, the clerk, or the time that is over, says so.
                    waited.state = TryState::Unknown;
                }
                Next::Over(ending) => {
                    let by_errand = so_far.iter().any(|tried| tried.channel == Channel::Errand);
                    if weight == Weight::ToAct && ending == Ending::ListAlone {
                        prop_assert!(by_errand, "somebody was sent");
                    }
                    if weight == Weight::Progress {
                        prop_assert!(so_far.iter().all(|tried| tried.channel == Channel::Wechat));
                    }
                    return Ok(());
                }
            }
        }
        prop_assert!(false, "it never ends: {so_far:?}");
    }

    #[test]
    fn a_ledger_never_goes_below_nothing_and_never_sends_more_than_was_accepted(
        changes in proptest::collection::vec(0u8..5, 0..60),
    ) {
        use CreditChange as C;
        let all = [C::Accepted, C::Declined, C::Sent, C::UsedUp, C::SwitchedOff];
        let (mut credit, mut accepted, mut sent) = (Credit::none(CreditKind::OneTime), 0, 0);
        for change in changes.into_iter().map(|place| all[usize::from(place)]) {
            // Who has no consent sends nothing.
            if change == C::Sent && !credit.allows() {
                continue;
            }
            accepted += u32::from(change == C::Accepted);
            sent += u32::from(change == C::Sent);
            credit = credit.after(change);
            prop_assert!(sent + credit.left <= accepted);
        }
    }
}
