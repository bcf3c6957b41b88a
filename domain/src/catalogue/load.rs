//! Reading the catalogue's files. A broken one is refused whole, with all its faults: an item's document is checked for its
//! form first, then for what must hold inside it; at the end for what the items say of each other.
//! Invariant: an `Item` that comes out of here has passed all of it. Money: yuan in the files, fen inside.
//! Errors: `BadCatalogue` (files), `BadItem` (one document). Source: `infra/data/catalogue`, and the README it came with.

mod document;
mod rules;
mod shape;
mod together;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use self::document::{FeeIn, read_item};
use self::together::Together;
use crate::catalogue::fault::{BadCatalogue, Fault, KeyFault, Why};
use crate::catalogue::{Item, ItemKind, Prohibited};
use crate::ids::ItemCode;

/// The file of the certificates that a village must not issue.
pub const PROHIBITED_FILE: &str = "prohibited_certificates.json";

impl ItemKind {
    /// The catalogue file that holds the items of this kind.
    pub fn file(self) -> &'static str {
        match self {
            ItemKind::TownService => "town_services.json",
            ItemKind::VillageProxy => "village_proxy.json",
            ItemKind::Certificate => "certificates.json",
        }
    }
}

/// The texts of the four files.
#[derive(Debug, Clone, Copy)]
pub struct CatalogueFiles<'a> {
    pub town_services: &'a str,
    pub village_proxy: &'a str,
    pub certificates: &'a str,
    pub prohibited_certificates: &'a str,
}

impl<'a> CatalogueFiles<'a> {
    fn of(&self, kind: ItemKind) -> &'a str {
        match kind {
            ItemKind::TownService => self.town_services,
            ItemKind::VillageProxy => self.village_proxy,
            ItemKind::Certificate => self.certificates,
        }
    }
}

/// What is read so far, and what is wrong with it.
#[derive(Default)]
struct Reading {
    items: Vec<Item>,
    codes: BTreeSet<ItemCode>,
    faults: Vec<Fault>,
}

/// The items of the files by code, and the prohibited certificates in the file's order.
pub fn load(files: &CatalogueFiles<'_>) -> Result<(Vec<Item>, Vec<Prohibited>), BadCatalogue> {
    let mut reading = Reading::default();
    for kind in ItemKind::ALL {
        reading.read_items(kind, files.of(kind));
    }
    let prohibited = reading.read_prohibited(files.prohibited_certificates);
    reading.faults.extend(Together::new(&reading.items, &reading.codes).faults());
    if !reading.faults.is_empty() {
        return Err(BadCatalogue { faults: reading.faults });
    }
    reading.items.sort_by(|a, b| a.code.cmp(&b.code));
    Ok((reading.items, prohibited))
}

/// Checks what items say of each other, for a catalogue in which one was edited.
pub fn check_together<'a>(items: impl IntoIterator<Item = &'a Item>) -> Result<(), BadCatalogue> {
    let items: Vec<&Item> = items.into_iter().collect();
    let codes = items.iter().map(|item| item.code.clone()).collect();
    let faults = Together::new(items, &codes).faults();
    if faults.is_empty() { Ok(()) } else { Err(BadCatalogue { faults }) }
}

impl Reading {
    fn read_items(&mut self, kind: ItemKind, text: &str) {
        let mut number = 0;
        for (index, document) in self.documents(kind.file(), text).iter().enumerate() {
            let code = document.get("code").and_then(Value::as_str);
            let name = code.map_or_else(|| format!("#{}", index + 1), str::to_owned);
            number = self.check_run(kind, code, number + 1);
            self.codes.extend(code.and_then(|code| code.parse().ok()));
            match read_item(document, kind, FeeIn::Yuan) {
                Ok(item) => self.items.push(item),
                Err(faults) => faults.into_iter().for_each(|fault| self.refuse(kind.file(), &name, fault)),
            }
        }
    }

    /// The number from which the codes run on: after a gap that of the code itself, so that one gap is one fault.
    fn check_run(&mut self, kind: ItemKind, code: Option<&str>, expected: u32) -> u32 {
        let found = code.and_then(|code| code.strip_prefix(kind.letter())?.parse().ok());
        if let Some(code) = code.filter(|_| found != Some(expected)) {
            self.refuse(kind.file(), code, KeyFault::new("code", Why::Gap(format!("{}{expected:03}", kind.letter()))));
        }
        found.unwrap_or(expected)
    }

    fn read_prohibited(&mut self, text: &str) -> Vec<Prohibited> {
        let mut entries: Vec<Prohibited> = Vec::new();
        for (index, document) in self.documents(PROHIBITED_FILE, text).iter().enumerate() {
            let name = document.get("name").and_then(Value::as_str).map_or_else(|| format!("#{}", index + 1), str::to_owned);
            match read_entry(document) {
                Ok(entry) if entries.iter().any(|known| known.name == entry.name) => {
                    self.refuse(PROHIBITED_FILE, &name, KeyFault::new("name", Why::Twice(entry.name)));
                }
                Ok(entry) => entries.push(entry),
                Err(faults) => faults.into_iter().for_each(|fault| self.refuse(PROHIBITED_FILE, &name, fault)),
            }
        }
        entries
    }

    fn documents(&mut self, file: &'static str, text: &str) -> Vec<Value> {
        let text = text.trim_start_matches('\u{feff}');
        serde_json::from_str(text).unwrap_or_else(|error| {
            self.refuse(file, "-", KeyFault::new("-", Why::NotJson(error.to_string())));
            Vec::new()
        })
    }

    fn refuse(&mut self, file: &'static str, item: &str, KeyFault { key, why }: KeyFault) {
        self.faults.push(Fault { file, item: item.to_owned(), key, why });
    }
}

fn read_entry(document: &Value) -> Result<Prohibited, Vec<KeyFault>> {
    let mut faults = Vec::new();
    if let Some(object) = document.as_object() {
        shape::check_object(object, &[shape::PROHIBITED], "", &mut faults);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Prohibited::deserialize(document).map_err(|error| vec![KeyFault::new("-", Why::Form(error.to_string()))])
}

#[cfg(test)]
mod tests;
