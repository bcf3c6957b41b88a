//! A clerk's time-limited hold (认领) and what ends it.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::{Bond, Claimant, Kept, Lane, WorkItem, WorkState};
use crate::ids::AccountId;
use crate::time::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub holder: AccountId,
    /// When the item was claimed, whatever signs of life came since.
    pub since: Timestamp,
    pub until: Timestamp,
}

/// How an item came to wait for somebody else, or for later, by somebody's own act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Moved {
    Transferred { to: AccountId },
    Parked { until: Timestamp },
    Escalated,
    Assigned { to: AccountId },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    #[error("the work item is leased to somebody else")]
    Leased,
    #[error("the work item is done")]
    Done,
    #[error("the work item may be claimed from {0} on")]
    TooEarly(Timestamp),
    #[error("a supervisor gave the work item to somebody else, and it is theirs until {0}")]
    Assigned(Timestamp),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeaseError {
    #[error("the work item isn't held")]
    NotHeld,
    #[error("the work item is held by somebody else")]
    Another,
    #[error("the lease ran out, or the item was claimed anew since")]
    LostLease,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParkError {
    #[error(transparent)]
    Lease(#[from] LeaseError),
    #[error("a work item is put aside for a later time")]
    NotLater,
    #[error("a work item isn't put aside past {0}, when it is due")]
    PastDue(Timestamp),
}

impl WorkItem {
    /// The lease that holds at `now`.
    pub fn live_lease(&self, now: Timestamp) -> Option<Lease> {
        match self.state {
            WorkState::Leased(lease) => (now < lease.until).then_some(lease),
            WorkState::Ready | WorkState::Done | WorkState::Cancelled => None,
        }
    }

    /// Whether the next-call may give it to this claimant; what is up to others is claimed when they come or have answered.
    /// `anyone_since` is the arrival from which back training doesn't count any more.
    pub fn is_for(&self, claimant: &Claimant, now: Timestamp, anyone_since: Timestamp) -> bool {
        let free = self.is_open() && self.claimable_from() <= now && self.live_lease(now).is_none();
        let kept = self.kept_from(claimant.account, now).is_some();
        let able = claimant.is_trained_for(self.topic) || self.arrived_at <= anyone_since;
        free && !kept && able && !self.is_up_to_others() && !claimant.barred.contains(&self.id)
    }

    /// For whom, and how, the item is kept from somebody.
    fn kept_from(&self, account: AccountId, now: Timestamp) -> Option<Kept> {
        self.kept.filter(|kept| kept.clerk != account && now < kept.until)
    }

    /// Takes the item, or takes it again: a new claim by the same holder fences off the old one.
    pub fn claim(mut self, holder: AccountId, now: Timestamp, length: Duration) -> Result<Self, ClaimError> {
        if !self.is_open() {
            return Err(ClaimError::Done);
        }
        if now < self.claimable_from() {
            return Err(ClaimError::TooEarly(self.claimable_from()));
        }
        if self.live_lease(now).is_some_and(|lease| lease.holder != holder) {
            return Err(ClaimError::Leased);
        }
        if let Some(kept) = self.kept_from(holder, now).filter(|kept| kept.bond == Bond::Assigned) {
            return Err(ClaimError::Assigned(kept.until));
        }
        self.fence += 1;
        self.kept = None;
        self.claimed_at = self.claimed_at.or(Some(now));
        self.state = WorkState::Leased(Lease { holder, since: now, until: now + length });
        Ok(self)
    }

    /// Whether `holder` holds the item by its claim number `fence`.
    pub fn holds(&self, holder: AccountId, fence: u32, now: Timestamp) -> Result<(), LeaseError> {
        match self.state {
            WorkState::Leased(lease) if lease.holder != holder => Err(LeaseError::Another),
            WorkState::Leased(lease) if self.fence != fence || now >= lease.until => Err(LeaseError::LostLease),
            WorkState::Leased(_) => Ok(()),
            WorkState::Ready if self.fence >= fence => Err(LeaseError::LostLease),
            WorkState::Ready | WorkState::Done | WorkState::Cancelled => Err(LeaseError::NotHeld),
        }
    }

    /// A sign of life: the lease runs anew from `now`.
    pub fn extend(mut self, holder: AccountId, fence: u32, now: Timestamp, length: Duration) -> Result<Self, LeaseError> {
        self.holds(holder, fence, now)?;
        let since = self.live_lease(now).map_or(now, |lease| lease.since);
        self.state = WorkState::Leased(Lease { holder, since, until: now + length });
        Ok(self)
    }

    /// Gives the item back to its pool.
    pub fn release(mut self, holder: AccountId, fence: u32, now: Timestamp) -> Result<Self, LeaseError> {
        self.holds(holder, fence, now)?;
        self.back_to_pool(None);
        Ok(self)
    }

    /// Gives the item to a colleague: kept for them until `kept_until`, and then anybody's of the pool.
    pub fn transfer(
        mut self,
        holder: AccountId,
        fence: u32,
        to: AccountId,
        now: Timestamp,
        kept_until: Timestamp,
    ) -> Result<Self, LeaseError> {
        self.holds(holder, fence, now)?;
        self.back_to_pool(Some(Kept { clerk: to, until: kept_until, bond: Bond::Preferred }));
        Ok(self)
    }

    /// Puts the item aside until an instant before it is due; then it is kept for who put it aside, until `kept_until`.
    /// The promise goes on.
    pub fn park(
        mut self,
        holder: AccountId,
        fence: u32,
        now: Timestamp,
        (until, kept_until): (Timestamp, Timestamp),
    ) -> Result<Self, ParkError> {
        self.holds(holder, fence, now)?;
        if until <= now {
            return Err(ParkError::NotLater);
        }
        if self.stands_since.is_none() && until > self.due_at {
            return Err(ParkError::PastDue(self.due_at));
        }
        self.parked_until = Some(until);
        self.back_to_pool(Some(Kept { clerk: holder, until: kept_until, bond: Bond::Preferred }));
        Ok(self)
    }

    /// Calls the supervisor: the item goes back to its pool, in the urgent lane at least.
    pub fn escalate(mut self, holder: AccountId, fence: u32, now: Timestamp) -> Result<Self, LeaseError> {
        self.holds(holder, fence, now)?;
        self.back_to_pool(None);
        self.lane = self.lane.min(Lane::Urgent);
        self.rank_at = self.lane.rank_at(self.due_at);
        self.escalated_at = Some(now);
        Ok(self)
    }

    /// A supervisor gives the item to somebody, whoever holds it: a late holder is fenced off, and until `kept_until` nobody else takes it.
    pub fn assign(mut self, to: AccountId, kept_until: Timestamp) -> Result<Self, ClaimError> {
        if !self.is_open() {
            return Err(ClaimError::Done);
        }
        self.fence += 1;
        self.parked_until = None;
        self.back_to_pool(Some(Kept { clerk: to, until: kept_until, bond: Bond::Assigned }));
        Ok(self)
    }

    /// Closes the item for its holder.
    pub fn complete(mut self, holder: AccountId, fence: u32, now: Timestamp) -> Result<Self, LeaseError> {
        self.holds(holder, fence, now)?;
        self.state = WorkState::Done;
        Ok(self)
    }

    /// What time gives back: frees an item whose lease ran out, and takes up one that was put aside until now. Whether it may be claimed
    /// doesn't wait for this: it lets those who watch know.
    pub fn lapse(mut self, now: Timestamp) -> Self {
        if matches!(self.state, WorkState::Leased(lease) if now >= lease.until) {
            self.back_to_pool(None);
        }
        self.parked_until = self.parked_until.filter(|until| now < *until);
        self
    }

    fn back_to_pool(&mut self, kept: Option<Kept>) {
        self.state = WorkState::Ready;
        self.kept = kept;
    }
}
