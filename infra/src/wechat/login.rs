//! Sign-in: the code of `wx.login` for the user's openid (`/sns/jscode2session`). A code works once: it is sent once, never again by
//! itself; and since proxies and phones repeat their requests, what came of it is remembered for as long as a code lives, sealed.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::answer::{self, CallError, Refusal};
use super::call::Repeat;
use super::codes::Duty;
use super::flight::{Flight, Turn};
use super::{Endpoint, Openid, Wechat};

/// As long as a code lives.
const REMEMBERED: Duration = Duration::from_secs(300);
/// A failure is remembered for those who wait for it; who comes later with the same code may try it.
const FAILURE_REMEMBERED: Duration = Duration::from_secs(2);
/// Theirs are 32 characters; more than this is no code.
const CODE_LEN_MAX: usize = 128;

/// Who signed in. The session key decrypts and signs what the phone sends; it stays on the server.
#[derive(Debug, Clone)]
pub struct Session {
    pub openid: Openid,
    pub unionid: Option<String>,
    pub session_key: SecretString,
}

#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Wrong, too old, used already or of another app: the phone calls `wx.login` again.
    #[error("the login code is not valid any more")]
    CodeInvalid,
    #[error("the user signs in too often")]
    TooOften,
    /// WeChat holds the user for high-risk: the counter is open to them.
    #[error("wechat blocks this user")]
    Blocked,
    /// Nobody can sign in before somebody mends it.
    #[error("wechat does not accept this service")]
    Misconfigured(#[source] Refusal),
    #[error("wechat does not answer as it should")]
    Unavailable(#[source] CallError),
}

/// What came of a code, as instances share it.
#[derive(Clone, Serialize, Deserialize)]
enum Outcome {
    Session(Answer),
    CodeInvalid,
    Blocked,
    /// Whoever asked first was told why.
    Failed,
}

#[derive(Clone, Serialize, Deserialize)]
struct Answer {
    openid: String,
    unionid: Option<String>,
    session_key: String,
}

impl Wechat {
    /// Who the code is of. The same code gives the same answer for five minutes; asked for many times at once, WeChat is asked once.
    pub async fn code2session(&self, js_code: &str) -> Result<Session, LoginError> {
        if !is_code(js_code) {
            return Err(LoginError::CodeInvalid);
        }
        let (wechat, js_code) = (self.clone(), js_code.to_owned());
        // Who asked may go away and ask again: the answer is to be there then.
        let asked = tokio::spawn(async move { wechat.code2session_once(&js_code).await }).await;
        asked.unwrap_or(Err(LoginError::Unavailable(CallError::JustFailed)))
    }

    async fn code2session_once(&self, js_code: &str) -> Result<Session, LoginError> {
        let key = format!("wechat.code.{}.{}", self.settings.appid, hex::encode(Sha256::digest(js_code)));
        let timeout = Duration::from_millis(self.settings.timeout_ms);
        let flight = Flight::new(format!("{key}.turn"), timeout * 2, timeout * 2);
        loop {
            if let Some(remembered) = self.outcome_of_code(&key).await {
                return remembered.into();
            }
            match flight.turn(&self.shared).await {
                Turn::Ours => break,
                Turn::Anothers => {}
                Turn::TooLong => return Err(LoginError::Unavailable(CallError::JustFailed)),
            }
        }
        // The one before may have ended since the last look.
        let outcome = match self.outcome_of_code(&key).await {
            Some(remembered) => remembered.into(),
            None => self.exchange(js_code, &key).await,
        };
        flight.land(&self.shared).await;
        outcome
    }

    async fn outcome_of_code(&self, key: &str) -> Option<Outcome> {
        self.state.sealing.find(&self.shared, key).await.map(|(outcome, _)| outcome)
    }

    async fn exchange(&self, js_code: &str, key: &str) -> Result<Session, LoginError> {
        let asked = self.ask_for_session(js_code).await;
        let (outcome, remembered) = match &asked {
            Ok(answer) => (Outcome::Session(answer.clone()), REMEMBERED),
            Err(LoginError::CodeInvalid) => (Outcome::CodeInvalid, REMEMBERED),
            Err(LoginError::Blocked) => (Outcome::Blocked, REMEMBERED),
            Err(LoginError::TooOften | LoginError::Misconfigured(_) | LoginError::Unavailable(_)) => (Outcome::Failed, FAILURE_REMEMBERED),
        };
        self.state.sealing.keep(&self.shared, key, &outcome, remembered).await;
        asked.and_then(Session::try_from)
    }

    async fn ask_for_session(&self, js_code: &str) -> Result<Answer, LoginError> {
        let query = [
            ("appid", self.settings.appid.as_str()),
            ("secret", self.settings.secret.expose_secret()),
            ("js_code", js_code),
            ("grant_type", "authorization_code"),
        ];
        let call = (Endpoint::Login, Repeat::Never);
        Ok(self.ask_unmetered(call, |http, url| http.get(url).query(&query), answer::json).await?)
    }
}

/// What a phone may hold as a code: anything else WeChat is not asked about.
pub(super) fn is_code(code: &str) -> bool {
    (1..=CODE_LEN_MAX).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_graphic())
}

impl TryFrom<Answer> for Session {
    type Error = LoginError;
    fn try_from(answer: Answer) -> Result<Self, LoginError> {
        let openid = answer.openid.parse().map_err(|_| LoginError::Unavailable(CallError::Unreadable))?;
        Ok(Self { openid, unionid: answer.unionid, session_key: answer.session_key.into() })
    }
}

impl From<Outcome> for Result<Session, LoginError> {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Session(answer) => answer.try_into(),
            Outcome::CodeInvalid => Err(LoginError::CodeInvalid),
            Outcome::Blocked => Err(LoginError::Blocked),
            Outcome::Failed => Err(LoginError::Unavailable(CallError::JustFailed)),
        }
    }
}

impl From<CallError> for LoginError {
    fn from(error: CallError) -> Self {
        let CallError::Refused(refusal) = error else { return Self::Unavailable(error) };
        match refusal.duty {
            Duty::NewCode => Self::CodeInvalid,
            Duty::UserTooOften => Self::TooOften,
            Duty::RefuseUser => Self::Blocked,
            Duty::MendSettings | Duty::MendOurCall | Duty::Degrade => Self::Misconfigured(refusal),
            _not_of_this_call_or_busy => Self::Unavailable(refusal.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::codes;

    fn refused_with(errcode: i64) -> LoginError {
        let duty = codes::duty(Endpoint::Login, errcode);
        CallError::from(Refusal { errcode, duty, rid: None, about: None }).into()
    }

    #[test]
    fn every_documented_code_says_what_to_do() {
        assert!(matches!(refused_with(40029), LoginError::CodeInvalid));
        assert!(matches!(refused_with(40163), LoginError::CodeInvalid));
        assert!(matches!(refused_with(45011), LoginError::TooOften));
        assert!(matches!(refused_with(40226), LoginError::Blocked));
        for errcode in [40013, 40125, 40164, 41002, 41004, 48001] {
            assert!(matches!(refused_with(errcode), LoginError::Misconfigured(_)), "{errcode}");
        }
        for errcode in [-1, 45009, 99999] {
            assert!(matches!(refused_with(errcode), LoginError::Unavailable(_)), "{errcode}");
        }
    }
}
