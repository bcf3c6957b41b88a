//! The data keys of a district, ready for use.

use std::collections::BTreeMap;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::cell::labelled;
use super::cipher::{Cipher, NONCE_LEN, Nonce};
use super::{Cell, Column, DataKey, KeyId, Purpose, VaultError};

const KEY_ID_LEN: usize = 4;

/// Immutable: a new key makes a new ring. The newest key of a purpose seals, all of them open.
#[derive(Debug, Default)]
pub struct Ring {
    keys: BTreeMap<KeyId, Arc<DataKey>>,
}

impl Ring {
    pub fn new(keys: impl IntoIterator<Item = Arc<DataKey>>) -> Self {
        Self { keys: keys.into_iter().map(|key| (key.id, key)).collect() }
    }

    /// By id, oldest first.
    pub fn keys(&self) -> impl Iterator<Item = &Arc<DataKey>> {
        self.keys.values()
    }

    /// What is sealed now is sealed under this key.
    pub fn current(&self, purpose: Purpose) -> Result<&DataKey, VaultError> {
        self.keys.values().rev().find(|key| key.purpose == purpose).map(Arc::as_ref).ok_or(VaultError::NoKey(purpose))
    }

    pub(super) fn key(&self, id: KeyId, purpose: Purpose) -> Result<&DataKey, VaultError> {
        self.keys.get(&id).filter(|key| key.purpose == purpose).map(Arc::as_ref).ok_or(VaultError::UnknownKey(id))
    }

    pub fn seal(&self, cell: Cell<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = self.current(Purpose::Column)?;
        let nonce: Nonce = rand::random();
        let sealed = cipher_of(key)?.seal(nonce, &cell.bytes(), plain)?;
        Ok([key.id.0.to_be_bytes().as_slice(), &nonce, &sealed].concat())
    }

    pub fn open(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (_, rest) = sealed.split_first_chunk::<KEY_ID_LEN>().ok_or(VaultError::Short)?;
        let key = self.key(sealed_under(sealed)?, Purpose::Column)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Short)?;
        Ok(Zeroizing::new(cipher_of(key)?.open(*nonce, &cell.bytes(), text)?))
    }

    /// The blind index of a value: the same for the same value in the same column, and nothing else can be told from it.
    pub fn index(&self, column: Column, value: &str) -> Result<Vec<u8>, VaultError> {
        let key = self.current(Purpose::Index)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key.secret).map_err(|_| VaultError::NoKey(Purpose::Index))?;
        mac.update(&labelled(["bianmin index 1", column.table, column.column, value]));
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

/// The key that a value names.
pub fn sealed_under(sealed: &[u8]) -> Result<KeyId, VaultError> {
    sealed.first_chunk::<KEY_ID_LEN>().map(|id| KeyId(u32::from_be_bytes(*id))).ok_or(VaultError::Short)
}

fn cipher_of(key: &DataKey) -> Result<&Cipher, VaultError> {
    key.cipher.as_ref().ok_or(VaultError::NoKey(key.purpose))
}
