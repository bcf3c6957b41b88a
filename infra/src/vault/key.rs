//! Data keys: what columns, files and indexes are sealed under.

use std::fmt;

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Algorithm;
use super::cipher::Cipher;

/// The length of an index key, in bytes: that of the hash.
const INDEX_KEY_LEN: usize = 32;

/// Numbers the data keys of a district, from 1 up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u32);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a data key is for; it is used for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Seals columns.
    Column,
    /// Hashes what is looked up. There is one for good: a hash under another key would find nothing that is there.
    Index,
    /// Seals files.
    Object,
}

impl Purpose {
    pub const ALL: [Purpose; 3] = [Purpose::Column, Purpose::Index, Purpose::Object];
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Purpose::Column => "column",
            Purpose::Index => "index",
            Purpose::Object => "object",
        })
    }
}

/// A data key, unwrapped. `Debug` hides it, and it is erased with its last use.
pub struct DataKey {
    pub id: KeyId,
    pub purpose: Purpose,
    /// For an index key, whose algorithm is always HMAC-SHA256, that of its time.
    pub algorithm: Algorithm,
    pub created_at: Timestamp,
    pub(super) secret: Zeroizing<Vec<u8>>,
    /// None for an index key.
    pub(super) cipher: Option<Cipher>,
}

impl DataKey {
    /// A new key, by chance.
    pub fn generate(id: KeyId, purpose: Purpose, algorithm: Algorithm, created_at: Timestamp) -> Option<Self> {
        let secret: Zeroizing<[u8; INDEX_KEY_LEN]> = Zeroizing::new(rand::random());
        let length = secret_len(purpose, algorithm).min(secret.len());
        Self::new(id, purpose, algorithm, created_at, Zeroizing::new(secret.iter().copied().take(length).collect()))
    }

    /// None where the secret isn't of the right length.
    pub(super) fn new(
        id: KeyId,
        purpose: Purpose,
        algorithm: Algorithm,
        created_at: Timestamp,
        secret: Zeroizing<Vec<u8>>,
    ) -> Option<Self> {
        let cipher = match purpose {
            Purpose::Column | Purpose::Object => Some(Cipher::new(algorithm, &secret)?),
            Purpose::Index if secret.len() == INDEX_KEY_LEN => None,
            Purpose::Index => return None,
        };
        Some(Self { id, purpose, algorithm, created_at, secret, cipher })
    }
}

fn secret_len(purpose: Purpose, algorithm: Algorithm) -> usize {
    match purpose {
        Purpose::Column | Purpose::Object => algorithm.key_len(),
        Purpose::Index => INDEX_KEY_LEN,
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKey").field("id", &self.id).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}
