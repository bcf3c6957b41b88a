//! Sealed files: a header, then segments of 64 KiB, each sealed for itself, so that a file of any size streams both ways.
//!
//! The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
//! Misuse-Resistance, 2015): a segment's nonce counts it and says whether it is the last, so that none can be left out, doubled,
//! moved, or cut off at the end. Each file has a key of its own, derived from the data key and the salt in the header; all segments
//! are bound to the header and the object key, so that no file opens in another's place.
//! Layout: magic (4) | data key's id (4) | salt (32) | segments (ciphertext and tag of 16). An empty file has one empty segment.

use bytes::{Buf, Bytes, BytesMut};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::cell::labelled;
use super::cipher::{Cipher, NONCE_LEN, Nonce, TAG_LEN};
use super::{KeyId, Purpose, Ring, VaultError};

const MAGIC: [u8; 4] = *b"BMF1";
const SALT_LEN: usize = 32;
/// Of plain text in one segment.
pub(super) const SEGMENT_LEN: usize = 64 * 1024;
const SEALED_SEGMENT_LEN: usize = SEGMENT_LEN + TAG_LEN;
pub(crate) const HEADER_LEN: usize = MAGIC.len() + size_of::<u32>() + SALT_LEN;

/// What stands before the segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileHeader {
    pub key: KeyId,
    salt: [u8; SALT_LEN],
}

impl FileHeader {
    pub fn parse(bytes: &[u8; HEADER_LEN]) -> Result<Self, VaultError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(VaultError::Forged)?;
        let (key, salt) = rest.split_first_chunk().ok_or(VaultError::Short)?;
        let salt = salt.try_into().map_err(|_| VaultError::Short)?;
        Ok(Self { key: KeyId(u32::from_be_bytes(*key)), salt })
    }

    fn bytes(&self) -> Vec<u8> {
        [MAGIC.as_slice(), &self.key.0.to_be_bytes(), &self.salt].concat()
    }
}

/// How long the file is that a sealed one of `stored` bytes holds.
pub(crate) fn plain_size(stored: u64) -> Result<u64, VaultError> {
    let (header, segment, tag) = (HEADER_LEN as u64, SEALED_SEGMENT_LEN as u64, TAG_LEN as u64);
    let segments = stored.checked_sub(header).ok_or(VaultError::Short)?;
    segments.checked_sub(segments.div_ceil(segment).max(1) * tag).ok_or(VaultError::Short)
}

/// Whether more segments follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Within,
    Last,
}

/// The file's own key, with what its segments are bound to.
struct FileCipher {
    cipher: Cipher,
    place: Vec<u8>,
    count: u32,
}

impl FileCipher {
    fn new(ring: &Ring, header: &FileHeader, object: &str) -> Result<Self, VaultError> {
        let key = ring.key(header.key, Purpose::Object)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key.secret).map_err(|_| VaultError::NoKey(Purpose::Object))?;
        mac.update(&labelled(["bianmin file key 1", &key.algorithm.to_string()]));
        mac.update(&header.salt);
        let secret = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
        let secret = secret.get(..key.algorithm.key_len()).unwrap_or_default();
        let cipher = Cipher::new(key.algorithm, secret).ok_or(VaultError::NoKey(Purpose::Object))?;
        let place = [labelled(["bianmin file 1", object]), header.bytes()].concat();
        Ok(Self { cipher, place, count: 0 })
    }

    fn seal(&mut self, position: Position, segment: &[u8]) -> Result<Bytes, VaultError> {
        let nonce = self.next_nonce(position)?;
        self.cipher.seal(nonce, &self.place, segment).map(Bytes::from)
    }

    fn open(&mut self, position: Position, segment: &[u8]) -> Result<Bytes, VaultError> {
        let nonce = self.next_nonce(position)?;
        self.cipher.open(nonce, &self.place, segment).map(Bytes::from)
    }

    fn next_nonce(&mut self, position: Position) -> Result<Nonce, VaultError> {
        let mut nonce = [0; NONCE_LEN];
        let [.., a, b, c, d, last] = &mut nonce;
        [*a, *b, *c, *d] = self.count.to_be_bytes();
        *last = u8::from(position == Position::Last);
        self.count = self.count.checked_add(1).ok_or(VaultError::TooLong)?;
        Ok(nonce)
    }
}

/// A file on its way in.
pub(crate) struct SealingFile {
    cipher: FileCipher,
    held: BytesMut,
}

impl SealingFile {
    /// The file under the ring's current key, and its header, which goes first.
    pub fn begin(ring: &Ring, object: &str) -> Result<(Self, Bytes), VaultError> {
        let header = FileHeader { key: ring.current(Purpose::Object)?.id, salt: rand::random() };
        let cipher = FileCipher::new(ring, &header, object)?;
        Ok((Self { cipher, held: BytesMut::new() }, header.bytes().into()))
    }

    /// What is full of segments now. A full one is held back until more comes: it may be the last.
    pub fn push(&mut self, plain: &[u8]) -> Result<Vec<Bytes>, VaultError> {
        self.held.extend_from_slice(plain);
        let mut sealed = Vec::new();
        while self.held.len() > SEGMENT_LEN {
            let segment = self.held.split_to(SEGMENT_LEN);
            sealed.push(self.cipher.seal(Position::Within, &segment)?);
        }
        Ok(sealed)
    }

    pub fn finish(mut self) -> Result<Bytes, VaultError> {
        self.cipher.seal(Position::Last, &self.held)
    }
}

/// A file on its way out, from its first byte. What it gives has been authenticated; that nothing is missing at the end is known
/// when `finish` says so.
pub(crate) struct OpeningFile {
    cipher: FileCipher,
    held: BytesMut,
}

impl OpeningFile {
    /// `UnknownKey` where the ring hasn't the file's key.
    pub fn begin(ring: &Ring, object: &str, header: &FileHeader) -> Result<Self, VaultError> {
        Ok(Self { cipher: FileCipher::new(ring, header, object)?, held: BytesMut::new() })
    }

    pub fn push(&mut self, sealed: impl Buf) -> Result<Vec<Bytes>, VaultError> {
        bytes::BufMut::put(&mut self.held, sealed);
        let mut plain = Vec::new();
        while self.held.len() > SEALED_SEGMENT_LEN {
            let segment = self.held.split_to(SEALED_SEGMENT_LEN);
            plain.push(self.cipher.open(Position::Within, &segment)?);
        }
        Ok(plain)
    }

    /// The last segment. `Truncated` where what came last is whole and isn't the last.
    pub fn finish(mut self) -> Result<Bytes, VaultError> {
        let count = self.cipher.count;
        match self.cipher.open(Position::Last, &self.held) {
            Err(VaultError::Forged) => {
                self.cipher.count = count;
                let is_whole = self.cipher.open(Position::Within, &self.held).is_ok();
                Err(if is_whole { VaultError::Truncated } else { VaultError::Forged })
            }
            last => last,
        }
    }
}
