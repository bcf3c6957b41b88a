//! Codes of `wx.login` and of the phone button, and the session keys that logins give.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use domain::time::Timestamp;
use infra::wechat::{Endpoint, encrypt_as_a_phone, session_signature};
use serde_json::{Value, json};

use super::{Credentials, PhoneName, Refused, World, random_hex};
use crate::sandbox::refusal::Refusal;

const CODE_LIFE: TimeDelta = TimeDelta::minutes(5);
/// How long a used code is still known as used.
const CODE_MEMORY: TimeDelta = TimeDelta::minutes(10);

#[derive(Default)]
pub(super) struct Codes {
    login: HashMap<String, Code<()>>,
    phone: HashMap<String, Code<String>>,
    phone_answers: u64,
}

/// What a code is for: nothing more than its user, or a number.
struct Code<T> {
    user: PhoneName,
    about: T,
    minted_at: Timestamp,
    is_used: bool,
}

pub(in crate::sandbox) struct Session {
    pub openid: String,
    pub session_key: String,
}

/// What a phone hands over about its user.
pub(in crate::sandbox) struct FromPhone {
    pub encrypted_data: String,
    pub iv: String,
}

fn mint<T>(codes: &mut HashMap<String, Code<T>>, user: &PhoneName, about: T, now: Timestamp) -> String {
    codes.retain(|_, code| now - code.minted_at < CODE_MEMORY);
    let code = random_hex::<16>();
    codes.insert(code.clone(), Code { user: user.clone(), about, minted_at: now, is_used: false });
    code
}

fn look_up<'a, T>(codes: &'a mut HashMap<String, Code<T>>, code: &str, now: Timestamp) -> Result<&'a mut Code<T>, Refusal> {
    let code = codes.get_mut(code).ok_or(Refusal::CodeInvalid)?;
    match code.is_used {
        true => Err(Refusal::CodeUsed),
        false if now - code.minted_at >= CODE_LIFE => Err(Refusal::CodeInvalid),
        false => Ok(code),
    }
}

impl World {
    /// What `wx.login` gives on this phone.
    pub(in crate::sandbox) fn mint_login_code(&mut self, user: &PhoneName, now: Timestamp) -> Result<String, Refused> {
        self.phone(user)?;
        Ok(mint(&mut self.codes.login, user, (), now))
    }

    /// What the button `getPhoneNumber` gives on this phone.
    pub(in crate::sandbox) fn mint_phone_code(&mut self, user: &PhoneName, number: &str, now: Timestamp) -> Result<String, Refused> {
        self.phone(user)?;
        Ok(mint(&mut self.codes.phone, user, number.to_owned(), now))
    }

    pub(in crate::sandbox) fn login(
        &mut self,
        credentials: &Credentials<'_>,
        code: Option<&str>,
        now: Timestamp,
    ) -> Result<Session, Refusal> {
        self.check_app(credentials)?;
        let code = look_up(&mut self.codes.login, code.ok_or(Refusal::MissingCode)?, now)?;
        let user = code.user.clone();
        if self.phones.get(&user).is_some_and(|phone| phone.is_high_risk) {
            return Err(Refusal::HighRiskUser);
        }
        let quota = self.settings.quotas.get(Endpoint::Login.path()).copied().unwrap_or_default();
        self.quotas.take(&format!("login {user}"), quota, now)?;
        code.is_used = true;
        let (openid, every) = (self.openid_of(&user), self.settings.session_key_every.max(1));
        let phone = self.phone_of_mut(&openid)?;
        if phone.login_count.is_multiple_of(every) {
            phone.session_key = None;
        }
        phone.login_count = phone.login_count.saturating_add(1);
        phone.last_login = Some(now);
        let session_key = phone.session_key.get_or_insert_with(new_session_key).clone();
        Ok(Session { openid, session_key })
    }

    /// WeChat's answer about the number, its country code now a number, now a text.
    pub(in crate::sandbox) fn phone_number(&mut self, code: &str, openid: Option<&str>, now: Timestamp) -> Result<Value, Refusal> {
        let appid = self.settings.appid.clone();
        let code = look_up(&mut self.codes.phone, code, now)?;
        let is_own = openid.is_none_or(|openid| openid == super::openid(&appid, &code.user));
        if !is_own {
            return Err(Refusal::CodeInvalid);
        }
        code.is_used = true;
        let number = code.about.clone();
        self.codes.phone_answers += 1;
        let country_code = if self.codes.phone_answers % 2 == 1 { json!(86) } else { json!("86") };
        Ok(json!({ "errcode": 0, "errmsg": "ok", "phone_info": {
            "phoneNumber": number, "purePhoneNumber": number, "countryCode": country_code,
            "watermark": { "timestamp": now.timestamp(), "appid": appid }
        }}))
    }

    pub(in crate::sandbox) fn check_session(&self, openid: &str, signature: &str) -> Result<(), Refusal> {
        let key = self.phone_of(openid)?.session_key.as_deref().ok_or(Refusal::BadSignature)?;
        if session_signature(&key.into(), b"") == signature { Ok(()) } else { Err(Refusal::BadSignature) }
    }

    pub(in crate::sandbox) fn reset_session(&mut self, openid: &str, signature: &str) -> Result<Session, Refusal> {
        self.check_session(openid, signature)?;
        let session_key = new_session_key();
        self.phone_of_mut(openid)?.session_key = Some(session_key.clone());
        Ok(Session { openid: openid.to_owned(), session_key })
    }

    /// `data` as the phone encrypts it under its current session key, with WeChat's mark in it.
    pub(in crate::sandbox) fn encrypted(&self, user: &PhoneName, mut data: Value, now: Timestamp) -> Result<FromPhone, Refused> {
        let key = self.phones.get(user).ok_or(Refused::UnknownPhone)?.session_key.as_deref().ok_or(Refused::NoSession)?;
        if let Some(data) = data.as_object_mut() {
            data.insert("watermark".to_owned(), json!({ "timestamp": now.timestamp(), "appid": self.settings.appid }));
        }
        let iv: [u8; 16] = rand::random();
        let encrypted_data = encrypt_as_a_phone(&key.into(), data.to_string().as_bytes(), iv).map_err(|_| Refused::NoSession)?;
        Ok(FromPhone { encrypted_data, iv: STANDARD.encode(iv) })
    }
}

fn new_session_key() -> String {
    STANDARD.encode(rand::random::<[u8; 16]>())
}
