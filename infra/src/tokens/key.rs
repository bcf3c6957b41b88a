//! The Ed25519 key behind the tokens, as a PKCS#8 PEM file (RFC 8410) that only its owner may read.
//! Invariant: a key file is written whole or not at all, and never over another; of two first starts at once, both use the same key.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};

const FILE_NAME: &str = "token.pem";
const OWNER_ONLY: u32 = 0o600;
const SEED_LEN: usize = 32;
/// The DER of a PKCS#8 v1 Ed25519 private key up to its 32-byte seed (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the token key {path} cannot be read or written")]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the token key is not an Ed25519 key in PKCS#8 PEM")]
    Malformed(#[source] jsonwebtoken::errors::Error),
}

pub(super) struct Pair {
    pub signing: EncodingKey,
    pub verifying: DecodingKey,
    /// The thumbprint of the public key (RFC 7638): tells keys apart once they rotate.
    pub id: String,
}

pub(super) fn parse(pem: &SecretString) -> Result<Pair, KeyError> {
    let signing = EncodingKey::from_ed_pem(pem.expose_secret().as_bytes()).map_err(KeyError::Malformed)?;
    let public = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).map_err(KeyError::Malformed)?;
    let verifying = DecodingKey::from_jwk(&public).map_err(KeyError::Malformed)?;
    let id = public.thumbprint(ThumbprintHash::SHA256).map_err(KeyError::Malformed)?;
    Ok(Pair { signing, verifying, id })
}

pub(super) fn load_or_create(dir: &Path) -> Result<SecretString, KeyError> {
    let path = dir.join(FILE_NAME);
    let read = match read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(dir, &path).and_then(|()| self::read(&path)),
        read => read,
    };
    read.map_err(|source| KeyError::File { path, source })
}

fn read(path: &Path) -> io::Result<SecretString> {
    let mut pem = String::new();
    File::open(path)?.read_to_string(&mut pem)?;
    Ok(pem.into())
}

/// Writes aside and links into place: a link never replaces a file, so whoever comes second keeps the first one's key.
fn create(dir: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let aside = dir.join(format!(".{FILE_NAME}.{}", uuid::Uuid::new_v4()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(&aside)?;
    let written = file.write_all(generate().expose_secret().as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| fs::hard_link(&aside, path));
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked.and_then(|()| File::open(dir)?.sync_all()),
    }
}

pub(super) fn generate() -> SecretString {
    let seed: [u8; SEED_LEN] = rand::random();
    let der = [PKCS8_PREFIX.as_slice(), &seed].concat();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der)).into()
}
