//! One item as one JSON document: read with every check that the item alone permits, written, and hashed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{rules, shape};
use crate::catalogue::fault::{BadItem, KeyFault, Why};
use crate::catalogue::{CertificateTerms, Item, ItemKind, Particulars};
use crate::ids::ItemCode;

/// The unit of the fee in a document: people write yuan in a catalogue file, the system keeps fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FeeIn {
    Yuan,
    Fen,
}

impl FeeIn {
    fn keys(self) -> &'static shape::Keys {
        match self {
            FeeIn::Yuan => &[("fee_yuan", shape::Shape::Plain(|value| fen_of_yuan(value).map(|_| ())))],
            FeeIn::Fen => &[("fee_fen", shape::Shape::Plain(|value| fen(value).map(|_| ())))],
        }
    }

    fn read(self, object: &Map<String, Value>) -> Result<i64, KeyFault> {
        let (key, value) = match self {
            FeeIn::Yuan => ("fee_yuan", object.get("fee_yuan").map(fen_of_yuan)),
            FeeIn::Fen => ("fee_fen", object.get("fee_fen").map(fen)),
        };
        value.ok_or_else(|| KeyFault::new(key, Why::Missing))?.map_err(|e| KeyFault::new(key, Why::Form(e.to_string())))
    }
}

fn fen(value: &Value) -> Result<i64, serde_json::Error> {
    let fen = u32::deserialize(value)?;
    Ok(i64::from(fen))
}

/// Yuan with at most two decimals, read from the digits: a float would lose a fen.
fn fen_of_yuan(value: &Value) -> Result<i64, serde_json::Error> {
    let wrong = || serde::de::Error::custom("a fee is an amount of yuan from 0 up, with at most two decimals");
    let text = value.as_number().map(ToString::to_string).ok_or_else(wrong)?;
    let (yuan, decimals) = text.split_once('.').unwrap_or((&text, ""));
    if decimals.len() > 2 {
        return Err(wrong());
    }
    format!("{yuan}{decimals:0<2}").parse::<u32>().map(i64::from).map_err(|_| wrong())
}

impl Item {
    /// Reads an item as [`Item::to_json`] wrote it, or as an administrator edited it. What it says of other items
    /// is checked by [`check_together`](crate::catalogue::check_together).
    pub fn from_json(document: &Value) -> Result<Item, BadItem> {
        let code = document.get("code").unwrap_or(&Value::Null);
        let kind = ItemCode::deserialize(code).map(|code| ItemKind::of(&code));
        let kind = kind.map_err(|e| BadItem { faults: vec![KeyFault::new("code", Why::Form(e.to_string()))] })?;
        read_item(document, kind, FeeIn::Fen).map_err(|faults| BadItem { faults })
    }

    /// The item as one flat document with the catalogue's own keys, and `fee_fen`.
    pub fn to_json(&self) -> Value {
        json!(self)
    }

    /// The SHA-256 of the item's canonical JSON, in hexadecimal: equal for equal items, on every machine and version.
    pub fn content_hash(&self) -> String {
        hex::encode(Sha256::digest(canonical(&self.to_json())))
    }
}

/// JSON without spaces and with sorted keys, whatever order the map type keeps.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let sorted: BTreeMap<_, _> = object.iter().collect();
            let entries: Vec<_> = sorted.into_iter().map(|(key, value)| format!("{}:{}", json!(key), canonical(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// Reads one item of a kind: that of the file it stands in, or of its code.
pub(super) fn read_item(document: &Value, kind: ItemKind, fee: FeeIn) -> Result<Item, Vec<KeyFault>> {
    let object = document.as_object().ok_or_else(|| vec![KeyFault::new("-", Why::Form("an object belongs here".into()))])?;
    let mut faults = Vec::new();
    shape::check_object(object, &[shape::COMMON, fee.keys(), own_keys(kind)], "", &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let item = assemble(object, kind, fee).map_err(|fault| vec![fault])?;
    let faults = rules::check(&item);
    if faults.is_empty() { Ok(item) } else { Err(faults) }
}

fn own_keys(kind: ItemKind) -> &'static shape::Keys {
    match kind {
        ItemKind::TownService => &[],
        ItemKind::VillageProxy => shape::FORWARDED,
        ItemKind::Certificate => shape::CERTIFICATE,
    }
}

fn get<'a, T: Deserialize<'a>>(object: &'a Map<String, Value>, key: &str) -> Result<T, KeyFault> {
    T::deserialize(object.get(key).unwrap_or(&Value::Null)).map_err(|e| KeyFault::new(key, Why::Form(e.to_string())))
}

fn assemble(object: &Map<String, Value>, kind: ItemKind, fee: FeeIn) -> Result<Item, KeyFault> {
    Ok(Item {
        code: get(object, "code")?,
        name: get(object, "name")?,
        name_en: get(object, "name_en")?,
        aliases: get(object, "aliases")?,
        topic: get(object, "topic")?,
        department: get(object, "department")?,
        audience: get(object, "audience")?,
        handling: get(object, "handling")?,
        statutory_working_days: get(object, "statutory_working_days")?,
        promised_working_days: get(object, "promised_working_days")?,
        fee_fen: fee.read(object)?,
        modes: get(object, "modes")?,
        levels: get(object, "levels")?,
        decided_at: get(object, "decided_at")?,
        in_person: get(object, "in_person")?,
        trips: get(object, "trips")?,
        proxy: get(object, "proxy")?,
        materials: get(object, "materials")?,
        fields: get(object, "fields")?,
        steps: get(object, "steps")?,
        publicity: get(object, "publicity")?,
        after: get(object, "after")?,
        result: get(object, "result")?,
        legal_basis: get(object, "legal_basis")?,
        life_events: get(object, "life_events")?,
        note: get(object, "note")?,
        particulars: particulars(object, kind)?,
    })
}

fn particulars(object: &Map<String, Value>, kind: ItemKind) -> Result<Particulars, KeyFault> {
    Ok(match kind {
        ItemKind::TownService => Particulars::TownService,
        ItemKind::VillageProxy => Particulars::VillageProxy(get(object, "forwards_to")?),
        ItemKind::Certificate => Particulars::Certificate(CertificateTerms {
            issuer: get(object, "issuer")?,
            valid_days: get(object, "valid_days")?,
            purpose: get(object, "purpose")?,
            verification: get(object, "verification")?,
            template: get(object, "template")?,
        }),
    })
}
