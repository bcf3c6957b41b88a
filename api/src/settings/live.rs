//! Live updates over event streams and sockets.

use std::time::Duration;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Live {
    /// How long a ticket waits for its one use. Default: 30 seconds.
    pub ticket_secs: u32,
    /// How often a stream shows that it is alive, and is asked again whether its watcher still may. Default: 20 seconds.
    pub heartbeat_secs: u64,
    /// How old the answer to that may be when something is told. Default: 1 second.
    pub ask_again_ms: u64,
    /// After which a stream ends and a new ticket is needed. Default: 60 minutes.
    pub stream_minutes_max: u32,
    /// Streams on this instance; `limits.connections_max` holds for each of its workers beside. Default: 4,000.
    pub streams_max: usize,
    /// Of these, without sign-in: the screens of halls. Default: 1,000.
    pub streams_anonymous_max: usize,
    /// Of one person; a newer one ends the oldest. Default: 8.
    pub streams_of_one_max: usize,
    /// Without sign-in from one address: the screens of one hall; a newer one ends the oldest. Default: 16.
    pub streams_of_address_max: usize,
    /// How long updates are kept for who comes back. Default: 24 hours.
    pub keep_hours: u32,
    /// How often updates of other instances are looked for when nothing wakes this one. Default: 2 seconds.
    pub poll_secs: u64,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            ticket_secs: 30,
            heartbeat_secs: 20,
            ask_again_ms: 1_000,
            stream_minutes_max: 60,
            streams_max: 4_000,
            streams_anonymous_max: 1_000,
            streams_of_one_max: 8,
            streams_of_address_max: 16,
            keep_hours: 24,
            poll_secs: 2,
        }
    }
}

impl Live {
    pub fn heartbeat(&self) -> Duration {
        Duration::from_secs(self.heartbeat_secs.max(1))
    }

    pub fn ask_again(&self) -> Duration {
        Duration::from_millis(self.ask_again_ms)
    }

    pub fn stream_max(&self) -> Duration {
        Duration::from_secs(u64::from(self.stream_minutes_max.max(1)) * 60)
    }
}
