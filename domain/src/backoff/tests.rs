use chrono::{DateTime, Duration};
use proptest::prelude::*;

use super::*;

const RULE: BackOff = BackOff { free: 3, rest_max: Duration::minutes(8) };

fn at(secs: i64) -> Timestamp {
    DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap()
}

fn after(count: u32) -> Option<Attempts> {
    Some(Attempts { count, last: at(0) })
}

#[test]
fn a_few_attempts_are_free_and_each_one_more_doubles_the_rest_up_to_the_limit() {
    let minutes: Vec<_> = (0..9).map(|count| RULE.rest_after(count).num_minutes()).collect();
    assert_eq!(minutes, [0, 0, 0, 1, 2, 4, 8, 8, 8]);
    assert_eq!(RULE.rest_after(u32::MAX), Duration::minutes(8));
}

#[test]
fn who_comes_before_the_rest_is_over_is_told_how_long_to_wait_and_isn_t_counted() {
    assert_eq!(RULE.attempt(after(3), at(20)), Err(Rests(Duration::seconds(40))));
    assert_eq!(RULE.attempt(after(3), at(60)), Ok(Attempts { count: 4, last: at(60) }));
}

#[test]
fn attempts_that_nobody_went_on_with_are_forgotten_after_a_day() {
    assert_eq!(RULE.attempt(after(9), at(23 * 3600)).unwrap().count, 10);
    assert_eq!(RULE.attempt(after(9), at(24 * 3600)).unwrap().count, 1);
}

#[test]
fn a_clock_put_back_locks_nobody_out_and_one_that_differs_a_little_lets_nobody_in() {
    assert!(RULE.attempt(after(9), at(-3600)).is_ok());
    assert!(RULE.attempt(after(9), at(-30)).is_err());
}

#[test]
fn a_rule_without_free_attempts_lets_one_through() {
    let rule = BackOff { free: 0, ..RULE };
    let first = rule.attempt(None, at(0)).unwrap();
    assert_eq!(rule.attempt(Some(first), at(0)), Err(Rests(Duration::minutes(1))));
}

proptest! {
    /// Whoever asks as often as they like, at whatever times, gets the free attempts through and then one for each rest.
    #[test]
    fn no_way_of_asking_gets_more_through(waits in prop::collection::vec(0_i64..200, 1..200)) {
        let (mut known, mut now, mut through) = (None, 0, Vec::new());
        for wait in waits {
            now += wait;
            if let Ok(next) = RULE.attempt(known, at(now)) {
                known = Some(next);
                through.push(now);
            }
        }
        for (passed, pair) in through.windows(2).enumerate() {
            let rest = RULE.rest_after(u32::try_from(passed).unwrap() + 1).num_seconds();
            prop_assert!(pair[1] - pair[0] >= rest, "{pair:?} after {}", passed + 1);
        }
    }
}
