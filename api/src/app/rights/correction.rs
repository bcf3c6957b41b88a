//! Correcting who somebody is, which nobody changes by themself: at a counter, from the identity card that a clerk scans. A changed
//! number waits until an approver of the station has read the card too, or refuses it. The person is told of each.

use domain::audit::{Deed, Entry, Office, On, Thing, Who};
use domain::correction::{Correction, Identity, NotConfirmed, NotEntered};
use domain::countersign::WhyRefused;
use domain::ids::{CorrectionId, MessageId, StationCode, UploadId};
use domain::people::{CitizenId, Person, Role, Staff};
use domain::policy::{Act, Actor, Object, may};
use infra::store::{About, News, Owner, StoreError, Tx, View, Waiting};

use crate::app::Grounds;

/// What is to stand of somebody from now on.
#[derive(Debug, Clone)]
pub struct NewCorrection {
    pub id: CorrectionId,
    /// As it stands now.
    pub known_as: CitizenId,
    pub station: StationCode,
    pub name: String,
    pub citizen_id: CitizenId,
    pub ethnicity: Option<String>,
    /// Of the identity card; the clerk's own upload.
    pub scan: UploadId,
}

#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    #[error("only a clerk of the station corrects anything there")]
    OtherStation,
    #[error("nobody has that number")]
    NotFound,
    #[error("no such correction, or none of the approver's station")]
    NoSuchCorrection,
    #[error("the scan isn't there, isn't theirs, or belongs to something else")]
    NoSuchUpload,
    #[error(transparent)]
    NotEntered(#[from] NotEntered),
    #[error(transparent)]
    NotConfirmed(#[from] NotConfirmed),
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

/// Enters a correction: a name or an ethnicity stands at once, a number waits for its confirmation.
pub async fn correct(tx: &Tx, grounds: &Grounds, staff: &Staff, new: NewCorrection) -> Result<Correction, CorrectError> {
    may(Actor::Staff(staff), Act::CorrectPerson, &Object::Station(&new.station)).map_err(|_| CorrectError::OtherStation)?;
    let person = tx.holds_by_citizen_id(&new.known_as).await?.ok_or(CorrectError::NotFound)?;
    let read = Identity { name: Some(new.name), citizen_id: Some(new.citizen_id.clone()), ethnicity: new.ethnicity };
    let correction = Correction::enter((new.id, new.scan), &person, read, (staff, new.station), grounds.now)?;
    if tx.person_by_citizen_id(&new.citizen_id).await?.is_some_and(|holder| holder.id != person.id) {
        return Err(CorrectError::Taken);
    }
    if !tx.bind_upload(correction.scan, staff.person, Owner::Correction(correction.id), None).await? {
        return Err(CorrectError::NoSuchUpload);
    }
    tx.add_correction(&correction).await?;
    if correction.stands() {
        tx.save_person(correction.put_right(person)).await?;
    }
    let deed = if correction.stands() { Deed::Correction } else { Deed::CorrectionProposed };
    tell_and_log(tx, grounds, &correction, (staff, correction.by.role, deed)).await?;
    Ok(correction)
}

/// Confirms a correction by an approver who read `number` off the card: it stands from now on.
pub async fn confirm(
    tx: &Tx,
    grounds: &Grounds,
    staff: &Staff,
    (id, number): (CorrectionId, CitizenId),
) -> Result<Correction, CorrectError> {
    let (correction, person) = to_settle(tx, (staff, Act::ConfirmCorrection), id).await?;
    let correction = correction.confirm(&person, &number, staff, (grounds.now, grounds.second_word))?;
    tx.save_second_word(&correction).await?;
    tx.save_person(correction.put_right(person)).await?;
    tell_and_log(tx, grounds, &correction, (staff, Role::Approver, Deed::Correction)).await?;
    Ok(correction)
}

/// Refuses a correction by an approver: all stays as it is, and the person is told why.
pub async fn refuse(tx: &Tx, grounds: &Grounds, staff: &Staff, (id, why): (CorrectionId, WhyRefused)) -> Result<Correction, CorrectError> {
    let (correction, _person) = to_settle(tx, (staff, Act::RefuseCorrection), id).await?;
    let correction = correction.refuse(why, staff, (grounds.now, grounds.second_word)).map_err(NotConfirmed::from)?;
    tx.save_second_word(&correction).await?;
    tell_and_log(tx, grounds, &correction, (staff, Role::Approver, Deed::CorrectionRefused)).await?;
    Ok(correction)
}

/// A page of the corrections that wait for the second word of `staff`, oldest first; and how many there are in all.
pub async fn waiting(
    view: &View,
    grounds: &Grounds,
    staff: &Staff,
    (after, limit): (Option<CorrectionId>, u64),
) -> Result<(Vec<Correction>, u64), StoreError> {
    view.waiting_corrections(&waits_for(staff, grounds), after, limit).await
}

/// What waits for the second word of `staff`: as [`domain::countersign::Proposal::may_settle`] has it.
pub fn waits_for(staff: &Staff, grounds: &Grounds) -> Waiting {
    let stations = grounds.map.stations().filter(|station| staff.has(Role::Approver, &station.code));
    let not_about = staff.ties.people.iter().copied().chain([staff.person]);
    Waiting {
        stations: stations.map(|station| station.code.clone()).collect(),
        not_by: staff.person,
        not_about: not_about.collect(),
        since: grounds.second_word.since(grounds.today()),
    }
}

/// A correction of the approver's station, with whom it corrects; their row is held.
async fn to_settle(tx: &Tx, (staff, act): (&Staff, Act), id: CorrectionId) -> Result<(Correction, Person), CorrectError> {
    let correction = tx.correction(id).await?.ok_or(CorrectError::NoSuchCorrection)?;
    let station = Object::Station(&correction.by.station);
    may(Actor::Staff(staff), act, &station).map_err(|_| CorrectError::NoSuchCorrection)?;
    if !tx.holds_open(correction.person).await? {
        return Err(CorrectError::NoSuchCorrection);
    }
    let person = tx.person(correction.person).await?.ok_or(CorrectError::NoSuchCorrection)?;
    Ok((correction, person))
}

async fn tell_and_log(
    tx: &Tx,
    grounds: &Grounds,
    correction: &Correction,
    (staff, role, deed): (&Staff, Role, Deed),
) -> Result<(), StoreError> {
    let about = About::Correction { correction: correction.id, tidings: correction.tidings() };
    let id = MessageId::new(uuid::Uuid::now_v7());
    tx.add_news(&News { id, to: correction.person, about }, grounds.now).await?;
    let who = Who::staff(staff, Some(Office { role, station: correction.by.station.clone() }));
    tx.audit(&Entry::done(grounds.now, who, deed, On::person(Thing::Correction(correction.id), correction.person))).await
}
