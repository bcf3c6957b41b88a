//! Whom the cases of an order are for, and who has part in them.

use std::collections::BTreeSet;

use domain::case::{Applicant, Subject};
use domain::catalogue::{Audience, Item};
use domain::ids::PersonId;
use domain::mandate::Mandate;
use domain::people::{CitizenId, Person};
use infra::store::{StoreError, Tx, View};

use super::SubmitError;
use crate::app::Grounds;
use crate::app::cases::order::{Order, OrderedFor, PersonEntry, Submitter};
use crate::app::people::person_entered;

/// Whom the cases are for, and who has part in them.
pub(super) struct Parties {
    pub subject: Subject,
    /// Of the person whom it is for, or who applies for their household.
    pub number: Option<CitizenId>,
    pub organisation: Option<String>,
    pub applicant: Applicant,
    pub mandate: Option<Mandate>,
    /// The members of the household of the person; none where the profile names no household.
    household: Option<BTreeSet<PersonId>>,
}

impl Parties {
    /// Whom a matter is for. Among several some are a person's own and some their household's (a child is insured for itself, and
    /// entered in the family's register): each is for whichever of the two its item is for.
    pub fn subject_of(&self, item: &Item, among: usize) -> Result<Subject, SubmitError> {
        let is_for = |audience| item.audience.contains(&audience);
        match &self.subject {
            subject if is_for(audience(subject)) => Ok(subject.clone()),
            Subject::Person { person } if among > 1 && is_for(Audience::Household) => match self.household {
                Some(_) => Ok(Subject::Household { person: *person }),
                None => Err(SubmitError::NoHousehold),
            },
            Subject::Household { person } if among > 1 && is_for(Audience::Person) => Ok(Subject::Person { person: *person }),
            Subject::Person { .. } | Subject::Household { .. } | Subject::Organisation { .. } => {
                Err(SubmitError::OtherAudience(item.code.clone()))
            }
        }
    }

    /// Who has part in a matter for `subject`: those whom it is for, and whoever submits it.
    pub fn involved(&self, subject: &Subject) -> Result<BTreeSet<PersonId>, SubmitError> {
        let mut involved: BTreeSet<_> = subject.person().into_iter().collect();
        if let (Subject::Household { .. }, Some(members)) = (subject, &self.household) {
            involved.extend(members);
        }
        if self.mandate.as_ref().is_some_and(|mandate| involved.contains(&mandate.holder)) {
            return Err(SubmitError::OwnAgent);
        }
        if let Applicant::Person { person } = self.applicant {
            involved.insert(person);
        }
        Ok(involved)
    }
}

fn audience(subject: &Subject) -> Audience {
    match subject {
        Subject::Person { .. } => Audience::Person,
        Subject::Household { .. } => Audience::Household,
        Subject::Organisation { .. } => Audience::Organisation,
    }
}

/// The person whose profile says where the matter lies, as far as they are known.
pub(super) async fn profile(view: &View, by: &Submitter, order: &Order) -> Result<Option<Person>, SubmitError> {
    let known = match (&order.subject, by) {
        (OrderedFor::Myself | OrderedFor::MyHousehold, by) => view.person(by.person()).await,
        (OrderedFor::MyGrantor | OrderedFor::MyGrantorsHousehold, by) => {
            let held = mandate(view, by, order).await?.ok_or(SubmitError::NoSuchMandate)?;
            view.person(held.grantor).await
        }
        (OrderedFor::Person(entry) | OrderedFor::HouseholdOf(entry), _) => view.person_by_citizen_id(&entry.citizen_id).await,
        (OrderedFor::Organisation { .. }, _) => Ok(None),
    };
    Ok(known?)
}

/// The mandate of an order. A villager is one side of it; a clerk enters what a grantor's holder may do.
async fn mandate(view: &View, by: &Submitter, order: &Order) -> Result<Option<Mandate>, SubmitError> {
    let Some(id) = order.mandate else { return Ok(None) };
    let found = view.mandate(id).await?.ok_or(SubmitError::NoSuchMandate)?;
    match by {
        Submitter::Villager(person) if !found.is_side(*person) => Err(SubmitError::NoSuchMandate),
        Submitter::Villager(_) | Submitter::Staff(_) => Ok(Some(found)),
    }
}

pub(super) async fn parties(tx: &Tx, grounds: &Grounds, by: &Submitter, order: &Order) -> Result<Parties, SubmitError> {
    let mandate = mandate(tx, by, order).await?;
    let (subject, organisation, person) = subject(tx, grounds, (by, mandate.as_ref()), &order.subject).await?;
    if let Some(person) = &person
        && !tx.holds_open(person.id).await?
    {
        // Their data were erased since they were looked up.
        return Err(StoreError::Stale.into());
    }
    let grantor = person.as_ref().map_or_else(|| by.person(), |person| person.id);
    if mandate.as_ref().is_some_and(|mandate| mandate.grantor != grantor) {
        return Err(SubmitError::MandateOfAnother);
    }
    let applicant = match by {
        Submitter::Villager(person) => Applicant::Person { person: *person },
        Submitter::Staff(staff) => Applicant::Clerk { account: staff.account },
    };
    let household = match person.as_ref().filter(|person| person.household.is_some()) {
        Some(person) => Some(tx.household_of(person.id).await?.into_iter().map(|member| member.id).collect()),
        None => None,
    };
    Ok(Parties { subject, number: person.and_then(|person| person.citizen_id), organisation, applicant, mandate, household })
}

type Whom = (Subject, Option<String>, Option<Person>);

async fn subject(
    tx: &Tx,
    grounds: &Grounds,
    (by, mandate): (&Submitter, Option<&Mandate>),
    ordered: &OrderedFor,
) -> Result<Whom, SubmitError> {
    match (ordered, by) {
        (OrderedFor::MyGrantor, Submitter::Villager(holder)) => {
            let grantor = my_grantor(tx, *holder, mandate).await?;
            Ok((Subject::Person { person: grantor.id }, None, Some(grantor)))
        }
        (OrderedFor::MyGrantorsHousehold, Submitter::Villager(holder)) => household_of(my_grantor(tx, *holder, mandate).await?),
        (OrderedFor::Myself, Submitter::Villager(person)) => {
            let own = own_profile(tx, *person).await?;
            Ok((Subject::Person { person: own.id }, None, Some(own)))
        }
        (OrderedFor::MyHousehold, Submitter::Villager(person)) => {
            let own = own_profile(tx, *person).await?;
            household_of(own)
        }
        (OrderedFor::Organisation { credit_code, name }, Submitter::Villager(person)) => {
            own_profile(tx, *person).await?;
            Ok((Subject::Organisation { credit_code: credit_code.clone() }, Some(name.clone()), None))
        }
        (OrderedFor::Organisation { credit_code, name }, Submitter::Staff(_)) => {
            Ok((Subject::Organisation { credit_code: credit_code.clone() }, Some(name.clone()), None))
        }
        (OrderedFor::Person(entry), Submitter::Staff(_)) => {
            let person = entered(tx, grounds, entry).await?;
            Ok((Subject::Person { person: person.id }, None, Some(person)))
        }
        (OrderedFor::HouseholdOf(entry), Submitter::Staff(_)) => household_of(entered(tx, grounds, entry).await?),
        (OrderedFor::Person(_) | OrderedFor::HouseholdOf(_), Submitter::Villager(_)) => Err(SubmitError::NotForOthers),
        (OrderedFor::Myself | OrderedFor::MyHousehold | OrderedFor::MyGrantor | OrderedFor::MyGrantorsHousehold, Submitter::Staff(_)) => {
            Err(SubmitError::NotAtTheCounter)
        }
    }
}

/// Whoever gave the mandate, where the villager is its holder.
async fn my_grantor(tx: &Tx, holder: PersonId, mandate: Option<&Mandate>) -> Result<Person, SubmitError> {
    let held = mandate.filter(|mandate| mandate.holder == holder).ok_or(SubmitError::NoSuchMandate)?;
    tx.person(held.grantor).await?.ok_or_else(|| StoreError::corrupt("mandates", "names nobody").into())
}

async fn own_profile(tx: &Tx, person: PersonId) -> Result<Person, SubmitError> {
    let own = tx.person(person).await?.filter(|own| own.name.is_some() && own.citizen_id.is_some());
    own.ok_or(SubmitError::ProfileIncomplete)
}

fn household_of(person: Person) -> Result<Whom, SubmitError> {
    match person.household {
        Some(_) => Ok((Subject::Household { person: person.id }, None, Some(person))),
        None => Err(SubmitError::NoHousehold),
    }
}

async fn entered(tx: &Tx, grounds: &Grounds, entry: &PersonEntry) -> Result<Person, SubmitError> {
    person_entered(tx, grounds.now, entry).await?.ok_or(SubmitError::NameDiffers)
}
