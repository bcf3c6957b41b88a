//! One Ed25519 key pair (RFC 8032), made from a seed of 32 bytes, and named by the thumbprint of its public half (RFC 7638).

use std::fmt;

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use zeroize::Zeroizing;

const SEED_LEN: usize = 32;
/// The DER of a PKCS#8 v1 Ed25519 private key up to its 32-byte seed (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// Of a thumbprint: 32 bytes in base64url.
const KID_LEN: usize = 43;

/// It never quotes the key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("it is no seed of an Ed25519 key")]
    Malformed,
    #[error("no key pair can be made of it")]
    Unusable(#[source] jsonwebtoken::errors::Error),
}

/// Ready to sign and to verify. `Debug` shows its name alone, and the seed is erased with its last use.
pub struct Pair {
    /// Tells keys apart: the thumbprint of the public key.
    pub kid: String,
    /// The public key, as a JWK holds it.
    pub x: String,
    pub(crate) seed: Zeroizing<[u8; SEED_LEN]>,
    pub(super) signing: EncodingKey,
    pub(super) verifying: DecodingKey,
}

impl Pair {
    /// A new one, by chance.
    pub fn generate() -> Result<Self, KeyError> {
        Self::of(Zeroizing::new(rand::random()))
    }

    pub(crate) fn of_seed(seed: &[u8]) -> Result<Self, KeyError> {
        Self::of(Zeroizing::new(seed.try_into().map_err(|_| KeyError::Malformed)?))
    }

    fn of(seed: Zeroizing<[u8; SEED_LEN]>) -> Result<Self, KeyError> {
        let der = Zeroizing::new([PKCS8_PREFIX.as_slice(), seed.as_slice()].concat());
        let signing = EncodingKey::from_ed_der(&der);
        let public = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).map_err(KeyError::Unusable)?;
        let verifying = DecodingKey::from_jwk(&public).map_err(KeyError::Unusable)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256).map_err(KeyError::Unusable)?;
        let AlgorithmParameters::OctetKeyPair(parameters) = public.algorithm else { return Err(KeyError::Malformed) };
        Ok(Self { kid, x: parameters.x, seed, signing, verifying })
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pair").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Whether a name may be that of a key at all.
pub(super) fn is_kid(text: &str) -> bool {
    text.len() == KID_LEN && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
