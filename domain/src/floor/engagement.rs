//! What keeps a clerk busy: a number that they have called, from the first call until it is served, missed or back in the row, and a
//! work item that they hold, from the claim until it is done, given back, taken from them, or the claim has run out.
//! Units: instants in UTC.

use super::Ticket;
use crate::ids::AccountId;
use crate::queue::{WorkItem, WorkState};
use crate::time::Timestamp;

/// One stretch of it, from `begun_at` until before `ended_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engagement {
    pub clerk: AccountId,
    pub begun_at: Timestamp,
    /// None for as long as nobody knows; of a claim that holds, when it runs out.
    pub ended_at: Option<Timestamp>,
}

impl Engagement {
    /// None where it took no time.
    fn over(clerk: AccountId, begun_at: Timestamp, ended_at: Timestamp) -> Option<Self> {
        (begun_at < ended_at).then_some(Self { clerk, begun_at, ended_at: Some(ended_at) })
    }

    /// The hold that was over at `now`, or before if the claim had run out by then.
    pub fn of_claim(holder: AccountId, since: Timestamp, until: Timestamp, now: Timestamp) -> Option<Self> {
        Self::over(holder, since, until.min(now))
    }
}

/// The hold that a change of a work item ended at `now`; none where it ended by being done, since the item itself tells of that.
pub fn hold_over(before: &WorkItem, after: &WorkItem, now: Timestamp) -> Option<Engagement> {
    let WorkState::Leased(lease) = before.state else { return None };
    let goes_on = match after.state {
        WorkState::Leased(next) => (next.holder, next.since) == (lease.holder, lease.since),
        WorkState::Done => true,
        WorkState::Ready | WorkState::Cancelled => false,
    };
    if goes_on { None } else { Engagement::of_claim(lease.holder, lease.since, lease.until, now) }
}

/// The call that a change of a number ended at `now`.
pub fn call_over(before: &Ticket, after: &Ticket, now: Timestamp) -> Option<Engagement> {
    let called = before.called()?;
    if after.called().is_some() { None } else { Engagement::over(called.by, called.at, now) }
}
