//! One call: send, read, and tell an answer from a refusal. WeChat answers 200 with an `errcode` for most failures, leaves it out of some
//! successes, mixes numbers and strings, and mislabels its content: so the body alone decides, leniently.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// The fault codes that more than one call may answer.
pub(super) mod code {
    pub const BUSY: i64 = -1;
    pub const BAD_TOKEN: [i64; 3] = [40001, 40014, 42001];
    pub const BAD_OPENID: i64 = 40003;
    pub const PER_MINUTE: i64 = 45011;
    pub const PER_DAY: i64 = 45009;
    /// Wrong or missing appid or secret, our address not allowed, or the app not allowed to do this.
    pub const CONFIGURATION: [i64; 9] = [40002, 40013, 40125, 40164, 41002, 41004, 48001, 48004, 50002];
}

/// A failure that WeChat named. Its message is not kept, since it may quote what was sent; its trace id is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    pub errcode: i64,
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

#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("wechat cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("wechat answered with status {0}")]
    Status(u16),
    #[error("wechat's answer cannot be read")]
    Unreadable,
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl CallError {
    /// Whether nothing but time stands in the way.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Unreadable => true,
            Self::Status(status) => *status >= 500,
            Self::Refused(refusal) => refusal.errcode == code::BUSY,
        }
    }

    pub(super) fn is_bad_token(&self) -> bool {
        matches!(self, Self::Refused(refusal) if code::BAD_TOKEN.contains(&refusal.errcode))
    }
}

/// Errors of reqwest quote the URL, and ours carry the secret or the token in the query.
fn unreachable(error: reqwest::Error) -> CallError {
    CallError::Unreachable(error.without_url())
}

pub(super) async fn call<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, CallError> {
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let body = response.bytes().await.map_err(unreachable)?;
    if !status.is_success() {
        return Err(CallError::Status(status.as_u16()));
    }
    read(&body)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, CallError> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| CallError::Unreadable)?;
    match refusal(&answer)? {
        Some(refusal) => Err(refusal.into()),
        None => serde_json::from_value(answer).map_err(|_| CallError::Unreadable),
    }
}

fn refusal(answer: &Value) -> Result<Option<Refusal>, CallError> {
    let errcode = match answer.get("errcode") {
        None => return Ok(None),
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_i64(),
    };
    let errmsg = answer.get("errmsg").and_then(Value::as_str).unwrap_or_default();
    match errcode.ok_or(CallError::Unreadable)? {
        0 => Ok(None),
        errcode => Ok(Some(Refusal { errcode, rid: rid(errmsg), about: about(errcode, errmsg) })),
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

    fn refused(body: &str) -> Refusal {
        match read::<Anything>(body.as_bytes()) {
            Err(CallError::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn success_may_say_zero_or_nothing() {
        for body in ["{}", r#"{"errcode":0,"errmsg":"ok"}"#, r#"{"errcode":"0"}"#] {
            assert!(read::<Anything>(body.as_bytes()).is_ok(), "{body}");
        }
    }

    #[test]
    fn a_refusal_keeps_its_code_and_trace_and_drops_the_rest_of_its_message() {
        let refusal = refused(r#"{"errcode":"40029","errmsg":"invalid code 0a3, rid: 6391c6c3-0a9e1c3c-1b9d3b9e"}"#);
        assert_eq!(refusal, Refusal { errcode: 40029, rid: Some("6391c6c3-0a9e1c3c-1b9d3b9e".to_owned()), about: None });
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
    fn what_is_no_answer_is_a_passing_fault() {
        for body in ["", "<html>502</html>", r#"{"errcode":0,"#, r#"{"errcode":{}}"#] {
            let error = read::<Anything>(body.as_bytes()).unwrap_err();
            assert!(matches!(error, CallError::Unreadable) && error.is_passing(), "{body}");
        }
    }
}
