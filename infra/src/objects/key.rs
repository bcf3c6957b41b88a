//! Where an object lies. A key is a relative path of plain segments: it can name nothing outside its store.

use std::fmt;
use std::str::FromStr;

use domain::ids::{DistrictCode, DocumentId, UploadId};

const SEGMENTS_MAX: usize = 8;
const LEN_MAX: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectKey(object_store::path::Path);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the object key is not a path of plain segments")]
pub struct BadKey;

impl ObjectKey {
    pub fn upload(district: &DistrictCode, upload: UploadId) -> Self {
        Self(object_store::path::Path::from(format!("{district}/uploads/{upload}")))
    }

    pub fn document(district: &DistrictCode, document: DocumentId) -> Self {
        Self(object_store::path::Path::from(format!("{district}/documents/{document}")))
    }

    pub(super) fn path(&self) -> &object_store::path::Path {
        &self.0
    }
}

impl FromStr for ObjectKey {
    type Err = BadKey;
    fn from_str(text: &str) -> Result<Self, BadKey> {
        let plain = text.len() <= LEN_MAX && text.split('/').count() <= SEGMENTS_MAX && text.split('/').all(is_plain);
        if !plain {
            return Err(BadKey);
        }
        object_store::path::Path::parse(text).map(Self).map_err(|_| BadKey)
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Letters, digits, `-`, `_` and `.`, and not a dot first: no `..`, no hidden file.
fn is_plain(segment: &str) -> bool {
    !segment.is_empty()
        && !segment.starts_with('.')
        && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_being_written_down() {
        let key = ObjectKey::upload(&"511499".parse().unwrap(), UploadId::new(uuid::Uuid::from_u128(1)));
        assert_eq!(key.to_string(), "511499/uploads/00000000-0000-0000-0000-000000000001");
        assert_eq!(key.to_string().parse(), Ok(key));
    }

    #[test]
    fn no_key_leads_out_of_the_store() {
        let long = "x".repeat(LEN_MAX + 1);
        for text in ["", "/etc/passwd", "a/../b", "..", "a//b", "a/", ".hidden", "a\\b", "a/%2e%2e/b", "a\0b", "身份证", &long] {
            assert_eq!(text.parse::<ObjectKey>(), Err(BadKey), "{text:?}");
        }
    }
}
