//! Relief of an overloaded station (全区通办): what it shares with the district goes also to stations that have work of their own.
//!
//! The rule: a clerk none of whose stations is overloaded takes what comes first in the order of the queue, out of their own pools
//! and of what overloaded stations share; what is as urgent as their own comes after it. Whoever has nothing to do draws from any
//! station, as ever. A station is overloaded while more waits at it than a number of items for each of its clerks, which is local data.

use super::WorkItem;

/// Whether so much waits at a station that others may help. A desk without a clerk counts as one.
pub fn is_overloaded(waiting: u64, clerks: usize, items_per_clerk: u16) -> bool {
    let clerks = u64::try_from(clerks).unwrap_or(u64::MAX).max(1);
    waiting > clerks.saturating_mul(items_per_clerk.into())
}

/// Whether another station's item is taken before the first of one's own.
pub fn comes_before_own(shared: &WorkItem, own: Option<&WorkItem>) -> bool {
    own.is_none_or(|own| shared.rank_at < own.rank_at)
}
