//! What many stations have in common is held once.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Opening, Station, StationFacts};
use crate::ids::ItemCode;

/// The hours, the lists of items and the facts seen so far.
#[derive(Debug, Default)]
pub struct Shared {
    hours: BTreeSet<Arc<[Opening]>>,
    items: BTreeSet<Arc<BTreeSet<ItemCode>>>,
    facts: BTreeSet<Arc<StationFacts>>,
}

impl Shared {
    /// Lets `station` hold what an equal one held before it.
    pub fn hold(&mut self, station: &mut Station) {
        once(&mut self.hours, &mut station.hours);
        once(&mut self.items, &mut station.added);
        once(&mut self.items, &mut station.removed);
        once(&mut self.facts, &mut station.facts);
    }

    /// The same for a list of items alone.
    pub fn items(&mut self, mut items: Arc<BTreeSet<ItemCode>>) -> Arc<BTreeSet<ItemCode>> {
        once(&mut self.items, &mut items);
        items
    }
}

fn once<T: Ord + ?Sized>(held: &mut BTreeSet<Arc<T>>, own: &mut Arc<T>) {
    match held.get(own) {
        Some(before) => *own = Arc::clone(before),
        None => {
            held.insert(Arc::clone(own));
        }
    }
}
