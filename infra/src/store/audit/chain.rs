//! The hash that binds an entry to the one before it.
//!
//! Over a canonical encoding: a fixed name, then every column in its order, each with its length before it, so that no two rows
//! encode alike; an empty column is another thing than an empty text. The hash is written as `algorithm:hexadecimal`, so that a
//! chain may go on with another algorithm. Sources: FIPS 180-4 (SHA-256), GB/T 32905 (SM3).

use serde::{Deserialize, Serialize};
use sha2::Digest;

/// How new entries are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditHash {
    #[default]
    Sha256,
    Sm3,
}

impl AuditHash {
    fn word(self) -> &'static str {
        match self {
            AuditHash::Sha256 => "sha256",
            AuditHash::Sm3 => "sm3",
        }
    }

    /// The algorithm that a written hash names.
    pub fn of(hash: &str) -> Option<Self> {
        let (word, _) = hash.split_once(':')?;
        [AuditHash::Sha256, AuditHash::Sm3].into_iter().find(|algorithm| algorithm.word() == word)
    }

    pub fn over(self, encoding: &Encoding) -> String {
        let digest = match self {
            AuditHash::Sha256 => hex::encode(sha2::Sha256::digest(&encoding.0)),
            AuditHash::Sm3 => hex::encode(sm3::Sm3::digest(&encoding.0)),
        };
        format!("{}:{digest}", self.word())
    }
}

/// Columns, one after another.
#[derive(Debug)]
pub struct Encoding(Vec<u8>);

const NAME: &str = "bianmin audit 1";
const EMPTY: u8 = 0;
const FILLED: u8 = 1;

impl Encoding {
    pub fn new() -> Self {
        let mut encoding = Self(Vec::with_capacity(512));
        encoding.put(NAME);
        encoding
    }

    pub fn put(&mut self, column: &str) {
        self.0.push(FILLED);
        self.0.extend(u64::try_from(column.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.extend(column.as_bytes());
    }

    pub fn put_any<T: ToString>(&mut self, column: Option<T>) {
        match column {
            Some(column) => self.put(&column.to_string()),
            None => self.0.push(EMPTY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(algorithm: AuditHash, columns: &[Option<&str>]) -> String {
        let mut encoding = Encoding::new();
        columns.iter().for_each(|column| encoding.put_any(*column));
        algorithm.over(&encoding)
    }

    /// The examples of FIPS 180-4 (NIST, Example Algorithms: SHA-256) and of GB/T 32905-2016, appendices A.1 and A.2.
    #[test]
    fn the_algorithms_are_those_of_their_standards() {
        let over = |algorithm: AuditHash, text: &str| algorithm.over(&Encoding(text.as_bytes().to_vec()));
        let two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        let values = [
            (AuditHash::Sha256, "abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (AuditHash::Sha256, two_blocks, "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
            (AuditHash::Sm3, "abc", "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            (AuditHash::Sm3, &"abcd".repeat(16), "sm3:debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        ];
        for (algorithm, text, hash) in values {
            assert_eq!(over(algorithm, text), hash, "{text}");
        }
    }

    #[test]
    fn no_two_rows_encode_alike() {
        let alike = [[Some("ab"), Some("c")], [Some("a"), Some("bc")], [Some("abc"), Some("")], [Some("abc"), None], [None, Some("abc")]];
        let hashes: std::collections::BTreeSet<_> = alike.iter().map(|columns| hash(AuditHash::Sha256, columns)).collect();
        assert_eq!(hashes.len(), alike.len());
    }

    #[test]
    fn a_hash_names_its_algorithm() {
        for algorithm in [AuditHash::Sha256, AuditHash::Sm3] {
            assert_eq!(AuditHash::of(&hash(algorithm, &[])), Some(algorithm));
        }
        assert_eq!((AuditHash::of(""), AuditHash::of("md5:00")), (None, None));
    }
}
