//! What a file is, by its first bytes. Sources: ISO 32000 (PDF), ITU-T T.81 (JPEG), RFC 2083 (PNG), RFC 9649 (WebP), ISO/IEC 23008-12 (HEIC).

use std::fmt;
use std::str::FromStr;

/// Enough for the longest signature.
pub(super) const SNIFF_LEN: usize = 12;
/// The brands under which phones write HEIC pictures.
const HEIC_BRANDS: [&[u8]; 6] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    Pdf,
    Jpeg,
    Png,
    Webp,
    Heic,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a media type that is kept here")]
pub struct UnknownMediaType;

impl MediaType {
    pub const ALL: [MediaType; 5] = [MediaType::Pdf, MediaType::Jpeg, MediaType::Png, MediaType::Webp, MediaType::Heic];

    pub(super) fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if HEIC_BRANDS.iter().any(|known| brand.starts_with(known)) => {
                Some(Self::Heic)
            }
            _ => None,
        }
    }

    /// The IANA name: for `Content-Type`, and to write down.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
        }
    }

    /// The file name's ending, without its dot.
    pub fn extension(&self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Heic => "heic",
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MediaType {
    type Err = UnknownMediaType;
    fn from_str(text: &str) -> Result<Self, UnknownMediaType> {
        Self::ALL.into_iter().find(|media| media.as_str() == text).ok_or(UnknownMediaType)
    }
}
