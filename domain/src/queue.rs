//! The queue (待办): one thing to do on a case, the pool from which it is claimed, and the lease that holds it.
//! Invariants: one live lease an item; a lease that ran out frees the item, and its late holder is fenced off by number.
//! Order: earliest deadline first; a lane is a head start, never an absolute right. Source: design page, "The queue".

use chrono::{Days, Duration, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::case::{Case, Desk, Stage, Work};
use crate::catalogue::{Care, Item, Mode};
use crate::ids::{AccountId, CaseId, WorkItemId};
use crate::time::{Timestamp, end_of, instant, local_date};

/// How early a work item stands in the order before its due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    Special,
    Urgent,
    Normal,
}

impl Lane {
    pub fn of(mode: Mode, item: &Item) -> Self {
        match (mode, item.care()) {
            (Mode::Special, _) => Lane::Special,
            (_, Care::Confidential) => Lane::Urgent,
            (Mode::Nearby | Mode::District | Mode::Remote | Mode::OneWindow | Mode::Express, Care::Ordinary | Care::AskedByLetter) => {
                Lane::Normal
            }
        }
    }

    fn head_start(self) -> Duration {
        match self {
            Lane::Special => Duration::days(3),
            Lane::Urgent => Duration::days(1),
            Lane::Normal => Duration::zero(),
        }
    }
}

/// Working days that a station gives itself for each stage; they end within the promise. Local data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StageAllowances {
    pub at_once: u16,
    pub accept: u16,
    pub inspect: u16,
    pub publicise: u16,
    pub review: u16,
    pub decide: u16,
    pub produce: u16,
    pub forward: u16,
    pub record_answer: u16,
    pub hand_over: u16,
}

impl Default for StageAllowances {
    fn default() -> Self {
        Self {
            at_once: 0,
            accept: 1,
            inspect: 3,
            publicise: 1,
            review: 2,
            decide: 2,
            produce: 1,
            forward: 1,
            record_answer: 5,
            hand_over: 5,
        }
    }
}

impl StageAllowances {
    pub fn of(&self, stage: Stage) -> u16 {
        match stage {
            Stage::AtOnce => self.at_once,
            Stage::Accept => self.accept,
            Stage::Inspect => self.inspect,
            Stage::Publicise => self.publicise,
            Stage::Review => self.review,
            Stage::Decide => self.decide,
            Stage::Produce => self.produce,
            Stage::Forward => self.forward,
            Stage::RecordAnswer => self.record_answer,
            Stage::HandOver => self.hand_over,
        }
    }
}

/// A clerk's time-limited hold (认领).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub holder: AccountId,
    pub until: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkState {
    Ready,
    Leased(Lease),
    Done,
    /// The case went another way.
    Cancelled,
}

/// One thing to do on a case (待办).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    pub id: WorkItemId,
    pub case: CaseId,
    /// Place in the case's procedure.
    pub step: usize,
    pub stage: Stage,
    pub desk: Desk,
    pub lane: Lane,
    pub arrived_at: Timestamp,
    pub due_at: Timestamp,
    /// Not to be claimed earlier; a notice has to hang its time.
    pub not_before: Option<Timestamp>,
    /// The one key that the queue is ordered by: the due time brought forward by the lane.
    pub rank_at: Timestamp,
    pub state: WorkState,
    /// Counts the claims: a completion names the claim that it rests on.
    pub fence: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    #[error("the work item is leased to somebody else")]
    Leased,
    #[error("the work item is done")]
    Done,
    #[error("the work item may be claimed from {0} on")]
    TooEarly(Timestamp),
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

impl WorkItem {
    /// The work item that a case needs now.
    pub fn open(id: WorkItemId, case: &Case, item: &Item, work: Work, now: Timestamp, terms: (&StageAllowances, &Calendar)) -> Self {
        let (allowances, calendar) = terms;
        let not_before = work.not_before.map(start_of);
        let lane = Lane::of(case.route.mode, item);
        let due_at = due_at(case, work.stage, not_before.unwrap_or(now).max(now), allowances, calendar);
        Self {
            id,
            case: case.id,
            step: work.step,
            stage: work.stage,
            desk: work.desk,
            lane,
            arrived_at: now,
            due_at,
            not_before,
            rank_at: due_at - lane.head_start(),
            state: WorkState::Ready,
            fence: 0,
        }
    }

    /// Whether this item is what the case still asks for.
    pub fn serves(&self, work: &Work) -> bool {
        self.step == work.step && self.desk == work.desk && self.not_before == work.not_before.map(start_of)
    }

    pub fn is_open(&self) -> bool {
        match self.state {
            WorkState::Ready | WorkState::Leased(_) => true,
            WorkState::Done | WorkState::Cancelled => false,
        }
    }

    /// The lease that holds at `now`.
    pub fn live_lease(&self, now: Timestamp) -> Option<Lease> {
        match self.state {
            WorkState::Leased(lease) => (now < lease.until).then_some(lease),
            WorkState::Ready | WorkState::Done | WorkState::Cancelled => None,
        }
    }

    /// Takes the item, or takes it again: a new claim by the same holder fences off the old one.
    pub fn claim(mut self, holder: AccountId, now: Timestamp, length: Duration) -> Result<Self, ClaimError> {
        if !self.is_open() {
            return Err(ClaimError::Done);
        }
        if let Some(early) = self.not_before.filter(|from| now < *from) {
            return Err(ClaimError::TooEarly(early));
        }
        if self.live_lease(now).is_some_and(|lease| lease.holder != holder) {
            return Err(ClaimError::Leased);
        }
        self.fence += 1;
        self.state = WorkState::Leased(Lease { holder, until: now + length });
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
        self.state = WorkState::Leased(Lease { holder, until: now + length });
        Ok(self)
    }

    /// Gives the item back to its pool.
    pub fn release(mut self, holder: AccountId, fence: u32, now: Timestamp) -> Result<Self, LeaseError> {
        self.holds(holder, fence, now)?;
        self.state = WorkState::Ready;
        Ok(self)
    }

    /// Frees an item whose lease ran out; a live one stays.
    pub fn lapse(mut self, now: Timestamp) -> Self {
        if matches!(self.state, WorkState::Leased(lease) if now >= lease.until) {
            self.state = WorkState::Ready;
        }
        self
    }
}

/// Arrival plus the stage's allowance, never past the promise.
fn due_at(case: &Case, stage: Stage, arrival: Timestamp, allowances: &StageAllowances, calendar: &Calendar) -> Timestamp {
    let own = end_of(calendar.after_working_days(local_date(arrival), allowances.of(stage)).on);
    let promise = case.clock.as_ref().filter(|_| stage != Stage::HandOver).map(|clock| end_of(clock.due(calendar, arrival).on));
    promise.map_or(own, |promise| own.min(promise))
}

fn start_of(day: NaiveDate) -> Timestamp {
    instant(day.and_time(chrono::NaiveTime::MIN))
}

/// The day on which a deadline falls that ends with the instant `due_at`.
pub fn due_day(due_at: Timestamp) -> NaiveDate {
    let end = local_date(due_at);
    if start_of(end) == due_at { end.checked_sub_days(Days::new(1)).unwrap_or(end) } else { end }
}

#[cfg(test)]
mod tests;
