//! The keys that access tokens are signed with: in the database, so that every instance has them, and rotated by age or at once. A new key
//! is published for some time before it signs, so that nobody meets it unprepared; the old one verifies until all that it signed has run
//! out. A key that leaked is dropped, and what it signed holds for nobody's next request: its owners refresh.

use chrono::Duration;
use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::time::Timestamp;
use infra::store::{StoreError, Tx};
use infra::tokens::{Claims, Keyset, TokenError, TokenKey};

use super::App;

/// The channel that says that there is another key, or one less.
pub const TOKEN_KEYS_CHANGED: &str = "token_keys";

/// The times of a rotation.
#[derive(Debug, Clone, Copy)]
struct Times {
    /// Between publishing and signing; and how much longer than needed an old key verifies, for instances that lag behind.
    lead: Duration,
    token: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// What a token says. A key that isn't known may be new: then the store is asked, once a second at most.
    pub async fn verify_token(&self, token: &str, now: Timestamp) -> Result<Claims, VerifyError> {
        match self.tokens.verify(token, now) {
            Err(TokenError::UnknownKey) if self.tokens.may_look() => {
                self.load_token_keys().await?;
                Ok(self.tokens.verify(token, now)?)
            }
            verified => Ok(verified?),
        }
    }

    /// Takes up the keys as the store has them.
    pub async fn load_token_keys(&self) -> Result<(), StoreError> {
        let keys = self.store.read(self.district()).token_keys(&self.tokens.known()).await?;
        self.tokens.take_up(keys);
        Ok(())
    }

    /// Loads the keys, and makes the first where there is none.
    pub async fn unlock_token_keys(&self) -> Result<(), StoreError> {
        self.load_token_keys().await?;
        if self.tokens.known().keys().next().is_none() {
            let now = self.clock.now();
            let unit = self.store.write(self.district(), move |tx| Box::pin(make_first(tx, now)));
            unit.await?;
            self.load_token_keys().await?;
        }
        Ok(())
    }

    /// The next key, published from now on; the one that waits already, where there is one.
    pub async fn rotate_token_keys(&self, now: Timestamp) -> Result<TokenKey, StoreError> {
        let (known, times) = (self.tokens.known(), self.times());
        let key = self.store.write(self.district(), move |tx| Box::pin(async move { rotate(tx, &known, times, now).await })).await?;
        self.token_keys_changed().await?;
        Ok(key)
    }

    /// Forgets a key for good. What signs then is the key that waits, or a new one, at once. False where there is no such key.
    pub async fn drop_token_key(&self, kid: &str, now: Timestamp) -> Result<bool, StoreError> {
        let (kid, known, times) = (kid.to_owned(), self.tokens.known(), self.times());
        let dropped =
            self.store.write(self.district(), move |tx| Box::pin(async move { drop_key(tx, &known, &kid, times, now).await })).await?;
        self.token_keys_changed().await?;
        Ok(dropped)
    }

    /// Takes up what others made, makes the next key when it is due, and forgets those that have retired.
    pub async fn look_after_token_keys(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.load_token_keys().await?;
        let known = self.tokens.known();
        if known.keys().any(|key| key.retires_at.is_some_and(|at| at <= now)) {
            self.store.write(self.district(), move |tx| Box::pin(async move { tx.remove_retired_token_keys(now).await })).await?;
            self.load_token_keys().await?;
        }
        if known.is_due(Duration::days(self.settings.token.key_days.into()), now) {
            let key = self.rotate_token_keys(now).await?;
            tracing::info!(kid = key.kid(), "the next key for tokens, {}, signs from {}", key.kid(), key.signs_from);
        }
        Ok(())
    }

    fn times(&self) -> Times {
        let token = &self.settings.token;
        Times { lead: Duration::minutes(token.key_lead_minutes.into()), token: token.access() }
    }

    async fn token_keys_changed(&self) -> Result<(), StoreError> {
        self.load_token_keys().await?;
        self.shared.notify(TOKEN_KEYS_CHANGED).await;
        Ok(())
    }
}

async fn make_first(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    let there = tx.take_token_keys(&Keyset::default()).await?;
    if there.keys().next().is_none() {
        tx.add_token_key(now, now).await?;
    }
    Ok(())
}

async fn rotate(tx: &Tx, known: &Keyset, times: Times, now: Timestamp) -> Result<TokenKey, StoreError> {
    let keys = tx.take_token_keys(known).await?;
    if let Some(waiting) = keys.waiting(now) {
        return Ok(waiting.clone());
    }
    let key = add(tx, now + times.lead, times).await?;
    tx.audit(&rotated(now)).await.map(|()| key)
}

async fn drop_key(tx: &Tx, known: &Keyset, kid: &str, times: Times, now: Timestamp) -> Result<bool, StoreError> {
    let keys = tx.take_token_keys(known).await?;
    let signed = keys.signing(now).is_some_and(|key| key.kid() == kid);
    if !tx.remove_token_key(kid).await? {
        return Ok(false);
    }
    match keys.keys().find(|key| key.kid() != kid && key.retires_at.is_none()) {
        Some(waiting) if signed => tx.start_token_key(waiting.kid(), now.min(waiting.signs_from)).await?,
        Some(_it_signs_or_will) => {}
        // Whoever keeps the published keys for a while has to meet the next one before it signs, unless nothing else can.
        None => add(tx, if signed { now } else { now + times.lead }, times).await.map(|_key| ())?,
    }
    tx.audit(&rotated(now)).await.map(|()| true)
}

async fn add(tx: &Tx, signs_from: Timestamp, times: Times) -> Result<TokenKey, StoreError> {
    tx.add_token_key(signs_from, signs_from + times.token + times.lead).await
}

fn rotated(now: Timestamp) -> Entry {
    Entry::done(now, Who::System, Deed::KeyRotation, On::of(Thing::Keys))
}
