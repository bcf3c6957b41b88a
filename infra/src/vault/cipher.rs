//! The two ciphers, behind one face: a key, a nonce and what is authenticated beside the text.

use std::fmt;

use aes_gcm::aead::array::Array;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, AesGcm};
use serde::{Deserialize, Serialize};
use sm4::Sm4;

use super::VaultError;

pub(crate) const NONCE_LEN: usize = 12;
pub(super) const TAG_LEN: usize = 16;

pub(crate) type Nonce = [u8; NONCE_LEN];
type Sm4Gcm = AesGcm<Sm4, U12>;

/// How new keys seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Algorithm {
    #[default]
    #[serde(rename = "aes_256_gcm")]
    Aes256Gcm,
    /// The national algorithm (国密), GB/T 32907 in the mode of RFC 8998.
    #[serde(rename = "sm4_gcm")]
    Sm4Gcm,
}

impl Algorithm {
    /// Of a key, in bytes.
    pub fn key_len(self) -> usize {
        match self {
            Algorithm::Aes256Gcm => 32,
            Algorithm::Sm4Gcm => 16,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Algorithm::Aes256Gcm => "aes_256_gcm",
            Algorithm::Sm4Gcm => "sm4_gcm",
        })
    }
}

/// A key made ready. The expanded keys erase themselves.
pub(crate) enum Cipher {
    Aes(Box<Aes256Gcm>),
    Sm4(Box<Sm4Gcm>),
}

impl Cipher {
    /// None where `key` isn't of the algorithm's length.
    pub fn new(algorithm: Algorithm, key: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::Aes256Gcm => Aes256Gcm::new_from_slice(key).ok().map(|cipher| Self::Aes(Box::new(cipher))),
            Algorithm::Sm4Gcm => Sm4Gcm::new_from_slice(key).ok().map(|cipher| Self::Sm4(Box::new(cipher))),
        }
    }

    /// Ciphertext and tag. A nonce is used once under a key.
    pub fn seal(&self, nonce: Nonce, aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, payload) = (Array(nonce), Payload { msg, aad });
        let sealed = match self {
            Self::Aes(cipher) => cipher.encrypt(&nonce, payload),
            Self::Sm4(cipher) => cipher.encrypt(&nonce, payload),
        };
        sealed.map_err(|_| VaultError::TooLong)
    }

    pub fn open(&self, nonce: Nonce, aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, payload) = (Array(nonce), Payload { msg, aad });
        let opened = match self {
            Self::Aes(cipher) => cipher.decrypt(&nonce, payload),
            Self::Sm4(cipher) => cipher.decrypt(&nonce, payload),
        };
        opened.map_err(|_| VaultError::Forged)
    }
}
