//! Calls that WeChat takes no more of for now, because a quota is used up: they are not made.
//! Each instance finds out for itself: that costs one refused call.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DurationRound, TimeDelta};
use domain::time::{Timestamp, end_of, local_date};

use super::Endpoint;
use super::answer::{CallError, Quota};
use super::codes::Duty;

#[derive(Default)]
pub(super) struct Halts(Mutex<HashMap<Endpoint, (Timestamp, Quota)>>);

impl Halts {
    pub(super) fn check(&self, endpoint: Endpoint, now: Timestamp) -> Result<(), CallError> {
        match self.lock().get(&endpoint) {
            Some((until, quota)) if *until > now => {
                let wait = (*until - now).to_std().unwrap_or_default();
                Err(CallError::Halted { quota: *quota, wait })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn heed(&self, endpoint: Endpoint, duty: Option<Duty>, now: Timestamp) {
        let halt = match duty {
            Some(Duty::StopForToday) => (end_of(local_date(now)), Quota::OfTheDay),
            Some(Duty::SlowDown) => (next_minute(now), Quota::OfTheMinute),
            _no_quota => return,
        };
        self.lock().insert(endpoint, halt);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Endpoint, (Timestamp, Quota)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn next_minute(now: Timestamp) -> Timestamp {
    now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now) + TimeDelta::minutes(1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::time::instant;

    use super::*;

    fn wall(text: &str) -> Timestamp {
        instant(text.parse().unwrap())
    }

    #[test]
    fn a_day_s_quota_stops_its_call_until_midnight_in_beijing_and_no_other() {
        let halts = Halts::default();
        halts.heed(Endpoint::Send, Some(Duty::StopForToday), wall("2026-09-14T22:00:00"));
        let Err(CallError::Halted { quota: Quota::OfTheDay, wait }) = halts.check(Endpoint::Send, wall("2026-09-14T23:00:00")) else {
            panic!("not halted")
        };
        assert_eq!(wait, Duration::from_secs(3600));
        assert!(halts.check(Endpoint::TextCheck, wall("2026-09-14T23:00:00")).is_ok());
        assert!(halts.check(Endpoint::Send, wall("2026-09-15T00:00:00")).is_ok());
    }

    #[test]
    fn a_minute_s_quota_stops_its_call_until_the_next_minute() {
        let halts = Halts::default();
        halts.heed(Endpoint::MiniCode, Some(Duty::SlowDown), wall("2026-09-14T22:00:40"));
        assert!(matches!(
            halts.check(Endpoint::MiniCode, wall("2026-09-14T22:00:45")),
            Err(CallError::Halted { quota: Quota::OfTheMinute, wait }) if wait == Duration::from_secs(15)
        ));
        assert!(halts.check(Endpoint::MiniCode, wall("2026-09-14T22:01:00")).is_ok());
    }

    #[test]
    fn no_other_refusal_stops_a_call() {
        let halts = Halts::default();
        halts.heed(Endpoint::Login, Some(Duty::UserTooOften), wall("2026-09-14T22:00:40"));
        assert!(halts.check(Endpoint::Login, wall("2026-09-14T22:00:40")).is_ok());
    }
}
