//! The user's phone number, for the code that the button `getPhoneNumber` gave (`/wxa/business/getuserphonenumber`). It is another
//! code than that of `wx.login`, and works once as well: it is never sent again by itself.

use std::fmt;

use domain::time::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::answer::{self, CallError, Refusal};
use super::call::Repeat;
use super::codes::Duty;
use super::login::is_code;
use super::watermark::Watermark;
use super::{Endpoint, Openid, Wechat, lenient};

/// A phone number that WeChat has verified. It is personal data: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    /// `86` for the mainland.
    pub country_code: String,
    /// Without the country code.
    pub number: String,
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(..)")
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// Wrong, too old, used already, of another app or user, or no code of this button: the user taps it again.
    #[error("the phone code is not valid any more")]
    CodeInvalid,
    /// The answer is marked for another app, or is not fresh: not to be believed.
    #[error("wechat's answer is not meant for us")]
    NotForUs,
    #[error("no more phone numbers are given out for now")]
    TooOften,
    #[error("wechat does not accept this service")]
    Misconfigured(#[source] Refusal),
    #[error("wechat does not answer as it should")]
    Unavailable(#[source] CallError),
}

#[derive(Deserialize)]
struct Answer {
    phone_info: PhoneInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInfo {
    #[serde(deserialize_with = "lenient::text")]
    pure_phone_number: String,
    #[serde(deserialize_with = "lenient::text")]
    country_code: String,
    watermark: Watermark,
}

impl Wechat {
    /// The number that `code` stands for; with `openid`, only if that user tapped the button.
    pub async fn phone_number(&self, code: &str, openid: Option<&Openid>, now: Timestamp) -> Result<PhoneNumber, PhoneError> {
        if !is_code(code) {
            return Err(PhoneError::CodeInvalid);
        }
        let body = match openid {
            Some(openid) => json!({ "code": code, "openid": openid.as_str() }),
            None => json!({ "code": code }),
        };
        let answer: Answer = self.post((Endpoint::Phone, Repeat::Never), &body, answer::json, now).await?;
        answer.phone_info.checked(&self.settings.appid, now)
    }
}

impl PhoneInfo {
    fn checked(self, appid: &str, now: Timestamp) -> Result<PhoneNumber, PhoneError> {
        if !self.watermark.is_of(appid) || !self.watermark.is_fresh(now) {
            return Err(PhoneError::NotForUs);
        }
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(&self.pure_phone_number) || !is_digits(&self.country_code) {
            return Err(PhoneError::Unavailable(CallError::Unreadable));
        }
        Ok(PhoneNumber { country_code: self.country_code, number: self.pure_phone_number })
    }
}

impl From<CallError> for PhoneError {
    fn from(error: CallError) -> Self {
        let refusal = match error {
            CallError::Refused(refusal) => refusal,
            CallError::Halted { .. } => return Self::TooOften,
            error => return Self::Unavailable(error),
        };
        match refusal.duty {
            Duty::NewCode | Duty::Unbind => Self::CodeInvalid,
            Duty::SlowDown | Duty::StopForToday => Self::TooOften,
            Duty::MendSettings | Duty::MendOurCall | Duty::Degrade | Duty::RenewToken => Self::Misconfigured(refusal),
            _not_of_this_call_or_busy => Self::Unavailable(refusal.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const NOW: i64 = 1_788_235_200;

    fn checked(country_code: Value, appid: &str, timestamp: Value) -> Result<PhoneNumber, PhoneError> {
        let body = json!({ "errcode": 0, "errmsg": "ok", "phone_info": {
            "phoneNumber": "+8613800138000", "purePhoneNumber": "13800138000", "countryCode": country_code,
            "watermark": { "timestamp": timestamp, "appid": appid }
        }});
        let answer: Answer = answer::json(Endpoint::Phone, body.to_string().as_bytes())?;
        answer.phone_info.checked("wx1", Timestamp::from_timestamp(NOW, 0).unwrap())
    }

    #[test]
    fn a_country_code_is_a_number_or_a_text() {
        let expected = PhoneNumber { country_code: "86".to_owned(), number: "13800138000".to_owned() };
        for code in [json!(86), json!("86")] {
            assert_eq!(checked(code, "wx1", json!(NOW)).unwrap(), expected);
        }
        assert_eq!(format!("{expected:?}"), "PhoneNumber(..)");
    }

    #[test]
    fn a_number_marked_for_another_app_or_long_ago_is_not_believed() {
        assert!(matches!(checked(json!(86), "wx2", json!(NOW)), Err(PhoneError::NotForUs)));
        assert!(matches!(checked(json!(86), "wx1", json!(NOW - 301)), Err(PhoneError::NotForUs)));
        assert!(matches!(checked(json!(86), "wx1", json!(NOW + 301)), Err(PhoneError::NotForUs)));
        assert!(checked(json!(86), "wx1", json!((NOW - 300).to_string())).is_ok());
        assert!(matches!(checked(json!("+86"), "wx1", json!(NOW)), Err(PhoneError::Unavailable(_))));
    }
}
