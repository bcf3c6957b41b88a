//! Access tokens, the keys that sign them, and sessions.

use chrono::Duration;
use domain::session::{SessionRules, Span};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Token {
    pub issuer: String,
    pub audience: String,
    /// How long an access token holds; then it is refreshed. Default: 15 minutes.
    pub access_minutes: u32,
    /// How long ago somebody may have signed in who wants a copy or the erasure of their data. Default: 10 minutes.
    pub fresh_minutes: u32,
    /// After which a session of staff that nobody refreshed ends. Default: 30 minutes.
    pub staff_idle_minutes: u32,
    /// After which a session of staff ends in any case. Default: 12 hours, a working day with its way there and back.
    pub staff_hours: u32,
    /// After which a session of a villager that nobody refreshed ends. Default: 30 days.
    pub villager_idle_days: u32,
    /// After which a session of a villager ends in any case. Default: 180 days.
    pub villager_days: u32,
    /// Within which the same refresh, under the same `Idempotency-Key`, may come again: its answer may have got lost. Default: 60 seconds.
    pub repeat_secs: u32,
    /// How long it is known of a session that it ended. Default: 30 days.
    pub ended_days: u32,
    /// After which another key signs. Default: 90 days.
    pub key_days: u32,
    /// How long a key is published before it signs. Default: 10 minutes.
    pub key_lead_minutes: u32,
}

impl Default for Token {
    fn default() -> Self {
        Self {
            issuer: "bianmin".into(),
            audience: "bianmin".into(),
            access_minutes: 15,
            fresh_minutes: 10,
            staff_idle_minutes: 30,
            staff_hours: 12,
            villager_idle_days: 30,
            villager_days: 180,
            repeat_secs: 60,
            ended_days: 30,
            key_days: 90,
            key_lead_minutes: 10,
        }
    }
}

impl Token {
    pub fn access(&self) -> Duration {
        Duration::minutes(self.access_minutes.into())
    }

    pub fn session_rules(&self) -> SessionRules {
        let (minutes, days) = (Duration::minutes(self.staff_idle_minutes.into()), |days: u32| Duration::days(days.into()));
        SessionRules {
            staff: Span { at_rest: minutes, in_all: Duration::hours(self.staff_hours.into()) },
            villager: Span { at_rest: days(self.villager_idle_days), in_all: days(self.villager_days) },
            repeat: Duration::seconds(self.repeat_secs.into()),
        }
    }
}
