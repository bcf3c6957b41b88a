//! WeChat's server API over HTTP: sign-in, the access token, subscription messages.
//! Invariants: the one-use login code is never sent twice; at most one token refresh at a time in a process, and its outcome is shared;
//! no secret, token, session key, openid or text of a message reaches an error or a log. Units: seconds on the wire, instants by the `now`
//! that comes in. Errors: an enum a call; a variant says what the caller is to do. Source: WeChat's mini-program server documentation.

mod call;
mod login;
mod subscribe;
mod token;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

pub use call::{CallError, Refusal};
pub use login::{LoginError, Session};
pub use subscribe::{SendError, SubscribeMessage};
pub use token::TokenFault;

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
    /// Held by the one who refreshes the token; the others wait for what it gets.
    refreshing: Arc<tokio::sync::Mutex<()>>,
}

impl Wechat {
    pub fn new(mut settings: WechatSettings, shared: Shared) -> Result<Self, WechatSetupError> {
        let url = reqwest::Url::parse(&settings.base_url).map_err(|_| WechatSetupError::BaseUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(WechatSetupError::BaseUrl);
        }
        settings.base_url.truncate(settings.base_url.trim_end_matches('/').len());
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_millis(settings.connect_timeout_ms))
            .timeout(Duration::from_millis(settings.timeout_ms))
            // A redirect would carry the secret in the query to wherever it points.
            .redirect(reqwest::redirect::Policy::none())
            // Settings come from our configuration alone, not from the environment.
            .no_proxy()
            .build()
            .map_err(WechatSetupError::Client)?;
        Ok(Self { http, settings: Arc::new(settings), shared, refreshing: Arc::default() })
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.settings.base_url)
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
        assert_eq!(wechat.url("/sns/jscode2session"), "http://127.0.0.1:1/sns/jscode2session");
    }

    #[test]
    fn neither_secret_nor_openid_shows_in_a_debug_print() {
        let openid: Openid = "oGZUI0egBJY1zhBYw2KhdUfwVJJE".parse().unwrap();
        let printed = format!("{:?} {openid:?}", settings("http://host"));
        assert!(!printed.contains("hidden") && !printed.contains("oGZ"), "{printed}");
        assert_eq!("a b".parse::<Openid>(), Err(BadOpenid));
    }
}
