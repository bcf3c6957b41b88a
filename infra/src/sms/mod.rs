//! Short messages through a gateway over HTTP, by a small protocol of our own (`docs/sms-gateway.md`): whoever has a contract with a carrier
//! puts a few lines in between. The sender gives each message its id, and the same id is the same message: sending again never sends twice.
//! Invariants: no number, text or key reaches an error or a log. Units: the caller's instants; seconds on the wire.

mod call;
mod receipt;

use std::sync::Arc;
use std::time::Duration;

use domain::people::Phone;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::client::{base_url, client};

pub use call::CallError;
pub use receipt::{BadReceipt, Receipt, ReceiptState, Signed, sign, verified};

const CONNECT_MAX: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub struct SmsSettings {
    /// Where the gateway answers, with whatever path stands before `/messages`.
    pub base_url: String,
    /// Ours at the gateway. It signs what the gateway pushes, too.
    pub key: SecretString,
    /// 签名: who writes, in front of every text.
    pub signature: String,
    /// For a whole call, its connection included.
    pub timeout: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum SmsSetupError {
    #[error("sms.base_url is not an http or https URL")]
    BaseUrl,
    #[error("the HTTP client cannot be made")]
    Client(#[source] reqwest::Error),
}

/// The client. A cheap handle: clones share the connections.
#[derive(Debug, Clone)]
pub struct Sms {
    http: reqwest::Client,
    settings: Arc<SmsSettings>,
}

/// The gateway took a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What the gateway calls it.
    pub number: String,
}

/// Why a message was not taken; the variant says what to do with it.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It may have been taken. Sending it again, with the same id, does no harm.
    #[error("the gateway cannot take the message now")]
    TryLater(#[source] CallError),
    /// The gateway or the carrier doesn't bring it to this number: another way has to be taken.
    #[error("the gateway refuses the message: {}", .0.word())]
    Refused(Refused),
    /// Our key, account or signature isn't accepted: somebody has to mend it.
    #[error("the gateway does not accept this service")]
    Misconfigured(#[source] CallError),
}

/// Why a message doesn't go to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    BadNumber,
    /// Its owner wants none.
    Blocked,
    /// Words that the carrier doesn't carry.
    BadText,
    /// Whatever else the gateway says.
    Other,
}

#[derive(Serialize)]
struct Outgoing<'a> {
    id: &'a str,
    to: &'a str,
    signature: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
struct TakenBody {
    number: String,
}

impl Sms {
    pub fn new(mut settings: SmsSettings) -> Result<Self, SmsSetupError> {
        settings.base_url = base_url(&settings.base_url).ok_or(SmsSetupError::BaseUrl)?;
        let http = client(CONNECT_MAX, settings.timeout).map_err(SmsSetupError::Client)?;
        Ok(Self { http, settings: Arc::new(settings) })
    }

    /// Hands a text to the gateway under an id of ours (letters, digits, `-`; 64 at most). The same id again is the same message.
    pub async fn send(&self, id: &str, to: &Phone, text: &str) -> Result<Taken, SendError> {
        let body = Outgoing { id, to: to.as_str(), signature: &self.settings.signature, text };
        let request = self.http.post(self.url("/messages")).header("Idempotency-Key", id).json(&body);
        let taken: TakenBody = call::call(request.bearer_auth(self.settings.key.expose_secret())).await.map_err(SendError::from)?;
        Ok(Taken { number: taken.number.chars().filter(|c| c.is_ascii_graphic()).take(64).collect() })
    }

    /// What became of a message, as the gateway knows it; none where it knows no such message.
    pub async fn ask(&self, id: &str) -> Result<Option<Receipt>, CallError> {
        let request = self.http.get(self.url(&format!("/messages/{id}"))).bearer_auth(self.settings.key.expose_secret());
        match call::call::<Receipt>(request).await {
            Ok(receipt) => Ok(Some(receipt.plain())),
            Err(CallError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the gateway pushed, if it is from the gateway, and from now.
    pub fn receipt(&self, signed: &Signed<'_>, now: domain::time::Timestamp) -> Result<Receipt, BadReceipt> {
        verified(&self.settings.key, signed, now)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.settings.base_url)
    }
}

impl From<CallError> for SendError {
    fn from(error: CallError) -> Self {
        match &error {
            CallError::Refused { status: 400 | 422, code } => Self::Refused(Refused::of(code)),
            CallError::Refused { status: 429 | 500.., .. } | CallError::Unreachable(_) | CallError::Unreadable => Self::TryLater(error),
            CallError::Refused { .. } => Self::Misconfigured(error),
        }
    }
}

impl Refused {
    fn of(code: &str) -> Self {
        match code {
            "bad_number" => Self::BadNumber,
            "blocked" => Self::Blocked,
            "bad_text" => Self::BadText,
            _other => Self::Other,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::BadNumber => "bad_number",
            Self::Blocked => "blocked",
            Self::BadText => "bad_text",
            Self::Other => "refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str) -> SendError {
        CallError::Refused { status, code: code.to_owned() }.into()
    }

    #[test]
    fn every_answer_says_what_to_do_with_the_message() {
        for (code, why) in
            [("bad_number", Refused::BadNumber), ("blocked", Refused::Blocked), ("bad_text", Refused::BadText), ("new", Refused::Other)]
        {
            assert!(matches!(refused(422, code), SendError::Refused(found) if found == why), "{code}");
        }
        for status in [429, 500, 502, 503] {
            assert!(matches!(refused(status, ""), SendError::TryLater(_)), "{status}");
        }
        for status in [301, 401, 403, 404, 409] {
            assert!(matches!(refused(status, ""), SendError::Misconfigured(_)), "{status}");
        }
        assert!(matches!(CallError::Unreadable.into(), SendError::TryLater(_)));
    }

    #[test]
    fn neither_key_nor_number_nor_text_is_printed() {
        let settings = SmsSettings {
            base_url: "http://127.0.0.1:1/v1/".into(),
            key: "hidden".into(),
            signature: "便民服务".into(),
            timeout: Duration::from_secs(1),
        };
        let sms = Sms::new(settings).unwrap();
        assert_eq!(sms.url("/messages"), "http://127.0.0.1:1/v1/messages");
        assert!(!format!("{sms:?}").contains("hidden"));
        assert!(!refused(422, "13800000000 你好").to_string().contains("138"));
    }
}
