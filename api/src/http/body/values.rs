//! Lists, sets and texts of a limited length. What they say of a fault is read again by [`super::shape_of`].

use std::collections::BTreeSet;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{BLANK, TOO_FEW, TOO_LONG, TOO_MANY};

/// Reads a list of `MIN` to `MAX` entries: for `deserialize_with`.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>, const MIN: usize, const MAX: usize>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let entries = Vec::deserialize(deserializer)?;
    if entries.len() < MIN {
        Err(D::Error::custom(format!("{TOO_FEW}{MIN} entries")))
    } else if entries.len() > MAX {
        Err(D::Error::custom(format!("{TOO_MANY}{MAX} entries")))
    } else {
        Ok(entries)
    }
}

/// Reads a set of at most `MAX` entries: for `deserialize_with`.
pub fn set<'de, D: Deserializer<'de>, T: Deserialize<'de> + Ord, const MAX: usize>(deserializer: D) -> Result<BTreeSet<T>, D::Error> {
    list::<_, _, 0, MAX>(deserializer).map(BTreeSet::from_iter)
}

/// `set`, where it may be left out.
pub fn set_if_any<'de, D: Deserializer<'de>, T: Deserialize<'de> + Ord, const MAX: usize>(
    deserializer: D,
) -> Result<Option<BTreeSet<T>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "T: Deserialize<'de> + Ord"))]
    struct Entries<T: Ord, const MAX: usize>(#[serde(deserialize_with = "set::<_, _, MAX>")] BTreeSet<T>);
    Ok(Option::<Entries<T, MAX>>::deserialize(deserializer)?.map(|Entries(set)| set))
}

/// `list`, where it may be left out.
pub fn list_if_any<'de, D: Deserializer<'de>, T: Deserialize<'de>, const MAX: usize>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "T: Deserialize<'de>"))]
    struct Entries<T, const MAX: usize>(#[serde(deserialize_with = "list::<_, _, 0, MAX>")] Vec<T>);
    Ok(Option::<Entries<T, MAX>>::deserialize(deserializer)?.map(|Entries(list)| list))
}

/// Reads a whole number from `MIN` to `MAX`: for `deserialize_with`.
pub fn whole<'de, D: Deserializer<'de>, T: TryFrom<u16>, const MIN: u16, const MAX: u16>(deserializer: D) -> Result<T, D::Error> {
    let number = u16::deserialize(deserializer)?;
    let within = (MIN..=MAX).contains(&number).then(|| T::try_from(number).ok()).flatten();
    within.ok_or_else(|| D::Error::custom(format!("not from {MIN} to {MAX}")))
}

/// `whole`, where it may be left out.
pub fn whole_if_any<'de, D: Deserializer<'de>, T: TryFrom<u16>, const MIN: u16, const MAX: u16>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "T: TryFrom<u16>"))]
    struct Number<T, const MIN: u16, const MAX: u16>(#[serde(deserialize_with = "whole::<_, _, MIN, MAX>")] T)
    where
        T: TryFrom<u16>;
    Ok(Option::<Number<T, MIN, MAX>>::deserialize(deserializer)?.map(|Number(number)| number))
}

/// A text of 1 to `MAX` characters, without blanks around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// One that was checked when it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let text = text.trim();
        if text.is_empty() {
            Err(D::Error::custom(BLANK))
        } else if text.chars().nth(MAX).is_some() {
            Err(D::Error::custom(format!("{TOO_LONG}{MAX} characters")))
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl<const MAX: usize> PartialSchema for Text<MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(MAX)).into()
    }
}

impl<const MAX: usize> ToSchema for Text<MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Text{MAX}").into()
    }
}
