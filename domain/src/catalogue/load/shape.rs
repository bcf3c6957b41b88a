//! The form of an item's document: its keys, and what stands under each. Walked before the item is read, so that a document
//! with many faults names them all, where a reader would stop at the first.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::catalogue::fault::{KeyFault, Why};
use crate::catalogue::{
    Audience, Authorisation, Authority, DayUnit, FieldType, FilledBy, Handling, InPerson, LifeEvent, MaterialForm, Mode, ResultForm, Topic,
    Verification,
};
use crate::district::Level;
use crate::ids::ItemCode;

/// The keys of an object: each must be there, and no other.
pub(super) type Keys = [(&'static str, Shape)];

#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// One value that reads as its type.
    Plain(fn(&Value) -> Result<(), serde_json::Error>),
    Object(&'static Keys),
    /// An object or null.
    Perhaps(&'static Keys),
    Objects(&'static Keys),
}

fn is<T: DeserializeOwned>(value: &Value) -> Result<(), serde_json::Error> {
    T::deserialize(value).map(|_| ())
}

const TEXT: Shape = Shape::Plain(is::<String>);
const TEXTS: Shape = Shape::Plain(is::<Vec<String>>);
const FLAG: Shape = Shape::Plain(is::<bool>);
const DAYS: Shape = Shape::Plain(is::<u16>);
const DAYS_OR_NONE: Shape = Shape::Plain(is::<Option<u16>>);
const CODE: Shape = Shape::Plain(is::<ItemCode>);
const CODES: Shape = Shape::Plain(is::<Vec<ItemCode>>);

/// What every item has, but for its fee: a file gives it in yuan, a stored item in fen.
pub(super) const COMMON: &Keys = &[
    ("code", CODE),
    ("name", TEXT),
    ("name_en", TEXT),
    ("aliases", TEXTS),
    ("topic", Shape::Plain(is::<Topic>)),
    ("department", TEXT),
    ("audience", Shape::Plain(is::<Vec<Audience>>)),
    ("handling", Shape::Plain(is::<Handling>)),
    ("statutory_working_days", DAYS_OR_NONE),
    ("promised_working_days", DAYS),
    ("modes", Shape::Plain(is::<Vec<Mode>>)),
    ("levels", Shape::Plain(is::<Vec<Level>>)),
    ("decided_at", Shape::Plain(is::<Authority>)),
    ("in_person", Shape::Plain(is::<InPerson>)),
    ("trips", Shape::Plain(is::<u8>)),
    ("proxy", Shape::Object(&[("allowed", FLAG), ("authorisation", Shape::Plain(is::<Authorisation>))])),
    ("materials", Shape::Objects(MATERIAL)),
    ("fields", Shape::Objects(FIELD)),
    ("steps", TEXTS),
    ("publicity", Shape::Perhaps(&[("days", DAYS), ("unit", Shape::Plain(is::<DayUnit>)), ("counts", FLAG)])),
    ("after", CODES),
    ("result", Shape::Object(&[("name", TEXT), ("form", Shape::Plain(is::<ResultForm>)), ("deliverable", FLAG)])),
    ("legal_basis", TEXTS),
    ("life_events", Shape::Plain(is::<Vec<LifeEvent>>)),
    ("note", TEXT),
];

const MATERIAL: &Keys =
    &[("name", TEXT), ("form", Shape::Plain(is::<MaterialForm>)), ("required", FLAG), ("reusable", FLAG), ("from", TEXT)];

const FIELD: &Keys = &[
    ("key", TEXT),
    ("label", TEXT),
    ("type", Shape::Plain(is::<FieldType>)),
    ("required", FLAG),
    ("options", TEXTS),
    ("filled_by", Shape::Plain(is::<FilledBy>)),
    ("hint", TEXT),
];

pub(super) const FORWARDED: &Keys = &[(
    "forwards_to",
    Shape::Object(&[
        ("level", Shape::Plain(is::<Authority>)),
        ("department", TEXT),
        ("town_service", Shape::Plain(is::<Option<ItemCode>>)),
        ("also", CODES),
    ]),
)];

pub(super) const CERTIFICATE: &Keys = &[
    ("issuer", TEXT),
    ("valid_days", DAYS_OR_NONE),
    ("purpose", TEXT),
    ("verification", Shape::Plain(is::<Verification>)),
    ("template", TEXT),
];

pub(super) const PROHIBITED: &Keys = &[("name", TEXT), ("aliases", TEXTS), ("why", TEXT), ("go_to", TEXT), ("instead", TEXT)];

/// Adds what is wrong with the object at `path`: keys that are missing, unknown, or of the wrong form.
pub(super) fn check_object(object: &Map<String, Value>, keys: &[&Keys], path: &str, faults: &mut Vec<KeyFault>) {
    let known = || keys.iter().copied().flatten();
    for (key, shape) in known() {
        match object.get(*key) {
            Some(value) => check_value(value, *shape, &format!("{path}{key}"), faults),
            None => faults.push(KeyFault::new(format!("{path}{key}"), Why::Missing)),
        }
    }
    let unknown = object.keys().filter(|key| known().all(|(known, _)| key != known));
    faults.extend(unknown.map(|key| KeyFault::new(format!("{path}{key}"), Why::UnknownKey)));
}

fn check_value(value: &Value, shape: Shape, path: &str, faults: &mut Vec<KeyFault>) {
    match (shape, value) {
        (Shape::Plain(read), value) => faults.extend(read(value).err().map(|e| KeyFault::new(path, Why::Form(e.to_string())))),
        (Shape::Object(keys) | Shape::Perhaps(keys), Value::Object(object)) => check_object(object, &[keys], &format!("{path}."), faults),
        (Shape::Perhaps(_), Value::Null) => {}
        (Shape::Objects(keys), Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                check_value(value, Shape::Object(keys), &format!("{path}[{index}]"), faults);
            }
        }
        (Shape::Object(_) | Shape::Perhaps(_), _) => faults.push(KeyFault::new(path, Why::Form("an object belongs here".into()))),
        (Shape::Objects(_), _) => faults.push(KeyFault::new(path, Why::Form("a list of objects belongs here".into()))),
    }
}
