//! What the sandbox remembers, and what it answers: phones with their users, codes, tokens, consents and messages.
//! Invariants: the openid of a phone is always the same; everything is bounded; a refusal changes nothing.

mod codes;
mod content;
mod messages;
mod pushes;
mod quotas;
mod tokens;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use domain::time::Timestamp;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::refusal::Refusal;
use super::settings::{SandboxSettings, Template};

pub(super) use content::{Checked, MediaFate, Verdict};
pub(super) use messages::{Credit, Outgoing, Received};
pub(super) use pushes::{Flaw, Push, What};
pub(super) use tokens::Refresh;

const PHONES_MAX: usize = 10_000;

/// The name under which a demo or a test knows a phone and its user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PhoneName(String);

impl FromStr for PhoneName {
    type Err = Refused;
    fn from_str(text: &str) -> Result<Self, Refused> {
        let plain = (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if plain { Ok(Self(text.to_owned())) } else { Err(Refused::BadPhone) }
    }
}

impl fmt::Display for PhoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why the sandbox's own pages refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("手机名只能用字母、数字、- 和 _，最多 32 个字符")]
    BadPhone,
    #[error("没有这部手机，请先为它取一个登录码")]
    UnknownPhone,
    #[error("这部手机还没有登录过，没有会话密钥")]
    NoSession,
    #[error("没有这个消息模板")]
    UnknownTemplate,
    #[error("手机太多，请重启沙箱")]
    TooManyPhones,
    #[error("推送设置不对：EncodingAESKey 应为 43 个字符")]
    BadPush,
}

#[derive(Default)]
struct Phone {
    /// How many messages of a one-time template are allowed.
    credits: HashMap<String, u32>,
    /// The long-term templates that are allowed.
    long_term: HashSet<String>,
    messages: VecDeque<Received>,
    session_key: Option<String>,
    login_count: u32,
    last_login: Option<Timestamp>,
    is_high_risk: bool,
    /// What is sent to it is lost on its way.
    loses_messages: bool,
}

/// The credentials that a caller presents.
pub(super) struct Credentials<'a> {
    pub appid: Option<&'a str>,
    pub secret: Option<&'a str>,
}

pub(super) struct World {
    pub settings: SandboxSettings,
    phones: BTreeMap<PhoneName, Phone>,
    by_openid: HashMap<String, PhoneName>,
    codes: codes::Codes,
    tokens: tokens::Tokens,
    quotas: quotas::Quotas,
    pushes: pushes::Pushes,
    sent_count: u64,
    /// Of the files that are to be checked from now on.
    pub media_fate: MediaFate,
    /// To whom a message is under way.
    sending: HashSet<String>,
}

impl World {
    /// With the phones that are known from the start; a name that is none is left out.
    pub(super) fn new(settings: SandboxSettings) -> Self {
        let known: Vec<PhoneName> = settings.phones.iter().filter_map(|name| name.parse().ok()).collect();
        let mut world = Self {
            settings,
            phones: BTreeMap::new(),
            by_openid: HashMap::new(),
            codes: codes::Codes::default(),
            tokens: tokens::Tokens::default(),
            quotas: quotas::Quotas::default(),
            pushes: pushes::Pushes::default(),
            sent_count: 0,
            media_fate: MediaFate::Once,
            sending: HashSet::new(),
        };
        for name in known {
            world.remember(&name);
        }
        world
    }

    /// A phone whose owner has tapped 允许 before.
    fn remember(&mut self, name: &PhoneName) {
        let (count, templates) = (self.settings.consents_at_start, self.settings.templates.clone());
        for template in templates.iter().filter(|_| count > 0) {
            // The template is one of ours, and who is one phone too many has none.
            self.accept(name, &template.id, count).ok();
        }
        self.phone(name).ok();
    }

    pub(super) fn phones(&self) -> impl Iterator<Item = (&PhoneName, usize)> {
        self.phones.iter().map(|(name, phone)| (name, phone.messages.len()))
    }

    /// WeChat holds the user for a risk, or does no more.
    pub(super) fn hold_for_risk(&mut self, name: &PhoneName, is_high_risk: bool) -> Result<(), Refused> {
        self.phone(name)?.is_high_risk = is_high_risk;
        Ok(())
    }

    pub(super) fn openid_of(&self, name: &PhoneName) -> String {
        openid(&self.settings.appid, name)
    }

    fn check_app(&self, credentials: &Credentials<'_>) -> Result<(), Refusal> {
        let appid = credentials.appid.ok_or(Refusal::MissingAppid)?;
        let secret = credentials.secret.ok_or(Refusal::MissingSecret)?;
        if appid != self.settings.appid {
            return Err(Refusal::WrongAppid);
        }
        if secret == self.settings.secret.expose_secret() { Ok(()) } else { Err(Refusal::WrongSecret) }
    }

    fn check_address(&self, from: Option<IpAddr>) -> Result<(), Refusal> {
        let allowed = &self.settings.allowed_addresses;
        match from {
            Some(ip) if !allowed.is_empty() && !allowed.contains(&ip) => Err(Refusal::AddressNotAllowed(ip)),
            _ => Ok(()),
        }
    }

    fn template(&self, id: &str) -> Option<&Template> {
        self.settings.templates.iter().find(|template| template.id == id)
    }

    /// A page may carry a query of its own.
    fn is_page(&self, page: &str) -> bool {
        let path = page.split_once('?').map_or(page, |(path, _)| path);
        self.settings.pages.iter().any(|known| known == path)
    }

    fn phone(&mut self, name: &PhoneName) -> Result<&mut Phone, Refused> {
        if self.phones.len() >= PHONES_MAX && !self.phones.contains_key(name) {
            return Err(Refused::TooManyPhones);
        }
        self.by_openid.entry(openid(&self.settings.appid, name)).or_insert_with(|| name.clone());
        Ok(self.phones.entry(name.clone()).or_default())
    }

    fn phone_of(&self, openid: &str) -> Result<&Phone, Refusal> {
        self.by_openid.get(openid).and_then(|name| self.phones.get(name)).ok_or(Refusal::UnknownUser)
    }

    fn phone_of_mut(&mut self, openid: &str) -> Result<&mut Phone, Refusal> {
        let name = self.by_openid.get(openid).ok_or(Refusal::UnknownUser)?;
        self.phones.get_mut(name).ok_or(Refusal::UnknownUser)
    }
}

/// 28 characters that begin with `o`, as WeChat's do; the same after every start.
pub(super) fn openid(appid: &str, phone: &PhoneName) -> String {
    let digest = hex::encode(Sha256::digest(format!("{appid}/{phone}")));
    format!("oSbx{}", digest.chars().take(24).collect::<String>())
}

fn random_hex<const LEN: usize>() -> String {
    let bytes: [u8; LEN] = std::array::from_fn(|_| rand::random());
    hex::encode(bytes)
}
