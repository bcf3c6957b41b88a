//! What no second person settled in its time lapses: all stays as it was. Whom it is about is told, and who entered it, so that it can be
//! entered again.

use domain::correction::{self, Correction};
use domain::counter_request::{self, CounterRequest};
use domain::ids::{MessageId, PersonId};
use infra::store::{About, News, StoreError, Tx};

use crate::app::Grounds;

/// Ends a correction that nobody settled in its time; false where somebody did meanwhile.
pub async fn lapse_correction(tx: &Tx, grounds: &Grounds, correction: &Correction) -> Result<bool, StoreError> {
    if !tx.lapse_correction(correction.id).await? {
        return Ok(false);
    }
    let about = |tidings| About::Correction { correction: correction.id, tidings };
    let people = (correction.person, correction.by.person);
    tell(tx, grounds, people, (about(correction::Tidings::Lapsed), about(correction::Tidings::EnteredLapsed))).await?;
    Ok(true)
}

/// Ends an erasure that nobody settled in its time; false where somebody did meanwhile.
pub async fn lapse_erasure(tx: &Tx, grounds: &Grounds, request: &CounterRequest) -> Result<bool, StoreError> {
    if !tx.lapse_request(request.id).await? {
        return Ok(false);
    }
    let about = |tidings| About::Request { request: request.id, tidings };
    let people = (request.person, request.by.person);
    tell(tx, grounds, people, (about(counter_request::Tidings::ErasureLapsed), about(counter_request::Tidings::EnteredLapsed))).await?;
    Ok(true)
}

/// Somebody whose data were erased meanwhile is told nothing any more.
async fn tell(
    tx: &Tx,
    grounds: &Grounds,
    (person, entered_by): (PersonId, PersonId),
    (for_them, for_who_entered): (About, About),
) -> Result<(), StoreError> {
    for (to, about) in [(person, for_them), (entered_by, for_who_entered)] {
        if tx.is_open_person(to).await? {
            tx.add_news(&News { id: MessageId::new(uuid::Uuid::now_v7()), to, about }, grounds.now).await?;
        }
    }
    Ok(())
}
