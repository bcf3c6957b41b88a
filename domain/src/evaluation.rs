//! Evaluation (好差评): one case, one review, five levels, never given by default; what a bad one brings with it (`rectification`), how
//! they are counted (`figures`), when they show (`coarse`), and what looks made up (`farming`).
//! Source: 国办发〔2019〕51号, GB/T 39735-2020 (named).

mod coarse;
pub mod farming;
pub mod figures;
pub mod rectification;
mod reply;
mod rules;
pub mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::case::{Actor, Case, Event, Outcome, Receiver, Recorded, State};
use crate::ids::{AccountId, CaseId, PersonId};
use crate::time::Timestamp;

pub use coarse::{figures_as_of, named_know_before};
pub use reply::{Unpublishable, may_be_published};
pub use rules::EvaluationRules;

/// From best to worst; the last two are bad reviews (差评).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Satisfaction {
    VerySatisfied,
    Satisfied,
    FairlySatisfied,
    Dissatisfied,
    VeryDissatisfied,
}

impl Satisfaction {
    pub const ALL: [Satisfaction; 5] = [
        Satisfaction::VerySatisfied,
        Satisfaction::Satisfied,
        Satisfaction::FairlySatisfied,
        Satisfaction::Dissatisfied,
        Satisfaction::VeryDissatisfied,
    ];

    pub fn is_bad(self) -> bool {
        matches!(self, Satisfaction::Dissatisfied | Satisfaction::VeryDissatisfied)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    pub case: CaseId,
    pub level: Satisfaction,
    /// What the person wrote; at most `TEXT_CHARS_MAX` characters.
    pub text: String,
    pub by: PersonId,
    pub at: Timestamp,
    /// When the case ended before the person, at a counter; none where it ended elsewhere.
    pub counter_at: Option<Timestamp>,
}

pub const TEXT_CHARS_MAX: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationRejection {
    #[error("a case is evaluated after its end")]
    NotEnded,
    #[error("only the people of the case evaluate it, and never an agent")]
    NotYours,
    #[error("the case was withdrawn: nothing was done that could be judged")]
    NothingDone,
    #[error("the text is over {TEXT_CHARS_MAX} characters")]
    TooLong,
}

/// Whom a review of a case names: each of the staff who did something in it, with the account that they did it under.
pub fn handlers(record: &[Recorded]) -> BTreeMap<PersonId, AccountId> {
    let staff = record.iter().filter_map(|recorded| match &recorded.by {
        Actor::Staff { account, person } => Some((*person, *account)),
        Actor::Person { .. } | Actor::System => None,
    });
    staff.collect()
}

/// Whether `by` is one of those who judge: the people of the case, but for who acts for another.
pub fn may_evaluate(case: &Case, by: PersonId) -> bool {
    case.involved.contains(&by) && case.agent() != Some(by)
}

/// When the result was given into somebody's hands at a counter, where the case ended with that.
fn handed_over_at(record: &[Recorded]) -> Option<Timestamp> {
    record.iter().rev().find_map(|recorded| match &recorded.event {
        Event::HandedOver { to: Receiver::Subject | Receiver::Agent | Receiver::Organisation } => Some(recorded.at),
        _elsewhere => None,
    })
}

/// Whether `by` may judge how `case` was handled. That a case has one review at most is the store's unique key.
pub fn evaluate(
    (case, record): (&Case, &[Recorded]),
    by: PersonId,
    (level, text): (Satisfaction, String),
    now: Timestamp,
) -> Result<Evaluation, EvaluationRejection> {
    if !may_evaluate(case, by) {
        return Err(EvaluationRejection::NotYours);
    }
    match &case.state {
        State::Ended { outcome: Outcome::Withdrawn } => return Err(EvaluationRejection::NothingDone),
        State::Ended { .. } => {}
        State::AwaitingPapers
        | State::Open { .. }
        | State::Supplementing { .. }
        | State::Publicising { .. }
        | State::Paused { .. }
        | State::OnTheWay => return Err(EvaluationRejection::NotEnded),
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(EvaluationRejection::TooLong);
    }
    Ok(Evaluation { case: case.id, level, text, by, at: now, counter_at: handed_over_at(record) })
}

#[cfg(test)]
mod tests;
