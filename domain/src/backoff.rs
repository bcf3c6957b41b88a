//! How long a login rests after failed attempts at it: not at all after a few, for a minute after some, and for twice as long after each
//! one more, up to a limit. Every attempt is counted before it is looked at, and a right one forgets all before it.
//! Invariants: a refused attempt isn't counted; however somebody asks, no more than the free attempts and one for each rest get through.
//! Units: instants by the clock of whoever asks, which may differ by `SKEW` between instances.
//! Source: NIST SP 800-63B 5.2.2 (limits of failed attempts); issue of the staff's door.

#[cfg(test)]
mod tests;

use chrono::Duration;

use crate::time::Timestamp;

/// The first rest.
const FIRST: Duration = Duration::minutes(1);
/// After which attempts are forgotten that nobody went on with.
const REMEMBERED: Duration = Duration::hours(24);
/// How far the clocks of instances may lie apart. What was counted further ahead was so before a demo's clock was put back.
const SKEW: Duration = Duration::minutes(1);
/// More doublings than any limit allows.
const DOUBLINGS_MAX: u32 = 20;

/// When a login begins to rest, and for how long at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackOff {
    /// Attempts before the first rest; at least one is let through.
    pub free: u32,
    pub rest_max: Duration,
}

/// Attempts that were counted, none of them known to have been right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    pub count: u32,
    pub last: Timestamp,
}

/// How long to wait until one more is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the login rests for {0}")]
pub struct Rests(pub Duration);

impl BackOff {
    /// The rest that follows so many attempts.
    pub fn rest_after(&self, count: u32) -> Duration {
        let Some(beyond) = count.checked_sub(self.free.max(1)) else { return Duration::zero() };
        let doubled = FIRST * i32::try_from(1_u32 << beyond.min(DOUBLINGS_MAX)).unwrap_or(i32::MAX);
        doubled.min(self.rest_max)
    }

    /// What is known after one more attempt at `now`, or how long to wait for it.
    pub fn attempt(&self, known: Option<Attempts>, now: Timestamp) -> Result<Attempts, Rests> {
        let known = known.filter(|known| known.last <= now + SKEW && now - known.last < REMEMBERED.max(self.rest_max));
        let Some(Attempts { count, last }) = known else { return Ok(Attempts { count: 1, last: now }) };
        let wait = last + self.rest_after(count) - now;
        if self.rest_after(count) > Duration::zero() && wait > Duration::zero() {
            return Err(Rests(wait));
        }
        Ok(Attempts { count: count.saturating_add(1), last: now.max(last) })
    }
}
