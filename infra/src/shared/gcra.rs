//! Limits of rates by GCRA, the generic cell rate algorithm: of one key only the instant is kept at which all that was taken would
//! have trickled away. Invariant: within any stretch of time a key takes no more than `burst` plus what the rate gives in it.
//! Units: microseconds, by the clock of whoever asks. Source: ITU-T I.371, annex A (virtual scheduling).

use std::collections::HashMap;
use std::time::Duration;

use domain::time::Timestamp;

/// Past this many live keys a new one is let through and not kept: memory has an end, and who is counted already stays counted.
const KEYS_MAX: usize = 200_000;
const SWEEP_MIN: usize = 1_000;
/// How far the clocks of instances may lie apart. What lies further ahead was kept before a demo's clock was moved back.
pub(super) const SKEW_MICROS: i64 = 60_000_000;

/// How often something may be done: `burst` at once, and from then on one each `interval`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    interval_micros: i64,
    burst: u32,
}

impl Rate {
    /// `per_hour` in the long run, `burst` at once; a zero of either counts as one.
    pub fn new(per_hour: u32, burst: u32) -> Self {
        Self { interval_micros: 3_600_000_000 / i64::from(per_hour.max(1)), burst: burst.max(1) }
    }

    pub(super) fn interval_micros(self) -> i64 {
        self.interval_micros
    }

    /// How far ahead of now the kept instant may lie for one more to be taken.
    pub(super) fn room_micros(self) -> i64 {
        self.interval_micros.saturating_mul(i64::from(self.burst) - 1)
    }
}

/// How long to wait until one more may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too often: wait {0:?}")]
pub struct TooOften(pub Duration);

impl TooOften {
    pub(super) fn micros(wait: i64) -> Self {
        Self(Duration::from_micros(u64::try_from(wait).unwrap_or_default()))
    }
}

/// What is kept after one more was taken at `now`, or how long to wait for it.
fn take(kept: Option<i64>, rate: Rate, now: i64) -> Result<i64, TooOften> {
    let newest = now.saturating_add(rate.room_micros() + rate.interval_micros + SKEW_MICROS);
    let from = kept.filter(|kept| (now..=newest).contains(kept)).unwrap_or(now);
    match from - now - rate.room_micros() {
        wait if wait > 0 => Err(TooOften::micros(wait)),
        _room => Ok(from.saturating_add(rate.interval_micros)),
    }
}

/// The kept instants of this process.
#[derive(Default)]
pub(super) struct Meters {
    by_key: HashMap<String, i64>,
    sweep_at: usize,
}

impl Meters {
    pub(super) fn take(&mut self, key: &str, rate: Rate, now: Timestamp) -> Result<(), TooOften> {
        let now = now.timestamp_micros();
        let next = take(self.by_key.get(key).copied(), rate, now)?;
        if let Some(kept) = self.by_key.get_mut(key) {
            *kept = next;
            return Ok(());
        }
        self.sweep(now);
        if self.by_key.len() < KEYS_MAX {
            self.by_key.insert(key.to_owned(), next);
        }
        Ok(())
    }

    /// Drops what has trickled away each time the map has doubled since the last sweep: a constant price for each key.
    fn sweep(&mut self, now: i64) {
        if self.by_key.len() >= self.sweep_at.clamp(SWEEP_MIN, KEYS_MAX) {
            self.by_key.retain(|_, kept| *kept > now);
            self.sweep_at = self.by_key.len() * 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    /// One a second, three at once.
    fn rate() -> Rate {
        Rate::new(3600, 3)
    }

    #[test]
    fn a_burst_is_let_through_and_then_one_for_each_interval() {
        let mut kept = None;
        for _ in 0..3 {
            kept = Some(take(kept, rate(), 0).unwrap());
        }
        assert_eq!(take(kept, rate(), 0), Err(TooOften(Duration::from_secs(1))));
        assert_eq!(take(kept, rate(), SECOND / 4), Err(TooOften(Duration::from_millis(750))));
        kept = Some(take(kept, rate(), SECOND).unwrap());
        assert!(take(kept, rate(), SECOND).is_err());
    }

    #[test]
    fn a_refusal_costs_nothing() {
        let kept = Some(3 * SECOND);
        assert!(take(kept, rate(), 0).is_err());
        assert!(take(kept, rate(), SECOND).is_ok());
    }

    #[test]
    fn after_a_rest_the_whole_burst_is_there_again_and_no_more() {
        let mut kept = Some(3 * SECOND);
        for _ in 0..3 {
            kept = Some(take(kept, rate(), 1000 * SECOND).unwrap());
        }
        assert!(take(kept, rate(), 1000 * SECOND).is_err());
    }

    #[test]
    fn no_stretch_of_time_gives_more_than_the_burst_and_what_the_rate_gives_in_it() {
        let (mut kept, mut taken) = (None, 0_i64);
        for now in (0..100 * SECOND).step_by(37_000) {
            if let Ok(next) = take(kept, rate(), now) {
                (kept, taken) = (Some(next), taken + 1);
            }
            assert!(taken <= 3 + now / SECOND, "{taken} at {now}");
        }
        assert!(taken >= 100);
    }

    #[test]
    fn a_clock_moved_back_by_months_starts_anew_and_one_that_differs_a_little_does_not() {
        assert!(take(Some(9_000_000 * SECOND), rate(), 0).is_ok());
        assert!(take(Some(5 * SECOND), rate(), 0).is_err());
    }

    #[test]
    fn a_full_memory_goes_on_counting_whom_it_knows() {
        let (mut meters, now) = (Meters::default(), Timestamp::UNIX_EPOCH);
        let slow = Rate::new(1, 1);
        for key in 0..KEYS_MAX {
            meters.take(&key.to_string(), slow, now).unwrap();
        }
        assert!(meters.take("7", slow, now).is_err());
        meters.take("one more", slow, now).unwrap();
        assert_eq!(meters.by_key.len(), KEYS_MAX);
        meters.take("one more", slow, now + chrono::Duration::hours(2)).unwrap();
        assert_eq!(meters.by_key.len(), 1);
    }
}
