//! What a phone hands over about its user: encrypted under the session key (`encryptedData`), or signed with it (`rawData`, session
//! signatures). Errors: one; the way out of a stale session key is to sign in again.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::cipher::{self, NotOpened};
use super::watermark::Watermark;
use super::{Session, Wechat};

impl Session {
    /// Whether the phone signed exactly this text: `hex(SHA1(rawData + session_key))`, over its bytes as they came.
    pub fn signed_raw_data(&self, raw_data: &str, signature: &str) -> bool {
        let digest = Sha1::new().chain_update(raw_data).chain_update(self.session_key.expose_secret()).finalize();
        bool::from(hex::encode(digest).as_bytes().ct_eq(signature.as_bytes()))
    }
}

impl Wechat {
    /// Opens `encryptedData`: it must be of this app and not older than five minutes at `now`.
    pub fn decrypt<T: DeserializeOwned>(&self, session: &Session, (data, iv): (&str, &str), now: Timestamp) -> Result<T, NotOpened> {
        let plain = open(&session.session_key, data, iv)?;
        let marked: Value = serde_json::from_slice(&plain).map_err(|_| NotOpened)?;
        let watermark: Watermark = serde_json::from_value(marked.get("watermark").cloned().unwrap_or_default()).map_err(|_| NotOpened)?;
        if !watermark.is_of(&self.settings.appid) || !watermark.is_fresh(now) {
            return Err(NotOpened);
        }
        serde_json::from_value(marked).map_err(|_| NotOpened)
    }
}

fn open(session_key: &SecretString, data: &str, iv: &str) -> Result<Vec<u8>, NotOpened> {
    let decoded = |text: &str| STANDARD.decode(text).map_err(|_| NotOpened);
    cipher::decrypt_128(&decoded(session_key.expose_secret())?, &decoded(iv)?, &decoded(data)?)
}

/// What the phone would do: for who stands in for it. The key and the result are Base64.
pub fn encrypt_as_a_phone(session_key: &SecretString, plain: &[u8], iv: [u8; 16]) -> Result<String, NotOpened> {
    let key = STANDARD.decode(session_key.expose_secret()).map_err(|_| NotOpened)?;
    cipher::encrypt_128(&key, &iv, plain).map(|sealed| STANDARD.encode(sealed))
}

/// `hex(HMAC-SHA256(key, message))`; the key is the text of the session key as it is, not decoded.
pub fn session_signature(session_key: &SecretString, message: &[u8]) -> String {
    match Hmac::<Sha256>::new_from_slice(session_key.expose_secret().as_bytes()) {
        Ok(mac) => hex::encode(mac.chain_update(message).finalize().into_bytes()),
        // An HMAC takes keys of any length.
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::shared::Shared;
    use crate::wechat::WechatSettings;

    const APPID: &str = "wx4f4bc4dec97d474b";
    const SESSION_KEY: &str = "tiihtNczf5v6AKRyjwEUhQ==";
    const IV: &str = "r7BXXKkLb8qrSNn05n0qiA==";
    const DATA: &str = "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew==";
    const PLAIN: &str = r#"{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0","unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA","watermark":{"timestamp":1477314187,"appid":"wx4f4bc4dec97d474b"}}"#;
    const ENCRYPTED_AT: i64 = 1_477_314_187;

    fn wechat(appid: &str) -> Wechat {
        let settings: WechatSettings = serde_json::from_value(serde_json::json!({ "appid": appid, "secret": "s" })).unwrap();
        Wechat::new(settings, Shared::in_process()).unwrap()
    }

    fn session(key: &str) -> Session {
        Session { openid: "oGZUI0egBJY1zhBYw2KhdUfwVJJE".parse().unwrap(), unionid: None, session_key: key.into() }
    }

    fn at(secs: i64) -> Timestamp {
        DateTime::from_timestamp(secs, 0).unwrap()
    }

    #[test]
    fn the_published_vector_of_encrypted_data_opens() {
        let opened: Value = wechat(APPID).decrypt(&session(SESSION_KEY), (DATA, IV), at(ENCRYPTED_AT)).unwrap();
        assert_eq!(opened, serde_json::from_str::<Value>(PLAIN).unwrap());
        assert_eq!(open(&SESSION_KEY.into(), DATA, IV).unwrap(), PLAIN.as_bytes());
    }

    #[test]
    fn what_a_stand_in_encrypts_is_what_the_phone_encrypts() {
        let iv: [u8; 16] = STANDARD.decode(IV).unwrap().try_into().unwrap();
        assert_eq!(encrypt_as_a_phone(&SESSION_KEY.into(), PLAIN.as_bytes(), iv).unwrap(), DATA);
    }

    #[test]
    fn of_another_app_too_old_or_under_another_key_it_does_not_open_and_the_answer_is_the_same() {
        let tried = |appid, key, data: &str, secs| wechat(appid).decrypt::<Value>(&session(key), (data, IV), at(secs));
        let cut = DATA.split_at(DATA.len() - 4).0;
        for tried in [
            tried("wx0000000000000000", SESSION_KEY, DATA, ENCRYPTED_AT),
            tried(APPID, SESSION_KEY, DATA, ENCRYPTED_AT + 301),
            tried(APPID, SESSION_KEY, DATA, ENCRYPTED_AT - 301),
            tried(APPID, "HyVFkGl5F5OQWJZZaNzBBg==", DATA, ENCRYPTED_AT),
            tried(APPID, "no base64!", DATA, ENCRYPTED_AT),
            tried(APPID, SESSION_KEY, cut, ENCRYPTED_AT),
        ] {
            assert_eq!(tried.unwrap_err(), NotOpened);
        }
        assert!(tried(APPID, SESSION_KEY, DATA, ENCRYPTED_AT + 300).is_ok());
    }

    #[test]
    fn the_published_vector_of_raw_data_is_signed() {
        let raw_data = r#"{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}"#;
        let (session, signature) = (session("HyVFkGl5F5OQWJZZaNzBBg=="), "75e81ceda165f4ffa64f4068af58c64b8f54b88c");
        assert!(session.signed_raw_data(raw_data, signature));
        assert!(!session.signed_raw_data(&format!("{raw_data} "), signature));
        assert!(!session.signed_raw_data(raw_data, "") && !session.signed_raw_data(raw_data, "75e8"));
    }

    #[test]
    fn the_published_vectors_of_the_session_signature_hold() {
        let key = "o0q0otL8aEzpcZL/FT9WsQ==".into();
        assert_eq!(session_signature(&key, br#"{"foo":"bar"}"#), "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b");
        assert_eq!(session_signature(&key, b""), "46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128");
    }
}
