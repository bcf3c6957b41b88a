//! Judging the service (好差评): once a case.

use domain::audit::{On, Thing};
use domain::evaluation::{Evaluation, EvaluationRejection, Satisfaction, evaluate};
use domain::ids::{CaseId, PersonId};
use domain::policy::{Act, Actor, Object, may};
use infra::store::{StoreError, Tx};

use super::Grounds;
use super::cases::on;

#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    #[error("no such case")]
    NotFound,
    #[error("a case that is none of theirs")]
    Hidden(On),
    #[error("the case was evaluated before")]
    Twice,
    #[error(transparent)]
    Rejected(#[from] EvaluationRejection),
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for EvaluateError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => EvaluateError::Twice,
            other => EvaluateError::Store(other),
        }
    }
}

pub async fn judge_service(
    tx: &Tx,
    grounds: &Grounds,
    person: PersonId,
    case: CaseId,
    (level, text): (Satisfaction, String),
) -> Result<Evaluation, EvaluateError> {
    let file = tx.case_file(case).await?.ok_or(EvaluateError::NotFound)?;
    let may = |act| may(Actor::Villager(person, grounds.today()), act, &Object::Case(&file.case));
    match (may(Act::EvaluateCase), may(Act::ShowCase)) {
        (Ok(()), _) => {}
        (Err(_for_another), Ok(())) => return Err(EvaluationRejection::NotYours.into()),
        (Err(_), Err(_)) => return Err(EvaluateError::Hidden(on(&file.case, Thing::Case))),
    }
    let evaluation = evaluate(&file.case, person, level, text, grounds.now)?;
    tx.add_evaluation(&evaluation).await?;
    Ok(evaluation)
}
