//! Secrets that are handed out once and kept by digest alone: 256 bits by chance, so that nobody guesses one, and a fast hash is enough.

use sha2::{Digest, Sha256};

pub fn made() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

pub fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
