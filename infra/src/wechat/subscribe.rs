//! Subscription messages (订阅消息): one notice to one user, as far as they have allowed it.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::IgnoredAny;
use tracing::warn;

use super::call::{self, CallError, Refusal, code};
use super::{MiniprogramState, Openid, TokenFault, Wechat};

const REFUSED_BY_USER: i64 = 43101;
const BAD_PAGE: i64 = 41030;
const BAD_TEMPLATE: i64 = 40037;
const SUSPENDED: i64 = 43107;
const CONCURRENT: i64 = 43108;
/// Empty body, no JSON, wrong method, a wrong value, forbidden words: the message is at fault and stays so.
const BAD_MESSAGE: [i64; 5] = [44002, 47001, 43002, 47003, 45168];
const A_MOMENT: Duration = Duration::from_secs(1);
const A_MINUTE: Duration = Duration::from_secs(60);

/// What is to be told. `data` has every key of the template, each with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribeMessage {
    pub template_id: String,
    /// The mini-program's page that the notice opens, without a leading `/`.
    pub page: Option<String>,
    pub data: BTreeMap<String, String>,
}

/// Why a message was not taken; the variant says what to do with it.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("wechat cannot take the message now")]
    TryLater {
        after: Duration,
        #[source]
        cause: CallError,
    },
    /// Nothing more goes out before midnight in Beijing.
    #[error("the daily quota of messages is used up")]
    QuotaSpent,
    /// No consent is left for this template: not an error, but a reason to take another way.
    #[error("the user does not accept this message")]
    RefusedByUser,
    /// The openid is wrong or of another app: it belongs to nobody here any more.
    #[error("the user is unknown to wechat")]
    UnknownUser,
    /// Sending it again changes nothing: a fault of ours to mend.
    #[error("the message itself is at fault")]
    BadMessage(#[source] Refusal),
    /// No message goes out before somebody mends it: keep it, and alarm.
    #[error("wechat does not accept this service or this template")]
    Misconfigured(#[source] Refusal),
}

#[derive(Serialize)]
struct Body<'a> {
    touser: &'a str,
    template_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'a str>,
    miniprogram_state: MiniprogramState,
    lang: &'static str,
    data: BTreeMap<&'a str, Text<'a>>,
}

#[derive(Serialize)]
struct Text<'a> {
    value: &'a str,
}

impl Wechat {
    /// Hands one message to WeChat. A network fault leaves open whether it was taken: who tries again may tell the user twice.
    pub async fn send_subscribe(&self, to: &Openid, message: &SubscribeMessage, now: Timestamp) -> Result<(), SendError> {
        match self.send_with_token(to, message, message.page.as_deref(), now).await {
            // The notice matters more than where it leads.
            Err(CallError::Refused(refusal)) if refusal.errcode == BAD_PAGE && message.page.is_some() => {
                warn!(rid = refusal.rid, "wechat does not know the page of template {}: sent without", message.template_id);
                self.send_with_token(to, message, None, now).await.map_err(SendError::from)
            }
            sent => sent.map_err(SendError::from),
        }
    }

    /// A token that WeChat has dropped before its time is replaced, and the call repeated, once.
    async fn send_with_token(&self, to: &Openid, message: &SubscribeMessage, page: Option<&str>, now: Timestamp) -> Result<(), CallError> {
        let token = self.access_token(now).await.map_err(|TokenFault(cause)| cause)?;
        match self.send_once(&token, to, message, page).await {
            Err(error) if error.is_bad_token() => {
                self.drop_token(&token).await;
                let token = self.access_token(now).await.map_err(|TokenFault(cause)| cause)?;
                self.send_once(&token, to, message, page).await
            }
            sent => sent,
        }
    }

    async fn send_once(&self, token: &SecretString, to: &Openid, message: &SubscribeMessage, page: Option<&str>) -> Result<(), CallError> {
        let body = Body {
            touser: to.as_str(),
            template_id: &message.template_id,
            page,
            miniprogram_state: self.settings.miniprogram_state,
            lang: "zh_CN",
            data: message.data.iter().map(|(key, value)| (key.as_str(), Text { value })).collect(),
        };
        let request = self.http.post(self.url("/cgi-bin/message/subscribe/send"));
        call::call::<IgnoredAny>(request.query(&[("access_token", token.expose_secret())]).json(&body)).await?;
        Ok(())
    }
}

impl From<CallError> for SendError {
    fn from(error: CallError) -> Self {
        let CallError::Refused(refusal) = error else { return Self::TryLater { after: A_MINUTE, cause: error } };
        match refusal.errcode {
            REFUSED_BY_USER => Self::RefusedByUser,
            code::BAD_OPENID => Self::UnknownUser,
            code::PER_DAY => Self::QuotaSpent,
            CONCURRENT => Self::TryLater { after: A_MOMENT, cause: refusal.into() },
            code::BUSY | code::PER_MINUTE => Self::TryLater { after: A_MINUTE, cause: refusal.into() },
            BAD_TEMPLATE | SUSPENDED => Self::Misconfigured(refusal),
            errcode if BAD_MESSAGE.contains(&errcode) || errcode == BAD_PAGE => Self::BadMessage(refusal),
            errcode if code::CONFIGURATION.contains(&errcode) || code::BAD_TOKEN.contains(&errcode) => Self::Misconfigured(refusal),
            // Not in the documents: kept for somebody to look at, rather than lost or sent over and over.
            _undocumented => Self::Misconfigured(refusal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_with(errcode: i64) -> SendError {
        CallError::from(Refusal { errcode, rid: None, about: None }).into()
    }

    #[test]
    fn every_documented_code_says_what_to_do() {
        assert!(matches!(refused_with(43101), SendError::RefusedByUser));
        assert!(matches!(refused_with(40003), SendError::UnknownUser));
        assert!(matches!(refused_with(45009), SendError::QuotaSpent));
        assert!(matches!(refused_with(43108), SendError::TryLater { after: A_MOMENT, .. }));
        for errcode in [-1, 45011] {
            assert!(matches!(refused_with(errcode), SendError::TryLater { after: A_MINUTE, .. }), "{errcode}");
        }
        for errcode in [44002, 47001, 43002, 47003, 45168, 41030] {
            assert!(matches!(refused_with(errcode), SendError::BadMessage(_)), "{errcode}");
        }
        for errcode in [40001, 40014, 42001, 40013, 40125, 40164, 41002, 41004, 40037, 43107, 48001, 48004, 50002, 99999] {
            assert!(matches!(refused_with(errcode), SendError::Misconfigured(_)), "{errcode}");
        }
    }

    #[test]
    fn without_an_answer_the_message_waits() {
        assert!(matches!(CallError::Status(502).into(), SendError::TryLater { after: A_MINUTE, .. }));
    }
}
