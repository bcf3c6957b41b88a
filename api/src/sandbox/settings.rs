//! The app that the sandbox knows: its credentials, pages and message templates.

use std::collections::BTreeMap;

use infra::wechat::Openid;
use secrecy::SecretString;
use serde::Deserialize;

use super::values::Kind;
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
}

/// A message template as it is granted to an app.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub id: String,
    pub title: String,
    /// Each key (a kind and a number: `thing1`) with the label that stands before its value.
    pub keys: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template {template}: {key:?} is not a kind of value and a number")]
pub struct BadTemplateKey {
    pub template: String,
    pub key: String,
}

impl SandboxSettings {
    /// The app of the demo: not an app of WeChat, and its secret is none.
    pub fn demo() -> Self {
        Self {
            appid: "wx0000000000sandbox".to_owned(),
            secret: "sandbox-secret".into(),
            pages: ["pages/index/index", "pages/case/detail", "pages/mandate/detail", "pages/me/profile", "pages/me/consents"]
                .map(str::to_owned)
                .into(),
            templates: vec![Template::progress()],
            phones: Vec::new(),
            consents_at_start: 0,
        }
    }

    /// The openid of a phone for this app; none where the name is not one of a phone.
    pub fn openid_of(&self, phone: &str) -> Option<Openid> {
        openid(&self.appid, &phone.parse().ok()?).parse().ok()
    }

    pub(super) fn check(&self) -> Result<(), BadTemplateKey> {
        let mut keys = self.templates.iter().flat_map(|template| template.keys.keys().map(move |key| (template, key)));
        match keys.find(|(_, key)| Kind::of(key).is_none()) {
            Some((template, key)) => Err(BadTemplateKey { template: template.id.clone(), key: key.clone() }),
            None => Ok(()),
        }
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
        Self {
            id: "sandbox-case-progress".to_owned(),
            title: "办件进度通知".to_owned(),
            keys: keys.map(|(key, label)| (key.to_owned(), label.to_owned())).into(),
        }
    }
}
