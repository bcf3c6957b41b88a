//! One thing to do on a case, from its arrival in a pool to its end.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::due::{due_at, due_day};
use super::{Lane, Lease, StageAllowances};
use crate::calendar::Calendar;
use crate::case::{Case, Desk, Stage, Work, may_be_drawn};
use crate::catalogue::{Item, Topic};
use crate::district::DistrictMap;
use crate::ids::{AccountId, CaseId, StationCode, WorkItemId};
use crate::time::{Timestamp, start_of};

/// Who may draw an item beside its own pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    Own,
    /// Any able station of the district: accepting and reviewing of what may be handled district-wide (全区通办); never deciding.
    District,
}

/// Kept for one clerk, until others get it too: for who knows the case, or who was given it by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub clerk: AccountId,
    pub until: Timestamp,
    pub bond: Bond,
}

/// How far an item that is kept for one clerk is kept from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bond {
    /// The next-call passes it over for others; a colleague who wants this very one takes it.
    Preferred,
    /// A supervisor gave it to them: until then nobody else takes it.
    Assigned,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkState {
    Ready,
    Leased(Lease),
    Done,
    /// The case went another way, or went on without anybody's doing.
    Cancelled,
}

/// What a station's work is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    pub allowances: &'a StageAllowances,
    pub calendar: &'a Calendar,
    pub map: &'a DistrictMap,
    /// How long an item is kept for the clerk who knows it, in minutes in which its station is open.
    pub keep_minutes: u32,
}

impl Terms<'_> {
    /// Until when an item that waits at a station from `from` on is kept for one clerk.
    pub fn kept_until(&self, station: &StationCode, from: Timestamp) -> Timestamp {
        let station = self.map.station(station);
        station.map_or(from, |station| station.after_open_minutes(self.calendar, from, self.keep_minutes))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    pub id: WorkItemId,
    pub case: CaseId,
    /// Place in the case's procedure.
    pub step: usize,
    pub stage: Stage,
    pub topic: Topic,
    pub desk: Desk,
    pub sharing: Sharing,
    pub lane: Lane,
    pub arrived_at: Timestamp,
    pub due_at: Timestamp,
    /// What the due time was counted from; it stays where the item goes to another desk.
    pub due_from: Timestamp,
    /// Not to be claimed earlier; a notice has to hang its time.
    pub not_before: Option<Timestamp>,
    /// Since when the clock of its case stands for an outside body: the item is up to that body, and due only once the clock goes on.
    pub stands_since: Option<Timestamp>,
    /// A clerk put it aside until then.
    pub parked_until: Option<Timestamp>,
    pub kept: Option<Kept>,
    /// When a clerk called the supervisor.
    pub escalated_at: Option<Timestamp>,
    /// The one key that the queue is ordered by: [`Lane::rank_at`].
    pub rank_at: Timestamp,
    /// When somebody at its desk claimed it first.
    pub claimed_at: Option<Timestamp>,
    pub state: WorkState,
    /// Counts the claims: a completion names the claim that it rests on.
    pub fence: u32,
}

impl WorkItem {
    /// The work item that a case needs now; `knows` is the clerk who knows the case already.
    pub fn open(
        id: WorkItemId,
        (case, item): (&Case, &Item),
        work: Work,
        now: Timestamp,
        knows: Option<AccountId>,
        terms: &Terms<'_>,
    ) -> Self {
        let not_before = work.not_before.map(start_of);
        let arrival = not_before.unwrap_or(now).max(now);
        let lane = Lane::of(case.route.mode, item);
        let shared = work.stands_since.is_none() && case.current().is_some_and(|(_, step)| may_be_drawn(case, item, step));
        let due_at = due_at(case, work.stage, arrival, terms);
        let kept_until = terms.kept_until(&work.desk.station, arrival);
        Self {
            id,
            case: case.id,
            step: work.step,
            stage: work.stage,
            topic: item.topic,
            desk: work.desk,
            sharing: if shared { Sharing::District } else { Sharing::Own },
            lane,
            arrived_at: now,
            due_at,
            due_from: arrival,
            not_before,
            stands_since: work.stands_since,
            parked_until: None,
            kept: knows.map(|clerk| Kept { clerk, until: kept_until, bond: Bond::Preferred }),
            escalated_at: None,
            rank_at: lane.rank_at(due_at),
            claimed_at: None,
            state: WorkState::Ready,
            fence: 0,
        }
    }

    /// Whether this item is what the case still asks for.
    pub fn serves(&self, work: &Work) -> bool {
        self.asks_the_same(work) && self.desk == work.desk
    }

    /// Whether the case asks for the same thing at another desk.
    pub fn may_move_to(&self, work: &Work) -> bool {
        self.asks_the_same(work) && self.desk != work.desk
    }

    fn asks_the_same(&self, work: &Work) -> bool {
        let stands_alike = self.stands_since.is_some() == work.stands_since.is_some();
        self.step == work.step && self.not_before == work.not_before.map(start_of) && stands_alike
    }

    /// Whether somebody else has to come or to answer first: such an item is nobody's next.
    pub fn is_up_to_others(&self) -> bool {
        self.stage.is_up_to_others() || self.stands_since.is_some()
    }

    /// The day with which its time at the station ends; none where it stands.
    pub fn due_on(&self) -> Option<NaiveDate> {
        self.stands_since.is_none().then(|| due_day(self.due_at))
    }

    /// The same thing to do, at another desk from now on; whoever holds it is fenced off.
    pub fn move_to(self, desk: Desk, now: Timestamp) -> Self {
        Self { desk, arrived_at: now, claimed_at: None, kept: None, state: WorkState::Ready, fence: self.fence + 1, ..self }
    }

    /// The same item, due as these terms have it now: the calendar changed. Its lane stays what it became.
    pub fn reckoned_anew(self, case: &Case, terms: &Terms<'_>) -> Self {
        let due_at = due_at(case, self.stage, self.due_from, terms);
        Self { due_at, rank_at: self.lane.rank_at(due_at), ..self }
    }

    pub fn is_open(&self) -> bool {
        match self.state {
            WorkState::Ready | WorkState::Leased(_) => true,
            WorkState::Done | WorkState::Cancelled => false,
        }
    }

    /// From when on it may be claimed, as long as nobody holds it.
    pub fn claimable_from(&self) -> Timestamp {
        self.arrived_at.max(self.not_before.unwrap_or(self.arrived_at)).max(self.parked_until.unwrap_or(self.arrived_at))
    }
}
