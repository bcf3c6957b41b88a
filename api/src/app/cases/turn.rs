//! What becomes of the queue when a case changes: the work item that it no longer asks for is closed, and the one that it asks for
//! now is opened. So is one that stands for an outside body's test, and again when the case goes on. One whose step went to another desk
//! goes there, and stays due when it was; not so where the case begins anew.
//! It is settled before anything is written, since the case's row says when its alerts have to be looked after.

use domain::case::{Case, Event, Outcome, Reach, Recorded, State, knows_the_case};
use domain::catalogue::Item;
use domain::ids::WorkItemId;
use domain::queue::{WorkItem, WorkState};
use domain::supervision::{Cause, Due, late_at_stage};
use domain::time::Timestamp;
use infra::store::{StoreError, Tx};

use crate::app::Grounds;
use crate::app::queue::tell_line;

pub(super) enum Turn {
    /// The case asks for what is open, or for nothing as before.
    Stays(Option<Box<WorkItem>>),
    /// The same thing to do at another desk.
    Moves {
        read: Box<WorkItem>,
        moved: Box<WorkItem>,
    },
    Changes {
        closed: Option<Box<Closed>>,
        opened: Option<Box<WorkItem>>,
    },
}

pub(super) struct Closed {
    read: WorkItem,
    becomes: WorkState,
}

impl Turn {
    pub fn of(grounds: &Grounds, item: &Item, (case, record): (&Case, &[Recorded]), events: &[Event], open: Option<WorkItem>) -> Self {
        let wanted = case.work();
        match (open, wanted) {
            (None, None) => Turn::Stays(None),
            (Some(open), Some(work)) if open.serves(&work) => Turn::Stays(Some(Box::new(open))),
            (Some(open), Some(work)) if !begins_anew(events) && open.may_move_to(&work) => {
                Turn::Moves { moved: Box::new(open.clone().move_to(work.desk, grounds.now)), read: Box::new(open) }
            }
            (open, wanted) => {
                let closed = open.map(|read| Box::new(Closed { becomes: closed(case, events, &read, grounds.now), read }));
                let knows = knows_the_case(record, events);
                let id = WorkItemId::new(uuid::Uuid::now_v7());
                let open = |work| Box::new(WorkItem::open(id, (case, item), work, grounds.now, knows, &grounds.terms()));
                Turn::Changes { closed, opened: wanted.map(open) }
            }
        }
    }

    pub fn open_after(&self) -> Option<&WorkItem> {
        match self {
            Turn::Stays(open) => open.as_deref(),
            Turn::Moves { moved, .. } => Some(moved),
            Turn::Changes { opened, .. } => opened.as_deref(),
        }
    }

    /// The alert of a station that closed its item past its own allowance.
    pub fn late_until(&self, now: Timestamp) -> Option<Due> {
        match self {
            Turn::Changes { closed: Some(closed), .. } => late_at_stage(&closed.read).map(|late| late.ended(now)),
            Turn::Changes { closed: None, .. } | Turn::Stays(_) | Turn::Moves { .. } => None,
        }
    }

    /// What was open is told to the line that the case had before, what is opened to the one that it has now.
    pub async fn take(&self, tx: &Tx, grounds: &Grounds, (before, case): (&Case, &Case)) -> Result<(), StoreError> {
        match self {
            Turn::Stays(_) => Ok(()),
            Turn::Moves { read, moved } => {
                tx.save_work_item(read, moved, grounds.now).await?;
                tell_line(tx, grounds, case, (Some(read), moved));
                tx.end_alerts_of(read.case, &[Cause::Escalated], grounds.now).await
            }
            Turn::Changes { closed, opened } => {
                if let Some(Closed { read, becomes }) = closed.as_deref() {
                    let closed = WorkItem { state: *becomes, ..read.clone() };
                    tx.save_work_item(read, &closed, grounds.now).await?;
                    tell_line(tx, grounds, before, (Some(read), &closed));
                    step_goes_on(tx, grounds, read).await?;
                }
                if let Some(opened) = opened {
                    tx.add_work_item(opened).await?;
                    tell_line(tx, grounds, case, (None, opened));
                }
                Ok(())
            }
        }
    }
}

/// Ends the alerts of a step that goes on: what a supervisor was called for, and the station's own lateness.
pub async fn step_goes_on(tx: &Tx, grounds: &Grounds, read: &WorkItem) -> Result<(), StoreError> {
    let called = read.escalated_at.is_some() || read.desk.reach == Reach::Line;
    let late = read.due_at <= grounds.now;
    let causes: &[Cause] = match (called, late) {
        (false, false) => return Ok(()),
        (true, false) => &[Cause::Escalated, Cause::NobodyMayTake],
        (false, true) => &[Cause::Stage],
        (true, true) => &[Cause::Escalated, Cause::NobodyMayTake, Cause::Stage],
    };
    tx.end_alerts_of(read.case, causes, grounds.now).await
}

fn begins_anew(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::ChosenAnew { .. } | Event::Rerouted { .. }))
}

/// What nobody holds, nobody did: a deadline passed, or a courier took it along.
fn closed(case: &Case, events: &[Event], read: &WorkItem, now: Timestamp) -> WorkState {
    match &case.state {
        _ if begins_anew(events) || read.live_lease(now).is_none() => WorkState::Cancelled,
        State::Ended { outcome: Outcome::Withdrawn | Outcome::Lapsed } => WorkState::Cancelled,
        State::Ended { outcome: Outcome::Completed | Outcome::Rejected { .. } | Outcome::NotAccepted { .. } }
        | State::AwaitingPapers
        | State::Open { .. }
        | State::Supplementing { .. }
        | State::Publicising { .. }
        | State::Paused { .. }
        | State::OnTheWay => WorkState::Done,
    }
}
