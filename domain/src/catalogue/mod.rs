//! The catalogue (事项目录): what can be asked for, under which terms. Source: `infra/data/catalogue`, after GB/T 39554.

mod fault;
mod form;
mod item;
mod joint_material;
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
pub use joint_material::*;
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
    /// The village items of each town service, by code.
    village_items: BTreeMap<ItemCode, Vec<ItemCode>>,
}

impl Catalogue {
    pub fn new(items: impl IntoIterator<Item = Listed>) -> Self {
        let items: BTreeMap<_, _> = items.into_iter().map(|listed| (listed.item.code.clone(), Arc::new(listed))).collect();
        let mut village_items: BTreeMap<ItemCode, Vec<ItemCode>> = BTreeMap::new();
        for item in items.values().map(|listed| &listed.item) {
            if let Some(town_service) = item.forwarding().and_then(|forwarding| forwarding.town_service.as_ref()) {
                village_items.entry(town_service.clone()).or_default().push(item.code.clone());
            }
        }
        Self { items, village_items }
    }

    pub fn item(&self, code: &ItemCode) -> Option<&Arc<Listed>> {
        self.items.get(code)
    }

    /// The town service that a village item stands for: the same matter, whose stages its case goes through.
    pub fn town_service_of(&self, item: &Item) -> Option<&Arc<Listed>> {
        item.forwarding().and_then(|forwarding| forwarding.town_service.as_ref()).and_then(|code| self.item(code))
    }

    /// The other items of the same matter: a town service's village items by code, or a village item's town service.
    pub fn replacements(&self, item: &Item) -> impl Iterator<Item = &Listed> {
        let of_village = self.village_items.get(&item.code).into_iter().flatten().filter_map(|code| self.item(code));
        of_village.chain(self.town_service_of(item)).map(AsRef::as_ref)
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
