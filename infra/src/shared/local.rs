//! Shared state within one process: all there is without Redis, and what an instance falls back on while Redis is away.
//! Invariant: at most `ENTRIES_MAX` live entries; what would exceed it is not kept, as anything here may be lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::backoff::{Attempts, BackOff, Rests};
use domain::time::Timestamp;
use tokio::sync::watch;

use super::Subscription;
use super::attempts::Counters;
use super::gcra::{Meters, Rate, TooOften};

const ENTRIES_MAX: usize = 100_000;
const SWEEP_MIN: usize = 1_000;

#[derive(Clone, Default)]
pub struct Local {
    entries: Arc<Mutex<Entries>>,
    /// Apart from the entries, so that a flood of keys drives nothing else out.
    meters: Arc<Mutex<Meters>>,
    counters: Arc<Mutex<Counters>>,
    channels: Arc<Mutex<HashMap<String, watch::Sender<()>>>>,
}

impl Local {
    pub(super) fn get(&self, key: &str) -> Option<String> {
        lock(&self.entries).get(key, Instant::now()).map(str::to_owned)
    }

    pub(super) fn set(&self, key: &str, value: &str, ttl: Duration) {
        lock(&self.entries).set(key, value.to_owned(), ttl, Instant::now());
    }

    pub(super) fn remove(&self, key: &str) {
        lock(&self.entries).by_key.remove(key);
    }

    pub(super) fn claim(&self, key: &str, owner: &str, ttl: Duration) -> bool {
        let (mut entries, now) = (lock(&self.entries), Instant::now());
        let free = entries.get(key, now).is_none();
        if free {
            entries.set(key, owner.to_owned(), ttl, now);
        }
        free
    }

    pub(super) fn remove_if(&self, key: &str, value: &str) {
        let mut entries = lock(&self.entries);
        if entries.by_key.get(key).is_some_and(|entry| entry.value == value) {
            entries.by_key.remove(key);
        }
    }

    pub(super) fn take(&self, key: &str, rate: Rate, now: Timestamp) -> Result<(), TooOften> {
        lock(&self.meters).take(key, rate, now)
    }

    pub(super) fn attempts(&self, key: &str) -> Option<Attempts> {
        lock(&self.counters).get(key)
    }

    pub(super) fn attempt(&self, key: &str, rule: BackOff, now: Timestamp) -> Result<(), Rests> {
        lock(&self.counters).attempt(key, rule, now)
    }

    pub(super) fn forget_attempts(&self, key: &str) {
        lock(&self.counters).forget(key);
    }

    pub(super) fn notify(&self, channel: &str) {
        if let Some(sender) = lock(&self.channels).get(channel) {
            sender.send_replace(());
        }
    }

    /// For when it is unknown which channels were called.
    pub(super) fn notify_all(&self) {
        for sender in lock(&self.channels).values() {
            sender.send_replace(());
        }
    }

    pub(super) fn subscribe(&self, channel: &str) -> Subscription {
        let mut channels = lock(&self.channels);
        channels.retain(|_, sender| sender.receiver_count() > 0);
        Subscription(channels.entry(channel.to_owned()).or_insert_with(|| watch::channel(()).0).subscribe())
    }
}

/// Every critical section leaves the map whole, so a panic elsewhere is no reason to stop.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Entry {
    value: String,
    dies_at: Instant,
}

/// Keyed values with an end, judged at the instant given.
#[derive(Default)]
pub(super) struct Entries {
    by_key: HashMap<String, Entry>,
    sweep_at: usize,
}

impl Entries {
    pub(super) fn get(&self, key: &str, now: Instant) -> Option<&str> {
        self.by_key.get(key).filter(|entry| entry.dies_at > now).map(|entry| entry.value.as_str())
    }

    pub(super) fn set(&mut self, key: &str, value: String, ttl: Duration, now: Instant) {
        self.sweep(now);
        if self.by_key.len() < ENTRIES_MAX || self.by_key.contains_key(key) {
            self.by_key.insert(key.to_owned(), Entry { value, dies_at: now + ttl });
        }
    }

    /// Drops the dead each time the map has doubled since the last sweep: a constant price for each entry.
    fn sweep(&mut self, now: Instant) {
        if self.by_key.len() >= self.sweep_at.clamp(SWEEP_MIN, ENTRIES_MAX) {
            self.by_key.retain(|_, entry| entry.dies_at > now);
            self.sweep_at = self.by_key.len() * 2;
        }
    }
}
