//! Telling an answer from a refusal. WeChat answers 200 with an `errcode` for most failures, leaves it out of some successes, mixes
//! numbers and strings, and mislabels its content: so the body alone decides, leniently.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::codes::{self, Duty};
use super::{Endpoint, lenient};

/// A failure that WeChat named. Its message is not kept, since it may quote what was sent; its trace id is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    pub errcode: i64,
    /// What the code asks of us.
    pub duty: Duty,
    /// What WeChat's support asks for; they know it for seven days.
    pub rid: Option<String>,
    /// The part of our request at fault, where the message names it: a key of a template, or the address to allow.
    pub about: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wechat refused with {}", self.errcode)?;
        if let Some(about) = &self.about {
            write!(f, " about {about}")?;
        }
        match &self.rid {
            Some(rid) => write!(f, " (rid {rid})"),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum CallError {
    #[error("wechat cannot be reached")]
    Unreachable(#[source] Arc<reqwest::Error>),
    #[error("wechat answered with status {0}")]
    Status(u16),
    #[error("wechat's answer cannot be read")]
    Unreadable,
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Not asked: WeChat has refused this call for a quota, and will for so long.
    #[error("the quota of this call is used up")]
    Halted { quota: Quota, wait: Duration },
    /// Not asked: there is no access token to be had.
    #[error("no access token could be got from wechat")]
    NoToken(#[source] Arc<CallError>),
    /// Not asked: the same call has just failed, here or at another instance.
    #[error("the same call has just failed")]
    JustFailed,
}

/// Which quota was used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    OfTheDay,
    OfTheMinute,
}

impl CallError {
    /// Whether nothing but time stands in the way.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Unreadable => true,
            Self::Status(status) => *status >= 500,
            Self::Refused(refusal) => refusal.duty == Duty::TryAgain,
            Self::Halted { .. } | Self::NoToken(_) | Self::JustFailed => false,
        }
    }

    /// Whether WeChat may have done what was asked although it did not say so.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Unreachable(error) => !error.is_connect(),
            Self::Unreadable => true,
            Self::Status(status) => *status >= 500,
            Self::Refused(_) | Self::Halted { .. } | Self::NoToken(_) | Self::JustFailed => false,
        }
    }

    /// What WeChat asks of us, where it said no.
    pub fn duty(&self) -> Option<Duty> {
        match self {
            Self::Refused(refusal) => Some(refusal.duty),
            Self::NoToken(cause) => cause.duty(),
            Self::Unreachable(_) | Self::Status(_) | Self::Unreadable | Self::Halted { .. } | Self::JustFailed => None,
        }
    }
}

/// Reads an answer that is JSON.
pub(super) fn json<T: DeserializeOwned>(endpoint: Endpoint, body: &[u8]) -> Result<T, CallError> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| CallError::Unreadable)?;
    match refusal(endpoint, &answer)? {
        Some(refusal) => Err(refusal.into()),
        None => serde_json::from_value(answer).map_err(|_| CallError::Unreadable),
    }
}

pub(super) fn refusal(endpoint: Endpoint, answer: &Value) -> Result<Option<Refusal>, CallError> {
    let Some(errcode) = answer.get("errcode") else { return Ok(None) };
    let errmsg = answer.get("errmsg").and_then(Value::as_str).unwrap_or_default();
    match lenient::int_of(errcode).ok_or(CallError::Unreadable)? {
        0 => Ok(None),
        errcode => {
            let duty = codes::duty(endpoint, errcode);
            Ok(Some(Refusal { errcode, duty, rid: rid(errmsg), about: about(errcode, errmsg) }))
        }
    }
}

/// The trace id at the end of every message: ` rid: 6391c6c3-0a9e1c3c-1b9d3b9e`.
fn rid(errmsg: &str) -> Option<String> {
    let rid: String = errmsg.rsplit_once("rid: ")?.1.chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').collect();
    (!rid.is_empty()).then_some(rid)
}

/// Only the two messages whose shape we know are looked into: `data.thing3.value` and `invalid ip 1.2.3.4`.
fn about(errcode: i64, errmsg: &str) -> Option<String> {
    let (mark, allowed): (&str, fn(char) -> bool) = match errcode {
        47003 => ("data.", |c| c.is_ascii_alphanumeric() || c == '_'),
        40164 => ("invalid ip ", |c| c.is_ascii_hexdigit() || matches!(c, '.' | ':')),
        _other => return None,
    };
    let about: String = errmsg.split_once(mark)?.1.chars().take_while(|c| allowed(*c)).take(64).collect();
    (!about.is_empty()).then_some(about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Anything {}

    fn read(body: &str) -> Result<Anything, CallError> {
        json(Endpoint::Login, body.as_bytes())
    }

    fn refused(body: &str) -> Refusal {
        match read(body) {
            Err(CallError::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn success_may_say_zero_or_nothing() {
        for body in ["{}", r#"{"errcode":0,"errmsg":"ok"}"#, r#"{"errcode":"0"}"#] {
            assert!(read(body).is_ok(), "{body}");
        }
    }

    #[test]
    fn a_refusal_keeps_its_code_and_trace_and_drops_the_rest_of_its_message() {
        let refusal = refused(r#"{"errcode":"40029","errmsg":"invalid code 0a3, rid: 6391c6c3-0a9e1c3c-1b9d3b9e"}"#);
        let rid = Some("6391c6c3-0a9e1c3c-1b9d3b9e".to_owned());
        assert_eq!(refusal, Refusal { errcode: 40029, duty: Duty::NewCode, rid, about: None });
        assert_eq!(refusal.to_string(), "wechat refused with 40029 (rid 6391c6c3-0a9e1c3c-1b9d3b9e)");
    }

    #[test]
    fn a_refusal_names_the_field_or_the_address_at_fault() {
        let about = |body| refused(body).about.unwrap();
        assert_eq!(about(r#"{"errcode":47003,"errmsg":"argument invalid! data.thing3.value is emtpy rid: 1-2-3"}"#), "thing3");
        assert_eq!(
            about(r#"{"errcode":40164,"errmsg":"invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist"}"#),
            "203.0.113.7"
        );
    }

    #[test]
    fn what_is_no_answer_is_a_passing_fault_and_leaves_open_what_was_done() {
        for body in ["", "<html>502</html>", r#"{"errcode":0,"#, r#"{"errcode":{}}"#] {
            let error = read(body).unwrap_err();
            assert!(matches!(error, CallError::Unreadable) && error.is_passing() && error.is_open(), "{body}");
        }
        assert!(!CallError::Status(404).is_open() && CallError::Status(502).is_open());
    }
}
