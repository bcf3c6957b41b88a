//! What the sandbox remembers, and what it answers: phones with their users, codes, tokens, consents and messages.
//! Invariants: the openid of a phone is always the same; everything is bounded.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use domain::time::Timestamp;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::fault::Fault;
use super::settings::{SandboxSettings, Template};
use super::values::{Kind, ValueFault};

const CODE_LIFE: TimeDelta = TimeDelta::minutes(5);
/// How long a used code is still known as used.
const CODE_MEMORY: TimeDelta = TimeDelta::minutes(10);
const TOKEN_LIFE_SECS: i64 = 7200;
const TOKEN_OVERLAP: TimeDelta = TimeDelta::minutes(5);
const TOKENS_KEPT: usize = 8;
const MESSAGES_KEPT: usize = 500;
const PHONES_MAX: usize = 10_000;

/// The name under which a demo or a test knows a phone.
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
    #[error("没有这个消息模板")]
    UnknownTemplate,
    #[error("手机太多，请重启沙箱")]
    TooManyPhones,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Received {
    pub template: Template,
    pub page: Option<String>,
    pub data: BTreeMap<String, String>,
    pub at: Timestamp,
}

#[derive(Default)]
struct Phone {
    credits: HashMap<String, u32>,
    messages: VecDeque<Received>,
}

struct Code {
    phone: PhoneName,
    minted_at: Timestamp,
    use_count: u32,
}

struct Token {
    value: String,
    ends_at: Timestamp,
}

/// The credentials that a caller presents.
pub(super) struct Credentials<'a> {
    pub appid: Option<&'a str>,
    pub secret: Option<&'a str>,
}

pub(super) struct Session {
    pub openid: String,
    pub session_key: String,
}

/// A message as a caller asks for it.
pub(super) struct Outgoing {
    pub touser: String,
    pub template_id: String,
    pub page: Option<String>,
    pub data: BTreeMap<String, String>,
}

pub(super) enum Refresh {
    Stable,
    Forced,
}

pub(super) struct World {
    settings: SandboxSettings,
    phones: BTreeMap<PhoneName, Phone>,
    by_openid: HashMap<String, PhoneName>,
    codes: HashMap<String, Code>,
    tokens: VecDeque<Token>,
    /// How often a token was asked for: a client that keeps its token asks seldom.
    token_ask_count: u64,
}

impl World {
    /// With the phones that are known from the start; a name that is none is left out.
    pub(super) fn new(settings: SandboxSettings) -> Self {
        let known: Vec<PhoneName> = settings.phones.iter().filter_map(|name| name.parse().ok()).collect();
        let mut world = Self {
            settings,
            phones: BTreeMap::new(),
            by_openid: HashMap::new(),
            codes: HashMap::new(),
            tokens: VecDeque::new(),
            token_ask_count: 0,
        };
        for name in known {
            world.remember(&name);
        }
        world
    }

    /// A phone whose owner has tapped 允许 before.
    fn remember(&mut self, name: &PhoneName) {
        let credits: HashMap<_, _> =
            self.settings.templates.iter().map(|template| (template.id.clone(), self.settings.consents_at_start)).collect();
        if let Ok(phone) = self.phone(name) {
            phone.credits = credits;
        }
    }

    /// What `wx.login` gives on this phone.
    pub(super) fn mint_code(&mut self, phone: &PhoneName, now: Timestamp) -> Result<String, Refused> {
        self.phone(phone)?;
        self.codes.retain(|_, code| now - code.minted_at < CODE_MEMORY);
        let code = random_hex::<16>();
        self.codes.insert(code.clone(), Code { phone: phone.clone(), minted_at: now, use_count: 0 });
        Ok(code)
    }

    /// What the user's taps on 允许 give: `count` messages of this template.
    pub(super) fn consent(&mut self, phone: &PhoneName, template_id: &str, count: u32) -> Result<u32, Refused> {
        self.template(template_id).ok_or(Refused::UnknownTemplate)?;
        let credit = self.phone(phone)?.credits.entry(template_id.to_owned()).or_default();
        *credit = credit.saturating_add(count);
        Ok(*credit)
    }

    pub(super) fn token_ask_count(&self) -> u64 {
        self.token_ask_count
    }

    pub(super) fn phones(&self) -> impl Iterator<Item = (&PhoneName, usize)> {
        self.phones.iter().map(|(name, phone)| (name, phone.messages.len()))
    }

    pub(super) fn messages(&self, phone: &PhoneName) -> Result<&VecDeque<Received>, Refused> {
        self.phones.get(phone).map(|phone| &phone.messages).ok_or(Refused::UnknownPhone)
    }

    pub(super) fn login(&mut self, credentials: &Credentials<'_>, code: Option<&str>, now: Timestamp) -> Result<Session, Fault> {
        self.check_app(credentials)?;
        let code = self.codes.get_mut(code.ok_or(Fault::MissingCode)?).ok_or(Fault::CodeInvalid)?;
        if code.use_count > 0 {
            return Err(Fault::CodeUsed);
        }
        if now - code.minted_at >= CODE_LIFE {
            return Err(Fault::CodeInvalid);
        }
        code.use_count += 1;
        Ok(Session { openid: openid(&self.settings.appid, &code.phone), session_key: STANDARD.encode(rand::random::<[u8; 16]>()) })
    }

    /// The token and the seconds it still lives.
    pub(super) fn token(&mut self, credentials: &Credentials<'_>, refresh: Refresh, now: Timestamp) -> Result<(String, i64), Fault> {
        self.check_app(credentials)?;
        self.token_ask_count += 1;
        match refresh {
            Refresh::Forced => self.tokens.clear(),
            Refresh::Stable => {
                if let Some(token) = self.tokens.back().filter(|token| token.ends_at - TOKEN_OVERLAP > now) {
                    return Ok((token.value.clone(), (token.ends_at - now).num_seconds()));
                }
            }
        }
        let value = random_hex::<64>();
        self.tokens.push_back(Token { value: value.clone(), ends_at: now + TimeDelta::seconds(TOKEN_LIFE_SECS) });
        if self.tokens.len() > TOKENS_KEPT {
            self.tokens.pop_front();
        }
        Ok((value, TOKEN_LIFE_SECS))
    }

    pub(super) fn check_token(&self, token: Option<&str>, now: Timestamp) -> Result<(), Fault> {
        let token = token.ok_or(Fault::MissingToken)?;
        let known = self.tokens.iter().find(|known| known.value == token).ok_or(Fault::WrongToken)?;
        if known.ends_at <= now { Err(Fault::ExpiredToken) } else { Ok(()) }
    }

    pub(super) fn send(&mut self, message: Outgoing, now: Timestamp) -> Result<(), Fault> {
        let name = self.by_openid.get(&message.touser).ok_or(Fault::UnknownUser)?.clone();
        let template = self.template(&message.template_id).ok_or(Fault::UnknownTemplate)?.clone();
        if message.page.as_deref().is_some_and(|page| !self.is_page(page)) {
            return Err(Fault::UnknownPage);
        }
        check_data(&template, &message.data)?;
        let phone = self.phones.get_mut(&name).ok_or(Fault::UnknownUser)?;
        let credit = phone.credits.get_mut(&template.id).filter(|credit| **credit > 0).ok_or(Fault::NotAccepted)?;
        *credit -= 1;
        phone.messages.push_back(Received { template, page: message.page, data: message.data, at: now });
        if phone.messages.len() > MESSAGES_KEPT {
            phone.messages.pop_front();
        }
        Ok(())
    }

    fn check_app(&self, credentials: &Credentials<'_>) -> Result<(), Fault> {
        let appid = credentials.appid.ok_or(Fault::MissingAppid)?;
        let secret = credentials.secret.ok_or(Fault::MissingSecret)?;
        if appid != self.settings.appid {
            return Err(Fault::WrongAppid);
        }
        if secret == self.settings.secret.expose_secret() { Ok(()) } else { Err(Fault::WrongSecret) }
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
}

/// All keys of the template, no other, each with a value of its kind.
fn check_data(template: &Template, data: &BTreeMap<String, String>) -> Result<(), Fault> {
    let bad = |key: &str, fault| Fault::BadValue { key: key.to_owned(), fault };
    for key in template.keys.keys() {
        let value = data.get(key).ok_or_else(|| bad(key, ValueFault::Empty))?;
        let kind = Kind::of(key).ok_or_else(|| bad(key, ValueFault::Invalid))?;
        kind.check(value).map_err(|fault| bad(key, fault))?;
    }
    match data.keys().find(|key| !template.keys.contains_key(*key)) {
        Some(key) => Err(bad(key, ValueFault::Invalid)),
        None => Ok(()),
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
