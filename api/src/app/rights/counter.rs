//! A copy and an erasure for somebody who has no phone: asked at a counter of their own line, from the identity card or the signed
//! request that a clerk scans. The copy is printed there and then; the erasure waits until an approver has read the card too.

use domain::audit::{Deed, Entry, Office, On, Stated, Thing, Who};
use domain::consent::{Entered, Spoken};
use domain::correction::NotConfirmed;
use domain::counter_request::{Asked, CounterRequest, Shown};
use domain::countersign::{SeenBy, WhyRefused};
use domain::district::Line;
use domain::ids::{MessageId, RequestId, StationCode, UploadId};
use domain::mandate::AtStation;
use domain::people::{CitizenId, Person, Role, Staff};
use domain::policy::{Act, Actor, Object, may};
use infra::store::{About, News, Owner, StoreError, Tx, View};

use super::copy::OwnData;
use super::correction::waits_for;
use super::erasure::{EraseError, KeptFile, erase_person};
use crate::app::{App, Grounds};

#[derive(Debug, Clone)]
pub struct NewRequest {
    pub id: RequestId,
    pub asked: Asked,
    /// As the clerk read it off the card.
    pub citizen_id: CitizenId,
    pub station: StationCode,
    pub shown: Shown,
    /// The clerk's own upload.
    pub scan: UploadId,
}

#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    #[error("it is asked at a station of the person's own line where the clerk works")]
    OtherStation,
    #[error("it is about the clerk themself or one close to them")]
    TooClose,
    #[error("nobody has that number")]
    NotFound,
    #[error("no such request, or none of the approver's")]
    NoSuchRequest,
    #[error("the scan isn't there, isn't theirs, or belongs to something else")]
    NoSuchUpload,
    #[error(transparent)]
    NotConfirmed(#[from] NotConfirmed),
    #[error("the data can't be erased")]
    Erase(#[from] EraseError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Enters what somebody asks; with whom it is about.
pub async fn enter(
    tx: &Tx,
    grounds: &Grounds,
    (staff, act): (&Staff, Act),
    new: NewRequest,
) -> Result<(CounterRequest, Person), CounterError> {
    if !staff.works_as(Role::Clerk, &new.station) {
        // Whoever works elsewhere learns nothing of the number.
        return Err(CounterError::OtherStation);
    }
    let person = tx.holds_by_citizen_id(&new.citizen_id).await?.ok_or(CounterError::NotFound)?;
    may_at_counter(tx, grounds, (staff, act), (&person, &new.station)).await?;
    let ground = (new.shown, new.scan);
    let request = CounterRequest::enter((new.id, person.id), new.asked, ground, (staff, new.station), grounds.now);
    if !tx.bind_upload(request.scan, staff.person, Owner::Request(request.id), None).await? {
        return Err(CounterError::NoSuchUpload);
    }
    tx.add_counter_request(&request).await?;
    let deed = match request.asked {
        Asked::Copy => Deed::Export,
        Asked::Erasure => Deed::ErasureProposed,
    };
    tell_and_log(tx, grounds, &request, (staff, request.by.role, deed)).await?;
    Ok((request, person))
}

/// Erases, by an approver who read `number` off the card too. Says which files are kept.
pub async fn confirm(
    tx: &Tx,
    grounds: &Grounds,
    staff: &Staff,
    (id, number): (RequestId, CitizenId),
) -> Result<Vec<KeptFile>, CounterError> {
    let (request, person) = to_settle(tx, grounds, (staff, Act::ConfirmErasure), id).await?;
    let request = request.confirm(&person, &number, staff, (grounds.now, grounds.second_word))?;
    tx.save_word_on_request(&request).await?;
    let SeenBy { account, station, .. } = request.by.clone();
    let entered = Entered { at: AtStation { account, station: station.clone() }, how: Spoken::Told { witness: None } };
    let by = Who::staff(staff, Some(Office { role: Role::Approver, station }));
    Ok(erase_person(tx, grounds, person.id, (by, Some(entered))).await?)
}

/// Refuses an erasure by an approver: nothing is erased, and the person is told why.
pub async fn refuse(
    tx: &Tx,
    grounds: &Grounds,
    staff: &Staff,
    (id, why): (RequestId, WhyRefused),
) -> Result<(CounterRequest, Person), CounterError> {
    let (request, person) = to_settle(tx, grounds, (staff, Act::RefuseErasure), id).await?;
    let request = request.refuse(why, staff, (grounds.now, grounds.second_word)).map_err(NotConfirmed::from)?;
    tx.save_word_on_request(&request).await?;
    tell_and_log(tx, grounds, &request, (staff, Role::Approver, Deed::ErasureRefused)).await?;
    Ok((request, person))
}

/// A page of the erasures that wait for the second word of `staff`, oldest first, each with whom it is about; and how many there are.
pub async fn waiting(
    view: &View,
    grounds: &Grounds,
    staff: &Staff,
    (after, limit): (Option<RequestId>, u64),
) -> Result<(Vec<(CounterRequest, Person)>, u64), StoreError> {
    let (found, total) = view.waiting_erasures(&waits_for(staff, grounds), after, limit).await?;
    let people = view.people(found.iter().map(|request| request.person)).await?;
    let known = found.into_iter().filter_map(|request| Some((people.get(&request.person).cloned()?, request)));
    let known = known.map(|(person, request)| (request, person));
    Ok((known.collect(), total))
}

impl App {
    /// What stands on the copy that is printed for somebody, for the clerk who entered it today. The look is in the audit log, with its
    /// purpose, before it leaves.
    pub async fn copy_at_the_counter(&self, staff: &Staff, id: RequestId) -> Result<(CounterRequest, Person, OwnData), CounterError> {
        let view = self.store.read(self.district());
        let now = self.clock.now();
        let request = view.counter_request(id).await?.ok_or(CounterError::NoSuchRequest)?;
        may(Actor::Staff(staff), Act::PrintCopy, &Object::Request(&request, now)).map_err(|_| CounterError::NoSuchRequest)?;
        if !view.is_open_person(request.person).await? {
            return Err(CounterError::NoSuchRequest);
        }
        let person = view.person(request.person).await?.ok_or(CounterError::NoSuchRequest)?;
        let own = OwnData::of(&view, person.id).await?;
        let office = Office { role: request.by.role, station: request.by.station.clone() };
        let who = Who::staff(staff, Some(office));
        let look = Entry::done(now, who, Deed::UnmaskedRead, On::person(Thing::Person, person.id));
        self.audit(look.for_purpose(Stated::printing())).await?;
        Ok((request, person, own))
    }
}

/// An erasure that the approver may settle, with whom it is about; their row is held.
async fn to_settle(
    tx: &Tx,
    grounds: &Grounds,
    (staff, act): (&Staff, Act),
    id: RequestId,
) -> Result<(CounterRequest, Person), CounterError> {
    let found = tx.counter_request(id).await?.filter(|request| request.asked == Asked::Erasure);
    let request = found.filter(|request| staff.has(Role::Approver, &request.by.station)).ok_or(CounterError::NoSuchRequest)?;
    if !tx.holds_open(request.person).await? {
        return Err(CounterError::NoSuchRequest);
    }
    let person = tx.person(request.person).await?.ok_or(CounterError::NoSuchRequest)?;
    may_at_counter(tx, grounds, (staff, act), (&person, &request.by.station)).await?;
    Ok((request, person))
}

async fn may_at_counter(
    view: &View,
    grounds: &Grounds,
    (staff, act): (&Staff, Act),
    (person, station): (&Person, &StationCode),
) -> Result<(), CounterError> {
    let lines = lines_of(view, grounds, person).await?;
    may(Actor::Staff(staff), act, &Object::AtCounter { station, person: person.id, lines: &lines })
        .map_err(|_| if staff.is_close_to(person.id) { CounterError::TooClose } else { CounterError::OtherStation })
}

/// The line of the village where somebody is registered, else where they live; whose village isn't known has the lines of their cases,
/// else the district's centre.
async fn lines_of(view: &View, grounds: &Grounds, person: &Person) -> Result<Vec<Line>, StoreError> {
    let home = person.registered.iter().chain(&person.residence).find_map(|division| grounds.map.line(division));
    if let Some(home) = home {
        return Ok(vec![home]);
    }
    let cases = view.own_cases(person.id).await?.into_iter().map(|own| own.id);
    let lines: Vec<_> = view.case_files(cases).await?.into_values().map(|file| file.case.route.line).collect();
    if lines.is_empty() { Ok(grounds.map.line(&view.district().division()).into_iter().collect()) } else { Ok(lines) }
}

async fn tell_and_log(
    tx: &Tx,
    grounds: &Grounds,
    request: &CounterRequest,
    (staff, role, deed): (&Staff, Role, Deed),
) -> Result<(), StoreError> {
    if let Some(tidings) = request.tidings() {
        let id = MessageId::new(uuid::Uuid::now_v7());
        tx.add_news(&News { id, to: request.person, about: About::Request { request: request.id, tidings } }, grounds.now).await?;
    }
    let who = Who::staff(staff, Some(Office { role, station: request.by.station.clone() }));
    tx.audit(&Entry::done(grounds.now, who, deed, On::person(Thing::Request(request.id), request.person))).await
}
