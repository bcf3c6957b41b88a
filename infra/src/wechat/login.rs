//! Sign-in: the code of `wx.login` for the user's openid (`/sns/jscode2session`). A code works once: nothing here is tried twice.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::call::{self, CallError, Refusal, code};
use super::{Openid, Wechat};

const BLOCKED: i64 = 40226;
const CODE_INVALID: i64 = 40029;
const CODE_USED: i64 = 40163;
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

#[derive(Deserialize)]
struct Answer {
    openid: String,
    unionid: Option<String>,
    session_key: SecretString,
}

impl Wechat {
    pub async fn code2session(&self, js_code: &str) -> Result<Session, LoginError> {
        let plain = (1..=CODE_LEN_MAX).contains(&js_code.len()) && js_code.bytes().all(|b| b.is_ascii_graphic());
        if !plain {
            return Err(LoginError::CodeInvalid);
        }
        let query = [
            ("appid", self.settings.appid.as_str()),
            ("secret", self.settings.secret.expose_secret()),
            ("js_code", js_code),
            ("grant_type", "authorization_code"),
        ];
        let request = self.http.get(self.url("/sns/jscode2session")).query(&query);
        call::call::<Answer>(request).await?.try_into()
    }
}

impl TryFrom<Answer> for Session {
    type Error = LoginError;
    fn try_from(answer: Answer) -> Result<Self, LoginError> {
        let openid = answer.openid.parse().map_err(|_| LoginError::Unavailable(CallError::Unreadable))?;
        Ok(Self { openid, unionid: answer.unionid, session_key: answer.session_key })
    }
}

impl From<CallError> for LoginError {
    fn from(error: CallError) -> Self {
        let CallError::Refused(refusal) = error else { return Self::Unavailable(error) };
        match refusal.errcode {
            CODE_INVALID | CODE_USED => Self::CodeInvalid,
            code::PER_MINUTE => Self::TooOften,
            BLOCKED => Self::Blocked,
            errcode if code::CONFIGURATION.contains(&errcode) => Self::Misconfigured(refusal),
            _not_documented_or_busy => Self::Unavailable(refusal.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_with(errcode: i64) -> LoginError {
        CallError::from(Refusal { errcode, rid: None, about: None }).into()
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
