//! The keys of a district, by number, and which of them does what at an instant: a key is published before it signs, signs until the next
//! one does, and verifies until all that it signed has run out.

use std::sync::Arc;

use chrono::Duration;
use domain::time::Timestamp;

use super::TokenError;
use super::key::Pair;

/// A key with its times.
#[derive(Debug, Clone)]
pub struct TokenKey {
    /// From 1 up: of two that may sign, the one with the higher number does.
    pub number: u32,
    pub pair: Arc<Pair>,
    pub signs_from: Timestamp,
    /// From then on it is refused; none while no other key is to follow.
    pub retires_at: Option<Timestamp>,
}

impl TokenKey {
    pub fn kid(&self) -> &str {
        &self.pair.kid
    }

    fn is_retired(&self, now: Timestamp) -> bool {
        self.retires_at.is_some_and(|at| at <= now)
    }
}

/// Immutable: what changes makes a new one. Oldest first.
#[derive(Debug, Clone, Default)]
pub struct Keyset(Vec<TokenKey>);

impl Keyset {
    pub fn new(mut keys: Vec<TokenKey>) -> Self {
        keys.sort_by_key(|key| key.number);
        Self(keys)
    }

    pub fn keys(&self) -> impl Iterator<Item = &TokenKey> {
        self.0.iter()
    }

    pub fn find(&self, kid: &str) -> Option<&TokenKey> {
        self.0.iter().find(|key| key.kid() == kid)
    }

    /// The key that signs: the newest whose time has come. A demo's clock may stand before all of them; then the oldest does.
    pub fn signing(&self, now: Timestamp) -> Option<&TokenKey> {
        let usable = || self.0.iter().filter(|key| !key.is_retired(now));
        usable().rfind(|key| key.signs_from <= now).or_else(|| usable().next())
    }

    pub fn verifying(&self, kid: &str, now: Timestamp) -> Result<&TokenKey, TokenError> {
        let key = self.find(kid).ok_or(TokenError::UnknownKey)?;
        if key.is_retired(now) { Err(TokenError::RetiredKey) } else { Ok(key) }
    }

    /// What others verify with, now or soon.
    pub fn published(&self, now: Timestamp) -> impl Iterator<Item = &TokenKey> {
        self.0.iter().filter(move |key| !key.is_retired(now))
    }

    /// The key that is published and doesn't sign yet.
    pub fn waiting(&self, now: Timestamp) -> Option<&TokenKey> {
        let signing = self.signing(now)?.number;
        self.0.iter().find(|key| key.number > signing)
    }

    /// Whether the next key is to be made, for the one that signs has done so long enough.
    pub fn is_due(&self, age: Duration, now: Timestamp) -> bool {
        self.waiting(now).is_none() && self.signing(now).is_none_or(|key| now - key.signs_from >= age)
    }
}
