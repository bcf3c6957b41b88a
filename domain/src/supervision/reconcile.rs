//! What has to change in the alerts that are kept, so that they say what the ledger says. Doing it twice changes nothing.

use super::{Cause, Colour, Due};
use crate::ids::AlertId;
use crate::time::Timestamp;

/// An alert of a clock as it was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub id: AlertId,
    pub cause: Cause,
    pub colour: Colour,
    pub turn: u16,
    pub from: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// It ended since other days count, or others are warned of: it may come again.
    pub overtaken: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// One that ended meanwhile is raised with its end.
    Raise(Due),
    End {
        id: AlertId,
        at: Timestamp,
    },
    /// By the days that count now it isn't due yet.
    Overtake {
        id: AlertId,
        at: Timestamp,
    },
    /// What was overtaken is due at the same instant after all.
    Resume {
        id: AlertId,
    },
}

/// The changes at `now`. An alert that was raised keeps its date, whatever becomes of the calendar.
pub fn reconcile(kept: &[Kept], due: &[Due], now: Timestamp) -> Vec<Change> {
    let due: Vec<_> = due.iter().filter(|due| due.from <= now).collect();
    let mut changes: Vec<_> = due.iter().filter_map(|due| of_due(kept, due, now)).collect();
    let stale = kept.iter().filter(|kept| kept.ended_at.is_none() && kept.cause.is_of_a_clock());
    let stale = stale.filter(|kept| !due.iter().any(|due| is_same(kept, due)));
    changes.extend(stale.map(|kept| Change::Overtake { id: kept.id, at: now }));
    changes
}

fn of_due(kept: &[Kept], due: &Due, now: Timestamp) -> Option<Change> {
    let over = due.until.filter(|until| *until <= now);
    let mut same = kept.iter().filter(|kept| is_same(kept, due));
    if let Some(raised) = same.clone().find(|kept| !kept.overtaken) {
        return over.filter(|_| raised.ended_at.is_none()).map(|at| Change::End { id: raised.id, at: at.max(raised.from) });
    }
    match same.find(|kept| kept.from == due.from) {
        Some(overtaken) => over.is_none().then_some(Change::Resume { id: overtaken.id }),
        None => Some(Change::Raise(*due)),
    }
}

/// A run of a clock is one, wherever its days move to; a stage may be gone through again.
fn is_same(kept: &Kept, due: &Due) -> bool {
    let same_run = (kept.cause, kept.colour, kept.turn) == (due.cause, due.colour, due.turn);
    same_run && (due.cause != Cause::Stage || kept.from == due.from)
}

impl Cause {
    /// Whether time alone brings it, and not somebody's act.
    pub fn is_of_a_clock(self) -> bool {
        match self {
            Cause::Promise | Cause::Statute | Cause::Stage => true,
            Cause::Escalated | Cause::NobodyMayTake => false,
        }
    }
}
