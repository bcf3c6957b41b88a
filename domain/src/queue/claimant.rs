//! Who claims, and out of which pools.

use std::collections::BTreeSet;

use crate::catalogue::Topic;
use crate::ids::{AccountId, StationCode, WorkItemId};
use crate::people::Role;

/// Where work waits to be claimed (任务池): a station and the role that does it there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pool {
    pub station: StationCode,
    pub role: Role,
}

/// A staff member who asks for the next item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimant {
    pub account: AccountId,
    pub pools: BTreeSet<Pool>,
    /// What they are trained for; empty for all topics.
    pub topics: BTreeSet<Topic>,
    /// What they were found to be barred from.
    pub barred: BTreeSet<WorkItemId>,
}

impl Claimant {
    pub fn is_trained_for(&self, topic: Topic) -> bool {
        self.topics.is_empty() || self.topics.contains(&topic)
    }
}
