//! The Ed25519 key behind the tokens, as a PKCS#8 PEM file (RFC 8410) that only its owner may read.
//! Invariant: of two first starts at once, both use the same key.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};

use crate::private_file;

const FILE_NAME: &str = "token.pem";
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
    let read = match private_file::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            private_file::create(&path, generate().expose_secret().as_bytes()).and_then(|()| private_file::read(&path))
        }
        read => read,
    };
    read.map(SecretString::from).map_err(|source| KeyError::File { path, source })
}

pub(super) fn generate() -> SecretString {
    let seed: [u8; SEED_LEN] = rand::random();
    let der = [PKCS8_PREFIX.as_slice(), &seed].concat();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der)).into()
}
