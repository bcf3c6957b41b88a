//! The catalogue (事项目录): what can be asked for, under which terms. Source: `infra/data/catalogue`, after GB/T 39554.

mod fault;
mod form;
mod item;
mod load;
mod prohibited;
#[cfg(test)]
pub(crate) mod reference;
mod search;
mod sensitive;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ids::ItemCode;

pub use fault::*;
pub use form::*;
pub use item::*;
pub use load::*;
pub use prohibited::*;
pub use search::*;
pub use sensitive::*;

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

    /// The town service that a village item stands for: the same matter, whose stages its case goes through.
    pub fn town_service_of(&self, item: &Item) -> Option<&Arc<Listed>> {
        item.forwarding().and_then(|forwarding| forwarding.town_service.as_ref()).and_then(|code| self.item(code))
    }

    /// All items, by code.
    pub fn items(&self) -> impl Iterator<Item = &Arc<Listed>> {
        self.items.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_village_item_knows_the_town_service_that_it_stands_for() {
        let catalogue = reference::catalogue();
        let town_service_of = |code: &str| {
            let listed = catalogue.item(&code.parse().unwrap()).unwrap();
            catalogue.town_service_of(&listed.item).map(|listed| listed.item.code.to_string())
        };
        assert_eq!(town_service_of("V014").as_deref(), Some("T019"));
        assert_eq!((town_service_of("T019"), town_service_of("C001")), (None, None));
    }
}
