//! Evaluation (好差评): one case, one review, five levels, never given by default. Source: 国办发〔2019〕51号, GB/T 39735-2020 (named).

use serde::{Deserialize, Serialize};

use crate::case::{Case, Outcome, State};
use crate::ids::{CaseId, PersonId};
use crate::time::Timestamp;

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

/// Whether `by` is one of those who judge: the people of the case, but for who acts for another.
pub fn may_evaluate(case: &Case, by: PersonId) -> bool {
    case.involved.contains(&by) && case.agent() != Some(by)
}

/// Whether `by` may judge how `case` was handled. That a case has one review at most is the store's unique key.
pub fn evaluate(case: &Case, by: PersonId, level: Satisfaction, text: String, now: Timestamp) -> Result<Evaluation, EvaluationRejection> {
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
    Ok(Evaluation { case: case.id, level, text, by, at: now })
}

#[cfg(test)]
mod tests;
