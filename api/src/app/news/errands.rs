//! Errands: the station that serves somebody calls or visits them, since no message reached them. Whoever is close to the person sees
//! nothing of it. A supervisor is told what nobody touched, and whom nobody reached.

use std::collections::BTreeMap;

use domain::audit::{Deed, Entry, Office, On, Stated, Thing, Who};
use domain::channel::{Channel, Errand, ErrandRules, ErrandState, NotNoted, Outcome, Tidings, TryState};
use domain::ids::{ErrandId, MessageId, PersonId, StationCode};
use domain::live::{Change, Topic, What};
use domain::people::{Person, Staff};
use domain::policy::{Act, Actor, Denied, Object, may};
use infra::store::{About, News, StoreError, Tx, View};

use super::words::{Words, words};
use crate::app::floor::AT_THE_COUNTER;
use crate::app::{App, Grounds, supervisors_over};

#[derive(Debug, thiserror::Error)]
pub enum ErrandError {
    #[error("no such errand, or none of theirs")]
    NotFound,
    #[error("there is no such station")]
    NoSuchStation,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    NotNoted(#[from] NotNoted),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An errand with what the person is to be told.
pub struct ErrandLine {
    pub errand: Errand,
    pub person: Option<Person>,
    pub words: Option<Words>,
}

/// Whom a clerk calls or visits, and where.
pub struct WholeErrand {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
}

/// Opens the errand of a piece of news, at the station that serves the person; none where the map has no station at all.
pub async fn open_errand(tx: &Tx, grounds: &Grounds, rules: &ErrandRules, news: &News) -> Result<Option<ErrandId>, StoreError> {
    let Some(station) = serving(tx, grounds, news).await? else { return Ok(None) };
    let id = ErrandId::new(uuid::Uuid::now_v7());
    let about = (news.to, news.about.case());
    let errand = Errand::open((id, news.id), about, station, (rules, &grounds.map.calendar), grounds.now);
    tx.add_errand(&errand).await?;
    tell_station(tx, grounds, &errand, What::Arrived);
    Ok(Some(id))
}

/// Where the paper waits, or where the case was taken in; of a sealed case its first desk, since the other may not open it any more. Else
/// the station of the village where they live.
async fn serving(view: &View, grounds: &Grounds, news: &News) -> Result<Option<StationCode>, StoreError> {
    let here = |code: &StationCode| grounds.map.station(code).map(|station| station.code.clone());
    if let About::Case { case, tidings } = &news.about
        && let Some(file) = view.case_file(*case).await?
    {
        let case = &file.case;
        let first = case.procedure.first().map(|step| &step.desk.station).filter(|_| case.is_sealed());
        let own = first.or_else(|| tidings.station()).unwrap_or(&case.route.accepting);
        if let Some(station) = here(own) {
            return Ok(Some(station));
        }
    }
    let person = view.person(news.to).await?;
    let homes = person.iter().flat_map(|person| person.residence.iter().chain(&person.registered));
    let home = homes.filter_map(|division| grounds.map.own_station(division)).next();
    let centre = || grounds.map.own_station(&view.district().division());
    Ok(home.or_else(centre).map(|station| station.code.clone()))
}

/// A page of what waits at a station, oldest first, and how much there is; without those to whom the caller is close.
pub async fn lines_at(
    view: &View,
    grounds: &Grounds,
    (staff, station): (&Staff, &StationCode),
    (after, limit): (Option<ErrandId>, u64),
) -> Result<(Vec<ErrandLine>, u64), ErrandError> {
    grounds.map.station(station).ok_or(ErrandError::NoSuchStation)?;
    may(Actor::Staff(staff), Act::ListErrands, &Object::Station(station))?;
    let mut close = staff.ties.people.clone();
    close.insert(staff.person);
    let (errands, total) = view.errands_at(station, &close, after, limit).await?;
    let news = view.news_by_id(errands.iter().map(|errand| errand.news)).await?;
    let people = view.people(errands.iter().map(|errand| errand.person)).await?;
    let mut lines = Vec::with_capacity(errands.len());
    for errand in errands {
        lines.push(line(view, grounds, errand, (&news, &people)).await?);
    }
    Ok((lines, total))
}

async fn line(
    view: &View,
    grounds: &Grounds,
    errand: Errand,
    (news, people): (&BTreeMap<MessageId, News>, &BTreeMap<PersonId, Person>),
) -> Result<ErrandLine, StoreError> {
    let words = match news.get(&errand.news) {
        Some(news) => words(view, grounds, &news.about).await?,
        None => None,
    };
    Ok(ErrandLine { person: people.get(&errand.person).cloned(), errand, words })
}

/// Notes what came of an attempt. In the end the person's list says so, or a supervisor is told.
pub async fn record_attempt(
    tx: &Tx,
    grounds: &Grounds,
    (staff, rules): (&Staff, &ErrandRules),
    (id, outcome): (ErrandId, Outcome),
) -> Result<ErrandLine, ErrandError> {
    let errand = tx.holds_errand(id).await?.ok_or(ErrandError::NotFound)?;
    may_run(grounds, (staff, Act::RecordErrand), &errand)?;
    let (errand, told) = errand.after((outcome, staff.account), (rules, &grounds.map.calendar), grounds.now)?;
    tx.save_errand(&errand).await?;
    let state = match errand.state {
        ErrandState::Waiting => None,
        ErrandState::Reached => Some((TryState::Delivered, None)),
        ErrandState::GivenUp => Some((TryState::Failed, Some("not_reached"))),
    };
    if let Some(state) = state {
        tx.note_receipt(errand.news, Channel::Errand, state, grounds.now).await?;
    }
    if let Some(tidings) = told {
        tell_supervisors(tx, grounds, &errand, tidings).await?;
    }
    tell_station(tx, grounds, &errand, if errand.state == ErrandState::Waiting { What::Changed } else { What::Closed });
    let who = Who::staff(staff, Office::of(staff, &AT_THE_COUNTER, &errand.station));
    tx.audit(&Entry::done(grounds.now, who, Deed::ErrandRun, on(&errand))).await?;
    let (news, people) = (tx.news_by_id([errand.news]).await?, tx.people([errand.person]).await?);
    Ok(line(tx, grounds, errand, (&news, &people)).await?)
}

/// Tells the supervisors of an errand that nobody touched, once; whether there was something to tell.
pub async fn remind(tx: &Tx, grounds: &Grounds, id: ErrandId) -> Result<bool, StoreError> {
    let Some(errand) = tx.holds_errand(id).await? else { return Ok(false) };
    if errand.remind_at.is_none_or(|at| at > grounds.now) {
        return Ok(false);
    }
    let errand = Errand { remind_at: None, ..errand };
    tx.save_errand(&errand).await?;
    tell_supervisors(tx, grounds, &errand, Tidings::Untouched).await?;
    Ok(true)
}

impl App {
    /// Name, phone and address of whom an errand is for, for who runs it. The audit log and the person's own list have it before it is
    /// answered.
    pub async fn see_errand_whole(&self, staff: &Staff, id: ErrandId) -> Result<WholeErrand, ErrandError> {
        let (view, grounds) = (self.store.read(self.district()), self.grounds());
        let errand = view.errand(id).await?.ok_or(ErrandError::NotFound)?;
        may_run(&grounds, (staff, Act::UnmaskErrand), &errand)?;
        if errand.state != ErrandState::Waiting {
            return Err(NotNoted::Over.into());
        }
        let person = view.person(errand.person).await?.ok_or(ErrandError::NotFound)?;
        let who = Who::staff(staff, Office::of(staff, &AT_THE_COUNTER, &errand.station));
        let look = Entry::done(grounds.now, who, Deed::UnmaskedRead, on(&errand));
        self.audit(look.for_purpose(Stated::contacting())).await?;
        let phone = person.phone.map(|phone| phone.as_str().to_owned());
        Ok(WholeErrand { name: person.name, phone, address: person.address })
    }
}

/// That there is one isn't told to who may not run it.
fn may_run(grounds: &Grounds, (staff, act): (&Staff, Act), errand: &Errand) -> Result<(), ErrandError> {
    let line = grounds.map.line(&errand.station.division()).into_iter().collect::<Vec<_>>();
    let object = Object::AtCounter { station: &errand.station, person: errand.person, lines: &line };
    may(Actor::Staff(staff), act, &object).map_err(|_denied| ErrandError::NotFound)
}

/// Of a case the case is named, so that the person finds in their own list which one.
fn on(errand: &Errand) -> On {
    On { thing: Thing::Person, case: errand.case, person: Some(errand.person) }
}

fn tell_station(tx: &Tx, grounds: &Grounds, errand: &Errand, what: What) {
    tx.tell(Change::new(Topic::Errands(errand.station.clone()), what, errand.id), grounds.now);
}

/// But for those who are too close to the person.
async fn tell_supervisors(tx: &Tx, grounds: &Grounds, errand: &Errand, tidings: Tidings) -> Result<(), StoreError> {
    for staff in supervisors_over(tx, &errand.station).await? {
        if !staff.is_close_to(errand.person) {
            let about = About::Errand { errand: errand.id, tidings };
            let news = News { id: MessageId::new(uuid::Uuid::now_v7()), to: staff.person, about };
            tx.add_news(&news, grounds.now).await?;
        }
    }
    Ok(())
}
