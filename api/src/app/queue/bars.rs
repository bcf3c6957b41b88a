//! Who may not take which item, as found when they were to have it, or gave it back themself: the next-call doesn't offer it to them for a
//! while. The rules under "Who" are asked at every claim; this only saves asking them in vain, so it may be lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use chrono::Duration;
use domain::ids::{AccountId, WorkItemId};
use domain::time::Timestamp;

use crate::app::App;

#[derive(Debug, Default)]
pub struct Bars(Mutex<BTreeMap<AccountId, BTreeMap<WorkItemId, Timestamp>>>);

impl App {
    /// What somebody has just given back, or up, isn't what they get next.
    pub fn gave_back(&self, account: AccountId, item: WorkItemId) {
        let until = self.clock.now() + Duration::minutes(self.settings.queue.ask_again_minutes.into());
        self.bars.add(account, item, until);
    }
}

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
