//! JSON bodies, read strictly: a fault names the field by its path. Limits: `limits.json_bytes_max`, `limits.body_secs`, `DEPTH_MAX`.
//! Strings with a NUL are refused here, since PostgreSQL can't keep them.

use std::collections::BTreeSet;
use std::fmt;
use std::io::ErrorKind;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::problem::Problem;

/// How deep lists and objects may stand in each other. The deepest shape of ours takes six.
pub const DEPTH_MAX: usize = 32;

/// Why a body can't be used.
#[derive(Debug, PartialEq, Eq)]
pub enum BodyFault {
    ContentType,
    TooLarge,
    /// It dribbles in.
    TooSlow,
    /// It broke off.
    Unread,
    Malformed {
        line: usize,
        column: usize,
    },
    TooDeep,
    ControlCharacter {
        field: String,
    },
    Shape {
        field: String,
        fault: ShapeFault,
    },
}

/// What is wrong with one field.
#[derive(Debug, PartialEq, Eq)]
pub enum ShapeFault {
    UnknownField,
    MissingField,
    WrongType,
    UnknownValue,
    TooLong { chars_max: usize },
    Blank,
    TooFew { entries_min: usize },
    TooMany { entries_max: usize },
    BadValue,
}

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read(request, payload);
        Box::pin(async move { Ok(Json(parse(&bytes.await?)?)) })
    }
}

/// The raw bytes of a JSON body.
pub fn read(request: &HttpRequest, payload: &mut Payload) -> impl Future<Output = Result<Bytes, BodyFault>> + use<> {
    let is_json = request.content_type() == "application/json";
    let announced = request.headers().contains_key(header::CONTENT_TYPE);
    let bytes = Bytes::from_request(request, payload);
    async move {
        let bytes = bytes.await.map_err(|error| error.as_error().map_or(BodyFault::Unread, fault_of))?;
        if is_json && announced { Ok(bytes) } else { Err(BodyFault::ContentType) }
    }
}

/// Why a body didn't come in whole.
pub fn fault_of(error: &PayloadError) -> BodyFault {
    match error {
        PayloadError::Overflow => BodyFault::TooLarge,
        PayloadError::Io(error) if error.kind() == ErrorKind::TimedOut => BodyFault::TooSlow,
        _broke_off => BodyFault::Unread,
    }
}

/// Whether lists and objects stand in each other deeper than `DEPTH_MAX`. It is counted before anything is built.
fn is_too_deep(json: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _part_of_a_value => {}
        }
        if depth > DEPTH_MAX {
            return true;
        }
    }
    false
}

/// Reads a body, and says which field is wrong.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BodyFault> {
    if is_too_deep(bytes) {
        return Err(BodyFault::TooDeep);
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|e| BodyFault::Malformed { line: e.line(), column: e.column() })?;
    if let Some(field) = control_character(&value, "") {
        return Err(BodyFault::ControlCharacter { field });
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let message = error.inner().to_string();
        let fault = shape_of(&message);
        BodyFault::Shape { field: place(&error.path().to_string(), &fault, &message), fault }
    })
}

/// serde names the parent of a field that is missing.
fn place(path: &str, fault: &ShapeFault, message: &str) -> String {
    let parent = if path == "." { "" } else { path };
    match (fault, quoted(message)) {
        (ShapeFault::MissingField, Some(name)) if parent.is_empty() => name.to_owned(),
        (ShapeFault::MissingField, Some(name)) => format!("{parent}.{name}"),
        _named_already => parent.to_owned(),
    }
}

/// The first name in backticks.
pub fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// What serde's message says: its beginnings are the only structure it has.
pub fn shape_of(message: &str) -> ShapeFault {
    let limit = |start| message.strip_prefix(start)?.split(' ').next()?.parse().ok();
    if let Some(chars_max) = limit(TOO_LONG) {
        return ShapeFault::TooLong { chars_max };
    }
    if let Some(entries_min) = limit(TOO_FEW) {
        return ShapeFault::TooFew { entries_min };
    }
    if let Some(entries_max) = limit(TOO_MANY) {
        return ShapeFault::TooMany { entries_max };
    }
    let known = [
        ("unknown field", ShapeFault::UnknownField),
        ("missing field", ShapeFault::MissingField),
        ("invalid type", ShapeFault::WrongType),
        ("unknown variant", ShapeFault::UnknownValue),
        (BLANK, ShapeFault::Blank),
    ];
    known.into_iter().find(|(start, _)| message.starts_with(start)).map_or(ShapeFault::BadValue, |(_, fault)| fault)
}

/// Where a string has a NUL, if one has.
fn control_character(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_owned()),
        Value::Array(items) => items.iter().enumerate().find_map(|(n, item)| control_character(item, &format!("{path}[{n}]"))),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if name.contains('\0') { Some(path.to_owned()) } else { control_character(value, &inner) }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

const TOO_LONG: &str = "text longer than ";
const BLANK: &str = "blank text";
const TOO_FEW: &str = "fewer than ";
const TOO_MANY: &str = "more than ";

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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Letter {
        to: Vec<Address>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Address {
        street: Text<4>,
        number: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
    }

    fn fault(body: &str) -> BodyFault {
        parse::<Letter>(body.as_bytes()).unwrap_err()
    }

    fn shape(field: &str, fault: ShapeFault) -> BodyFault {
        BodyFault::Shape { field: field.into(), fault }
    }

    #[test]
    fn a_well_formed_body_is_read() {
        assert!(parse::<Letter>(r#"{"to": [{"street": " 人民路 ", "number": 1}], "kind": "plain"}"#.as_bytes()).is_ok());
    }

    #[test]
    fn broken_json_is_told_by_line_and_column() {
        assert_eq!(fault("{\n\"to\" 1}"), BodyFault::Malformed { line: 2, column: 6 });
    }

    #[test]
    fn each_fault_names_its_field() {
        assert_eq!(fault(r#"{"to": [], "from": 1}"#), shape("from", ShapeFault::UnknownField));
        assert_eq!(fault(r#"{"to": [{"street": "a"}]}"#), shape("to[0].number", ShapeFault::MissingField));
        assert_eq!(fault("{}"), shape("to", ShapeFault::MissingField));
        assert_eq!(fault(r#"{"to": [{"street": "a", "number": "x"}]}"#), shape("to[0].number", ShapeFault::WrongType));
        assert_eq!(
            fault(r#"{"to": [{"street": "一二三四五", "number": 1}]}"#),
            shape("to[0].street", ShapeFault::TooLong { chars_max: 4 })
        );
        assert_eq!(fault(r#"{"to": [{"street": "  ", "number": 1}]}"#), shape("to[0].street", ShapeFault::Blank));
        assert_eq!(fault(r#"{"to": [], "kind": "fancy"}"#), shape("kind", ShapeFault::UnknownValue));
        assert_eq!(fault(r#"{"to": [{"street": "a", "number": -1}]}"#), shape("to[0].number", ShapeFault::BadValue));
        assert_eq!(fault("5"), shape("", ShapeFault::WrongType));
    }

    #[test]
    fn what_stands_too_deep_is_refused_before_it_is_read_and_brackets_in_a_text_are_text() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!is_too_deep(nested(DEPTH_MAX).as_bytes()));
        assert_eq!(fault(&nested(DEPTH_MAX + 1)), BodyFault::TooDeep);
        assert_eq!(fault(&"{\"a\":".repeat(100_000)), BodyFault::TooDeep);
        assert_eq!(
            fault(&format!(r#"{{"to": [], "\"{}": 1}}"#, "[".repeat(100))),
            shape(&format!("\"{}", "[".repeat(100)), ShapeFault::UnknownField)
        );
        assert!(!is_too_deep("[],".repeat(1000).as_bytes()));
    }

    #[test]
    fn a_nul_is_refused_wherever_it_hides() {
        let hidden = r#"{"to": [{"street": "a\u0000b", "number": 1}]}"#;
        assert_eq!(fault(hidden), BodyFault::ControlCharacter { field: "to[0].street".into() });
    }
}
