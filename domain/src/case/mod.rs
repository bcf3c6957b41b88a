//! The case (办件): its life cycle as a functional core.
//!
//! `decide` answers what a command does to a case, `apply` makes it so; both are total and pure. The events are the legal
//! record: they carry ids, versions, hashes and reasons, never answers or names, so that the record survives an erasure.
//! Invariants: replaying a case's events gives the case; an ended case never changes; who accepted doesn't decide, except at once.
//! Source: the acceptance rules of 行政许可法 arts 32, 42, 44, 45, held as the default for public services too.

mod apply;
mod clock;
mod command;
mod decide;
mod event;
mod note;
mod number;
mod procedure;
mod route;
mod sharing;
mod tidings;
mod who;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalogue::is_sealed;
use crate::ids::{AccountId, CaseId, DocumentId, ItemCode, MandateId, NoteId, PersonId};
use crate::people::CreditCode;
use crate::time::Timestamp;

pub use apply::{apply, as_of, replay, settled_at};
pub use clock::*;
pub use command::*;
pub use decide::decide;
pub use event::*;
pub use note::*;
pub use number::*;
pub use procedure::*;
pub use route::*;
pub use sharing::*;
pub use tidings::*;
pub use who::*;

/// Whom a case is for (申请人). Names and household numbers stay in the people's own rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Subject {
    Person {
        person: PersonId,
    },
    /// The household that `person` belongs to.
    Household {
        person: PersonId,
    },
    Organisation {
        credit_code: CreditCode,
    },
}

impl Subject {
    /// The person whose profile the papers name; none for an organisation.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Subject::Person { person } | Subject::Household { person } => Some(*person),
            Subject::Organisation { .. } => None,
        }
    }
}

/// Who submitted it (提交人).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Applicant {
    Person {
        person: PersonId,
    },
    /// A clerk who entered it for somebody at the counter, or from an organisation's letter.
    Clerk {
        account: AccountId,
    },
}

/// Who acts for the subject (代办人), under which mandate, and the last day on which they may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    pub agent: PersonId,
    pub mandate: MandateId,
    pub until: NaiveDate,
}

/// The way that a case takes by another plan than the one that it was submitted with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChosenWay {
    pub route: Route,
    pub procedure: Vec<Step>,
    /// Done on this day at the latest.
    pub latest: NaiveDate,
}

/// What was asked for at submission: all that the record keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    pub case: CaseId,
    pub number: CaseNumber,
    pub item: ItemCode,
    pub item_version: u32,
    pub subject: Subject,
    pub applicant: Applicant,
    pub agency: Option<Agency>,
    /// The people whom the case is about: those of the subject, its household's for a household, and a person who applied.
    pub involved: BTreeSet<PersonId>,
    pub route: Route,
    pub procedure: Vec<Step>,
}

/// Where a case stands. `step` points into its procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum State {
    /// A courier has yet to bring the papers to the station.
    AwaitingPapers,
    /// The step waits for staff.
    Open {
        step: usize,
    },
    /// The person was asked for materials, to be given by the end of `until`.
    Supplementing {
        step: usize,
        until: NaiveDate,
    },
    /// The notice hangs until the end of `until`.
    Publicising {
        step: usize,
        until: NaiveDate,
    },
    /// An outside body tests or appraises; the clock stands.
    Paused {
        step: usize,
    },
    /// A courier is on the way to the person with the result.
    OnTheWay,
    Ended {
        outcome: Outcome,
    },
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    Completed,
    /// The note says why, and what the person may do about it.
    Rejected {
        note: NoteId,
    },
    Withdrawn,
    /// The note says why, and where to go instead.
    NotAccepted {
        note: NoteId,
    },
    /// The supplement wasn't given in time.
    Lapsed,
}

/// What was decided on the merits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Decision {
    Granted,
    /// The note holds the reason and the remedy.
    Refused {
        note: NoteId,
    },
}

/// A fee taken at the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    pub amount_fen: i64,
    pub receipt_no: String,
}

/// A paper or file that the case gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Produced {
    pub document: DocumentId,
    /// Hex SHA-256 of the file.
    pub sha256: String,
}

/// One request for one item, from submission to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub id: CaseId,
    pub number: CaseNumber,
    pub item: ItemCode,
    pub item_version: u32,
    /// The town service whose stages a proxy case goes through, where the clerk named another than the usual one.
    pub matter: Option<ItemCode>,
    pub subject: Subject,
    pub applicant: Applicant,
    pub agency: Option<Agency>,
    /// The mandate was revoked since.
    pub agent_left: bool,
    pub involved: BTreeSet<PersonId>,
    pub route: Route,
    pub procedure: Vec<Step>,
    pub state: State,
    /// When all that was needed for acceptance had arrived: the five days for the notice run from here.
    pub received_at: Timestamp,
    /// Nobody of these decides.
    pub acceptors: BTreeSet<PersonId>,
    pub supplements_asked: u16,
    pub clock: Option<PromiseClock>,
    pub decision: Option<Decision>,
    pub fee: Option<Fee>,
    pub produced: Option<Produced>,
}

/// Something for staff to do on a case: what its work item says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Place in the procedure.
    pub step: usize,
    pub stage: Stage,
    pub desk: Desk,
    /// Not to be claimed before this day begins; a notice has to hang its time.
    pub not_before: Option<NaiveDate>,
    /// Since when an outside body tests or appraises: all that is to be done is to go on once it has.
    pub stands_since: Option<Timestamp>,
}

impl Case {
    /// Whoever acts, or acted, for the subject: they neither accept nor decide, nor evaluate.
    pub fn agent(&self) -> Option<PersonId> {
        self.agency.as_ref().map(|agency| agency.agent)
    }

    /// The agent, as long as their mandate holds.
    pub fn acting_agent(&self, today: NaiveDate) -> Option<PersonId> {
        self.agency.as_ref().filter(|agency| !self.agent_left && today <= agency.until).map(|agency| agency.agent)
    }

    /// Whether it is `person`'s case on `today`: their own, their household's, one that they applied for, or one in which they act.
    pub fn is_of(&self, person: PersonId, today: NaiveDate) -> bool {
        let own = self.involved.contains(&person) && self.agent() != Some(person);
        own || self.acting_agent(today) == Some(person)
    }

    pub fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended { .. })
    }

    /// The step that the case stands at; none while papers travel and after the end.
    pub fn current(&self) -> Option<(usize, &Step)> {
        let at = match &self.state {
            State::Open { step } | State::Supplementing { step, .. } | State::Publicising { step, .. } | State::Paused { step } => *step,
            State::AwaitingPapers | State::OnTheWay | State::Ended { .. } => return None,
        };
        self.procedure.get(at).map(|step| (at, step))
    }

    /// What staff have to do now; nothing while the case waits for the person, for a courier or for nothing any more.
    pub fn work(&self) -> Option<Work> {
        let (not_before, stands_since) = match &self.state {
            State::Open { .. } => (None, None),
            State::Paused { .. } => (None, self.clock.as_ref().and_then(|clock| clock.stops.last()).map(|stop| stop.from)),
            State::Publicising { until, .. } => (until.succ_opt(), None),
            State::AwaitingPapers | State::Supplementing { .. } | State::OnTheWay | State::Ended { .. } => return None,
        };
        self.current().map(|(at, step)| Work { step: at, stage: step.stage, desk: step.desk.clone(), not_before, stands_since })
    }

    /// Whether only who works at a desk of it opens it: by its item, or by the town service whose stages it goes through.
    pub fn is_sealed(&self) -> bool {
        [Some(&self.item), self.matter.as_ref()].into_iter().flatten().any(is_sealed)
    }

    /// Whether it may still go another way: nobody has accepted it, and nothing is asked for.
    pub fn may_begin_anew(&self) -> bool {
        let waits = match self.state {
            State::AwaitingPapers | State::Open { .. } => true,
            State::Supplementing { .. } | State::Publicising { .. } | State::Paused { .. } | State::OnTheWay | State::Ended { .. } => false,
        };
        waits && !self.is_accepted()
    }

    /// Whether the case was accepted, by a clerk or by the law's silence.
    pub fn is_accepted(&self) -> bool {
        self.clock.is_some()
    }
}

#[cfg(test)]
pub(crate) mod tests;
