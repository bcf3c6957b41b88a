//! Correcting who somebody is, which nobody changes by themself: at a counter, with the identity card at hand.

use domain::audit::{Deed, Entry, Office, On, Thing, Who};
use domain::ids::StationCode;
use domain::people::{CitizenId, Person, Role, Staff};
use domain::policy::{Act, Actor, Object, may};
use infra::store::{StoreError, Tx};

use crate::app::Grounds;

/// What is to stand of somebody from now on.
#[derive(Debug, Clone)]
pub struct Correction {
    /// As it stands now.
    pub known_as: CitizenId,
    pub station: StationCode,
    pub name: String,
    pub citizen_id: CitizenId,
    pub ethnicity: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    #[error("only a clerk of the station corrects anything there")]
    OtherStation,
    #[error("nobody has that number")]
    NotFound,
    #[error("it is the clerk themself or one close to them")]
    TooClose,
    #[error("the number is another person's")]
    Taken,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for CorrectError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => CorrectError::Taken,
            other => CorrectError::Store(other),
        }
    }
}

pub async fn correct(tx: &Tx, grounds: &Grounds, staff: &Staff, new: Correction) -> Result<Person, CorrectError> {
    may(Actor::Staff(staff), Act::CorrectPerson, &Object::Station(&new.station)).map_err(|_| CorrectError::OtherStation)?;
    let person = tx.person_by_citizen_id(&new.known_as).await?.ok_or(CorrectError::NotFound)?;
    if staff.is_close_to(person.id) {
        return Err(CorrectError::TooClose);
    }
    let ethnicity = new.ethnicity.or_else(|| person.ethnicity.clone());
    let corrected = Person { name: Some(new.name), citizen_id: Some(new.citizen_id), ethnicity, ..person };
    let saved = tx.save_person(corrected).await?;
    let who = Who::staff(staff, Some(Office { role: Role::Clerk, station: new.station }));
    tx.audit(&Entry::done(grounds.now, who, Deed::Correction, On::person(Thing::Person, saved.id))).await?;
    Ok(saved)
}
