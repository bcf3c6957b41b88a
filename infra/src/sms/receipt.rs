//! Receipts: asked for, or pushed to us. A pushed one carries `X-Timestamp` (seconds since 1970) and `X-Signature`: the hexadecimal
//! HMAC-SHA-256, under our key at the gateway, of the timestamp, a line break and the body.

use chrono::Duration;
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::call::plain;

/// How far the gateway's clock may be from ours, and how late a push may come.
const CLOCKS_APART_MAX: Duration = Duration::minutes(5);

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Ours.
    pub id: String,
    pub state: ReceiptState,
    /// Why it didn't arrive, in a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// Nobody knows yet.
    Sent,
    Delivered,
    Failed,
}

/// A push as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    pub timestamp: &'a str,
    pub signature: &'a str,
    pub body: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadReceipt {
    #[error("it isn't signed by the gateway, or too old")]
    NotTheirs,
    #[error("it is no receipt")]
    Unreadable,
}

impl Receipt {
    /// Its code where that is a word: whatever else a gateway writes there might be the number.
    pub(super) fn plain(self) -> Self {
        Self { code: self.code.map(|code| plain(&code)).filter(|code| !code.is_empty()), ..self }
    }
}

/// The signature of a body at a time.
pub fn sign(key: &SecretString, timestamp: &str, body: &[u8]) -> String {
    hex::encode(mac(key, timestamp, body).map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default())
}

/// What was pushed, once its signature and its time hold. The comparison takes as long whatever is wrong.
pub fn verified(key: &SecretString, signed: &Signed<'_>, now: Timestamp) -> Result<Receipt, BadReceipt> {
    let signature = hex::decode(signed.signature).map_err(|_| BadReceipt::NotTheirs)?;
    let mac = mac(key, signed.timestamp, signed.body).ok_or(BadReceipt::NotTheirs)?;
    mac.verify_slice(&signature).map_err(|_| BadReceipt::NotTheirs)?;
    let at = signed.timestamp.parse().ok().and_then(|secs| Timestamp::from_timestamp(secs, 0)).ok_or(BadReceipt::NotTheirs)?;
    if (now - at).abs() > CLOCKS_APART_MAX {
        return Err(BadReceipt::NotTheirs);
    }
    serde_json::from_slice(signed.body).map(Receipt::plain).map_err(|_| BadReceipt::Unreadable)
}

/// None never: a key of any length does.
fn mac(key: &SecretString, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).ok()?;
    mac.update(timestamp.as_bytes());
    mac.update(b"\n");
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"0192","state":"delivered"}"#;
    const AT: &str = "1789349400";

    fn key() -> SecretString {
        "sandbox-key".into()
    }

    fn now() -> Timestamp {
        Timestamp::from_timestamp(1_789_349_400, 0).unwrap()
    }

    fn checked(timestamp: &str, signature: &str, body: &[u8], now: Timestamp) -> Result<Receipt, BadReceipt> {
        verified(&key(), &Signed { timestamp, signature, body }, now)
    }

    #[test]
    fn what_the_gateway_signed_is_taken_within_five_minutes() {
        let signature = sign(&key(), AT, BODY);
        let receipt = Receipt { id: "0192".into(), state: ReceiptState::Delivered, code: None };
        assert_eq!(checked(AT, &signature, BODY, now() + Duration::minutes(5)), Ok(receipt));
        assert_eq!(checked(AT, &signature, BODY, now() + Duration::seconds(301)), Err(BadReceipt::NotTheirs));
        assert_eq!(checked(AT, &signature, BODY, now() - Duration::seconds(301)), Err(BadReceipt::NotTheirs));
    }

    #[test]
    fn what_somebody_else_sent_or_changed_is_not() {
        let signature = sign(&key(), AT, BODY);
        let other = br#"{"id":"0193","state":"delivered"}"#;
        for (timestamp, signature, body) in [
            (AT, signature.as_str(), other.as_slice()),
            ("1789349401", &signature, BODY),
            (AT, "", BODY),
            (AT, "00", BODY),
            (AT, "no hexadecimal", BODY),
            (AT, &sign(&"another key".into(), AT, BODY), BODY),
        ] {
            assert_eq!(checked(timestamp, signature, body, now()), Err(BadReceipt::NotTheirs));
        }
    }

    #[test]
    fn what_is_signed_and_no_receipt_is_told_apart() {
        let body = br#"{"id":"0192","state":"eaten"}"#;
        assert_eq!(checked(AT, &sign(&key(), AT, body), body, now()), Err(BadReceipt::Unreadable));
    }
}
