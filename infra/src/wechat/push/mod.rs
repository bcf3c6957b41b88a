//! Message push (消息推送): what WeChat tells us by itself, in its safe mode (安全模式, AES) and as JSON.
//! Invariants: nothing is opened before its signature has been checked, in constant time; it is of this app and not older than five
//! minutes. WeChat waits five seconds and then pushes again, up to three times: keep first, work later, and keep by `Pushed::mark` once.
//! Errors: one, whatever is wrong. Source: WeChat's mini-program documentation, 消息推送服务器配置 and 消息加解密.

mod event;
#[cfg(test)]
mod tests;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use domain::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::cipher;
use super::watermark::is_fresh;

pub use event::{Answer, Event, MediaVerdict, Pushed, SentNotice, Subscription};

const RANDOM_LEN: usize = 16;
const LENGTH_LEN: usize = 4;
/// Its last character carries two bits too many; whoever typed the key chose them as they liked.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushSettings {
    /// Signs.
    pub token: SecretString,
    /// Encrypts: 43 characters of Base64.
    pub encoding_aes_key: SecretString,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the EncodingAESKey is not 43 characters of Base64")]
pub struct BadEncodingAesKey;

/// Not from WeChat, not for this app, too old, changed on its way: never more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the push is not genuine")]
pub struct NotGenuine;

/// What stands in the query of WeChat's call.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct PushQuery {
    #[serde(default)]
    pub signature: String,
    /// Seconds since 1970.
    #[serde(default)]
    pub timestamp: String,
    #[serde(default)]
    pub nonce: String,
    pub msg_signature: Option<String>,
    /// At the set-up only.
    pub echostr: Option<String>,
}

/// An encrypted text with what proves it; also the form of an answer that is more than `success`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Envelope {
    #[serde(rename = "Encrypt")]
    pub encrypt: String,
    #[serde(rename = "MsgSignature")]
    pub msg_signature: String,
    #[serde(rename = "TimeStamp")]
    pub timestamp: i64,
    #[serde(rename = "Nonce")]
    pub nonce: String,
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "Encrypt")]
    encrypt: String,
}

/// The door that pushes come through.
pub struct PushDoor {
    appid: String,
    token: SecretString,
    key: Zeroizing<[u8; 32]>,
}

impl PushDoor {
    pub fn new(appid: &str, settings: &PushSettings) -> Result<Self, BadEncodingAesKey> {
        let key = LENIENT.decode(format!("{}=", settings.encoding_aes_key.expose_secret())).map(Zeroizing::new);
        let key: [u8; 32] = key.map_err(|_| BadEncodingAesKey)?.as_slice().try_into().map_err(|_| BadEncodingAesKey)?;
        Ok(Self { appid: appid.to_owned(), token: settings.token.clone(), key: Zeroizing::new(key) })
    }

    /// The answer, as plain text, to WeChat's question at the set-up whether we know the token.
    pub fn echo<'q>(&self, query: &'q PushQuery, now: Timestamp) -> Result<&'q str, NotGenuine> {
        let expected = self.signature(&[&query.timestamp, &query.nonce]);
        self.check(&expected, &query.signature, &query.timestamp, now)?;
        query.echostr.as_deref().ok_or(NotGenuine)
    }

    /// What WeChat pushed. A push that is not encrypted is not taken: whoever sees the address could write one.
    pub fn open(&self, query: &PushQuery, body: &[u8], now: Timestamp) -> Result<Pushed, NotGenuine> {
        let told = query.msg_signature.as_deref().ok_or(NotGenuine)?;
        let body: Body = serde_json::from_slice(body).map_err(|_| NotGenuine)?;
        let expected = self.signature(&[&query.timestamp, &query.nonce, &body.encrypt]);
        self.check(&expected, told, &query.timestamp, now)?;
        Pushed::read(&self.decrypt(&body.encrypt)?)
    }

    /// Encrypts and signs `message`, for an answer, or for who stands in for WeChat.
    pub fn seal(&self, message: &[u8], now: Timestamp, nonce: &str) -> Result<Envelope, NotGenuine> {
        self.seal_with(rand::random(), message, now.timestamp(), nonce)
    }

    /// `hex(SHA1(join(sort([token, ..parts]))))`.
    pub fn signature(&self, parts: &[&str]) -> String {
        let mut sorted: Vec<&str> = parts.iter().copied().chain([self.token.expose_secret()]).collect();
        sorted.sort_unstable();
        hex::encode(Sha1::digest(sorted.concat()))
    }

    fn check(&self, expected: &str, told: &str, timestamp: &str, now: Timestamp) -> Result<(), NotGenuine> {
        let signed = bool::from(expected.as_bytes().ct_eq(told.as_bytes()));
        let fresh = timestamp.parse().is_ok_and(|secs| is_fresh(secs, now));
        if signed && fresh { Ok(()) } else { Err(NotGenuine) }
    }

    /// 16 random bytes, the length (4 bytes, big-endian), the message, the appid.
    fn decrypt(&self, sealed: &str) -> Result<Vec<u8>, NotGenuine> {
        let sealed = STANDARD.decode(sealed).map_err(|_| NotGenuine)?;
        let plain = cipher::decrypt_256(&self.key, &sealed).map_err(|_| NotGenuine)?;
        let (length, rest) = plain.get(RANDOM_LEN..).and_then(|rest| rest.split_first_chunk::<LENGTH_LEN>()).ok_or(NotGenuine)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| NotGenuine)?;
        let (message, appid) = rest.split_at_checked(length).ok_or(NotGenuine)?;
        if bool::from(appid.ct_eq(self.appid.as_bytes())) { Ok(message.to_vec()) } else { Err(NotGenuine) }
    }

    fn seal_with(&self, random: [u8; RANDOM_LEN], message: &[u8], timestamp: i64, nonce: &str) -> Result<Envelope, NotGenuine> {
        let length = u32::try_from(message.len()).map_err(|_| NotGenuine)?;
        let plain = [&random, length.to_be_bytes().as_slice(), message, self.appid.as_bytes()].concat();
        let encrypt = STANDARD.encode(cipher::encrypt_256(&self.key, &plain).map_err(|_| NotGenuine)?);
        let msg_signature = self.signature(&[&timestamp.to_string(), nonce, &encrypt]);
        Ok(Envelope { encrypt, msg_signature, timestamp, nonce: nonce.to_owned() })
    }
}
