//! Encryption at rest: data keys under a master key (envelope), and what is sealed under them: columns, files, blind indexes.
//!
//! A sealed column is `key id (4) | nonce (12) | ciphertext and tag`, bound to its district, table, column and row: a value that
//! was changed, or moved to another row or column, doesn't open. A sealed file is a row of segments bound to its object key.
//! An index of a value is a keyed hash, for exact look-up without opening anything.
//! Invariants: a key is used for one purpose; keys under either algorithm open side by side; no key is ever printed; this module
//! does no input or output but reading the file of the master key (`master_file`). A key is good for 2^32 values (NIST SP 800-38D,
//! random nonces of 96 bits): rotate long before that.
//! Sources: NIST SP 800-38D (GCM), GB/T 32907 (SM4), RFC 8998 (SM4-GCM), RFC 2104 (HMAC).

mod cell;
mod cipher;
mod key;
mod master;
mod master_file;
mod ring;
mod segments;
#[cfg(test)]
mod tests;

pub use cell::{Cell, Column, RowId};
pub use cipher::Algorithm;
pub(crate) use cipher::{Cipher, NONCE_LEN};
pub use key::{DataKey, KeyId, Purpose};
pub use master::{BadMasterKey, MasterKey, Wrapped};
pub use master_file::{MasterFileError, load, load_or_create};
pub use ring::{Ring, sealed_under};
pub(crate) use segments::{FileHeader, HEADER_LEN, OpeningFile, SealingFile, plain_size};

/// Why something can't be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("there is no {0} key to seal with")]
    NoKey(Purpose),
    #[error("it is sealed under the key {0}, which isn't known")]
    UnknownKey(KeyId),
    #[error("it is too short to be a sealed value")]
    Short,
    #[error("it was changed, or belongs elsewhere")]
    Forged,
    #[error("it ends before its last segment")]
    Truncated,
    #[error("it has more segments than can be counted")]
    TooLong,
}
