//! Who may not take which item, as found when they were to have it: the next-call doesn't offer it to them for a while. The rules
//! under "Who" are asked at every claim; this only saves asking them in vain, so it may be lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use domain::ids::{AccountId, WorkItemId};
use domain::time::Timestamp;

#[derive(Debug, Default)]
pub struct Bars(Mutex<BTreeMap<AccountId, BTreeMap<WorkItemId, Timestamp>>>);

impl Bars {
    /// What isn't offered to the account at `now`.
    pub fn of(&self, account: AccountId, now: Timestamp) -> BTreeSet<WorkItemId> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(own) = all.get_mut(&account) else { return BTreeSet::new() };
        own.retain(|_, until| now < *until);
        let barred = own.keys().copied().collect();
        if own.is_empty() {
            all.remove(&account);
        }
        barred
    }

    pub fn add(&self, account: AccountId, item: WorkItemId, until: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(account).or_default().insert(item, until);
    }
}
