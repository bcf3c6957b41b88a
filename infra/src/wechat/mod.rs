//! WeChat's server API over HTTP: sign-in, the user's phone number, the access token, subscription messages, mini-program codes, content
//! safety; and what comes from WeChat and phones: encrypted data, signatures, pushes.
//! Invariants: a one-use code is never sent twice; at most one token refresh at a time among instances that share a Redis, and its outcome
//! is shared; no secret, token, session key, openid or text of a message reaches an error, a log, or Redis in the clear. Units: seconds on
//! the wire, instants by the `now` that comes in. Errors: an enum a call; a variant says what the caller is to do (`codes` has the table).
//! Source: WeChat's mini-program server documentation.

mod answer;
mod call;
mod cipher;
mod codes;
mod content;
mod encrypted;
mod endpoint;
mod flight;
mod halts;
mod lenient;
mod login;
mod mini_code;
mod phone;
mod push;
mod sealing;
mod session;
mod subscribe;
mod token;
mod watermark;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

pub use answer::{CallError, Quota, Refusal};
pub use cipher::NotOpened;
pub use codes::Duty;
pub use content::{CheckError, MediaCheck, MediaKind, Place, Suggest, TEXT_CHARS_MAX, TextVerdict};
pub use encrypted::{encrypt_as_a_phone, session_signature};
pub use endpoint::Endpoint;
pub use login::{LoginError, Session};
pub use mini_code::{Background, BadMiniCode, MiniCode, Picture, Scene};
pub use phone::{PhoneError, PhoneNumber};
pub use push::{
    Answer, BadEncodingAesKey, Envelope, Event, MediaVerdict, NotGenuine, PushDoor, PushQuery, PushSettings, Pushed, SentNotice,
    Subscription,
};
pub use subscribe::{BadValue, SendError, SubscribeMessage};

use crate::client::{base_url, client};
use crate::shared::Shared;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WechatSettings {
    /// Where the API is; a sandbox stands in for it in demos and tests.
    #[serde(default = "default_base_url")]
    pub base_url: String,
    pub appid: String,
    pub secret: SecretString,
    #[serde(default)]
    pub miniprogram_state: MiniprogramState,
    #[serde(default = "default_connect_timeout_ms")]
    pub connect_timeout_ms: u64,
    /// For a whole call, its connection included.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
}

fn default_base_url() -> String {
    "https://api.weixin.qq.com".to_owned()
}

fn default_connect_timeout_ms() -> u64 {
    2_000
}

fn default_timeout_ms() -> u64 {
    5_000
}

/// Which edition of the mini-program a message opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MiniprogramState {
    #[default]
    Formal,
    Trial,
    Developer,
}

/// A user of this mini-program, as WeChat names them. It is personal data: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Openid(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an openid")]
pub struct BadOpenid;

impl Openid {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Openid {
    type Err = BadOpenid;
    fn from_str(text: &str) -> Result<Self, BadOpenid> {
        let plain = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if plain { Ok(Self(text.to_owned())) } else { Err(BadOpenid) }
    }
}

impl fmt::Debug for Openid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Openid(..)")
    }
}

#[derive(Debug, thiserror::Error)]
pub enum WechatSetupError {
    #[error("wechat.base_url is not an http or https URL")]
    BaseUrl,
    #[error("the HTTP client cannot be made")]
    Client(#[source] reqwest::Error),
}

/// The client. A cheap handle: clones share the connections and the token.
#[derive(Clone)]
pub struct Wechat {
    http: reqwest::Client,
    settings: Arc<WechatSettings>,
    shared: Shared,
    state: Arc<State>,
}

/// What this instance knows by itself.
struct State {
    sealing: sealing::Sealing,
    refreshing: token::Refreshing,
    halts: halts::Halts,
    turns: subscribe::Turns,
}

impl Wechat {
    pub fn new(mut settings: WechatSettings, shared: Shared) -> Result<Self, WechatSetupError> {
        settings.base_url = base_url(&settings.base_url).ok_or(WechatSetupError::BaseUrl)?;
        let (connect, whole) = (Duration::from_millis(settings.connect_timeout_ms), Duration::from_millis(settings.timeout_ms));
        let http = client(connect, whole).map_err(WechatSetupError::Client)?;
        let state = State {
            sealing: sealing::Sealing::of(&settings.secret),
            refreshing: token::Refreshing::default(),
            halts: halts::Halts::default(),
            turns: subscribe::Turns::default(),
        };
        Ok(Self { http, settings: Arc::new(settings), shared, state: Arc::new(state) })
    }

    fn url(&self, endpoint: Endpoint) -> String {
        format!("{}{}", self.settings.base_url, endpoint.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(base_url: &str) -> WechatSettings {
        serde_json::from_value(serde_json::json!({"base_url": base_url, "appid": "wx1", "secret": "hidden"})).unwrap()
    }

    #[test]
    fn a_base_url_that_is_none_is_refused() {
        for url in ["", "api.weixin.qq.com", "ftp://host"] {
            assert!(matches!(Wechat::new(settings(url), Shared::in_process()), Err(WechatSetupError::BaseUrl)), "{url}");
        }
        let wechat = Wechat::new(settings("http://127.0.0.1:1/"), Shared::in_process()).unwrap();
        assert_eq!(wechat.url(Endpoint::Login), "http://127.0.0.1:1/sns/jscode2session");
    }

    #[test]
    fn neither_secret_nor_openid_shows_in_a_debug_print() {
        let openid: Openid = "oGZUI0egBJY1zhBYw2KhdUfwVJJE".parse().unwrap();
        let printed = format!("{:?} {openid:?}", settings("http://host"));
        assert!(!printed.contains("hidden") && !printed.contains("oGZ"), "{printed}");
        assert_eq!("a b".parse::<Openid>(), Err(BadOpenid));
    }
}
