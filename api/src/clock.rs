//! The one place that reads the clock. Everything else takes `now` as a value.
//! A data folder made with `--demo` has a clock that may be moved, and that runs on from where it was moved to;
//! any other clock stands where the machine's stands. Units: instants in UTC, kept to the microsecond.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{Duration, Utc};
use domain::time::{Timestamp, to_micros};

/// Whether the clock may be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockKind {
    Real,
    /// Of a data folder made with `--demo`.
    Demo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only the clock of a demo data folder may be moved")]
pub struct ClockIsReal;

#[derive(Debug)]
pub struct Clock {
    kind: ClockKind,
    /// Microseconds ahead of the machine's clock.
    offset: AtomicI64,
}

impl Clock {
    pub fn new(kind: ClockKind) -> Self {
        Self { kind, offset: AtomicI64::new(0) }
    }

    pub fn kind(&self) -> ClockKind {
        self.kind
    }

    pub fn now(&self) -> Timestamp {
        machine_now() + self.offset()
    }

    /// How far ahead of the machine's clock this one runs.
    pub fn offset(&self) -> Duration {
        Duration::microseconds(self.offset.load(Ordering::Relaxed))
    }

    /// The offset under which the clock would show `at` now: for whoever keeps it before it is set.
    pub fn offset_to(&self, at: Timestamp) -> Duration {
        at - machine_now()
    }

    /// Lets a demo clock run that far ahead of the machine's.
    pub fn set_offset(&self, offset: Duration) -> Result<(), ClockIsReal> {
        match self.kind {
            ClockKind::Demo => {
                self.offset.store(offset.num_microseconds().unwrap_or_default(), Ordering::Relaxed);
                Ok(())
            }
            ClockKind::Real => Err(ClockIsReal),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn machine_now() -> Timestamp {
    to_micros(Utc::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_clock_runs_on_from_where_it_was_moved_to() {
        let clock = Clock::new(ClockKind::Demo);
        let at: Timestamp = "2026-09-14T01:00:00Z".parse().unwrap();
        clock.set_offset(clock.offset_to(at)).unwrap();
        let moved = clock.now();
        assert!(moved >= at && moved < at + Duration::minutes(1), "{moved}");
        assert!(clock.now() >= moved);
    }

    #[test]
    fn a_real_clock_stays_where_it_is() {
        let clock = Clock::new(ClockKind::Real);
        assert_eq!(clock.set_offset(Duration::days(1)), Err(ClockIsReal));
        assert_eq!(clock.offset(), Duration::zero());
    }
}
