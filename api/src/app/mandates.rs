//! Mandates (委托): given in the app or entered by a clerk, shown to both sides, revoked by either. What is done under one is the
//! grantor's to see.

use std::collections::BTreeMap;

use domain::audit::{Deed, Entry, Office, On, Thing, Who};
use domain::case::{Actor, By, Command, Recorded, Rejection};
use domain::ids::{CaseId, MandateId, MessageId, PersonId, StationCode};
use domain::mandate::{
    AtStation, BadMandate, Giver, Mandate, MandateScope, NotRevoked, Revocation, RevokedHow, Side, Tidings, Witnessing, check_new,
    told_of_end, told_of_new,
};
use domain::people::{CitizenId, Person, Role, Staff};
use domain::policy::{Act, Actor as Asker, Object, may};
use infra::store::{About, CaseFile, News, Owner, StoreError, Tx, View};

use super::Grounds;
use super::cases::{ActError, PersonEntry, Submitter, command};
use super::people::person_entered;

/// Cases of one mandate looked at in one go when it ends.
const CASES_AT_ONCE: u64 = 200;
/// What a clerk sees of a person's mandates.
const FOUND_MAX: u64 = 100;

/// A mandate as it is asked for.
#[derive(Debug, Clone)]
pub struct NewMandate {
    pub id: MandateId,
    /// Entered by a clerk; none where the villager who asks gives it.
    pub grantor: Option<PersonEntry>,
    pub holder: PersonEntry,
    pub scope: MandateScope,
    pub until: chrono::NaiveDate,
    pub witnessing: Witnessing,
    pub witness: Option<PersonEntry>,
    /// Where a clerk enters it.
    pub station: Option<StationCode>,
}

/// Who ends a mandate, as a clerk enters it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteredEnd {
    pub side: Side,
    pub how: RevokedHow,
    pub station: StationCode,
}

#[derive(Debug, thiserror::Error)]
pub enum MandateError {
    #[error("no such mandate, or none of yours")]
    NotFound,
    #[error("only a clerk of the station enters a mandate there")]
    OtherStation,
    #[error("a villager gives a mandate themself; a clerk names grantor and station")]
    OtherWay,
    #[error("the profile lacks a name or a citizen ID number")]
    ProfileIncomplete,
    #[error("the name doesn't belong to that citizen ID number")]
    NameDiffers,
    #[error("the document isn't there, isn't yours, or belongs to something else")]
    NoSuchUpload,
    #[error(transparent)]
    Bad(#[from] BadMandate),
    #[error(transparent)]
    NotRevoked(#[from] NotRevoked),
    #[error("the end of it can't be put into its cases")]
    Case(#[source] Box<ActError>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A mandate with the people whom it names.
#[derive(Debug, Clone)]
pub struct KnownMandate {
    pub mandate: Mandate,
    pub grantor: Person,
    pub holder: Person,
    pub witness: Option<Person>,
}

/// A case, and what was done in it under a mandate.
#[derive(Debug, Clone)]
pub struct DoneUnder {
    pub file: CaseFile,
    pub acts: Vec<Recorded>,
}

pub async fn give(tx: &Tx, grounds: &Grounds, by: &Submitter, new: NewMandate) -> Result<KnownMandate, MandateError> {
    let (grantor, entered_by) = grantor(tx, grounds, by, &new).await?;
    let holder = entered(tx, grounds, &new.holder).await?;
    let witness = match &new.witness {
        Some(entry) => Some(entered(tx, grounds, entry).await?),
        None => None,
    };
    let mandate = Mandate {
        id: new.id,
        grantor: grantor.id,
        holder: holder.id,
        scope: new.scope,
        until: new.until,
        witnessing: new.witnessing,
        witness: witness.as_ref().map(|witness| witness.id),
        given_at: grounds.now,
        entered_by,
        revoked: None,
    };
    let giver = match by {
        Submitter::Villager(_) => Giver::Grantor,
        Submitter::Staff(staff) => Giver::Clerk(staff),
    };
    check_new(&mandate, giver, &grounds.catalogue.catalogue, grounds.mandate_days_max)?;
    keep_document(tx, by.person(), &mandate).await?;
    tx.add_mandate(&mandate).await?;
    tell(tx, grounds, mandate.id, told_of_new(&mandate)).await?;
    tx.audit(&logged(grounds, by, Deed::MandateGiven, (&mandate, mandate.entered_by.as_ref()))).await?;
    Ok(KnownMandate { mandate, grantor, holder, witness })
}

async fn grantor(tx: &Tx, grounds: &Grounds, by: &Submitter, new: &NewMandate) -> Result<(Person, Option<AtStation>), MandateError> {
    match (by, &new.grantor, &new.station) {
        (Submitter::Villager(person), None, None) => {
            let own = tx.person(*person).await?.filter(|own| own.name.is_some() && own.citizen_id.is_some());
            Ok((own.ok_or(MandateError::ProfileIncomplete)?, None))
        }
        (Submitter::Staff(staff), Some(entry), Some(station)) => {
            let at = at_station((staff, Act::GiveMandate), station)?;
            Ok((entered(tx, grounds, entry).await?, Some(at)))
        }
        (Submitter::Villager(_) | Submitter::Staff(_), _, _) => Err(MandateError::OtherWay),
    }
}

fn at_station((staff, act): (&Staff, Act), station: &StationCode) -> Result<AtStation, MandateError> {
    may(Asker::Staff(staff), act, &Object::Station(station)).map_err(|_| MandateError::OtherStation)?;
    Ok(AtStation { account: staff.account, station: station.clone() })
}

async fn entered(tx: &Tx, grounds: &Grounds, entry: &PersonEntry) -> Result<Person, MandateError> {
    person_entered(tx, grounds.now, entry).await?.ok_or(MandateError::NameDiffers)
}

async fn keep_document(tx: &Tx, person: PersonId, mandate: &Mandate) -> Result<(), MandateError> {
    match mandate.witnessing.document() {
        Some(document) if !tx.bind_upload(document, person, Owner::Mandate(mandate.id), None).await? => Err(MandateError::NoSuchUpload),
        Some(_) | None => Ok(()),
    }
}

/// Ends a mandate at once: in every case that its holder has under it, they act and see no more.
pub async fn revoke(
    tx: &Tx,
    grounds: &Grounds,
    by: &Submitter,
    (id, entered): (MandateId, Option<EnteredEnd>),
) -> Result<KnownMandate, MandateError> {
    let mandate = tx.mandate(id).await?.ok_or(MandateError::NotFound)?;
    let revocation = revocation(grounds, by, &mandate, entered)?;
    let mandate = mandate.revoke(revocation)?;
    tx.save_revocation(&mandate).await?;
    leave_cases(tx, grounds, id).await?;
    tell(tx, grounds, id, told_of_end(&mandate)).await?;
    let at = mandate.revoked.as_ref().and_then(|revocation| revocation.entered_by.as_ref());
    tx.audit(&logged(grounds, by, Deed::MandateRevoked, (&mandate, at))).await?;
    known(tx, mandate).await
}

async fn tell(
    tx: &Tx,
    grounds: &Grounds,
    mandate: MandateId,
    told: impl IntoIterator<Item = (PersonId, Tidings)>,
) -> Result<(), StoreError> {
    for (to, tidings) in told {
        let id = MessageId::new(uuid::Uuid::now_v7());
        tx.add_news(&News { id, to, about: About::Mandate { mandate, tidings } }, grounds.now).await?;
    }
    Ok(())
}

/// For the audit log: what was done to a mandate, and at which station if at one.
fn logged(grounds: &Grounds, by: &Submitter, deed: Deed, (mandate, at): (&Mandate, Option<&AtStation>)) -> Entry {
    let who = match by {
        Submitter::Villager(person) => Who::Person { person: *person },
        Submitter::Staff(staff) => Who::staff(staff, at.map(|at| Office { role: Role::Clerk, station: at.station.clone() })),
    };
    Entry::done(grounds.now, who, deed, On::person(Thing::Mandate(mandate.id), mandate.grantor))
}

fn revocation(grounds: &Grounds, by: &Submitter, mandate: &Mandate, entered: Option<EnteredEnd>) -> Result<Revocation, MandateError> {
    match (by, entered) {
        (Submitter::Villager(person), None) => {
            may(by.actor(grounds.today()), Act::RevokeMandate, &Object::Mandate(mandate)).map_err(|_| MandateError::NotFound)?;
            Ok(Revocation { at: grounds.now, side: *person, how: RevokedHow::InApp, entered_by: None })
        }
        (Submitter::Staff(staff), Some(end)) => {
            let at = at_station((staff, Act::RevokeMandate), &end.station)?;
            let side = mandate.person_on(end.side);
            if staff.is_close_to(mandate.grantor) && staff.person != side {
                return Err(BadMandate::ClerkIsClose.into());
            }
            Ok(Revocation { at: grounds.now, side, how: end.how, entered_by: Some(at) })
        }
        (Submitter::Villager(_), Some(_)) | (Submitter::Staff(_), None) => Err(MandateError::OtherWay),
    }
}

async fn leave_cases(tx: &Tx, grounds: &Grounds, mandate: MandateId) -> Result<(), MandateError> {
    let mut before = None;
    loop {
        let (cases, _) = tx.cases_under(mandate, before, CASES_AT_ONCE).await?;
        let Some(last) = cases.last().copied() else { return Ok(()) };
        for case in cases {
            match command(tx, grounds, case, By::System, Command::LoseAgent).await {
                Ok(_) | Err(ActError::Rejected(Rejection::NoAgent)) => {}
                Err(ActError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(MandateError::Case(Box::new(error))),
            }
        }
        before = Some(last);
    }
}

/// A mandate for either side of it, or for staff who may see it: whoever entered it, and clerks of the station where it was entered.
pub async fn mandate_for(view: &View, by: Asker<'_>, id: MandateId) -> Result<KnownMandate, MandateError> {
    let may_see = |mandate: &Mandate| may(by, Act::ShowMandate, &Object::Mandate(mandate)).is_ok();
    let mandate = view.mandate(id).await?.filter(may_see).ok_or(MandateError::NotFound)?;
    known(view, mandate).await
}

/// The mandates of somebody who stands at a clerk's counter, or calls: by their citizen ID number, live ones and past ones.
pub async fn mandates_at_the_counter(
    view: &View,
    staff: &Staff,
    station: &StationCode,
    citizen_id: &CitizenId,
) -> Result<Vec<KnownMandate>, MandateError> {
    at_station((staff, Act::SearchMandates), station)?;
    let Some(person) = view.person_by_citizen_id(citizen_id).await?.filter(|person| !staff.is_close_to(person.id)) else {
        return Ok(Vec::new());
    };
    let (found, _) = view.mandates_of(person.id, None, None, FOUND_MAX).await?;
    all_known(view, found).await
}

/// Each with the people whom it names, read in one statement.
pub async fn all_known(view: &View, mandates: Vec<Mandate>) -> Result<Vec<KnownMandate>, MandateError> {
    let named = mandates.iter().flat_map(|mandate| [mandate.grantor, mandate.holder].into_iter().chain(mandate.witness));
    let people = view.people(named).await?;
    mandates.into_iter().map(|mandate| Ok(known_among(mandate, &people)?)).collect()
}

async fn known(view: &View, mandate: Mandate) -> Result<KnownMandate, MandateError> {
    let people = view.people([mandate.grantor, mandate.holder].into_iter().chain(mandate.witness)).await?;
    Ok(known_among(mandate, &people)?)
}

fn known_among(mandate: Mandate, people: &BTreeMap<PersonId, Person>) -> Result<KnownMandate, StoreError> {
    let named = |id: PersonId| people.get(&id).cloned().ok_or_else(|| StoreError::corrupt("mandates", "names nobody"));
    let (grantor, holder, witness) = (named(mandate.grantor)?, named(mandate.holder)?, mandate.witness.map(named).transpose()?);
    Ok(KnownMandate { mandate, grantor, holder, witness })
}

/// A page of the cases in which the holder acts or acted, each with what they did; and how many there are in all.
pub async fn done_under(
    view: &View,
    by: Asker<'_>,
    id: MandateId,
    (before, limit): (Option<CaseId>, u64),
) -> Result<(Vec<DoneUnder>, u64), MandateError> {
    let may_see = |mandate: &Mandate| may(by, Act::ListMandateActs, &Object::Mandate(mandate)).is_ok();
    let mandate = view.mandate(id).await?.filter(may_see).ok_or(MandateError::NotFound)?;
    let (cases, total) = view.cases_under(id, before, limit).await?;
    let mut files = view.case_files(cases.iter().copied()).await?;
    let done = cases.iter().filter_map(|case| files.remove(case)).map(|file| {
        let acts = file.record.iter().filter(|recorded| did(mandate.holder, &recorded.by)).cloned().collect();
        DoneUnder { file, acts }
    });
    Ok((done.collect(), total))
}

fn did(holder: PersonId, by: &Actor) -> bool {
    match by {
        Actor::Person { person } | Actor::Staff { person, .. } => *person == holder,
        Actor::System => false,
    }
}
