//! The access token (`/cgi-bin/stable_token`). In its normal mode WeChat gives every caller the same token until five minutes before its
//! end, then a new one, and both work for those five minutes: so a token is renewed within them, beside the calls that go on with the
//! old one, and any instance may ask without harm to the others.
//! Invariants: instances that share a Redis refresh once among them, and once each without it; many that ask when there is none wait
//! for the one who refreshes, and share its failure too.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::warn;

use super::answer::{self, CallError};
use super::call::Repeat;
use super::flight::{Flight, Turn};
use super::{Endpoint, Wechat, lenient};

/// How long before its end a token is renewed, and for how long the old one works beside the new one.
const OVERLAP_SECS: i64 = 300;
/// A token that is given out within its overlap is still used for this long before we ask again.
const FRESH_SECS_MIN: i64 = 30;
/// After a refresh that failed the old token is used for so long before we ask again.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);

/// The refreshes of this instance.
#[derive(Default)]
pub(super) struct Refreshing {
    /// Held by the one who refreshes; the others of this instance wait for it, and do not ask Redis for news meanwhile.
    turn: tokio::sync::Mutex<()>,
    failed: Mutex<Option<(Instant, CallError)>>,
}

impl Refreshing {
    fn failed_since(&self, since: Instant) -> Option<CallError> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.as_ref().filter(|(at, _)| *at >= since).map(|(_, error)| error.clone())
    }

    fn note(&self, error: Option<&CallError>) {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = error.map(|error| (Instant::now(), error.clone()));
    }
}

/// A token as instances share it.
#[derive(Clone, Serialize, Deserialize)]
struct Cached {
    token: String,
    renew_at: Timestamp,
    ends_at: Timestamp,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(deserialize_with = "lenient::int")]
    expires_in: i64,
}

impl Wechat {
    /// A token that works at `now`.
    pub(super) async fn access_token(&self, now: Timestamp) -> Result<SecretString, CallError> {
        match self.cached_token().await.filter(|cached| cached.ends_at > now) {
            Some(cached) if cached.renew_at > now => Ok(cached.token.into()),
            Some(ageing) => {
                self.renew_beside(now);
                Ok(ageing.token.into())
            }
            None => self.refresh(now).await.map_err(|error| CallError::NoToken(error.into())),
        }
    }

    /// Forgets `token` if it is the one in the cache; one that another caller has put there since stays.
    pub(super) async fn drop_token(&self, token: &SecretString) {
        let found: Option<(Cached, String)> = self.state.sealing.find(&self.shared, &self.token_key()).await;
        if let Some((_, sealed)) = found.filter(|(cached, _)| cached.token == token.expose_secret()) {
            self.shared.remove_if(&self.token_key(), &sealed).await;
        }
    }

    /// Renews in the background; the old token works on. Whoever comes while another renews, or soon after it failed, leaves it.
    fn renew_beside(&self, now: Timestamp) {
        let failed_just_now = Instant::now().checked_sub(RENEWAL_PAUSE).and_then(|since| self.state.refreshing.failed_since(since));
        if failed_just_now.is_some() || self.state.refreshing.turn.try_lock().is_err() {
            return;
        }
        let wechat = self.clone();
        tokio::spawn(async move {
            if let Err(error) = wechat.refresh(now).await {
                warn!(error = &error as &dyn std::error::Error, "the access token of wechat could not be renewed: the old one is used on");
            }
        });
    }

    async fn refresh(&self, now: Timestamp) -> Result<SecretString, CallError> {
        let since = Instant::now();
        let _turn = self.state.refreshing.turn.lock().await;
        if let Some(fresh) = self.fresh_token(now).await {
            return Ok(fresh);
        }
        if let Some(error) = self.state.refreshing.failed_since(since) {
            return Err(error);
        }
        let wechat = self.clone();
        // Who asked may go away; the others still wait for this.
        let refreshed = tokio::spawn(async move { wechat.refresh_alone(now).await }).await.unwrap_or(Err(CallError::JustFailed));
        self.state.refreshing.note(refreshed.as_ref().err());
        refreshed
    }

    /// One among all instances. Who waits too long for another asks itself: the token is the same.
    async fn refresh_alone(&self, now: Timestamp) -> Result<SecretString, CallError> {
        let timeout = Duration::from_millis(self.settings.timeout_ms);
        let flight = Flight::new(format!("{}.turn", self.token_key()), timeout * 4, timeout);
        while flight.turn(&self.shared).await == Turn::Anothers {
            if let Some(fresh) = self.fresh_token(now).await {
                return Ok(fresh);
            }
        }
        // The one before may have ended since the last look.
        let refreshed = match self.fresh_token(now).await {
            Some(fresh) => Ok(fresh),
            None => self.ask_for_token(now).await,
        };
        flight.land(&self.shared).await;
        refreshed
    }

    async fn ask_for_token(&self, now: Timestamp) -> Result<SecretString, CallError> {
        let body = json!({
            "grant_type": "client_credential",
            "appid": self.settings.appid,
            "secret": self.settings.secret.expose_secret(),
            "force_refresh": false,
        });
        let call = (Endpoint::Token, Repeat::Freely);
        let answer: Answer = self.ask(call, |http, url| http.post(url).json(&body), read, now).await?;
        let cached = Cached {
            token: answer.access_token,
            renew_at: now + TimeDelta::seconds((answer.expires_in - OVERLAP_SECS).max(FRESH_SECS_MIN)),
            ends_at: now + TimeDelta::seconds(answer.expires_in),
        };
        let ttl = Duration::from_secs(u64::try_from(answer.expires_in).unwrap_or_default());
        self.state.sealing.keep(&self.shared, &self.token_key(), &cached, ttl).await;
        Ok(cached.token.into())
    }

    async fn cached_token(&self) -> Option<Cached> {
        self.state.sealing.find(&self.shared, &self.token_key()).await.map(|(cached, _)| cached)
    }

    async fn fresh_token(&self, now: Timestamp) -> Option<SecretString> {
        self.cached_token().await.filter(|cached| cached.renew_at > now).map(|cached| cached.token.into())
    }

    fn token_key(&self) -> String {
        format!("wechat.token.{}", self.settings.appid)
    }
}

fn read(endpoint: Endpoint, body: &[u8]) -> Result<Answer, CallError> {
    let answer: Answer = answer::json(endpoint, body)?;
    let sound = !answer.access_token.is_empty() && (1..=86_400).contains(&answer.expires_in);
    if sound { Ok(answer) } else { Err(CallError::Unreadable) }
}
