//! The access token (`/cgi-bin/stable_token`). In its normal mode WeChat gives every caller the same token until five minutes before its
//! end, then a new one, and both work for those five minutes: so a token is renewed within them, by one caller while the others go on with
//! the old one, and any instance may ask without harm to the others.

use std::time::Duration;

use chrono::TimeDelta;
use domain::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Wechat;
use super::call::{self, CallError};

/// How long before its end a token is renewed, and for how long the old one works beside the new one.
const OVERLAP_SECS: i64 = 300;
/// A token that is given out within its overlap is still used for this long before we ask again.
const FRESH_SECS_MIN: i64 = 30;
const ATTEMPTS: u32 = 3;
const BACKOFF: Duration = Duration::from_millis(200);

/// There is no token to be had.
#[derive(Debug, thiserror::Error)]
#[error("no access token could be got from wechat")]
pub struct TokenFault(#[source] pub CallError);

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
    expires_in: i64,
}

impl Wechat {
    /// A token that works at `now`.
    pub(super) async fn access_token(&self, now: Timestamp) -> Result<SecretString, TokenFault> {
        let cached = self.cached_token().await.filter(|cached| cached.ends_at > now);
        match cached {
            Some(cached) if cached.renew_at > now => Ok(cached.token.into()),
            Some(ageing) => self.renew(ageing, now).await,
            None => {
                let _refreshing = self.refreshing.lock().await;
                self.refresh_unless_done(now).await
            }
        }
    }

    /// Forgets `token` if it is the one in the cache; one that another caller has replaced since stays.
    pub(super) async fn drop_token(&self, token: &SecretString) {
        let _refreshing = self.refreshing.lock().await;
        if self.cached_token().await.is_some_and(|cached| cached.token == token.expose_secret()) {
            self.shared.remove(&self.token_key()).await;
        }
    }

    /// The old token still works: whoever comes while another renews, or finds WeChat silent, takes the old one.
    async fn renew(&self, ageing: Cached, now: Timestamp) -> Result<SecretString, TokenFault> {
        let Ok(_refreshing) = self.refreshing.try_lock() else { return Ok(ageing.token.into()) };
        match self.refresh_unless_done(now).await {
            Err(fault) if fault.0.is_passing() => Ok(ageing.token.into()),
            renewed => renewed,
        }
    }

    /// Called by the holder of the lock: the one before may have done the work.
    async fn refresh_unless_done(&self, now: Timestamp) -> Result<SecretString, TokenFault> {
        if let Some(cached) = self.cached_token().await.filter(|cached| cached.renew_at > now) {
            return Ok(cached.token.into());
        }
        let answer = self.ask_for_token().await.map_err(TokenFault)?;
        let fresh_secs = (answer.expires_in - OVERLAP_SECS).max(FRESH_SECS_MIN);
        let cached = Cached {
            token: answer.access_token,
            renew_at: now + TimeDelta::seconds(fresh_secs),
            ends_at: now + TimeDelta::seconds(answer.expires_in),
        };
        self.keep_token(&cached, answer.expires_in).await;
        Ok(cached.token.into())
    }

    async fn ask_for_token(&self) -> Result<Answer, CallError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.ask_for_token_once().await {
                Err(error) if error.is_passing() && attempt < ATTEMPTS => tokio::time::sleep(backoff(attempt)).await,
                answer => return answer,
            }
        }
    }

    async fn ask_for_token_once(&self) -> Result<Answer, CallError> {
        let body = json!({
            "grant_type": "client_credential",
            "appid": self.settings.appid,
            "secret": self.settings.secret.expose_secret(),
            "force_refresh": false,
        });
        let answer: Answer = call::call(self.http.post(self.url("/cgi-bin/stable_token")).json(&body)).await?;
        let sound = !answer.access_token.is_empty() && (1..=86_400).contains(&answer.expires_in);
        if sound { Ok(answer) } else { Err(CallError::Unreadable) }
    }

    async fn cached_token(&self) -> Option<Cached> {
        let text = self.shared.get(&self.token_key()).await?;
        serde_json::from_str(&text).ok()
    }

    async fn keep_token(&self, cached: &Cached, secs: i64) {
        let ttl = Duration::from_secs(u64::try_from(secs).unwrap_or_default());
        if let Ok(text) = serde_json::to_string(cached) {
            self.shared.set(&self.token_key(), &text, ttl).await;
        }
    }

    fn token_key(&self) -> String {
        format!("wechat.token.{}", self.settings.appid)
    }
}

/// Doubles with each attempt, half of it by chance, so that instances that failed together don't return together.
fn backoff(attempt: u32) -> Duration {
    let whole = BACKOFF * 2_u32.saturating_pow(attempt.saturating_sub(1));
    whole / 2 + (whole / 2).mul_f64(rand::random::<f64>())
}
