//! Judging the service (好差评): once a case. A bad review opens its rectification in the same unit.

use domain::audit::{On, Thing};
use domain::evaluation::rectification::{self, Tidings, turn_of};
use domain::evaluation::{Evaluation, EvaluationRejection, Satisfaction, evaluate, handlers};
use domain::ids::{CaseId, PersonId, RectificationId};
use domain::policy::{Act, Actor, Object, may};
use infra::store::{CaseFile, RectificationFile, StoreError, Tx};

use super::news::{tell_or_raise, tell_reviewer};
use super::rectify::Loaded;
use super::words;
use crate::app::Grounds;
use crate::app::cases::on;

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

/// `device`: the mark that the reviewer's device made up for itself, where it sent one.
pub async fn judge_service(
    tx: &Tx,
    grounds: &Grounds,
    person: PersonId,
    case: CaseId,
    ((level, text), device): ((Satisfaction, String), Option<&str>),
) -> Result<Evaluation, EvaluateError> {
    let file = tx.case_file(case).await?.ok_or(EvaluateError::NotFound)?;
    let may = |act| may(Actor::Villager(person, grounds.today()), act, &Object::Case(&file.case));
    match (may(Act::EvaluateCase), may(Act::ShowCase)) {
        (Ok(()), _) => {}
        (Err(_for_another), Ok(())) => return Err(EvaluationRejection::NotYours.into()),
        (Err(_), Err(_)) => return Err(EvaluateError::Hidden(on(&file.case, Thing::Case))),
    }
    let evaluation = evaluate((&file.case, &file.record), person, (level, text), grounds.now)?;
    tx.add_evaluation(&evaluation, device).await?;
    open_rectification(tx, grounds, file, &evaluation).await?;
    Ok(evaluation)
}

async fn open_rectification(tx: &Tx, grounds: &Grounds, file: CaseFile, evaluation: &Evaluation) -> Result<(), StoreError> {
    let named = handlers(&file.record).into_keys().collect();
    let opening = rectification::open(evaluation, &file.case, named, &grounds.map.calendar, &grounds.evaluations);
    // A time-ordered id would tell whom it is about when the review came.
    let id = RectificationId::new(uuid::Uuid::new_v4());
    let Some(own) = opening.and_then(|opening| RectificationFile::begin(id, opening)) else { return Ok(()) };
    tx.open_rectification(&own).await?;
    words::begin(tx, grounds, evaluation, own.rectification.place.secrecy).await?;
    tell_reviewer(tx, grounds, &file, &own.rectification, Tidings::Opened).await?;
    let present = tx.staff_at(&own.rectification.place.station).await?;
    if present.iter().any(|staff| turn_of(staff, &file.case, &own.rectification) == Some(rectification::Turn::Station)) {
        return Ok(());
    }
    tell_or_raise(tx, grounds, Loaded { file, own }, Tidings::NobodyThere).await?;
    Ok(())
}
