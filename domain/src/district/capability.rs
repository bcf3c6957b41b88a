//! Which items a station accepts, each set of lists held once, and asked for one item at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Level, Seat, Station};
use crate::catalogue::Item;
use crate::ids::ItemCode;

/// Which items a station takes in beyond its level's, and which of them it doesn't.
#[derive(Debug, Clone)]
pub(crate) struct Capability {
    added: Arc<BTreeSet<ItemCode>>,
    removed: Arc<BTreeSet<ItemCode>>,
}

impl Capability {
    pub fn of(station: &Station) -> Self {
        Self { added: Arc::clone(&station.added), removed: Arc::clone(&station.removed) }
    }

    pub fn is_same(&self, other: &Self) -> bool {
        let same = |a: &Arc<BTreeSet<ItemCode>>, b: &Arc<BTreeSet<ItemCode>>| Arc::ptr_eq(a, b) || a == b;
        same(&self.added, &other.added) && same(&self.removed, &other.removed)
    }

    /// A bit for each level at which a station with these lists accepts an item of `levels`.
    fn levels(&self, item: &Item, levels: u8) -> u8 {
        if self.added.contains(&item.code) {
            u8::MAX
        } else if self.removed.contains(&item.code) {
            0
        } else {
            levels
        }
    }
}

/// For one item, which stations of a map accept it: for each capability a bit for each level.
#[derive(Debug, Clone)]
pub(crate) struct Accepting(Vec<u8>);

impl Accepting {
    pub fn of(capabilities: &[Capability], item: &Item) -> Self {
        let of_item = item.levels.iter().fold(0, |levels, level| levels | bit(*level));
        Self(capabilities.iter().map(|capability| capability.levels(item, of_item)).collect())
    }

    pub fn holds(&self, seat: &Seat) -> bool {
        self.0.get(usize::from(seat.capability)).is_some_and(|levels| levels & bit(seat.level) != 0)
    }
}

fn bit(level: Level) -> u8 {
    1 << level as u8
}
