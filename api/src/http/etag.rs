//! ETags: who edits says which content they saw, in `If-Match`; another's edit in between is then never overwritten unseen.
//! A tag is the version of what is edited, or a digest of it where it has none of its own.

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::future::{Ready, ready};

use super::problem::Problem;

#[derive(Debug, PartialEq, Eq)]
pub enum IfMatchFault {
    Missing,
    Malformed,
    /// Somebody else changed the content in between.
    Stale,
}

/// A strong entity tag, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    pub fn of_version(version: impl Into<u64>) -> Self {
        Self(version.into().to_string())
    }

    /// The tag of content that has no version.
    pub fn of_content(content: &impl Serialize) -> Self {
        let bytes = serde_json::to_vec(content).unwrap_or_default();
        Self(hex::encode(Sha256::digest(bytes)).chars().take(32).collect())
    }

    /// The version that the tag stands for.
    pub fn version<T: std::str::FromStr>(&self) -> Result<T, IfMatchFault> {
        self.0.parse().map_err(|_| IfMatchFault::Malformed)
    }

    /// Ends the edit if what is there isn't what was seen.
    pub fn require(&self, current: &ETag) -> Result<(), IfMatchFault> {
        if self == current { Ok(()) } else { Err(IfMatchFault::Stale) }
    }

    /// An answer that carries the tag of its content.
    pub fn ok(&self, content: &impl Serialize) -> HttpResponse {
        HttpResponse::Ok().insert_header((header::ETAG, self.header())).json(content)
    }

    fn header(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

/// The tag of the content that the editor saw.
#[derive(Debug)]
pub struct IfMatch(pub ETag);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.headers().get(header::IF_MATCH)).map(IfMatch).map_err(Problem::from))
    }
}

fn read(value: Option<&HeaderValue>) -> Result<ETag, IfMatchFault> {
    let text = value.ok_or(IfMatchFault::Missing)?.to_str().map_err(|_| IfMatchFault::Malformed)?;
    let tag = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(IfMatchFault::Malformed)?;
    let valid = (1..=64).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    if valid { Ok(ETag(tag.to_owned())) } else { Err(IfMatchFault::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_out_is_read_back() {
        let tag = ETag::of_version(7u32);
        let header = HeaderValue::from_str(&tag.header()).unwrap();
        assert_eq!(read(Some(&header)).unwrap().version(), Ok(7u32));
    }

    #[test]
    fn a_missing_a_weak_and_a_wildcard_tag_are_refused() {
        assert_eq!(read(None), Err(IfMatchFault::Missing));
        for other in ["W/\"7\"", "*", "7", "\"\""] {
            assert_eq!(read(Some(&HeaderValue::from_static(other))), Err(IfMatchFault::Malformed), "{other}");
        }
    }

    #[test]
    fn another_edit_in_between_is_noticed() {
        let (seen, now) = (ETag::of_content(&"old"), ETag::of_content(&"new"));
        assert_eq!(seen.require(&now), Err(IfMatchFault::Stale));
        assert_eq!(seen.require(&seen.clone()), Ok(()));
    }
}
