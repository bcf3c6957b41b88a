//! What is remembered of a sign-in while the browser is at the provider. In the memory that instances share it lies sealed under the state,
//! which the browser has and the memory has not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::vault::{Algorithm, Cipher, NONCE_LEN};

/// Stands for what the key is used for.
const PURPOSE: &[u8] = b"bianmin: a sign-in at the identity provider, 1";

/// What is remembered between the two steps, for ten minutes at most, under the state that the browser brings back.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    pub(super) nonce: String,
    pub(super) verifier: String,
}

impl Pending {
    /// As it may lie where others read. None where nothing can be sealed.
    pub fn sealed(&self, state: &str) -> Option<String> {
        let plain = Zeroizing::new(serde_json::to_vec(self).ok()?);
        let nonce: [u8; NONCE_LEN] = rand::random();
        let sealed = cipher(state)?.seal(nonce, PURPOSE, &plain).ok()?;
        Some(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// None where it wasn't sealed under this state.
    pub fn opened(state: &str, sealed: &str) -> Option<Self> {
        let sealed = STANDARD.decode(sealed).ok()?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let plain = Zeroizing::new(cipher(state)?.open(*nonce, PURPOSE, sealed).ok()?);
        serde_json::from_slice(&plain).ok()
    }
}

/// A state has 256 bits by chance: a fast hash is enough.
fn cipher(state: &str) -> Option<Cipher> {
    let key = Zeroizing::new(<[u8; 32]>::from(Sha256::new_with_prefix(PURPOSE).chain_update(state).finalize()));
    Cipher::new(Algorithm::Aes256Gcm, key.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_opens_with_its_state_alone() {
        let pending = Pending { nonce: "n-1".to_owned(), verifier: "v-1".to_owned() };
        let sealed = pending.sealed("state").unwrap();
        assert!(!sealed.contains("v-1"));
        let opened = Pending::opened("state", &sealed).unwrap();
        assert_eq!((opened.nonce, opened.verifier), (pending.nonce, pending.verifier));
        assert!(Pending::opened("other", &sealed).is_none() && Pending::opened("state", "no base64!").is_none());
    }
}
