//! One call: send, read, and tell an answer from a refusal by its status.

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Longest code that is kept of a refusal.
const CODE_CHARS_MAX: usize = 40;

#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("the gateway cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the gateway's answer cannot be read")]
    Unreadable,
    /// `code` is a word of the protocol, and nothing else of the answer.
    #[error("the gateway answered with status {status} {code}")]
    Refused { status: u16, code: String },
}

#[derive(Default, Deserialize)]
struct RefusalBody {
    #[serde(default)]
    code: String,
}

pub(super) async fn call<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, CallError> {
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let body = response.bytes().await.map_err(unreachable)?;
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|_| CallError::Unreadable);
    }
    let refusal: RefusalBody = serde_json::from_slice(&body).unwrap_or_default();
    Err(CallError::Refused { status: status.as_u16(), code: plain(&refusal.code) })
}

/// A word: whatever else a gateway writes there might be the number or the text.
pub(super) fn plain(code: &str) -> String {
    let is_word = code.len() <= CODE_CHARS_MAX && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_word { code.to_owned() } else { String::new() }
}

/// The address holds the id of a message; the rest of the error says enough.
fn unreachable(error: reqwest::Error) -> CallError {
    CallError::Unreachable(error.without_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_refusal_only_a_word_is_kept() {
        assert_eq!(plain("bad_number"), "bad_number");
        for code in ["13800000000", "bad number", "号码", "BAD"] {
            assert_eq!(plain(code), "", "{code}");
        }
    }
}
