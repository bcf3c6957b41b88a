//! Shared state in Redis. Each call tries Redis; when that fails the instance's own memory answers, and the change of weather is logged
//! once, not at every call. Wake-ups reach this instance's subscribers directly, and the other instances by publish and subscribe.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::backoff::{Attempts, BackOff, Rests};
use domain::time::Timestamp;
use futures_util::StreamExt;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, Client, ExistenceCheck, RedisResult, Script, SetExpiry, SetOptions};
use secrecy::ExposeSecret;
use tokio::task::AbortHandle;
use tracing::{info, warn};

use super::attempts;
use super::gcra::{Rate, SKEW_MICROS, TooOften};
use super::local::Local;
use super::{BadRedisUrl, RedisSettings, Subscription};

const RETRIES: usize = 1;
/// How long the listener waits before it connects again.
const LISTENER_PAUSE: Duration = Duration::from_secs(1);
/// After a failed call rates are counted here alone for so long: every request asks for some, and none is to wait for a Redis that hangs.
const RATES_PAUSE: Duration = Duration::from_secs(1);

const REMOVE_IF: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/// Puts ARGV[2] where ARGV[1] stands, or nothing if that is empty; says 1 if it did.
const REPLACE: &str =
    "if (redis.call('GET', KEYS[1]) or '') == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1 end return 0";
/// Of a crowd at one login each round lets one through.
const ATTEMPT_TRIES: u32 = 32;
const CROWDED: chrono::Duration = chrono::Duration::seconds(1);
/// Longer than any of them counts.
const ATTEMPTS_KEPT: Duration = Duration::from_secs(48 * 3600);

#[derive(Clone)]
pub struct Remote {
    connection: ConnectionManager,
    prefix: Arc<str>,
    /// Tells this instance's own calls apart from those of the others.
    origin: Arc<str>,
    local: Local,
    down: Arc<AtomicBool>,
    take: Arc<Script>,
    remove_if: Arc<Script>,
    replace: Arc<Script>,
    /// When a rate could not be taken in Redis.
    failed_at: Arc<Mutex<Option<Instant>>>,
    /// Ends the listener with the last handle.
    _listener: Arc<Listener>,
}

struct Listener(AbortHandle);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Remote {
    pub(super) fn connect(settings: &RedisSettings) -> Result<Self, BadRedisUrl> {
        let client = Client::open(settings.url.expose_secret()).map_err(|_| BadRedisUrl)?;
        let timeout = Some(Duration::from_millis(settings.timeout_ms));
        let config =
            ConnectionManagerConfig::new().set_number_of_retries(RETRIES).set_connection_timeout(timeout).set_response_timeout(timeout);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(|_| BadRedisUrl)?;
        let (prefix, origin): (Arc<str>, Arc<str>) = (settings.prefix.as_str().into(), uuid::Uuid::new_v4().to_string().into());
        let local = Local::default();
        let listening = tokio::spawn(listen(client, Arc::clone(&prefix), Arc::clone(&origin), local.clone()));
        let listener = Arc::new(Listener(listening.abort_handle()));
        let take = Arc::new(Script::new(include_str!("rate.lua")));
        let remove_if = Arc::new(Script::new(REMOVE_IF));
        let replace = Arc::new(Script::new(REPLACE));
        Ok(Self {
            connection,
            prefix,
            origin,
            local,
            down: Arc::default(),
            take,
            remove_if,
            replace,
            failed_at: Arc::default(),
            _listener: listener,
        })
    }

    pub(super) async fn get(&self, key: &str) -> Option<String> {
        let answer: RedisResult<Option<String>> = self.connection.clone().get(self.key(key)).await;
        self.heard(answer).unwrap_or_else(|| self.local.get(key))
    }

    pub(super) async fn set(&self, key: &str, value: &str, ttl: Duration) {
        let answer: RedisResult<()> = self.connection.clone().pset_ex(self.key(key), value, millis(ttl)).await;
        match self.heard(answer) {
            // What was kept while Redis was away would be older than this.
            Some(()) => self.local.remove(key),
            None => self.local.set(key, value, ttl),
        }
    }

    pub(super) async fn remove(&self, key: &str) {
        self.local.remove(key);
        let answer: RedisResult<()> = self.connection.clone().del(self.key(key)).await;
        self.heard(answer);
    }

    pub(super) async fn claim(&self, key: &str, owner: &str, ttl: Duration) -> bool {
        let options = SetOptions::default().conditional_set(ExistenceCheck::NX).with_expiration(SetExpiry::PX(millis(ttl)));
        let answer: RedisResult<Option<String>> = self.connection.clone().set_options(self.key(key), owner, options).await;
        match self.heard(answer) {
            Some(set) => set.is_some(),
            None => self.local.claim(key, owner, ttl),
        }
    }

    /// One script, so that nobody puts something else there between the look and the removal.
    pub(super) async fn remove_if(&self, key: &str, value: &str) {
        self.local.remove_if(key, value);
        let mut call = self.remove_if.key(self.key(key));
        let answer: RedisResult<i64> = call.arg(value).invoke_async(&mut self.connection.clone()).await;
        self.heard(answer);
    }

    /// One script, so that two instances never take the same.
    pub(super) async fn take(&self, key: &str, rate: Rate, now: Timestamp) -> Result<(), TooOften> {
        let failed_at = *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        if failed_at.is_some_and(|at| at.elapsed() < RATES_PAUSE) {
            return self.local.take(key, rate, now);
        }
        let mut call = self.take.key(self.key(key));
        call.arg(now.timestamp_micros()).arg(rate.interval_micros()).arg(rate.room_micros()).arg(SKEW_MICROS);
        let answer: RedisResult<i64> = call.invoke_async(&mut self.connection.clone()).await;
        let failed_at = answer.is_err().then(Instant::now);
        *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner) = failed_at;
        match self.heard(answer) {
            Some(0) => Ok(()),
            Some(wait) => Err(TooOften::micros(wait)),
            None => self.local.take(key, rate, now),
        }
    }

    pub(super) async fn attempts(&self, key: &str) -> Option<Attempts> {
        let answer: RedisResult<Option<String>> = self.connection.clone().get(self.key(key)).await;
        match self.heard(answer) {
            Some(kept) => kept.as_deref().and_then(attempts::read),
            None => self.local.attempts(key),
        }
    }

    /// What is to stand there is put in the place of what was read alone: of many at once one is counted, and the others look again. Who
    /// comes in a crowd that never lets them through comes again.
    pub(super) async fn attempt(&self, key: &str, rule: BackOff, now: Timestamp) -> Result<(), Rests> {
        for _try in 0..ATTEMPT_TRIES {
            let answer: RedisResult<Option<String>> = self.connection.clone().get(self.key(key)).await;
            let Some(kept) = self.heard(answer) else { return self.local.attempt(key, rule, now) };
            let next = rule.attempt(kept.as_deref().and_then(attempts::read), now)?;
            let mut call = self.replace.key(self.key(key));
            call.arg(kept.unwrap_or_default()).arg(attempts::text(next)).arg(millis(ATTEMPTS_KEPT));
            let answer: RedisResult<i64> = call.invoke_async(&mut self.connection.clone()).await;
            match self.heard(answer) {
                Some(1) => return Ok(()),
                Some(_another_was_first) => {}
                None => return self.local.attempt(key, rule, now),
            }
        }
        Err(Rests(CROWDED))
    }

    pub(super) async fn forget_attempts(&self, key: &str) {
        self.local.forget_attempts(key);
        let answer: RedisResult<()> = self.connection.clone().del(self.key(key)).await;
        self.heard(answer);
    }

    pub(super) async fn notify(&self, channel: &str) {
        self.local.notify(channel);
        let answer: RedisResult<()> = self.connection.clone().publish(self.key(channel), self.origin.as_ref()).await;
        self.heard(answer);
    }

    pub(super) fn subscribe(&self, channel: &str) -> Subscription {
        self.local.subscribe(channel)
    }

    fn key(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }

    /// The answer, if there is one; says so when Redis goes, and when it comes back.
    fn heard<T>(&self, answer: RedisResult<T>) -> Option<T> {
        let down = answer.is_err();
        if self.down.swap(down, Ordering::Relaxed) != down {
            match &answer {
                Ok(_) => info!("redis answers again"),
                Err(error) => warn!(error.kind = ?error.kind(), "redis does not answer: this instance goes on with its own memory"),
            }
        }
        answer.ok()
    }
}

fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}

/// Passes the calls of the other instances on, connecting again for ever.
async fn listen(client: Client, prefix: Arc<str>, origin: Arc<str>, local: Local) {
    loop {
        // A lost connection is `heard` by the next call; here it only ends the round.
        if listen_once(&client, &prefix, &origin, &local).await.is_err() {
            tokio::time::sleep(LISTENER_PAUSE).await;
        }
    }
}

async fn listen_once(client: &Client, prefix: &str, origin: &str, local: &Local) -> RedisResult<()> {
    let mut calls = client.get_async_pubsub().await?;
    calls.psubscribe(format!("{prefix}:*")).await?;
    // Calls of the time without a connection are lost: each subscriber looks once.
    local.notify_all();
    let mut calls = calls.into_on_message();
    while let Some(call) = calls.next().await {
        let own = call.get_payload_bytes() == origin.as_bytes();
        if let Some(channel) = call.get_channel_name().strip_prefix(&format!("{prefix}:")).filter(|_| !own) {
            local.notify(channel);
        }
    }
    Ok(())
}
