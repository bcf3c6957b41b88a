//! The next-call policy.

use std::collections::VecDeque;

use chrono::Duration;
use proptest::prelude::*;

use super::world::*;
use crate::catalogue::ItemKind;
use crate::floor::*;
use crate::time::Timestamp;

const BY_TURNS: CallPolicy = CallPolicy::ByTurns { tickets: 2, online: 1 };
const POLICIES: [CallPolicy; 3] = [CallPolicy::TicketsFirst {}, CallPolicy::OnlineFirst {}, BY_TURNS];

fn terms(policy: CallPolicy) -> CallTerms {
    CallTerms { policy, wait_max_min: 45 }
}

/// What is called at ten o'clock, where somebody waits since `since` and work is due at `due`.
fn at_ten(policy: CallPolicy, since: Option<&str>, due: Option<&str>) -> Option<NextCall> {
    let waits = Waits { ticket_since: since.map(at), online_due: due.map(at) };
    next_call(&terms(policy), waits, Turns::default(), at("10:00"))
}

#[test]
fn what_alone_waits_is_called_under_every_policy() {
    for policy in POLICIES {
        assert_eq!(at_ten(policy, Some("09:50"), None), Some(NextCall::Ticket));
        assert_eq!(at_ten(policy, None, Some("17:00")), Some(NextCall::Online));
        assert_eq!(at_ten(policy, None, None), None);
    }
}

#[test]
fn of_both_the_policy_says_which() {
    let called = POLICIES.map(|policy| at_ten(policy, Some("09:50"), Some("17:00")));
    assert_eq!(called, [Some(NextCall::Ticket), Some(NextCall::Online), Some(NextCall::Ticket)]);
}

#[test]
fn what_is_over_its_time_goes_first_under_every_policy_and_of_two_the_one_that_is_longer_over() {
    for policy in POLICIES {
        assert_eq!(at_ten(policy, Some("09:50"), Some("09:59")), Some(NextCall::Online), "the clock ran out");
        assert_eq!(at_ten(policy, Some("09:10"), Some("17:00")), Some(NextCall::Ticket), "waits for more than 45 minutes");
        assert_eq!(at_ten(policy, Some("09:10"), Some("09:30")), Some(NextCall::Online));
        assert_eq!(at_ten(policy, Some("08:40"), Some("09:30")), Some(NextCall::Ticket));
    }
}

#[test]
fn a_stations_rules_with_an_empty_turn_a_window_that_there_is_not_or_two_that_differ_are_refused() {
    let usual = StationRules::usual(&FloorRules::default());
    let check = |rules: StationRules| rules.check(&hall());
    assert_eq!(check(usual.clone()), Ok(()));
    let empty = CallTerms { policy: CallPolicy::ByTurns { tickets: 1, online: 0 }, ..usual.calling };
    assert_eq!(check(StationRules { calling: empty, ..usual.clone() }), Err(BadStationRules::EmptyTurn));
    let quota = Quota { kind: ItemKind::Certificate, hour: 9, places_per_window: 2 };
    let with_quotas = |quotas: &[Quota]| check(StationRules { quotas: quotas.to_vec(), ..usual.clone() });
    assert_eq!(with_quotas(&[quota, Quota { places_per_window: 3, ..quota }]), Err(BadStationRules::QuotaTwice));
    assert_eq!(with_quotas(&[Quota { hour: 24, ..quota }]), Err(BadStationRules::NoSuchHour));
    let plan = |number| WindowPlan { number, serves: [ItemKind::Certificate].into() };
    let with_windows = |windows: &[WindowPlan]| check(StationRules { windows: windows.to_vec(), ..usual.clone() });
    assert_eq!(with_windows(&[plan(1), plan(4)]), Ok(()));
    assert_eq!(with_windows(&[plan(5)]), Err(BadStationRules::Window(BadWindow::NoSuchWindow(4))));
    assert_eq!(with_windows(&[WindowPlan { serves: [].into(), ..plan(1) }]), Err(BadStationRules::Window(BadWindow::ServesNothing)));
    assert_eq!(with_windows(&[plan(1), WindowPlan { serves: ItemKind::ALL.into(), ..plan(1) }]), Err(BadStationRules::WindowTwice));
}

fn policies() -> impl Strategy<Value = CallPolicy> {
    prop_oneof![
        Just(CallPolicy::TicketsFirst {}),
        Just(CallPolicy::OnlineFirst {}),
        (1u8..5, 1u8..5).prop_map(|(tickets, online)| CallPolicy::ByTurns { tickets, online }),
    ]
}

/// Two rows whose heads are called one after the other, a minute apart.
struct Floor {
    terms: CallTerms,
    tickets: VecDeque<Timestamp>,
    online: VecDeque<Timestamp>,
    turns: Turns,
    now: Timestamp,
}

impl Floor {
    fn call(&mut self) -> Option<(NextCall, Timestamp)> {
        let waits = Waits { ticket_since: self.tickets.front().copied(), online_due: self.online.front().copied() };
        let next = next_call(&self.terms, waits, self.turns, self.now)?;
        self.turns = self.turns.after(next, self.terms.policy);
        self.now += Duration::minutes(1);
        let wait_max = Duration::minutes(self.terms.wait_max_min.into());
        Some(match next {
            NextCall::Ticket => (next, self.tickets.pop_front()? + wait_max),
            NextCall::Online => (next, self.online.pop_front()?),
        })
    }
}

proptest! {
    #[test]
    fn while_both_wait_and_neither_is_over_each_gets_its_share_of_every_round(tickets in 1u8..5, online in 1u8..5, rounds in 1usize..6) {
        let policy = CallPolicy::ByTurns { tickets, online };
        let waits = Waits { ticket_since: Some(at("10:00")), online_due: Some(at("17:00")) };
        let mut turns = Turns::default();
        for _ in 0..rounds {
            let mut given = (0, 0);
            for _ in 0..tickets + online {
                let next = next_call(&terms(policy), waits, turns, at("10:00")).unwrap();
                turns = turns.after(next, policy);
                match next {
                    NextCall::Ticket => given.0 += 1,
                    NextCall::Online => given.1 += 1,
                }
            }
            prop_assert_eq!(given, (tickets, online));
        }
    }

    /// Whatever the policy: what is over its time is called before all that comes over its time later.
    #[test]
    fn nothing_starves(
        policy in policies(),
        tickets in prop::collection::vec(0i64..120, 0..25),
        online in prop::collection::vec(0i64..120, 0..25),
    ) {
        let sorted = |minutes: Vec<i64>| {
            let mut instants: Vec<_> = minutes.into_iter().map(|minute| at("08:30") + Duration::minutes(minute)).collect();
            instants.sort_unstable();
            VecDeque::from(instants)
        };
        let count = tickets.len() + online.len();
        let mut floor =
            Floor { terms: terms(policy), tickets: sorted(tickets), online: sorted(online), turns: Turns::default(), now: at("10:45") };
        let mut called = Vec::new();
        while let Some((_, over_at)) = floor.call() {
            called.push((floor.now - Duration::minutes(1), over_at));
        }
        prop_assert_eq!(called.len(), count);
        for (place, (_, mine)) in called.iter().enumerate() {
            let passed_me = called.iter().take(place).filter(|(at, other)| mine < at && other > mine);
            prop_assert_eq!(passed_me.count(), 0);
        }
    }
}
