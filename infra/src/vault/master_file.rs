//! The file that holds the master key: 64 hexadecimal digits, readable by its owner alone.

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{BadMasterKey, MasterKey};
use crate::private_file;

#[derive(Debug, thiserror::Error)]
pub enum MasterFileError {
    #[error("the master key's file {path} cannot be read or written")]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the master key's file {path} holds no master key")]
    Malformed {
        path: PathBuf,
        #[source]
        source: BadMasterKey,
    },
}

pub fn load(path: &Path) -> Result<MasterKey, MasterFileError> {
    let text = private_file::read(path).map_err(|source| MasterFileError::File { path: path.to_owned(), source })?;
    Zeroizing::new(text).parse().map_err(|source| MasterFileError::Malformed { path: path.to_owned(), source })
}

/// The key in the file; where there is none, a new one, which is there before this returns. Of two who come at once, both get the same key.
pub fn load_or_create(path: &Path) -> Result<MasterKey, MasterFileError> {
    match load(path) {
        Err(MasterFileError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            let key = format!("{}\n", MasterKey::generate().to_hex().as_str());
            private_file::create(path, Zeroizing::new(key).as_bytes())
                .map_err(|source| MasterFileError::File { path: path.to_owned(), source })?;
            load(path)
        }
        loaded => loaded,
    }
}
