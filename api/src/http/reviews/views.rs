//! How a rectification looks to who works on it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::evaluation::rectification::{Appeal, Appellant, Event, Rectification, Round, State, Turn, Verdict};
use domain::evaluation::words::WordsState;
use domain::ids::NoteId;
use infra::store::{RectificationFile, Reply};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::Grounds;
use crate::app::reviews::Told;
use crate::http::cases::view::{StationRef, item_name};
use crate::http::instant::shown;
use crate::http::words::{AppealGround, Contact, ContactWay, Rating, RectificationFinding, ReviewWords, Satisfaction};
use crate::wording;

/// A line of the list: neither what was written nor by whom.
#[derive(Debug, Serialize, ToSchema)]
pub struct RectificationLine {
    id: Uuid,
    level: Satisfaction,
    #[schema(example = "不满意")]
    level_name: &'static str,
    station: StationRef,
    opened_at: DateTime<FixedOffset>,
    /// `open`, `closed` or `excluded`.
    #[schema(example = "open")]
    state: &'static str,
    /// Whether the person wasn't satisfied, so that it is a supervisor's now.
    reopened: bool,
    /// Until when the person has to be contacted; none once they were reached.
    contact_by: Option<NaiveDate>,
    close_by: NaiveDate,
    /// Whether something of it is overdue.
    overdue: bool,
    /// Whether an appeal waits for a decision.
    appealed: bool,
    /// Whether those whom it names may read what was written, once it is closed; none where that is nothing. `held`: whoever looks after it
    /// says.
    words: Option<ReviewWords>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RectificationView {
    #[serde(flatten)]
    line: RectificationLine,
    case: Uuid,
    #[schema(example = "511499-20260914-00042-2")]
    case_number: String,
    item_name: String,
    /// What the person wrote.
    text: String,
    /// Those whom the review names: they don't rectify, and aren't told who wrote it.
    named: Vec<String>,
    /// Whether the caller looks after it, and decides appeals.
    oversees: bool,
    /// The day by which the person was told that it would be put right.
    fix_by: Option<NaiveDate>,
    finding: Option<RectificationFinding>,
    reply: Option<ReplyView>,
    rating: Option<Rating>,
    appeals: Vec<AppealView>,
    steps: Vec<RectificationStep>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReplyView {
    at: DateTime<FixedOffset>,
    text: String,
    published: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AppealView {
    /// From 1 up.
    number: usize,
    at: DateTime<FixedOffset>,
    /// Whether the station appealed, else one of those whom the review names.
    by_station: bool,
    ground: AppealGround,
    words: Option<String>,
    /// None while it waits.
    accepted: Option<bool>,
    reason: Option<String>,
}

/// One thing that happened, with who did it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RectificationStep {
    at: DateTime<FixedOffset>,
    /// The staff account; none for the person and for what goes by itself.
    account: Option<Uuid>,
    #[schema(example = "已联系上本人")]
    sentence: &'static str,
    way: Option<ContactWay>,
    contact: Option<Contact>,
    words: Option<String>,
}

pub fn line(own: &Rectification, close_by: NaiveDate, words: Option<WordsState>, grounds: &Grounds) -> RectificationLine {
    let open = match &own.state {
        State::Open(open) => Some(open),
        State::Closed(_) | State::Excluded { .. } => None,
    };
    let contact_by = open.filter(|open| open.reached_at.is_none()).map(|open| open.contact_by);
    let today = grounds.today();
    RectificationLine {
        id: own.id.as_uuid(),
        level: own.level.into(),
        level_name: wording::satisfaction(own.level),
        station: StationRef::of(&own.place.station, grounds),
        opened_at: shown(own.opened_at),
        state: state(own),
        reopened: open.is_some_and(|open| open.round == Round::Second),
        contact_by,
        close_by,
        overdue: open.is_some_and(|open| open.close_by < today) || contact_by.is_some_and(|day| day < today),
        appealed: own.waits_for_a_decision(),
        words: words.map(ReviewWords::from),
    }
}

pub fn state(own: &Rectification) -> &'static str {
    match &own.state {
        State::Open(_) => "open",
        State::Closed(_) => "closed",
        State::Excluded { .. } => "excluded",
    }
}

pub fn whole(told: &Told, grounds: &Grounds) -> RectificationView {
    let (case, own) = (&told.loaded.file.case, &told.loaded.own.rectification);
    let (fix_by, finding, rating) = match &own.state {
        State::Open(open) => (open.fix_by, None, None),
        State::Closed(closed) => (None, Some(closed.finding.into()), closed.rating.map(Rating::from)),
        State::Excluded { .. } => (None, None, None),
    };
    RectificationView {
        line: line(own, close_by(&told.loaded.own), told.words, grounds),
        case: case.id.as_uuid(),
        case_number: case.number.to_string(),
        item_name: item_name(case.item.as_str(), grounds),
        text: told.text.clone(),
        named: told.named.iter().map(|(_, name)| name.clone()).collect(),
        oversees: told.turn == Turn::Supervisor,
        fix_by,
        finding,
        reply: told.reply.as_ref().map(reply),
        rating,
        appeals: (1..).zip(&own.appeals).map(|(number, appeal)| appeal_view(number, appeal, told)).collect(),
        steps: told.loaded.own.steps.iter().map(|step| step_view(step, told)).collect(),
    }
}

/// The last day of the round that it is in, or was closed in.
fn close_by(file: &RectificationFile) -> NaiveDate {
    let mut days = file.steps.iter().filter_map(|step| match &step.event {
        Event::Opened { opening } => Some(opening.close_by),
        Event::Reopened { close_by, .. } => Some(*close_by),
        _other => None,
    });
    days.next_back().unwrap_or_default()
}

pub fn reply(reply: &Reply) -> ReplyView {
    ReplyView { at: shown(reply.at), text: reply.text.clone(), published: reply.published.clone() }
}

fn appeal_view(number: usize, appeal: &Appeal, told: &Told) -> AppealView {
    AppealView {
        number,
        at: shown(appeal.at),
        by_station: appeal.by == Appellant::Station,
        ground: appeal.ground.into(),
        words: words(told, appeal.note),
        accepted: appeal.decided.as_ref().map(|decided| decided.verdict == Verdict::Accepted),
        reason: appeal.decided.as_ref().and_then(|decided| words(told, decided.note)),
    }
}

fn words(told: &Told, note: NoteId) -> Option<String> {
    told.notes.iter().find(|(id, _)| *id == note).map(|(_, text)| text.clone())
}

fn step_view(step: &domain::evaluation::rectification::Step, told: &Told) -> RectificationStep {
    let (way, contact, note) = match &step.event {
        Event::Contacted { way, contact, note, .. } => (Some(ContactWay::from(*way)), Some(Contact::from(*contact)), Some(*note)),
        _other => (None, None, None),
    };
    RectificationStep {
        at: shown(step.at),
        account: match &step.by {
            domain::case::Actor::Staff { account, .. } => Some(account.as_uuid()),
            domain::case::Actor::Person { .. } | domain::case::Actor::System => None,
        },
        sentence: wording::rectification_step(&step.event),
        way,
        contact,
        words: note.and_then(|note| words(told, note)),
    }
}
