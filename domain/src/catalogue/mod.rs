//! The catalogue (事项目录): what can be asked for, under which terms. Source: `infra/data/catalogue`, after GB/T 39554.

mod item;
mod sensitive;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ids::ItemCode;

pub use item::*;
pub use sensitive::*;

/// Answers by field key.
pub type Answers = serde_json::Map<String, serde_json::Value>;

/// An item at its version: an edit makes a new one, and a running case keeps the one it was submitted under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// From 1 up, without gaps, for each item.
    pub version: u32,
    pub item: Item,
}

/// The current version of every item: one immutable snapshot, swapped whole when an item is edited.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    items: BTreeMap<ItemCode, Arc<Listed>>,
}

impl Catalogue {
    pub fn new(items: impl IntoIterator<Item = Listed>) -> Self {
        Self { items: items.into_iter().map(|listed| (listed.item.code.clone(), Arc::new(listed))).collect() }
    }

    pub fn item(&self, code: &ItemCode) -> Option<&Arc<Listed>> {
        self.items.get(code)
    }

    /// All items, by code.
    pub fn items(&self) -> impl Iterator<Item = &Arc<Listed>> {
        self.items.values()
    }
}
