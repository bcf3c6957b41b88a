//! Pages: `limit` (1 to 100, default 20) and an opaque `cursor` in, `{items, total, next_cursor}` out.
//! A cursor is the key of the last entry seen, so that a page doesn't shift when entries come and go.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

const LIMIT_DEFAULT: u16 = 20;
const LIMIT_MAX: u16 = 100;

/// A cursor that we didn't give out.
#[derive(Debug, PartialEq, Eq)]
pub struct BadCursor;

/// How many entries a page has at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    pub fn get(self) -> usize {
        usize::from(self.0)
    }
}

impl From<Limit> for u64 {
    fn from(limit: Limit) -> u64 {
        limit.0.into()
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(LIMIT_DEFAULT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = u16::deserialize(deserializer)?;
        if (1..=LIMIT_MAX).contains(&limit) { Ok(Self(limit)) } else { Err(D::Error::custom("limit is out of range")) }
    }
}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1))
            .maximum(Some(LIMIT_MAX))
            .default(Some(LIMIT_DEFAULT.into()))
            .into()
    }
}

impl ToSchema for Limit {}

/// Where the next page begins: after this key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    pub fn after(key: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(key))
    }

    /// The key of the last entry that was seen.
    pub fn key(&self) -> Result<String, BadCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| BadCursor)?;
        let key = String::from_utf8(bytes).map_err(|_| BadCursor)?;
        if key.contains('\0') { Err(BadCursor) } else { Ok(key) }
    }
}

impl PartialSchema for Cursor {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).max_length(Some(400)).into()
    }
}

impl ToSchema for Cursor {}

/// One page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: u64,
    /// Give it back as `cursor` for the next page; none on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The page of a sequence that is wholly in memory, in its own order. `key` is unique to each entry.
    /// A cursor whose entry has gone answers an empty page.
    pub fn of<U>(
        all: &[U],
        key: impl Fn(&U) -> String,
        cursor: Option<&Cursor>,
        limit: Limit,
        view: impl Fn(&U) -> T,
    ) -> Result<Self, BadCursor> {
        let start = match cursor {
            None => 0,
            Some(cursor) => {
                let seen = cursor.key()?;
                all.iter().position(|entry| key(entry) == seen).map_or(all.len(), |at| at + 1)
            }
        };
        let rest = all.get(start..).unwrap_or_default();
        let shown = rest.get(..limit.get()).unwrap_or(rest);
        let more = rest.len() > shown.len();
        let next_cursor = shown.last().filter(|_| more).map(|last| Cursor::after(&key(last)).0);
        Ok(Self { items: shown.iter().map(view).collect(), total: u64::try_from(all.len()).unwrap_or(u64::MAX), next_cursor })
    }

    /// The page of entries that the store has cut already; `next` is the key of the last one where more follow.
    pub fn cut(items: Vec<T>, total: u64, next: Option<&str>) -> Self {
        Self { items, total, next_cursor: next.map(|key| Cursor::after(key).0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(cursor: Option<&str>) -> Page<u8> {
        let cursor = cursor.map(|text| Cursor(text.to_owned()));
        Page::of(&[1u8, 2, 3], u8::to_string, cursor.as_ref(), Limit(2), |n| *n).unwrap()
    }

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let first = page(None);
        assert_eq!((first.items, first.total), (vec![1, 2], 3));
        let second = page(first.next_cursor.as_deref());
        assert_eq!((second.items, second.next_cursor), (vec![3], None));
    }

    #[test]
    fn a_cursor_of_an_entry_that_went_away_ends_the_walk() {
        assert_eq!(page(Some(&Cursor::after("9").0)).items, Vec::<u8>::new());
    }

    #[test]
    fn a_made_up_cursor_is_refused() {
        assert_eq!(Cursor("%%".into()).key(), Err(BadCursor));
    }

    #[test]
    fn a_limit_outside_one_to_a_hundred_is_refused() {
        assert!(serde_json::from_str::<Limit>("0").is_err() && serde_json::from_str::<Limit>("101").is_err());
        assert_eq!(serde_json::from_str::<Limit>("100").unwrap(), Limit(100));
    }
}
