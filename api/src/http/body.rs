//! JSON bodies, read strictly: a fault names the field by its path. Limits: `limits.json_bytes_max`, `limits.body_secs`, `DEPTH_MAX`.
//! Strings with a NUL are refused here, since PostgreSQL can't keep them.

mod values;

use std::io::ErrorKind;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use super::problem::Problem;

pub use values::*;

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
    let bytes = read_whatever(request, payload);
    async move {
        let bytes = bytes.await?;
        if is_json && announced { Ok(bytes) } else { Err(BodyFault::ContentType) }
    }
}

/// The raw bytes of a body, of whatever type it is said to be.
pub fn read_whatever(request: &HttpRequest, payload: &mut Payload) -> impl Future<Output = Result<Bytes, BodyFault>> + use<> {
    let bytes = Bytes::from_request(request, payload);
    async move { bytes.await.map_err(|error| error.as_error().map_or(BodyFault::Unread, fault_of)) }
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
    serde_path_to_error::deserialize(&value).map_err(|error| {
        let message = error.inner().to_string();
        let fault = shape_of(&message);
        let place = place(&error.path().to_string(), &fault, &message);
        let inner = if fault == ShapeFault::MissingField { None } else { field_at_fault::<T>(&value, error.path(), &message) };
        let field = inner.map_or_else(|| place.clone(), |inner| format!("{place}.{inner}"));
        BodyFault::Shape { field, fault }
    })
}

/// serde reads an object of one kind among several as a whole, and names the object alone: the field at fault is the one without
/// which the fault is another. Those before it are in order, so that it is soon found.
fn field_at_fault<T: DeserializeOwned>(whole: &Value, path: &Path, message: &str) -> Option<String> {
    let mut copy = whole.clone();
    let fields = object_at(&mut copy, path).filter(|fields| fields.contains_key(KIND))?;
    let names: Vec<String> = fields.keys().filter(|name| *name != KIND).take(PROBES_MAX).cloned().collect();
    names.into_iter().find(|name| {
        let mut without = whole.clone();
        object_at(&mut without, path).and_then(|fields| fields.remove(name));
        serde_json::from_value::<T>(without).map_or_else(|error| error.to_string() != message, |_| true)
    })
}

fn object_at<'v>(whole: &'v mut Value, path: &Path) -> Option<&'v mut Map<String, Value>> {
    let at = path.iter().try_fold(whole, |value, segment| match segment {
        Segment::Seq { index } => value.get_mut(*index),
        Segment::Map { key } => value.get_mut(key),
        Segment::Enum { variant } => value.get_mut(variant),
        Segment::Unknown => None,
    });
    at?.as_object_mut()
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

/// What tells objects of several kinds apart.
const KIND: &str = "kind";
/// No kind of ours has more fields.
const PROBES_MAX: usize = 32;
const TOO_LONG: &str = "text longer than ";
const BLANK: &str = "blank text";
const TOO_FEW: &str = "fewer than ";
const TOO_MANY: &str = "more than ";

#[cfg(test)]
mod tests {
    use serde::Deserialize;

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

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Errand {
        act: Act,
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    enum Act {
        Ask {
            #[serde(deserialize_with = "list::<_, _, 1, 2>")]
            wanted: Vec<Text<4>>,
            words: Option<Text<4>>,
        },
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
    fn a_fault_in_an_object_of_one_kind_among_several_names_its_field() {
        let fault = |act: &str| parse::<Errand>(format!(r#"{{"act": {act}}}"#).as_bytes()).unwrap_err();
        assert_eq!(fault(r#"{"kind": "ask", "wanted": []}"#), shape("act.wanted", ShapeFault::TooFew { entries_min: 1 }));
        assert_eq!(
            fault(r#"{"kind": "ask", "wanted": ["一"], "words": "一二三四五"}"#),
            shape("act.words", ShapeFault::TooLong { chars_max: 4 })
        );
        assert_eq!(fault(r#"{"kind": "ask", "wanted": ["一"], "from": 1}"#), shape("act.from", ShapeFault::UnknownField));
        assert_eq!(fault(r#"{"kind": "ask", "words": "一"}"#), shape("act.wanted", ShapeFault::MissingField));
        assert_eq!(fault(r#"{"kind": "beg"}"#), shape("act.kind", ShapeFault::UnknownValue));
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
