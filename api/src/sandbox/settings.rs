//! The app that the sandbox knows: its credentials, pages and message templates, its quotas, and where it is pushed to.

use std::collections::BTreeMap;
use std::net::IpAddr;

use domain::template::Kind;
use infra::wechat::{BadEncodingAesKey, Endpoint, Openid, PushDoor, PushSettings, Suggest};
use secrecy::SecretString;
use serde::Deserialize;

use super::world::openid;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxSettings {
    pub appid: String,
    pub secret: SecretString,
    /// The pages of the released mini-program, without a leading `/`.
    pub pages: Vec<String>,
    pub templates: Vec<Template>,
    /// Phones that are known from the start.
    #[serde(default)]
    pub phones: Vec<String>,
    /// How many messages of each template the owners of those phones have allowed.
    #[serde(default)]
    pub consents_at_start: u32,
    /// A user gets a new session key on every login of this number; the old one is void then. Default: 1, on each.
    #[serde(default = "one")]
    pub session_key_every: u32,
    /// Who may ask for a token; empty: anybody.
    #[serde(default)]
    pub allowed_addresses: Vec<IpAddr>,
    /// How many calls of a path are taken. Default: WeChat's.
    #[serde(default = "Quota::of_wechat")]
    pub quotas: BTreeMap<String, Quota>,
    /// How long a message is under way: as long no other to the same user is taken. Default: 0.
    #[serde(default)]
    pub send_takes_ms: u64,
    /// What the content check holds against a text or a file that has it.
    #[serde(default = "Word::some")]
    pub words: Vec<Word>,
    /// How long the check of a file takes, by the sandbox's clock. Default: 30 seconds.
    #[serde(default = "half_a_minute")]
    pub media_verdict_after_secs: i64,
    #[serde(default)]
    pub push: Option<PushTarget>,
    /// Our key at the gateway of short messages.
    #[serde(default = "demo_sms_key")]
    pub sms_key: SecretString,
    /// Our key at the provider of face checks.
    #[serde(default = "demo_face_key")]
    pub face_key: SecretString,
    /// Where the gateway of short messages pushes its receipts; without it, it is asked.
    #[serde(default)]
    pub receipts_url: Option<String>,
}

fn demo_face_key() -> SecretString {
    "sandbox-face-key".into()
}

fn demo_sms_key() -> SecretString {
    "sandbox-sms-key".into()
}

/// Where pushes go, in the safe mode.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushTarget {
    pub url: String,
    pub token: SecretString,
    pub encoding_aes_key: SecretString,
    /// How long an answer may take before the push is repeated. Default: 5 seconds.
    #[serde(default = "five_seconds")]
    pub answer_within_ms: u64,
}

/// None: without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    pub per_minute: Option<u32>,
    pub per_day: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    pub text: String,
    pub suggest: Suggest,
    pub label: i64,
}

/// A message template as it is granted to an app.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub consent: Consent,
    /// Each key (a kind and a number: `thing1`) with the label that stands before its value.
    pub keys: BTreeMap<String, String>,
    /// What each `enum` may be.
    #[serde(default)]
    pub choices: BTreeMap<String, Vec<String>>,
}

/// What one tap on 允许 allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// 一次性: one message.
    #[default]
    OneTime,
    /// 长期: messages until the user turns them off.
    LongTerm,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSettings {
    #[error("template {template}: {key:?} is not a kind of value and a number")]
    TemplateKey { template: String, key: String },
    #[error(transparent)]
    Push(#[from] BadEncodingAesKey),
}

fn one() -> u32 {
    1
}

fn half_a_minute() -> i64 {
    30
}

fn five_seconds() -> u64 {
    5_000
}

impl SandboxSettings {
    /// The app of the demo: not an app of WeChat, and its secret is none.
    pub fn demo() -> Self {
        Self {
            appid: "wx0000000000sandbox".to_owned(),
            secret: "sandbox-secret".into(),
            pages: [
                "pages/index/index",
                "pages/case/detail",
                "pages/station/detail",
                "pages/mandate/detail",
                "pages/me/profile",
                "pages/me/consents",
            ]
            .map(str::to_owned)
            .into(),
            templates: vec![Template::progress(), Template::service()],
            phones: Vec::new(),
            consents_at_start: 0,
            session_key_every: one(),
            allowed_addresses: Vec::new(),
            quotas: Quota::of_wechat(),
            send_takes_ms: 0,
            words: Word::some(),
            media_verdict_after_secs: half_a_minute(),
            push: None,
            sms_key: demo_sms_key(),
            face_key: demo_face_key(),
            receipts_url: None,
        }
    }

    /// The openid of a phone for this app; none where the name is not one of a phone.
    pub fn openid_of(&self, phone: &str) -> Option<Openid> {
        openid(&self.appid, &phone.parse().ok()?).parse().ok()
    }

    pub(super) fn check(&self) -> Result<(), BadSettings> {
        let mut keys = self.templates.iter().flat_map(|template| template.keys.keys().map(move |key| (template, key)));
        if let Some((template, key)) = keys.find(|(_, key)| Kind::of(key).is_none()) {
            return Err(BadSettings::TemplateKey { template: template.id.clone(), key: key.clone() });
        }
        self.push.as_ref().map_or(Ok(()), |push| push.door(&self.appid).map(drop).map_err(BadSettings::from))
    }
}

impl PushTarget {
    /// What the demo's service and its sandbox share.
    pub fn demo(url: String) -> Self {
        let encoding_aes_key = "sandboxsandboxsandboxsandboxsandboxsandboxs".into();
        Self { url, token: "sandbox-push-token".into(), encoding_aes_key, answer_within_ms: five_seconds() }
    }

    pub fn settings(&self) -> PushSettings {
        PushSettings { token: self.token.clone(), encoding_aes_key: self.encoding_aes_key.clone() }
    }

    pub(super) fn door(&self, appid: &str) -> Result<PushDoor, BadEncodingAesKey> {
        PushDoor::new(appid, &self.settings())
    }
}

impl Quota {
    /// Source: WeChat's documentation of each call.
    fn of_wechat() -> BTreeMap<String, Self> {
        [
            (Endpoint::Login, Some(100), None),
            (Endpoint::Token, Some(10_000), Some(500_000)),
            (Endpoint::Send, None, Some(10_000_000)),
            (Endpoint::MiniCode, Some(5_000), None),
            (Endpoint::TextCheck, Some(4_000), Some(2_000_000)),
            (Endpoint::MediaCheck, Some(2_000), Some(200_000)),
        ]
        .map(|(endpoint, per_minute, per_day)| (endpoint.path().to_owned(), Self { per_minute, per_day }))
        .into()
    }
}

impl Word {
    fn some() -> Vec<Self> {
        [("赌博", Suggest::Risky, 20006), ("办假证", Suggest::Risky, 20008), ("加我微信", Suggest::Review, 10001)]
            .map(|(text, suggest, label)| Self { text: text.to_owned(), suggest, label })
            .into()
    }
}

impl Template {
    /// 办件进度通知: how a case stands.
    pub fn progress() -> Self {
        let keys = [
            ("character_string1", "办件编号"),
            ("thing2", "事项名称"),
            ("phrase3", "办理进度"),
            ("time4", "更新时间"),
            ("thing5", "温馨提示"),
        ];
        Self::of("sandbox-case-progress", "办件进度通知", Consent::OneTime, &keys)
    }

    /// 政务服务提醒: for who agreed once to all of them.
    pub fn service() -> Self {
        let keys = [("thing1", "服务事项"), ("date2", "办理日期"), ("thing3", "备注")];
        Self::of("sandbox-service-reminder", "政务服务提醒", Consent::LongTerm, &keys)
    }

    fn of(id: &str, title: &str, consent: Consent, keys: &[(&str, &str)]) -> Self {
        let keys = keys.iter().map(|(key, label)| ((*key).to_owned(), (*label).to_owned())).collect();
        Self { id: id.to_owned(), title: title.to_owned(), consent, keys, choices: BTreeMap::new() }
    }
}
