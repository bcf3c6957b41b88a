//! The mark that WeChat puts into what it vouches for: which app it is of, and when it was made.

use chrono::TimeDelta;
use domain::time::Timestamp;
use serde::Deserialize;

use super::lenient;

const FRESH: TimeDelta = TimeDelta::minutes(5);

#[derive(Debug, Deserialize)]
pub(super) struct Watermark {
    appid: String,
    /// Seconds since 1970.
    #[serde(deserialize_with = "lenient::int")]
    timestamp: i64,
}

impl Watermark {
    pub(super) fn is_of(&self, appid: &str) -> bool {
        self.appid == appid
    }

    /// Neither older than five minutes nor ahead of us by more: clocks differ.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        is_fresh(self.timestamp, now)
    }
}

/// Whether `secs` (since 1970) are within five minutes of `now`.
pub(super) fn is_fresh(secs: i64, now: Timestamp) -> bool {
    now.timestamp().checked_sub(secs).is_some_and(|apart| apart.abs() <= FRESH.num_seconds())
}
