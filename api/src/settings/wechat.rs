//! The account at WeChat.

use std::net::SocketAddr;
use std::path::PathBuf;

use domain::channel::CreditKind;
use infra::wechat::{MiniprogramState, PushSettings};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::hidden;

/// The mini program's account at WeChat.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wechat {
    /// Where WeChat's interface answers. Default: `https://api.weixin.qq.com`.
    pub base_url: Option<String>,
    pub appid: String,
    /// Without it nobody signs in with WeChat, but in a demo, where a sandbox stands in.
    #[serde(serialize_with = "hidden")]
    pub secret: Option<SecretString>,
    pub secret_file: Option<PathBuf>,
    /// 令牌 of the message push (消息推送), by which WeChat signs what it pushes to `/callbacks/wechat`. Without it WeChat pushes nothing.
    #[serde(serialize_with = "hidden")]
    pub push_token: Option<SecretString>,
    pub push_token_file: Option<PathBuf>,
    /// EncodingAESKey of the message push in its safe mode: 43 characters.
    #[serde(serialize_with = "hidden")]
    pub push_key: Option<SecretString>,
    pub push_key_file: Option<PathBuf>,
    /// Which edition of the mini program a message opens. Default: `formal`.
    pub miniprogram_state: MiniprogramState,
    /// For a whole call. Default: 5 seconds.
    pub timeout_secs: u64,
    /// Where the demo's sandbox listens; a free port where that one is taken. Default: 127.0.0.1:8081.
    pub sandbox_listen: SocketAddr,
    pub templates: WechatTemplates,
}

impl Wechat {
    /// How WeChat's pushes are signed and encrypted, where it is told to push.
    pub fn pushes(&self) -> Option<PushSettings> {
        let (token, encoding_aes_key) = self.push_token.clone().zip(self.push_key.clone())?;
        Some(PushSettings { token, encoding_aes_key })
    }
}

impl Default for Wechat {
    fn default() -> Self {
        Self {
            base_url: None,
            appid: String::new(),
            secret: None,
            secret_file: None,
            push_token: None,
            push_token_file: None,
            push_key: None,
            push_key_file: None,
            miniprogram_state: MiniprogramState::default(),
            timeout_secs: 5,
            sandbox_listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
            templates: WechatTemplates::default(),
        }
    }
}

/// The subscription-message template, as the account was granted it, and what WeChat called its values.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WechatTemplates {
    /// 办件进度通知: how a case stands. Without one, news stand in the person's list of messages alone.
    pub progress: Option<String>,
    /// `one_time` (a consent buys one message) or `long_term`, as it was granted. Default: `one_time`.
    pub progress_kind: CreditKind,
    /// 办件编号. Default: `character_string1`.
    pub number_key: String,
    /// 事项名称. Default: `thing2`.
    pub item_key: String,
    /// 办理进度. Default: `phrase3`.
    pub progress_key: String,
    /// 更新时间. Default: `time4`.
    pub at_key: String,
    /// 温馨提示. Default: `thing5`.
    pub hint_key: String,
}

impl Default for WechatTemplates {
    fn default() -> Self {
        Self {
            progress: None,
            progress_kind: CreditKind::OneTime,
            number_key: "character_string1".into(),
            item_key: "thing2".into(),
            progress_key: "phrase3".into(),
            at_key: "time4".into(),
            hint_key: "thing5".into(),
        }
    }
}
