//! One call with all that belongs to it: the quota that was used up, the one policy of trying again, the token, the alarm.

use std::time::Duration;

use bytes::Bytes;
use domain::time::Timestamp;
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use tracing::error;

use super::answer::CallError;
use super::codes::Duty;
use super::{Endpoint, Wechat};

/// Of one call in all.
const ATTEMPTS: u32 = 3;
const BACKOFF: Duration = Duration::from_millis(200);

/// Whether a call may be made again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Twice is as good as once.
    Freely,
    /// Only where WeChat has surely not done it: it could not be reached, or said that it is busy.
    IfUndone,
    /// Never: it carries a code that works once.
    Never,
}

impl Repeat {
    fn allows(self, error: &CallError) -> bool {
        match self {
            Self::Freely => error.is_passing(),
            Self::IfUndone => error.is_passing() && !error.is_open(),
            Self::Never => false,
        }
    }
}

/// How an answer's body is read.
pub(super) type Read<T> = fn(Endpoint, &[u8]) -> Result<T, CallError>;

impl Wechat {
    /// Calls without a token.
    pub(super) async fn ask<T>(
        &self,
        (endpoint, repeat): (Endpoint, Repeat),
        request: impl Fn(reqwest::Client, String) -> RequestBuilder,
        read: Read<T>,
        now: Timestamp,
    ) -> Result<T, CallError> {
        self.state.halts.check(endpoint, now)?;
        let answer = self.ask_unmetered((endpoint, repeat), request, read).await;
        answer.inspect_err(|error| self.state.halts.heed(endpoint, error.duty(), now))
    }

    /// Calls where the quota is each user's own, and no reason not to ask for another.
    pub(super) async fn ask_unmetered<T>(
        &self,
        (endpoint, repeat): (Endpoint, Repeat),
        request: impl Fn(reqwest::Client, String) -> RequestBuilder,
        read: Read<T>,
    ) -> Result<T, CallError> {
        let mut attempt = 1;
        loop {
            let answer = ask_once(endpoint, request(self.http.clone(), self.url(endpoint)), read).await;
            match answer {
                Err(error) if attempt < ATTEMPTS && repeat.allows(&error) => tokio::time::sleep(backoff(attempt)).await,
                answer => return answer.inspect_err(|error| alarm(endpoint, error)),
            }
            attempt += 1;
        }
    }

    /// Calls with a token; one that WeChat has dropped before its time is replaced, and the call repeated, once.
    pub(super) async fn ask_with_token<T>(
        &self,
        (endpoint, repeat): (Endpoint, Repeat),
        request: impl Fn(RequestBuilder) -> RequestBuilder,
        (method, read): (reqwest::Method, Read<T>),
        now: Timestamp,
    ) -> Result<T, CallError> {
        let token = self.access_token(now).await?;
        match self.ask_with((endpoint, repeat), &token, &request, (&method, read), now).await {
            Err(error) if error.duty() == Some(Duty::RenewToken) => {
                self.drop_token(&token).await;
                let token = self.access_token(now).await?;
                let again = self.ask_with((endpoint, repeat), &token, &request, (&method, read), now).await;
                again.inspect_err(|error| alarm_of_token(endpoint, error))
            }
            answer => answer,
        }
    }

    async fn ask_with<T>(
        &self,
        call: (Endpoint, Repeat),
        token: &SecretString,
        request: impl Fn(RequestBuilder) -> RequestBuilder,
        (method, read): (&reqwest::Method, Read<T>),
        now: Timestamp,
    ) -> Result<T, CallError> {
        let authorised = |http: reqwest::Client, url: String| {
            request(http.request(method.clone(), url).query(&[("access_token", token.expose_secret())]))
        };
        self.ask(call, authorised, read, now).await
    }

    /// A call of a body as JSON.
    pub(super) async fn post<T>(
        &self,
        call: (Endpoint, Repeat),
        body: &(impl Serialize + Sync),
        read: Read<T>,
        now: Timestamp,
    ) -> Result<T, CallError> {
        self.ask_with_token(call, |request| request.json(body), (reqwest::Method::POST, read), now).await
    }
}

async fn ask_once<T>(endpoint: Endpoint, request: RequestBuilder, read: Read<T>) -> Result<T, CallError> {
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let body: Bytes = response.bytes().await.map_err(unreachable)?;
    if status.is_success() { read(endpoint, &body) } else { Err(CallError::Status(status.as_u16())) }
}

/// Tells whoever watches the logs what somebody has to mend.
fn alarm(endpoint: Endpoint, error: &CallError) {
    let CallError::Refused(refusal) = error else { return };
    if refusal.duty.is_alarm() {
        let path = endpoint.path();
        error!(errcode = refusal.errcode, rid = refusal.rid, about = refusal.about, duty = ?refusal.duty, "wechat refuses {path}");
    }
}

fn alarm_of_token(endpoint: Endpoint, error: &CallError) {
    let CallError::Refused(refusal) = error else { return };
    if refusal.duty == Duty::RenewToken {
        error!(errcode = refusal.errcode, rid = refusal.rid, "wechat refuses a token at {} that it has just given", endpoint.path());
    }
}

/// Errors of reqwest quote the URL, and ours carry the secret or the token in the query.
fn unreachable(error: reqwest::Error) -> CallError {
    CallError::Unreachable(std::sync::Arc::new(error.without_url()))
}

/// Doubles with each attempt, half of it by chance, so that instances that failed together don't return together.
fn backoff(attempt: u32) -> Duration {
    let whole = BACKOFF * 2_u32.saturating_pow(attempt.saturating_sub(1));
    whole / 2 + (whole / 2).mul_f64(rand::random::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy() -> CallError {
        super::super::answer::json::<()>(Endpoint::Send, br#"{"errcode":-1}"#).unwrap_err()
    }

    fn refused() -> CallError {
        super::super::answer::json::<()>(Endpoint::Send, br#"{"errcode":43101}"#).unwrap_err()
    }

    #[test]
    fn only_what_time_mends_is_tried_again() {
        for (error, freely, if_undone) in [
            (busy(), true, true),
            (CallError::Status(502), true, false),
            (CallError::Unreadable, true, false),
            (CallError::Status(404), false, false),
            (refused(), false, false),
            (CallError::JustFailed, false, false),
        ] {
            let allowed = [Repeat::Freely, Repeat::IfUndone, Repeat::Never].map(|repeat| repeat.allows(&error));
            assert_eq!(allowed, [freely, if_undone, false], "{error}");
        }
    }

    #[test]
    fn each_wait_is_longer_than_half_of_the_last() {
        for attempt in 1..=3 {
            let whole = BACKOFF * 2_u32.pow(attempt - 1);
            let wait = backoff(attempt);
            assert!(wait >= whole / 2 && wait <= whole, "{wait:?}");
        }
    }
}
