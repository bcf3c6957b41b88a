//! The master key. It wraps data keys and the keys that tokens are signed with, and nothing else; it is never in the database.

use std::fmt;
use std::str::FromStr;

use domain::ids::DistrictCode;
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::cell::labelled;
use super::cipher::{Cipher, NONCE_LEN, Nonce};
use super::{Algorithm, DataKey, KeyId, Purpose, VaultError};

const LEN: usize = 32;
const FINGERPRINT_LEN: usize = 8;
/// Of SHA-256, in bytes.
const HASH_BLOCK_LEN: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 64 hexadecimal digits")]
pub struct BadMasterKey;

/// 32 bytes. `Debug` hides them, and they are erased with the last use.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; LEN]>);

/// A data key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    pub id: KeyId,
    pub purpose: Purpose,
    pub algorithm: Algorithm,
    /// Nonce, ciphertext and tag.
    pub bytes: Vec<u8>,
    /// Tells master keys apart without saying anything of them.
    pub master: String,
    pub created_at: Timestamp,
}

impl MasterKey {
    pub fn generate() -> Self {
        Self(Zeroizing::new(rand::random()))
    }

    /// As a file holds it.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_slice()))
    }

    /// 16 hexadecimal digits that tell master keys apart.
    pub fn fingerprint(&self) -> String {
        let tag = self.mac("bianmin master key fingerprint 1");
        hex::encode(tag.get(..FINGERPRINT_LEN).unwrap_or_default())
    }

    pub fn wrap(&self, district: &DistrictCode, key: &DataKey) -> Result<Wrapped, VaultError> {
        Ok(Wrapped {
            id: key.id,
            purpose: key.purpose,
            algorithm: key.algorithm,
            bytes: self.seal(&place(district, key.id, key.purpose, key.algorithm), &key.secret)?,
            master: self.fingerprint(),
            created_at: key.created_at,
        })
    }

    /// `Forged` where another master key wrapped it, or anything about it was changed.
    pub fn unwrap(&self, district: &DistrictCode, wrapped: &Wrapped) -> Result<DataKey, VaultError> {
        let secret = self.open(&place(district, wrapped.id, wrapped.purpose, wrapped.algorithm), &wrapped.bytes)?;
        DataKey::new(wrapped.id, wrapped.purpose, wrapped.algorithm, wrapped.created_at, secret).ok_or(VaultError::Forged)
    }

    /// The seed of a signing key, as it is stored: nonce, ciphertext and tag, bound to the key's name.
    pub(crate) fn wrap_seed(&self, district: &DistrictCode, kid: &str, seed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.seal(&place_of_seed(district, kid), seed)
    }

    /// `Forged` where another master key wrapped it, or anything about it was changed.
    pub(crate) fn unwrap_seed(&self, district: &DistrictCode, kid: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.open(&place_of_seed(district, kid), wrapped)
    }

    /// Nonce, ciphertext and tag.
    fn seal(&self, place: &[u8], secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce: Nonce = rand::random();
        let sealed = self.cipher()?.seal(nonce, place, secret)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn open(&self, place: &[u8], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Short)?;
        Ok(Zeroizing::new(self.cipher()?.open(*nonce, place, sealed)?))
    }

    /// Both uses have a key of their own, derived from the master key.
    fn cipher(&self) -> Result<Cipher, VaultError> {
        let key = self.mac("bianmin wrapping key 1");
        Cipher::new(Algorithm::Aes256Gcm, key.as_slice()).ok_or(VaultError::NoKey(Purpose::Column))
    }

    /// What the master key makes of a label, by HMAC-SHA256.
    fn mac(&self, label: &str) -> Zeroizing<[u8; LEN]> {
        // A key shorter than the hash's block is filled up with zeros (RFC 2104); one of a block's length is always taken.
        let mut block = Zeroizing::new([0; HASH_BLOCK_LEN]);
        block.iter_mut().zip(self.0.iter()).for_each(|(to, from)| *to = *from);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(label.as_bytes());
        Zeroizing::new(mac.finalize().into_bytes().into())
    }
}

fn place(district: &DistrictCode, id: KeyId, purpose: Purpose, algorithm: Algorithm) -> Vec<u8> {
    labelled(["bianmin data key 1", district.as_str(), &id.to_string(), &purpose.to_string(), &algorithm.to_string()])
}

fn place_of_seed(district: &DistrictCode, kid: &str) -> Vec<u8> {
    labelled(["bianmin token key 1", district.as_str(), kid])
}

impl FromStr for MasterKey {
    type Err = BadMasterKey;
    fn from_str(text: &str) -> Result<Self, BadMasterKey> {
        let mut key = Zeroizing::new([0; LEN]);
        hex::decode_to_slice(text.trim(), key.as_mut_slice()).map_err(|_| BadMasterKey)?;
        Ok(Self(key))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(***)")
    }
}
