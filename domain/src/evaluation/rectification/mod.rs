//! Rectification (差评整改): what follows a bad review. The station contacts the person within a working day, puts right what was wrong,
//! answers, and the person rates that; who isn't satisfied has it looked into once more, by a supervisor.
//!
//! `decide` answers what a command does, `apply` makes it so; both are total and pure. The events are the record: ids, dates and reasons
//! of a list; words stand in notes and replies, which an erasure takes.
//! Invariants: whom the review names doesn't rectify, doesn't decide about it, and doesn't read it before the person was answered, or at
//! least reached; it is reopened once; one appeal each; an accepted appeal takes the review out of the figures, and the record stays.
//! Units: working days, local days. Source: 国办发〔2019〕51号; 安阳市政务服务条例 52 and 上海市优化营商环境条例 30 (contact in one working day).

mod apply;
mod decide;
#[cfg(test)]
mod tests;
mod who;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Evaluation, EvaluationRules, Satisfaction};
use crate::calendar::Calendar;
use crate::case::{Actor, Case};
use crate::ids::{CaseId, NoteId, PersonId, RectificationId, ReplyId, StationCode};
use crate::people::Role;
use crate::time::{Timestamp, local_date};

pub use apply::{apply, replay};
pub use decide::{By, Command, Context, Rejection, decide};
pub use who::*;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectification {
    pub id: RectificationId,
    pub case: CaseId,
    pub level: Satisfaction,
    pub place: Place,
    /// The station up the line whose approvers decide too, since nobody at the desks of a sealed case may.
    pub raised_to: Option<StationCode>,
    /// Who wrote the review: told to who rectifies and who watches, never to whom it names.
    pub reviewer: PersonId,
    /// Everybody who handled the case.
    pub named: BTreeSet<PersonId>,
    pub opened_at: Timestamp,
    pub state: State,
    /// When the person was reached for the first time, in whatever round.
    pub first_reached_at: Option<Timestamp>,
    /// How the first round was closed.
    pub first_closing: Option<Timeliness>,
    pub appeals: Vec<Appeal>,
}

/// Whose matter it is: a station, and who at it finds it in their list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub station: StationCode,
    pub role: Role,
    pub secrecy: Secrecy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    Ordinary,
    /// It stays with those who may open the case.
    Sealed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Open(Open),
    Closed(Closed),
    /// An appeal was accepted: the review counts no more.
    Excluded {
        ground: Ground,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    pub round: Round,
    /// The last days for it.
    pub contact_by: NaiveDate,
    pub close_by: NaiveDate,
    pub reached_at: Option<Timestamp>,
    pub attempts: u16,
    /// The day by which the person was told that it would be put right.
    pub fix_by: Option<NaiveDate>,
    /// What a supervisor was told is overdue.
    pub told: BTreeSet<Overdue>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    pub round: Round,
    pub at: Timestamp,
    pub finding: Finding,
    pub reply: ReplyId,
    pub rating: Option<Rating>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    First,
    /// The person wasn't satisfied: it is a supervisor's now.
    Second,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overdue {
    Contact,
    Closing,
}

/// How the person was contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactWay {
    Phone,
    Visit,
    Message,
    Counter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    Reached,
    NotReached,
}

/// What was found when it was looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    FixedAtOnce,
    /// By the day that the person was told.
    FixedByDate,
    /// Nothing was wrong; the reply explains.
    Unfounded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timeliness {
    InTime,
    Late,
}

/// How the person finds the rectification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    Satisfied,
    NotSatisfied,
}

/// Why a review shouldn't count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    Malicious,
    /// Meant for another matter, another station, or another level.
    Mistaken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Appellant {
    /// One of those whom the review names.
    Named {
        person: PersonId,
    },
    Station,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Accepted,
    Refused,
}

/// An appeal; its number is its place, from 1 up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    pub by: Appellant,
    /// Who entered it.
    pub entered_by: Option<PersonId>,
    pub at: Timestamp,
    pub ground: Ground,
    pub note: NoteId,
    pub decided: Option<Decided>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub at: Timestamp,
    pub verdict: Verdict,
    pub note: NoteId,
}

/// What a bad review begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    pub case: CaseId,
    pub level: Satisfaction,
    pub place: Place,
    pub reviewer: PersonId,
    pub named: BTreeSet<PersonId>,
    pub contact_by: NaiveDate,
    pub close_by: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    Opened { opening: Box<Opening> },
    Contacted { way: ContactWay, contact: Contact, fix_by: Option<NaiveDate>, note: NoteId },
    Closed { finding: Finding, timeliness: Timeliness, reply: ReplyId },
    Rated { rating: Rating },
    Reopened { contact_by: NaiveDate, close_by: NaiveDate },
    Appealed { by: Appellant, ground: Ground, note: NoteId },
    AppealDecided { number: u16, verdict: Verdict, note: NoteId },
    Raised { to: StationCode },
    OverdueTold { what: Overdue },
}

/// An event with its instant and its actor, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub at: Timestamp,
    pub by: Actor,
    pub event: Event,
}

impl Event {
    /// Whether it changes what who wrote the review sees of it. They see no appeal that takes nothing from their review.
    pub fn is_shown_to_the_reviewer(&self) -> bool {
        match self {
            Event::Opened { .. } | Event::Contacted { .. } | Event::Closed { .. } | Event::Rated { .. } | Event::Reopened { .. } => true,
            Event::AppealDecided { verdict, .. } => *verdict == Verdict::Accepted,
            Event::Appealed { .. } | Event::Raised { .. } | Event::OverdueTold { .. } => false,
        }
    }
}

/// What people are told of it; whom the review names is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tidings {
    /// For who wrote the review: it is looked into.
    Opened,
    Closed,
    /// It doesn't count any more.
    Excluded,
    /// For whoever looks after it: nobody contacted the person in time.
    ContactOverdue,
    ClosingOverdue,
    /// The review names everybody at the station.
    NobodyThere,
    /// The person isn't satisfied.
    Reopened,
    Appealed,
}

/// What a review brings with it: a bad one, its rectification.
pub fn open(evaluation: &Evaluation, case: &Case, named: BTreeSet<PersonId>, calendar: &Calendar, rules: &EvaluationRules) -> Option<Step> {
    if !evaluation.level.is_bad() {
        return None;
    }
    let (contact_by, close_by) = deadlines(evaluation.at, calendar, rules);
    let opening =
        Opening { case: case.id, level: evaluation.level, place: Place::of(case), reviewer: evaluation.by, named, contact_by, close_by };
    let by = Actor::Person { person: evaluation.by };
    Some(Step { at: evaluation.at, by, event: Event::Opened { opening: Box::new(opening) } })
}

/// The last days for contacting the person and for closing it.
fn deadlines(from: Timestamp, calendar: &Calendar, rules: &EvaluationRules) -> (NaiveDate, NaiveDate) {
    let day = |days| calendar.after_working_days(local_date(from), days).on;
    (day(rules.contact_working_days), day(rules.close_working_days))
}

impl Place {
    /// The station that took the case in. Of a sealed one: its first desk, since the other may not open it any more.
    fn of(case: &Case) -> Self {
        let ordinary = Self { station: case.route.accepting.clone(), role: Role::Clerk, secrecy: Secrecy::Ordinary };
        match case.procedure.first() {
            Some(first) if case.is_sealed() => {
                Self { station: first.desk.station.clone(), role: first.desk.role, secrecy: Secrecy::Sealed }
            }
            Some(_) | None => ordinary,
        }
    }
}

impl Rectification {
    pub fn names(&self, person: PersonId) -> bool {
        self.named.contains(&person)
    }

    /// Whether whom the review names may read it: once it was closed, however it goes on. Where an appeal took it out before, only if the
    /// person had been reached by somebody else: nobody is to learn from the words whom to speak to first.
    pub fn is_told_to_the_named(&self) -> bool {
        match &self.state {
            State::Open(_) | State::Closed(_) => self.first_closing.is_some(),
            State::Excluded { .. } => self.first_closing.is_some() || self.first_reached_at.is_some(),
        }
    }

    /// The appeal of that number.
    pub fn appeal(&self, number: u16) -> Option<&Appeal> {
        usize::from(number).checked_sub(1).and_then(|place| self.appeals.get(place))
    }

    pub fn waits_for_a_decision(&self) -> bool {
        self.appeals.iter().any(|appeal| appeal.decided.is_none())
    }

    /// What is overdue on `today` and no supervisor was told.
    pub fn overdue(&self, today: NaiveDate) -> Vec<Overdue> {
        let State::Open(open) = &self.state else { return Vec::new() };
        let contact = (open.reached_at.is_none() && open.contact_by < today).then_some(Overdue::Contact);
        let closing = (open.close_by < today).then_some(Overdue::Closing);
        [contact, closing].into_iter().flatten().filter(|what| !open.told.contains(what)).collect()
    }
}
