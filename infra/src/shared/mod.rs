//! Shared state: in-process, or in Redis where several instances stand behind a load balancer.
//! Invariants: holds only what may be lost (caches, rates, wake-ups); no call here ever fails its caller: with Redis down each
//! instance goes on with its own memory, slower but not wrong. Units: times to live in real time, not by the demo's clock; rates by the
//! clock that is passed in, so that a demo's clock and a test move them, and clocks that differ a little do no harm.
//! Errors: only a Redis URL that cannot be read, at the start.

mod attempts;
mod gcra;
mod local;
mod remote;
#[cfg(test)]
mod tests;

use std::time::Duration;

use domain::backoff::{BackOff, Rests};
use domain::time::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use tokio::sync::watch;

use local::Local;
use remote::Remote;

pub use gcra::{Rate, TooOften};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedisSettings {
    /// `redis://` or `rediss://`, with its password where there is one.
    pub url: SecretString,
    /// Stands before every key and channel, so that deployments can share a server.
    #[serde(default = "default_prefix")]
    pub prefix: String,
    /// How long a call waits for Redis before this instance goes on alone.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
}

fn default_prefix() -> String {
    "bianmin".to_owned()
}

fn default_timeout_ms() -> u64 {
    500
}

/// The error's own text may quote the URL with its password: it is left out.
#[derive(Debug, thiserror::Error)]
#[error("redis.url is not a Redis URL")]
pub struct BadRedisUrl;

/// A cheap handle: clones share the same state.
#[derive(Clone)]
pub enum Shared {
    InProcess(Local),
    Redis(Remote),
}

impl Shared {
    pub fn in_process() -> Self {
        Self::InProcess(Local::default())
    }

    /// Connects on first use: a Redis that is down does not stop the start. Must be called within the async runtime.
    pub fn redis(settings: &RedisSettings) -> Result<Self, BadRedisUrl> {
        Remote::connect(settings).map(Self::Redis)
    }

    pub async fn get(&self, key: &str) -> Option<String> {
        match self {
            Self::InProcess(local) => local.get(key),
            Self::Redis(remote) => remote.get(key).await,
        }
    }

    pub async fn set(&self, key: &str, value: &str, ttl: Duration) {
        match self {
            Self::InProcess(local) => local.set(key, value, ttl),
            Self::Redis(remote) => remote.set(key, value, ttl).await,
        }
    }

    pub async fn remove(&self, key: &str) {
        match self {
            Self::InProcess(local) => local.remove(key),
            Self::Redis(remote) => remote.remove(key).await,
        }
    }

    /// Puts `owner` under `key` for at most `ttl`, where nothing stands; whether it did. Of all who ask one is told yes; with Redis away,
    /// one of each instance.
    pub async fn claim(&self, key: &str, owner: &str, ttl: Duration) -> bool {
        match self {
            Self::InProcess(local) => local.claim(key, owner, ttl),
            Self::Redis(remote) => remote.claim(key, owner, ttl).await,
        }
    }

    /// Removes what stands under `key` if it is `value` still: what another has put there since stays.
    pub async fn remove_if(&self, key: &str, value: &str) {
        match self {
            Self::InProcess(local) => local.remove_if(key, value),
            Self::Redis(remote) => remote.remove_if(key, value).await,
        }
    }

    /// Takes one of what `rate` gives to `key`, or says how long to wait for it; a refusal takes nothing.
    pub async fn take(&self, key: &str, rate: Rate, now: Timestamp) -> Result<(), TooOften> {
        match self {
            Self::InProcess(local) => local.take(key, rate, now),
            Self::Redis(remote) => remote.take(key, rate, now).await,
        }
    }

    /// Counts one more attempt under `key`, or says how long it rests; of many at once none is counted for another.
    pub async fn attempt(&self, key: &str, rule: BackOff, now: Timestamp) -> Result<(), Rests> {
        match self {
            Self::InProcess(local) => local.attempt(key, rule, now),
            Self::Redis(remote) => remote.attempt(key, rule, now).await,
        }
    }

    /// Whether one more attempt under `key` would be counted now; none is.
    pub async fn may_attempt(&self, key: &str, rule: BackOff, now: Timestamp) -> Result<(), Rests> {
        let known = match self {
            Self::InProcess(local) => local.attempts(key),
            Self::Redis(remote) => remote.attempts(key).await,
        };
        rule.attempt(known, now).map(|_counted| ())
    }

    /// Forgets the attempts under `key`.
    pub async fn forget_attempts(&self, key: &str) {
        match self {
            Self::InProcess(local) => local.forget_attempts(key),
            Self::Redis(remote) => remote.forget_attempts(key).await,
        }
    }

    /// Wakes every subscriber of `channel`, of this instance and of the others.
    pub async fn notify(&self, channel: &str) {
        match self {
            Self::InProcess(local) => local.notify(channel),
            Self::Redis(remote) => remote.notify(channel).await,
        }
    }

    pub fn subscribe(&self, channel: &str) -> Subscription {
        match self {
            Self::InProcess(local) => local.subscribe(channel),
            Self::Redis(remote) => remote.subscribe(channel),
        }
    }
}

/// One listener of a channel. Wake-ups that come while it works are one wake-up; they carry nothing: the truth is in the database.
pub struct Subscription(watch::Receiver<()>);

impl Subscription {
    /// Waits for a wake-up since the last one seen. A channel whose instance has gone never wakes again.
    pub async fn woken(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
