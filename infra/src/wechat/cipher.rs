//! AES-CBC as WeChat uses it: 128 bits for what a phone sends, 256 bits for what is pushed.
//! Padding is PKCS#7, to 16 bytes or (pushes) to 32, and done here, since no library pads beyond a cipher's own block.
//! Errors: one, whatever is wrong: what differs in its answers tells whoever asks often enough the plain text.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use aes::{Aes128, Aes256};
use subtle::{Choice, ConstantTimeEq, ConstantTimeLess};

const CIPHER_BLOCK: usize = 16;

/// It doesn't open: a wrong key, a changed text, a wrong padding. Never more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it does not open")]
pub struct NotOpened;

/// What is padded to: a multiple of this many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PadTo {
    Sixteen,
    ThirtyTwo,
}

impl PadTo {
    fn bytes(self) -> u8 {
        match self {
            Self::Sixteen => 16,
            Self::ThirtyTwo => 32,
        }
    }

    fn pad(self, plain: &mut Vec<u8>) {
        let block = self.bytes();
        let over = u8::try_from(plain.len() % usize::from(block)).unwrap_or_default();
        let pad = block - over;
        plain.extend(std::iter::repeat_n(pad, usize::from(pad)));
    }

    /// Looks at as many bytes whatever they are.
    fn unpad(self, plain: &mut Vec<u8>) -> Result<(), NotOpened> {
        let pad = *plain.last().ok_or(NotOpened)?;
        let tail = plain.len().checked_sub(usize::from(self.bytes())).and_then(|start| plain.get(start..)).unwrap_or(plain);
        let mut sound = !pad.ct_eq(&0) & pad.ct_lt(&(self.bytes() + 1));
        for (back, byte) in (0_u8..).zip(tail.iter().rev()) {
            sound &= !back.ct_lt(&pad) | byte.ct_eq(&pad);
        }
        let keep = plain.len().checked_sub(usize::from(pad));
        match keep.filter(|_| bool::from(sound & Choice::from(1))) {
            Some(keep) => {
                plain.truncate(keep);
                Ok(())
            }
            None => Err(NotOpened),
        }
    }
}

pub(super) fn decrypt_128(key: &[u8], iv: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
    let cipher = cbc::Decryptor::<Aes128>::new_from_slices(key, iv).map_err(|_| NotOpened)?;
    opened(cipher, sealed, PadTo::Sixteen)
}

pub(super) fn encrypt_128(key: &[u8], iv: &[u8], plain: &[u8]) -> Result<Vec<u8>, NotOpened> {
    let cipher = cbc::Encryptor::<Aes128>::new_from_slices(key, iv).map_err(|_| NotOpened)?;
    sealed(cipher, plain, PadTo::Sixteen)
}

pub(super) fn decrypt_256(key: &[u8; 32], sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(key, iv_of(key)).map_err(|_| NotOpened)?;
    opened(cipher, sealed, PadTo::ThirtyTwo)
}

pub(super) fn encrypt_256(key: &[u8; 32], plain: &[u8]) -> Result<Vec<u8>, NotOpened> {
    let cipher = cbc::Encryptor::<Aes256>::new_from_slices(key, iv_of(key)).map_err(|_| NotOpened)?;
    sealed(cipher, plain, PadTo::ThirtyTwo)
}

/// Pushes take the first half of their key for it.
fn iv_of(key: &[u8; 32]) -> &[u8] {
    key.split_at(CIPHER_BLOCK).0
}

fn opened(cipher: impl BlockModeDecrypt, sealed: &[u8], pad_to: PadTo) -> Result<Vec<u8>, NotOpened> {
    let mut plain = sealed.to_vec();
    cipher.decrypt_padded::<NoPadding>(&mut plain).map_err(|_| NotOpened)?;
    pad_to.unpad(&mut plain)?;
    Ok(plain)
}

fn sealed(cipher: impl BlockModeEncrypt, plain: &[u8], pad_to: PadTo) -> Result<Vec<u8>, NotOpened> {
    let mut padded = plain.to_vec();
    pad_to.pad(&mut padded);
    let length = padded.len();
    cipher.encrypt_padded::<NoPadding>(&mut padded, length).map_err(|_| NotOpened)?;
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn what_was_sealed_opens_whatever_its_length() {
        for length in 0..100 {
            let plain = vec![b'a'; length];
            let short = encrypt_128(&[1; 16], &[2; 16], &plain).unwrap();
            assert_eq!((short.len() % 16, decrypt_128(&[1; 16], &[2; 16], &short).unwrap()), (0, plain.clone()));
            let long = encrypt_256(&KEY, &plain).unwrap();
            assert_eq!((long.len() % 32, decrypt_256(&KEY, &long).unwrap()), (0, plain));
        }
    }

    #[test]
    fn a_padding_is_one_to_its_block_and_all_of_one_byte() {
        let unpadded = |bytes: &[u8], pad_to: PadTo| {
            let mut plain = bytes.to_vec();
            pad_to.unpad(&mut plain).map(|()| plain)
        };
        let good = [b"0123456789abcde".as_slice(), &[1]].concat();
        assert_eq!(unpadded(&good, PadTo::Sixteen).unwrap(), b"0123456789abcde");
        assert_eq!(unpadded(&[32; 32], PadTo::ThirtyTwo).unwrap(), b"");
        let wrong: [&[u8]; 6] = [&[0; 16], &[17; 32], &[1, 2, 3, 3], &[2], &[], &[16; 15]];
        for bytes in wrong {
            assert_eq!(unpadded(bytes, PadTo::Sixteen), Err(NotOpened), "{bytes:?}");
        }
        assert_eq!(unpadded(&[33; 64], PadTo::ThirtyTwo), Err(NotOpened));
    }

    #[test]
    fn whatever_is_wrong_is_told_alike() {
        let sealed = encrypt_128(&[1; 16], &[2; 16], b"plain").unwrap();
        let tries = [
            decrypt_128(&[9; 16], &[2; 16], &sealed),
            decrypt_128(&[1; 15], &[2; 16], &sealed),
            decrypt_128(&[1; 16], &[2; 3], &sealed),
            decrypt_128(&[1; 16], &[2; 16], &sealed[..15]),
            decrypt_128(&[1; 16], &[2; 16], b""),
        ];
        for tried in tries {
            assert_eq!(tried.unwrap_err().to_string(), "it does not open");
        }
    }
}
