//! Cases: the events are the truth, and a case is what they tell; the row beside them is for lists and deadlines.
//! What may be erased one day (answers, notes) stands in tables of its own.

mod content;
mod deadlines;
mod lists;
mod own;
mod read;
mod rows;
mod save;

use domain::calendar::Calendar;
use domain::case::{Case, Event, Recorded};
use domain::catalogue::Answers;
use domain::ids::BundleId;
use domain::routing::Plan;
use domain::time::Timestamp;

pub use deadlines::Deadlines;
pub use lists::{CaseFilter, CaseLine};
pub use own::OwnCase;
pub(super) use rows::{case_row, involved_row};

use crate::vault::Column as Sealed;

const ORGANISATION: Sealed = Sealed::new("cases", "organisation");
const PLAN: Sealed = Sealed::new("cases", "plan");

/// The parts that a person has in a case.
pub(super) const OWN: &str = "own";
const AGENT: &str = "agent";
const LEFT: &str = "agent_left";

/// A case with its record and what was settled when it was opened.
#[derive(Debug, Clone)]
pub struct CaseFile {
    pub case: Case,
    /// In order; the version of the case is their number.
    pub record: Vec<Recorded>,
    pub bundle: Option<BundleId>,
    /// The name of the organisation that it is for.
    pub organisation: Option<String>,
    pub plan: Plan,
    pub submitted_at: Timestamp,
}

/// What a new case brings beside its first event.
#[derive(Debug, Clone)]
pub struct NewCase {
    pub bundle: Option<BundleId>,
    pub organisation: Option<String>,
    pub plan: Plan,
    pub answers: Answers,
}

impl CaseFile {
    /// The version that `If-Match` names.
    pub fn version(&self) -> usize {
        self.record.len()
    }

    /// The last day of the promise as seen at `now`, and whether a year that isn't loaded had a part in it.
    pub fn due(&self, calendar: &Calendar, now: Timestamp) -> Option<domain::calendar::DueDay> {
        self.case.clock.as_ref().map(|clock| clock.due(calendar, now))
    }

    pub fn ended_at(&self) -> Option<Timestamp> {
        // The one thing that an ended case may still tell is that its agent left.
        let last = self.record.iter().rev().find(|recorded| recorded.event != Event::AgentLeft);
        last.filter(|_| self.case.is_ended()).map(|last| last.at)
    }
}
