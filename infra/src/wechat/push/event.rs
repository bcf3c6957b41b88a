//! What a push says. Fields come as numbers or texts, and a list of one as its element.

use domain::time::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::NotGenuine;
use crate::wechat::content::Suggest;
use crate::wechat::{Openid, lenient};

/// A push, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The same for each delivery of one push, and of no other: a hash, nothing personal.
    pub mark: String,
    /// Whom it is about; none where WeChat itself speaks.
    pub from: Option<Openid>,
    pub at: Timestamp,
    pub event: Event,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The user answered the question whether they want messages (`subscribe_msg_popup_event`).
    Answered(Vec<Subscription>),
    /// The user turned messages off in WeChat's settings (`subscribe_msg_change_event`).
    TurnedOff(Vec<Subscription>),
    /// What became of messages that we sent (`subscribe_msg_sent_event`).
    Sent(Vec<SentNotice>),
    /// What WeChat thinks of a picture or sound (`wxa_media_check`).
    MediaChecked(MediaVerdict),
    /// What nobody here waits for, by its type and its event.
    Other { kind: String, event: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Subscription {
    #[serde(rename = "TemplateId")]
    pub template_id: String,
    #[serde(rename = "SubscribeStatusString")]
    pub answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Accept,
    Reject,
}

/// A message may be told of without the id that sending it gave: the order within user and template tells which it was.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SentNotice {
    #[serde(rename = "TemplateId")]
    pub template_id: String,
    #[serde(rename = "MsgID", deserialize_with = "lenient::text")]
    pub msg_id: String,
    /// 0: it was delivered.
    #[serde(rename = "ErrorCode", deserialize_with = "lenient::int")]
    pub errcode: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaVerdict {
    /// What the check was begun under.
    pub trace_id: String,
    /// None where WeChat could not look at the file: the address could not be reached (-1008), or the check failed.
    pub suggest: Option<Suggest>,
    /// 0 or why there is no verdict.
    pub errcode: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Head {
    #[serde(default)]
    from_user_name: String,
    #[serde(deserialize_with = "lenient::int")]
    create_time: i64,
    msg_type: String,
    event: Option<String>,
    msg_id: Option<Value>,
    #[serde(rename = "trace_id")]
    trace_id: Option<String>,
}

#[derive(Deserialize)]
struct Listed<T: DeserializeOwned> {
    #[serde(rename = "List", deserialize_with = "lenient::list")]
    list: Vec<T>,
}

#[derive(Deserialize)]
struct Checked {
    trace_id: String,
    result: Option<Judged>,
    #[serde(default, deserialize_with = "lenient::int")]
    errcode: i64,
}

#[derive(Deserialize)]
struct Judged {
    suggest: Option<Suggest>,
}

impl Pushed {
    pub(super) fn read(message: &[u8]) -> Result<Self, NotGenuine> {
        let whole: Value = serde_json::from_slice(message).map_err(|_| NotGenuine)?;
        let head: Head = read(&whole)?;
        let event = match head.event.as_deref() {
            Some("subscribe_msg_popup_event") => Event::Answered(read::<Listed<_>>(&whole)?.list),
            Some("subscribe_msg_change_event") => Event::TurnedOff(read::<Listed<_>>(&whole)?.list),
            Some("subscribe_msg_sent_event") => Event::Sent(read::<Listed<_>>(&whole)?.list),
            Some("wxa_media_check") => Event::MediaChecked(read::<Checked>(&whole)?.into()),
            _ => Event::Other { kind: head.msg_type.clone(), event: head.event.clone() },
        };
        let at = Timestamp::from_timestamp(head.create_time, 0).ok_or(NotGenuine)?;
        Ok(Self { mark: head.mark(&whole), from: head.from_user_name.parse().ok(), at, event })
    }
}

fn read<T: DeserializeOwned>(whole: &Value) -> Result<T, NotGenuine> {
    T::deserialize(whole).map_err(|_| NotGenuine)
}

impl Head {
    /// Messages by their id; events, which have none, by user, time and name. Two events of a second differ by what they list.
    fn mark(&self, whole: &Value) -> String {
        let told_apart = match &self.msg_id {
            Some(id) => id.to_string(),
            None => {
                let list = whole.get("List").map(Value::to_string).unwrap_or_default();
                [
                    self.from_user_name.as_str(),
                    self.event.as_deref().unwrap_or_default(),
                    self.trace_id.as_deref().unwrap_or_default(),
                    &list,
                ]
                .join("\n")
            }
        };
        hex::encode(Sha256::digest(format!("{}\n{}\n{told_apart}", self.msg_type, self.create_time)))
    }
}

impl From<Checked> for MediaVerdict {
    fn from(checked: Checked) -> Self {
        let suggest = checked.result.and_then(|judged| judged.suggest).filter(|_| checked.errcode == 0);
        Self { trace_id: checked.trace_id, suggest, errcode: checked.errcode }
    }
}
