//! Rectifying after a bad review: the list, what happened so far, contacting the person, and closing it with a finding and an answer.

use chrono::NaiveDate;
use domain::audit::{On, Thing};
use domain::case::{Actor as By, BadNote, Note};
use domain::evaluation::rectification::{
    self, Command, Contact, ContactWay, Context, Event, Finding, Overdue, Rejection, Secrecy, Step, Tidings, Turn, turn_of,
};
use domain::evaluation::words::WordsState;
use domain::evaluation::{Unpublishable, may_be_published};
use domain::ids::{NoteId, PersonId, RectificationId, ReplyId, StationCode};
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor, Denied, Object, may};
use infra::store::{CaseFile, RectificationFile, RectificationFilter, Reply, StoreError, Tx, View, Which};
use uuid::Uuid;

use super::news::{tell_or_raise, tell_reviewer};
use super::words;
use crate::app::cases::on;
use crate::app::{App, Grounds};

#[derive(Debug, thiserror::Error)]
pub enum RectifyError {
    #[error("no such rectification")]
    NotFound,
    #[error("one that is none of theirs")]
    Hidden(On),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error(transparent)]
    Note(#[from] BadNote),
    #[error(transparent)]
    Unpublishable(#[from] Unpublishable),
    #[error("of a sealed case nothing is published")]
    SealedUnpublished,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A rectification with its case.
pub struct Loaded {
    pub file: CaseFile,
    pub own: RectificationFile,
}

impl Loaded {
    fn on(&self) -> On {
        on(&self.file.case, Thing::Case)
    }

    fn turn(&self, staff: &Staff) -> Result<Turn, RectifyError> {
        turn_of(staff, &self.file.case, &self.own.rectification).ok_or_else(|| RectifyError::Hidden(self.on()))
    }

    pub fn by(&self, staff: &Staff) -> Result<rectification::By, RectifyError> {
        Ok(rectification::By::Staff { person: staff.person, turn: self.turn(staff)? })
    }
}

/// One that the staff member may do `act` to; to others it isn't there.
pub async fn load(view: &View, (staff, act): (&Staff, Act), id: RectificationId) -> Result<Loaded, RectifyError> {
    let own = view.rectification(id).await?.ok_or(RectifyError::NotFound)?;
    let file = view.case_file(own.rectification.case).await?.ok_or(RectifyError::NotFound)?;
    let loaded = Loaded { file, own };
    may(Actor::Staff(staff), act, &Object::Rectification(&loaded.file.case, &loaded.own.rectification))
        .map_err(|_whatever_the_reason| RectifyError::Hidden(loaded.on()))?;
    Ok(loaded)
}

/// Decides, and writes what comes of it.
pub async fn command(
    tx: &Tx,
    grounds: &Grounds,
    loaded: Loaded,
    (by, actor): (rectification::By, By),
    command: Command,
) -> Result<Loaded, RectifyError> {
    let context = Context { now: grounds.now, calendar: &grounds.map.calendar, rules: &grounds.evaluations };
    let events = rectification::decide(&loaded.own.rectification, command, by, &context)?;
    Ok(append(tx, grounds, loaded, (actor, events)).await?)
}

/// Writes what was decided.
pub async fn append(tx: &Tx, grounds: &Grounds, loaded: Loaded, (actor, events): (By, Vec<Event>)) -> Result<Loaded, StoreError> {
    let steps = events.into_iter().map(|event| Step { at: grounds.now, by: actor.clone(), event }).collect();
    let own = tx.append_to_rectification(loaded.own, steps).await?;
    Ok(Loaded { own, ..loaded })
}

pub fn actor(staff: &Staff) -> By {
    By::Staff { account: staff.account, person: staff.person }
}

/// Keeps words of staff beside the case, for each other.
pub async fn keep_note(tx: &Tx, grounds: &Grounds, loaded: &Loaded, staff: &Staff, text: String) -> Result<NoteId, RectifyError> {
    let (id, note) = (NoteId::new(Uuid::now_v7()), Note::Text { text });
    note.check()?;
    tx.add_note(id, loaded.file.case.id, staff.account, &note, grounds.now).await?;
    Ok(id)
}

/// A rectification as who rectifies it sees it.
pub struct Told {
    pub loaded: Loaded,
    /// What the person wrote.
    pub text: String,
    /// Whether those whom it names may read that, once it is closed; none where nothing was written.
    pub words: Option<WordsState>,
    pub notes: Vec<(NoteId, String)>,
    pub reply: Option<Reply>,
    /// Those whom the review names.
    pub named: Vec<(PersonId, String)>,
    pub turn: Turn,
}

/// A page of a station's, for a staff member who may rectify there or looks after it, each with its last day; and how many there are.
pub async fn rectifications(
    view: &View,
    staff: &Staff,
    (station, which): (&StationCode, Which),
    (after, limit): (Option<(NaiveDate, RectificationId)>, u64),
) -> Result<(Vec<(NaiveDate, RectificationFile)>, u64), RectifyError> {
    may(Actor::Staff(staff), Act::ListRectifications, &Object::Station(station))?;
    let roles = [Role::Clerk, Role::Approver];
    let filter = RectificationFilter {
        station: station.clone(),
        which,
        of: staff.person,
        close: staff.ties.people.clone(),
        seated_as: roles.into_iter().filter(|role| staff.works_as(*role, station)).collect(),
        after,
    };
    Ok(view.rectifications(&filter, limit).await?)
}

impl App {
    /// One whole. That it was looked at is noted before it is shown.
    pub async fn see_rectification(&self, staff: &Staff, id: RectificationId) -> Result<Told, RectifyError> {
        let view = self.store.read(self.district());
        let loaded = load(&view, (staff, Act::ShowRectification), id).await?;
        self.note_look(Actor::Staff(staff), &loaded.file.case, Thing::Case).await?;
        rectification(&view, staff, loaded).await
    }
}

/// All that there is to tell of it.
pub async fn rectification(view: &View, staff: &Staff, loaded: Loaded) -> Result<Told, RectifyError> {
    let turn = loaded.turn(staff)?;
    let text = view.evaluation(loaded.file.case.id).await?.map(|evaluation| evaluation.text).unwrap_or_default();
    let words = words::standing(view, loaded.file.case.id, &text).await?;
    let mut notes = Vec::new();
    for id in loaded.own.steps.iter().filter_map(|step| note_of(&step.event)) {
        if let Some(Note::Text { text }) = view.note(id).await? {
            notes.push((id, text));
        }
    }
    let reply = match last_reply(&loaded.own) {
        Some(reply) => view.reply(reply).await?,
        None => None,
    };
    let people = view.people(loaded.own.rectification.named.iter().copied()).await?;
    let named = people.into_values().map(|person| (person.id, person.name.unwrap_or_default())).collect();
    Ok(Told { loaded, text, words, notes, reply, named, turn })
}

/// What the person was answered last.
pub fn last_reply(own: &RectificationFile) -> Option<ReplyId> {
    own.steps.iter().rev().find_map(|step| match &step.event {
        Event::Closed { reply, .. } => Some(*reply),
        _other => None,
    })
}

fn note_of(event: &Event) -> Option<NoteId> {
    match event {
        Event::Contacted { note, .. } | Event::Appealed { note, .. } | Event::AppealDecided { note, .. } => Some(*note),
        Event::Opened { .. }
        | Event::Closed { .. }
        | Event::Rated { .. }
        | Event::Reopened { .. }
        | Event::Raised { .. }
        | Event::OverdueTold { .. } => None,
    }
}

#[derive(Debug, Clone)]
pub struct ContactMade {
    pub way: ContactWay,
    pub contact: Contact,
    pub fix_by: Option<NaiveDate>,
    pub words: String,
}

/// Records that the person was contacted, or couldn't be reached.
pub async fn record_contact(
    tx: &Tx,
    grounds: &Grounds,
    staff: &Staff,
    (id, made): (RectificationId, ContactMade),
) -> Result<Told, RectifyError> {
    let loaded = load(tx, (staff, Act::RecordContact), id).await?;
    let note = keep_note(tx, grounds, &loaded, staff, made.words).await?;
    let order = Command::Contact { way: made.way, contact: made.contact, fix_by: made.fix_by, note };
    let by = (loaded.by(staff)?, actor(staff));
    rectification(tx, staff, command(tx, grounds, loaded, by, order).await?).await
}

#[derive(Debug, Clone)]
pub struct Closing {
    pub finding: Finding,
    /// For the person.
    pub reply: String,
    /// For everybody.
    pub published: Option<String>,
}

/// Closes it, and answers the person.
pub async fn close(tx: &Tx, grounds: &Grounds, staff: &Staff, (id, closing): (RectificationId, Closing)) -> Result<Told, RectifyError> {
    let loaded = load(tx, (staff, Act::CloseRectification), id).await?;
    if let Some(published) = &closing.published {
        check_published(tx, &loaded, published).await?;
    }
    let reply = Reply {
        id: ReplyId::new(Uuid::now_v7()),
        case: loaded.file.case.id,
        station: loaded.own.rectification.place.station.clone(),
        at: grounds.now,
        text: closing.reply,
        published: closing.published,
    };
    let order = Command::Close { finding: closing.finding, reply: reply.id };
    let by = (loaded.by(staff)?, actor(staff));
    let loaded = command(tx, grounds, loaded, by, order).await?;
    tx.add_reply(&reply).await?;
    tell_reviewer(tx, grounds, &loaded.file, &loaded.own.rectification, Tidings::Closed).await?;
    rectification(tx, staff, loaded).await
}

/// What everybody may read names neither the people of the case nor who handled it.
async fn check_published(view: &View, loaded: &Loaded, published: &str) -> Result<(), RectifyError> {
    if loaded.own.rectification.place.secrecy == Secrecy::Sealed {
        return Err(RectifyError::SealedUnpublished);
    }
    let case = &loaded.file.case;
    let concerned = case.involved.iter().copied().chain(case.agent()).chain(loaded.own.rectification.named.iter().copied());
    let people = view.people(concerned).await?;
    Ok(may_be_published(published, people.values().filter_map(|person| person.name.as_deref()))?)
}

/// Tells once, to whoever looks after it, what nobody did in time; says how much that was. What nobody could be told is tried again.
pub async fn tell_overdue(tx: &Tx, grounds: &Grounds, id: RectificationId) -> Result<u32, RectifyError> {
    let own = tx.rectification(id).await?.ok_or(RectifyError::NotFound)?;
    let file = tx.case_file(own.rectification.case).await?.ok_or(RectifyError::NotFound)?;
    let (mut loaded, mut told) = (Loaded { file, own }, 0);
    for what in loaded.own.rectification.overdue(grounds.today()) {
        let news = match what {
            Overdue::Contact => Tidings::ContactOverdue,
            Overdue::Closing => Tidings::ClosingOverdue,
        };
        let (risen, number) = tell_or_raise(tx, grounds, loaded, news).await?;
        loaded = risen;
        if number > 0 {
            loaded = command(tx, grounds, loaded, (rectification::By::System, By::System), Command::TellOverdue { what }).await?;
            told += 1;
        }
    }
    Ok(told)
}
