//! What instances share of WeChat lies sealed in their common memory: tokens and session keys are secrets, openids are personal.
//! The key comes from the app's secret, which every instance has and the memory has not; what is sealed is bound to where it lies.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::shared::Shared;
use crate::vault::{Algorithm, Cipher, NONCE_LEN};

/// Stands for what the key is used for; a change of what is sealed changes it, and what lies there is then as if lost.
const PURPOSE: &[u8] = b"bianmin: what instances share of wechat, 1";

pub(super) struct Sealing(Option<Cipher>);

impl Sealing {
    pub(super) fn of(secret: &SecretString) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok();
        let key = mac.map(|mac| Zeroizing::new(<[u8; 32]>::from(mac.chain_update(PURPOSE).finalize().into_bytes())));
        Self(key.and_then(|key| Cipher::new(Algorithm::Aes256Gcm, key.as_slice())))
    }

    pub(super) async fn keep(&self, shared: &Shared, key: &str, value: &impl Serialize, ttl: Duration) {
        if let Some(sealed) = self.seal(key, value) {
            shared.set(key, &sealed, ttl).await;
        }
    }

    /// The value, and the text that it lies there as.
    pub(super) async fn find<T: DeserializeOwned>(&self, shared: &Shared, key: &str) -> Option<(T, String)> {
        let sealed = shared.get(key).await?;
        self.open(key, &sealed).map(|value| (value, sealed))
    }

    fn seal(&self, key: &str, value: &impl Serialize) -> Option<String> {
        let plain = Zeroizing::new(serde_json::to_vec(value).ok()?);
        let nonce: [u8; NONCE_LEN] = rand::random();
        let sealed = self.0.as_ref()?.seal(nonce, key.as_bytes(), &plain).ok()?;
        Some(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    fn open<T: DeserializeOwned>(&self, key: &str, sealed: &str) -> Option<T> {
        let sealed = STANDARD.decode(sealed).ok()?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let plain = Zeroizing::new(self.0.as_ref()?.open(*nonce, key.as_bytes(), sealed).ok()?);
        serde_json::from_slice(&plain).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_secret_at_the_same_place_alone() {
        let ours = Sealing::of(&"secret".into());
        let sealed = ours.seal("here", &"o0q0otL8aEzpcZL").unwrap();
        assert!(!sealed.contains("o0q0"));
        assert_eq!(ours.open::<String>("here", &sealed).as_deref(), Some("o0q0otL8aEzpcZL"));
        assert_eq!(Sealing::of(&"secret".into()).open::<String>("here", &sealed).as_deref(), Some("o0q0otL8aEzpcZL"));
        assert_eq!(ours.open::<String>("there", &sealed), None);
        assert_eq!(Sealing::of(&"other".into()).open::<String>("here", &sealed), None);
        assert_eq!(ours.open::<String>("here", "no base64!"), None);
        assert_ne!(ours.seal("here", &"o0q0otL8aEzpcZL"), ours.seal("here", &"o0q0otL8aEzpcZL"));
    }
}
