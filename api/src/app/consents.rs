//! Separate consent (单独同意) to the handling of sensitive data: given and withdrawn in the app, by a guardian, or before a clerk;
//! asked for before a case is opened. Withdrawing ends, in the same unit of work, the open cases that rest on it, as far as they
//! aren't decided.

use std::collections::BTreeSet;

use domain::audit::{Deed, Entry, Office, On, Thing, Who};
use domain::case::{By, Case, Command, Rejection, Subject};
use domain::catalogue::{Answers, Item};
use domain::consent::{
    Consent, Entered, Given, MayNot, Missing, NewConsent, NoneLive, OtherText, Said, Sensitive, Speaker, Spoken, TextVersion, Tidings,
    Whose, is_under_age, missing, needed, speak, told, withdraw as end,
};
use domain::ids::{ConsentId, MandateId, MessageId, PersonId, StationCode, UploadId};
use domain::mandate::{AtStation, Mandate};
use domain::people::{CitizenId, Person, Role, Staff};
use domain::policy::{Act, Actor, Object, may};
use domain::time::local_date;
use infra::store::{About as NewsAbout, CaseFile, News, Owner, StoreError, Tx, View};

use super::Grounds;
use super::cases::{ActError, PersonEntry, Submitter, command};
use super::people::person_entered;
use crate::wording::current_text;

/// Whose data it is about, as they are named.
#[derive(Debug, Clone)]
pub struct About {
    /// Entered by a clerk; none where a villager speaks.
    pub person: Option<PersonEntry>,
    /// Under which a guardian speaks.
    pub mandate: Option<MandateId>,
    /// Where a clerk enters it.
    pub station: Option<StationCode>,
    /// How it was said to the clerk.
    pub heard: Option<Heard>,
}

/// How somebody before a clerk said it, as the clerk enters it.
#[derive(Debug, Clone)]
pub enum Heard {
    Told {
        witness: Option<PersonEntry>,
    },
    /// The clerk's own upload.
    OnPaper {
        scan: UploadId,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    #[error("no such mandate, or none of theirs")]
    NoSuchMandate,
    #[error("only a clerk of the station enters it there")]
    OtherStation,
    #[error("a villager speaks for themself or a ward; a clerk names person and station, and says how they heard it")]
    OtherWay,
    #[error("the profile lacks a name or a citizen ID number")]
    ProfileIncomplete,
    #[error("the name doesn't belong to that citizen ID number")]
    NameDiffers,
    #[error("the signed paper isn't there, isn't the clerk's, or belongs to something else")]
    NoSuchUpload,
    #[error(transparent)]
    MayNot(#[from] MayNot),
    #[error(transparent)]
    OtherText(#[from] OtherText),
    #[error(transparent)]
    NoneLive(#[from] NoneLive),
    #[error("the withdrawal can't be put into its cases")]
    Case(#[source] Box<ActError>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A consent with the open cases that rest on it.
#[derive(Debug, Clone)]
pub struct KnownConsent {
    pub consent: Consent,
    pub cases: Vec<CaseFile>,
}

/// What a withdrawal did.
#[derive(Debug, Clone)]
pub struct Withdrawn {
    pub consent: Consent,
    /// The cases that ended with it.
    pub ended: Affected,
    /// Decided before, so that they go on.
    pub going_on: Affected,
}

/// Cases that a withdrawal touched: those that whoever withdrew may read, and how many others.
#[derive(Debug, Clone, Default)]
pub struct Affected {
    pub shown: Vec<CaseFile>,
    pub others: usize,
}

impl Affected {
    fn add(&mut self, file: CaseFile, is_shown: bool) {
        if is_shown { self.shown.push(file) } else { self.others += 1 }
    }
}

/// Agrees to the text of that version. Who agreed to it before has the same consent still.
pub async fn give(
    tx: &Tx,
    grounds: &Grounds,
    by: &Submitter,
    about: About,
    (kind, text): (Sensitive, TextVersion),
) -> Result<Consent, ConsentError> {
    let (person, said) = heard(tx, grounds, (by, Act::GiveConsent), &about).await?;
    let id = ConsentId::new(uuid::Uuid::now_v7());
    let new = NewConsent { id, person: person.id, kind, text, at: grounds.now, said };
    match domain::consent::give(live(tx, person.id, kind).await?, new, current_text(kind))? {
        Given::Stands(consent) => Ok(consent),
        Given::New { consent, replaced } => {
            if let Some(replaced) = replaced {
                tx.end_consent(&replaced).await?;
            }
            keep_scan(tx, by, (&consent, &consent.given)).await?;
            tx.add_consent(&consent).await?;
            tell(tx, grounds, &consent, (&consent.given, Tidings::GivenInYourName)).await?;
            tx.audit(&logged(grounds, by, (Deed::ConsentGiven, &consent.given), &consent)).await?;
            Ok(consent)
        }
    }
}

/// Withdraws the live consent of the kind.
pub async fn withdraw(tx: &Tx, grounds: &Grounds, by: &Submitter, about: About, kind: Sensitive) -> Result<Withdrawn, ConsentError> {
    let (person, said) = heard(tx, grounds, (by, Act::WithdrawConsent), &about).await?;
    let consent = end(live(tx, person.id, kind).await?, grounds.now, said.clone())?;
    keep_scan(tx, by, (&consent, &said)).await?;
    tx.end_consent(&consent).await?;
    let mut withdrawn = Withdrawn { consent, ended: Affected::default(), going_on: Affected::default() };
    for (file, kinds) in open_cases(tx, grounds, &person).await? {
        if kinds.contains(&kind) {
            end_case(tx, grounds, by, file, &mut withdrawn).await?;
        }
    }
    tell(tx, grounds, &withdrawn.consent, (&said, Tidings::WithdrawnInYourName)).await?;
    tx.audit(&logged(grounds, by, (Deed::ConsentWithdrawn, &said), &withdrawn.consent)).await?;
    Ok(withdrawn)
}

/// Ends a case that rested on the consent, in the name of whoever withdrew it. Whether they see the case was settled while it ran.
async fn end_case(tx: &Tx, grounds: &Grounds, by: &Submitter, file: CaseFile, withdrawn: &mut Withdrawn) -> Result<(), ConsentError> {
    let is_shown = may_see(by, grounds, &file.case);
    let without = Command::EndWithoutConsent { consent: withdrawn.consent.id };
    let who = match by {
        Submitter::Villager(person) => By::Person(*person),
        Submitter::Staff(staff) => By::Staff(staff),
    };
    match command(tx, grounds, file.case.id, who, without).await {
        Ok(ended) => withdrawn.ended.add(ended, is_shown),
        Err(ActError::Rejected(Rejection::DecidedAlready)) => withdrawn.going_on.add(file, is_shown),
        Err(ActError::Store(error)) => return Err(error.into()),
        Err(error) => return Err(ConsentError::Case(Box::new(error))),
    }
    Ok(())
}

/// A consent may be withdrawn at any station, by a clerk with no part in what rests on it.
fn may_see(by: &Submitter, grounds: &Grounds, case: &Case) -> bool {
    may(by.actor(grounds.today()), Act::ShowCase, &Object::Case(case)).is_ok()
}

/// Tells them what a clerk entered in their name.
async fn tell(tx: &Tx, grounds: &Grounds, consent: &Consent, (said, tidings): (&Said, Tidings)) -> Result<(), StoreError> {
    for to in told(consent, said) {
        let about = NewsAbout::Consent { consent: consent.id, tidings };
        tx.add_news(&News { id: MessageId::new(uuid::Uuid::now_v7()), to, about }, grounds.now).await?;
    }
    Ok(())
}

/// A page of a person's consents, and how many there are in all.
pub async fn consents_of(
    view: &View,
    grounds: &Grounds,
    person: PersonId,
    (before, limit): (Option<ConsentId>, u64),
) -> Result<(Vec<KnownConsent>, u64), StoreError> {
    let (consents, total) = view.consents_of(person, before, limit).await?;
    let Some(person) = view.person(person).await? else { return Ok((Vec::new(), 0)) };
    let open = open_cases(view, grounds, &person).await?;
    let known = consents.into_iter().map(|consent| {
        let rests = |(file, kinds): &(CaseFile, BTreeSet<Sensitive>)| kinds.contains(&consent.kind).then(|| file.clone());
        let cases = if consent.is_live() { open.iter().filter_map(rests).collect() } else { Vec::new() };
        KnownConsent { consent, cases }
    });
    Ok((known.collect(), total))
}

/// The kinds that have to be agreed to before cases of these items, with these answers, are opened for the subject.
pub fn needed_for<'a>(
    grounds: &Grounds,
    (subject, number): (&Subject, Option<&CitizenId>),
    matters: impl Iterator<Item = (&'a Item, &'a Answers)>,
) -> BTreeSet<Sensitive> {
    let kinds = matters.flat_map(|(item, answers)| touched(grounds, item, answers)).collect();
    needed(kinds, subject, number, grounds.today())
}

/// Those of `needed` that the person whom a case is for hasn't agreed to.
pub async fn still_missing(tx: &Tx, subject: &Subject, needed: &BTreeSet<Sensitive>) -> Result<Vec<Missing>, StoreError> {
    match subject.person().filter(|_| !needed.is_empty()) {
        Some(person) => Ok(missing(needed, &tx.live_consents(person).await?, current_text)),
        None => Ok(Vec::new()),
    }
}

fn touched(grounds: &Grounds, item: &Item, answers: &Answers) -> BTreeSet<Sensitive> {
    grounds.catalogue.catalogue.sensitive(item).into_iter().chain(item.sensitive_choices(answers)).collect()
}

/// The person's open cases, each with the kinds that had to be agreed to for it.
async fn open_cases(view: &View, grounds: &Grounds, person: &Person) -> Result<Vec<(CaseFile, BTreeSet<Sensitive>)>, StoreError> {
    let own = view.own_cases(person.id).await?;
    let ids = own.into_iter().filter(|own| own.ended_at.is_none()).map(|own| own.id);
    let files = view.case_files(ids).await?.into_values().filter(|file| file.case.subject.person() == Some(person.id));
    let mut open = Vec::new();
    for file in files {
        let listed = grounds.item_at(view, &file.case.item, file.case.item_version).await?;
        let kinds = touched(grounds, &listed.item, &view.answers(file.case.id).await?);
        let kinds = needed(kinds, &file.case.subject, person.citizen_id.as_ref(), local_date(file.submitted_at));
        open.push((file, kinds));
    }
    Ok(open)
}

async fn live(tx: &Tx, person: PersonId, kind: Sensitive) -> Result<Option<Consent>, StoreError> {
    Ok(tx.live_consents(person).await?.into_iter().find(|consent| consent.kind == kind))
}

/// Whose data it is about, and what was said by whom.
async fn heard(tx: &Tx, grounds: &Grounds, (by, act): (&Submitter, Act), about: &About) -> Result<(Person, Said), ConsentError> {
    let today = grounds.today();
    let (person, mandate, speaker) = match (by, &about.person, &about.station, &about.heard) {
        (Submitter::Villager(own), None, None, None) => {
            let mandate = held(tx, grounds, (by, act), about.mandate).await?;
            let person = tx.person(mandate.as_ref().map_or(*own, |mandate| mandate.grantor)).await?;
            let person = person.filter(|person| person.name.is_some() && person.citizen_id.is_some());
            (person.ok_or(ConsentError::ProfileIncomplete)?, mandate, Speaker::InApp(*own))
        }
        (Submitter::Staff(staff), Some(entry), Some(station), Some(heard)) => {
            let at = at_station((staff, act), station)?;
            let person = person_entered(tx, grounds.now, entry).await?.ok_or(ConsentError::NameDiffers)?;
            let mandate = of_grantor(tx, about.mandate, person.id).await?;
            let how = spoken(tx, grounds, heard).await?;
            (person, mandate, Speaker::AtStation(staff, Entered { at, how }))
        }
        (Submitter::Villager(_) | Submitter::Staff(_), _, _, _) => return Err(ConsentError::OtherWay),
    };
    let under_age = person.citizen_id.as_ref().is_some_and(|number| is_under_age(number, today));
    let said = speak(&speaker, Whose { person: person.id, under_age }, mandate.as_ref(), today)?;
    Ok((person, said))
}

async fn spoken(tx: &Tx, grounds: &Grounds, heard: &Heard) -> Result<Spoken, ConsentError> {
    Ok(match heard {
        Heard::OnPaper { scan } => Spoken::OnPaper { scan: *scan },
        Heard::Told { witness: None } => Spoken::Told { witness: None },
        Heard::Told { witness: Some(entry) } => {
            let witness = person_entered(tx, grounds.now, entry).await?.ok_or(ConsentError::NameDiffers)?;
            Spoken::Told { witness: Some(witness.id) }
        }
    })
}

async fn keep_scan(tx: &Tx, by: &Submitter, (consent, said): (&Consent, &Said)) -> Result<(), ConsentError> {
    match said.scan() {
        Some(scan) if !tx.bind_upload(scan, by.person(), Owner::Consent(consent.id), None).await? => Err(ConsentError::NoSuchUpload),
        Some(_) | None => Ok(()),
    }
}

/// The mandate of a villager who says that they are a guardian. Who is a side of it is told that it is none of a guardian's.
async fn held(
    tx: &Tx,
    grounds: &Grounds,
    (by, act): (&Submitter, Act),
    mandate: Option<MandateId>,
) -> Result<Option<Mandate>, ConsentError> {
    let Some(id) = mandate else { return Ok(None) };
    let found = tx.mandate(id).await?.filter(|found| found.is_side(by.person())).ok_or(ConsentError::NoSuchMandate)?;
    may(by.actor(grounds.today()), act, &Object::Mandate(&found)).map_err(|_| MayNot::NotTheirGuardian)?;
    Ok(Some(found))
}

async fn of_grantor(tx: &Tx, mandate: Option<MandateId>, grantor: PersonId) -> Result<Option<Mandate>, ConsentError> {
    let Some(id) = mandate else { return Ok(None) };
    let found = tx.mandate(id).await?.filter(|found| found.grantor == grantor);
    found.map(Some).ok_or(ConsentError::NoSuchMandate)
}

fn at_station((staff, act): (&Staff, Act), station: &StationCode) -> Result<AtStation, ConsentError> {
    may(Actor::Staff(staff), act, &Object::Station(station)).map_err(|_| ConsentError::OtherStation)?;
    Ok(AtStation { account: staff.account, station: station.clone() })
}

/// For the audit log: what was said about whose data, and at which station if at one.
fn logged(grounds: &Grounds, by: &Submitter, (deed, said): (Deed, &Said), consent: &Consent) -> Entry {
    let office = |at: &AtStation| Office { role: Role::Clerk, station: at.station.clone() };
    let who = match by {
        Submitter::Villager(person) => Who::Person { person: *person },
        Submitter::Staff(staff) => Who::staff(staff, said.entered.as_ref().map(|entered| office(&entered.at))),
    };
    Entry::done(grounds.now, who, deed, On::person(Thing::Consent(consent.id), consent.person))
}
