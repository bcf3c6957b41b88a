//! Subscription messages (订阅消息): one notice to one user, as far as they have allowed it.
//! WeChat has no way to ask whether a message was taken, and none to send it again without a second one arriving: so what may have
//! been taken is never sent again by itself, and told as `Open`.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use domain::template::{self, ValueFault};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use super::answer::{self, CallError, Quota, Refusal};
use super::call::Repeat;
use super::codes::Duty;
use super::{Endpoint, MiniprogramState, Openid, Wechat};

const A_MOMENT: Duration = Duration::from_secs(1);
const A_MINUTE: Duration = Duration::from_secs(60);
const TURNS: usize = 64;

/// What is to be told. `data` has every key of the template, each with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribeMessage {
    pub template_id: String,
    /// The mini-program's page that the notice opens, without a leading `/`.
    pub page: Option<String>,
    pub data: BTreeMap<String, String>,
}

/// A text that may not stand where it does. The text itself may be personal and is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value of {key} cannot be sent")]
pub struct BadValue {
    pub key: String,
    #[source]
    pub fault: ValueFault,
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
    /// It may have been taken: WeChat tells by a sent event. Whoever sends it again may tell the user twice.
    #[error("whether wechat took the message is not known")]
    Open(#[source] CallError),
    /// Nothing more goes out before midnight in Beijing.
    #[error("the daily quota of messages is used up")]
    QuotaSpent,
    /// No consent is left for this template: not an error, but a reason to take another way.
    #[error("the user does not accept this message")]
    RefusedByUser,
    /// The openid is wrong or of another app: it belongs to nobody here any more.
    #[error("the user is unknown to wechat")]
    UnknownUser,
    /// Not sent: WeChat would refuse it.
    #[error(transparent)]
    BadValue(#[from] BadValue),
    /// Sending it again changes nothing: a fault of ours to mend.
    #[error("the message itself is at fault")]
    BadMessage(#[source] Refusal),
    /// No message goes out before somebody mends it: keep it.
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

impl SubscribeMessage {
    /// Whether WeChat would take its values: asked before it is queued.
    pub fn check(&self) -> Result<(), BadValue> {
        let bad = |key: &str, fault| BadValue { key: key.to_owned(), fault };
        self.data.iter().try_for_each(|(key, value)| template::check(key, value, None).map_err(|fault| bad(key, fault)))
    }
}

#[derive(Deserialize)]
struct Taken {
    msgid: Option<Value>,
}

impl Taken {
    /// WeChat writes it as a number here, and as a text where it tells what became of the message.
    fn number(self) -> Option<String> {
        match self.msgid? {
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// Messages to one user go one after the other: WeChat takes no two at once. A few users share a turn.
pub(super) struct Turns([Mutex<()>; TURNS]);

impl Default for Turns {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Turns {
    async fn of(&self, openid: &Openid) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        openid.hash(&mut hasher);
        let turns = u64::try_from(TURNS).unwrap_or(1);
        let turn = self.0.get(usize::try_from(hasher.finish() % turns).unwrap_or_default())?;
        Some(turn.lock().await)
    }
}

impl Wechat {
    /// Hands one message to WeChat; what WeChat calls it, where it says so (now and then).
    pub async fn send_subscribe(&self, to: &Openid, message: &SubscribeMessage, now: Timestamp) -> Result<Option<String>, SendError> {
        message.check()?;
        let _turn = self.state.turns.of(to).await;
        match self.send(to, message, message.page.as_deref(), now).await {
            // The notice matters more than where it leads.
            Err(error) if error.duty() == Some(Duty::WithoutPage) && message.page.is_some() => self.send(to, message, None, now).await,
            sent => sent,
        }
        .map_err(SendError::from)
    }

    async fn send(&self, to: &Openid, message: &SubscribeMessage, page: Option<&str>, now: Timestamp) -> Result<Option<String>, CallError> {
        let body = Body {
            touser: to.as_str(),
            template_id: &message.template_id,
            page,
            miniprogram_state: self.settings.miniprogram_state,
            lang: "zh_CN",
            data: message.data.iter().map(|(key, value)| (key.as_str(), Text { value })).collect(),
        };
        let taken = self.post::<Taken>((Endpoint::Send, Repeat::IfUndone), &body, answer::json, now).await?;
        Ok(taken.number())
    }
}

impl From<CallError> for SendError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(refusal) => Self::of_refusal(refusal),
            CallError::Halted { quota: Quota::OfTheDay, .. } => Self::QuotaSpent,
            CallError::Halted { quota: Quota::OfTheMinute, wait } => Self::TryLater { after: wait, cause: error },
            // Without a token nothing was sent.
            CallError::NoToken(ref cause) => match cause.as_ref() {
                CallError::Refused(refusal) => Self::of_refusal(refusal.clone()),
                _ => Self::TryLater { after: A_MINUTE, cause: error },
            },
            error if error.is_open() => Self::Open(error),
            error => Self::TryLater { after: A_MINUTE, cause: error },
        }
    }
}

impl SendError {
    fn of_refusal(refusal: Refusal) -> Self {
        match refusal.duty {
            Duty::NoConsent => Self::RefusedByUser,
            Duty::Unbind => Self::UnknownUser,
            Duty::StopForToday => Self::QuotaSpent,
            Duty::OneAtATime => Self::TryLater { after: A_MOMENT, cause: refusal.into() },
            Duty::TryAgain | Duty::SlowDown => Self::TryLater { after: A_MINUTE, cause: refusal.into() },
            Duty::MendOurCall | Duty::DropMessage | Duty::WithoutPage => Self::BadMessage(refusal),
            // What is not in the documents is kept for somebody to look at, rather than lost or sent over and over.
            _mend_it_or_not_of_this_call => Self::Misconfigured(refusal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::codes;

    fn refused_with(errcode: i64) -> SendError {
        CallError::from(Refusal { errcode, duty: codes::duty(Endpoint::Send, errcode), rid: None, about: None }).into()
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
    fn the_number_of_a_message_is_taken_where_wechat_tells_it() {
        let number = |body: &str| answer::json::<Taken>(Endpoint::Send, body.as_bytes()).unwrap().number();
        assert_eq!(number(r#"{"errcode":0,"msgid":1864323726461255683}"#).as_deref(), Some("1864323726461255683"));
        assert_eq!(number(r#"{"errcode":0,"msgid":"1864"}"#).as_deref(), Some("1864"));
        assert_eq!((number(r#"{"errcode":0,"errmsg":"ok"}"#), number(r#"{"errcode":0,"msgid":null}"#)), (None, None));
    }

    #[test]
    fn without_an_answer_it_is_open_whether_the_message_was_taken_but_not_without_a_token() {
        assert!(matches!(CallError::Status(502).into(), SendError::Open(_)));
        assert!(matches!(CallError::Unreadable.into(), SendError::Open(_)));
        assert!(matches!(CallError::NoToken(CallError::Status(502).into()).into(), SendError::TryLater { after: A_MINUTE, .. }));
        let wait = Duration::from_secs(7);
        assert!(matches!(CallError::Halted { quota: Quota::OfTheMinute, wait }.into(), SendError::TryLater { after, .. } if after == wait));
    }

    #[test]
    fn a_message_whose_values_wechat_would_refuse_is_told_before_it_is_sent() {
        let message = |key: &str, value: &str| SubscribeMessage {
            template_id: "t".to_owned(),
            page: None,
            data: BTreeMap::from([("thing1".to_owned(), "事项".to_owned()), (key.to_owned(), value.to_owned())]),
        };
        assert_eq!(message("phrase2", "办理中").check(), Ok(()));
        assert_eq!(message("phrase2", "received").check(), Err(BadValue { key: "phrase2".to_owned(), fault: ValueFault::Invalid }));
        assert_eq!(message("time3", "").check(), Err(BadValue { key: "time3".to_owned(), fault: ValueFault::Empty }));
        assert_eq!(message("photo4", "x").check(), Err(BadValue { key: "photo4".to_owned(), fault: ValueFault::NoKind }));
    }
}
