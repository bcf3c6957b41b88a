//! What is masked, shown whole to whoever works on it and says what for. The log has it before the answer leaves, and the person
//! finds it in their own list.

use domain::audit::{Deed, Entry, Office, On, Stated, Thing, Who};
use domain::case::{Case, Hold, Subject, may_read};
use domain::catalogue::Answers;
use domain::delivery::LegKind;
use domain::evaluation::rectification::{State, turn_of};
use domain::ids::{CaseId, DeliveryId};
use domain::people::{Person, Role, Staff};
use domain::policy::{Act, Actor, Denied, ForWhom, Object, may};
use infra::store::{StoreError, View};

use super::dossier::Dossier;
use super::read::{ReadError, let_read, on};
use crate::app::audit::done_in_case;
use crate::app::deliveries::{CarryError, Part, see_leg};
use crate::app::{App, Grounds};

#[derive(Debug, thiserror::Error)]
pub enum UnmaskError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("{0}")]
    Denied(#[source] Denied, On),
    #[error("the courier doesn't carry it now")]
    NotCarrying(On),
    #[error(transparent)]
    Carry(#[from] CarryError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody as they are reached and known, whole. No `Debug`, so that no log carries it.
#[derive(Default)]
pub struct Whole {
    pub name: Option<String>,
    /// A citizen ID number, or an organisation's credit code.
    pub number: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
}

impl From<&Person> for Whole {
    fn from(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            number: person.citizen_id.clone().map(String::from),
            phone: person.phone.clone().map(String::from),
            address: person.address.clone(),
        }
    }
}

impl App {
    /// A case's subject and answers, whole.
    pub async fn see_case_whole(&self, staff: &Staff, id: CaseId, purpose: Stated) -> Result<(Whole, Answers), UnmaskError> {
        let (grounds, view) = (self.grounds(), self.store.read(self.district()));
        let dossier = Dossier::open(&view, &grounds, id).await?.ok_or(ReadError::NotFound)?;
        let case = &dossier.file.case;
        let hold = hold(&view, staff, case, &grounds).await?;
        if hold != Hold::ToReach {
            let_read((Actor::Staff(staff), Act::ShowCase), case)?;
        }
        may(Actor::Staff(staff), Act::UnmaskCase, &Object::Masked(case, hold))
            .map_err(|denied| UnmaskError::Denied(denied, on(case, Thing::Case)))?;
        let answers = if hold == Hold::ToReach { Answers::default() } else { view.answers(id).await? };
        self.audit(done_in_case(self, staff, case, (Deed::UnmaskedRead, Thing::Case)).for_purpose(purpose)).await?;
        let whole = match &case.subject {
            Subject::Organisation { credit_code } => {
                Whole { name: dossier.file.organisation.clone(), number: Some(credit_code.to_string()), ..Whole::default() }
            }
            Subject::Person { .. } | Subject::Household { .. } => dossier.person.as_ref().map(Whole::from).unwrap_or_default(),
        };
        // Nobody needs the number to reach somebody.
        let number = whole.number.filter(|_| hold != Hold::ToReach);
        Ok((Whole { number, ..whole }, answers))
    }

    /// Whom a courier fetches from or brings to: from the claim to the delivery, without the number, which no delivery needs.
    pub async fn see_receiver_whole(&self, staff: &Staff, delivery: DeliveryId, kind: LegKind) -> Result<Whole, UnmaskError> {
        let view = self.store.read(self.district());
        let seen = see_leg(&view, (Part::courier(staff), Act::ShowCaseDelivery), delivery, kind).await?;
        let (case, thing) = (&seen.file.case, Thing::Delivery(delivery));
        match may(Actor::Staff(staff), Act::UnmaskLeg, &Object::Leg(seen.leg_of(ForWhom::Station))) {
            Ok(()) => {}
            Err(Denied::NotYours) => return Err(UnmaskError::NotCarrying(on(case, thing))),
            Err(denied) => return Err(UnmaskError::Denied(denied, on(case, thing))),
        }
        let person = match case.subject.person() {
            Some(person) => view.person(person).await?,
            None => None,
        };
        let who = Who::staff(staff, Some(Office { role: Role::Courier, station: seen.kept.station.clone() }));
        let entry = Entry::done(self.clock.now(), who, Deed::UnmaskedRead, on(case, thing)).for_purpose(Stated::delivering());
        self.audit(entry).await?;
        Ok(person.as_ref().map(|person| Whole { number: None, ..Whole::from(person) }).unwrap_or_default())
    }
}

/// Whoever rectifies after a bad review holds the case too, as long as that is open: they have to reach the person.
async fn hold(view: &View, staff: &Staff, case: &Case, grounds: &Grounds) -> Result<Hold, StoreError> {
    let item = view.open_work_item(case.id).await?;
    let lease = item.and_then(|item| item.live_lease(grounds.now));
    let rectifies = view
        .rectification_of(case.id)
        .await?
        .is_some_and(|own| matches!(own.rectification.state, State::Open(_)) && turn_of(staff, case, &own.rectification).is_some());
    if rectifies && may_read(staff, case).is_err() {
        return Ok(Hold::ToReach);
    }
    Ok(if rectifies || lease.is_some_and(|lease| lease.holder == staff.account) { Hold::Theirs } else { Hold::Nobodys })
}
