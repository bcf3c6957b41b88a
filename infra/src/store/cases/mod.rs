//! Cases: the events are the truth, and a case is what they tell; the row beside them is for lists and deadlines.
//! What may be erased one day (answers, notes) stands in tables of its own.

mod rows;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::calendar::Calendar;
use domain::case::{Actor, Case, Event, Note, Outcome, Recorded, Stage, State, replay};
use domain::catalogue::Answers;
use domain::ids::{AccountId, BundleId, CaseId, ItemCode, NoteId, PersonId, StationCode};
use domain::routing::Plan;
use domain::time::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ExprTrait, QueryOrder, QuerySelect};

pub(super) use rows::involved_row;
use rows::{answers_row, case_row, event_row, note_row};

use super::sealed::Safe;
use super::words::{from_json, from_word, json, word};
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const ORGANISATION: Sealed = Sealed::new("cases", "organisation");
const PLAN: Sealed = Sealed::new("cases", "plan");
const ANSWERS: Sealed = Sealed::new("case_answers", "content");
const NOTE: Sealed = Sealed::new("notes", "content");

/// The parts that a person has in a case.
pub(super) const OWN: &str = "own";
const AGENT: &str = "agent";
const LEFT: &str = "agent_left";

/// A case with its record and what was settled when it was opened.
#[derive(Debug, Clone)]
pub struct CaseFile {
    pub case: Case,
    /// In order; the version of the case is their number.
    pub record: Vec<Recorded>,
    pub bundle: Option<BundleId>,
    /// The name of the organisation that it is for.
    pub organisation: Option<String>,
    pub plan: Plan,
    pub submitted_at: Timestamp,
}

/// What a new case brings beside its first event.
#[derive(Debug, Clone)]
pub struct NewCase {
    pub bundle: Option<BundleId>,
    pub organisation: Option<String>,
    pub plan: Plan,
    pub answers: Answers,
}

/// A case as lists show it.
#[derive(Debug, Clone)]
pub struct CaseLine {
    pub id: CaseId,
    pub number: String,
    pub item: String,
    pub item_version: u32,
    pub stage: Option<Stage>,
    pub state: String,
    pub outcome: Option<String>,
    pub due_on: Option<NaiveDate>,
    /// Somebody acts, or acted, for the subject.
    pub by_agent: bool,
    pub submitted_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// A case of somebody's own, as their rights over it need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCase {
    pub id: CaseId,
    pub number: String,
    pub item: String,
    pub ended_at: Option<Timestamp>,
}

/// Which cases a list holds.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Those in which this person has part on this day: their own, and those in which they act for somebody.
    pub person: Option<(PersonId, NaiveDate)>,
    /// Those that stand at, or were accepted at, this station.
    pub station: Option<StationCode>,
    pub number: Option<String>,
    /// Not those in which one of these has part: whose case a staff member may not see.
    pub not_about: BTreeSet<PersonId>,
    /// Not those of these items: what is kept confidential is in no list.
    pub not_of: Vec<ItemCode>,
    /// Those submitted before this one: the end of the last page.
    pub before: Option<CaseId>,
}

impl CaseFile {
    /// The version that `If-Match` names.
    pub fn version(&self) -> usize {
        self.record.len()
    }

    /// The last day of the promise as seen at `now`, and whether a year that isn't loaded had a part in it.
    pub fn due(&self, calendar: &Calendar, now: Timestamp) -> Option<domain::calendar::DueDay> {
        self.case.clock.as_ref().map(|clock| clock.due(calendar, now))
    }

    /// The case as lists show it.
    pub fn line(&self, calendar: &Calendar, now: Timestamp) -> CaseLine {
        let case = &self.case;
        CaseLine {
            id: case.id,
            number: case.number.to_string(),
            item: case.item.to_string(),
            item_version: case.item_version,
            stage: case.current().map(|(_, step)| step.stage),
            state: state_word(&case.state).to_owned(),
            outcome: outcome_of(&case.state).map(str::to_owned),
            due_on: self.due(calendar, now).map(|due| due.on),
            by_agent: case.agency.is_some(),
            submitted_at: self.submitted_at,
            ended_at: self.ended_at(),
        }
    }

    pub fn ended_at(&self) -> Option<Timestamp> {
        // The one thing that an ended case may still tell is that its agent left.
        let last = self.record.iter().rev().find(|recorded| recorded.event != Event::AgentLeft);
        last.filter(|_| self.case.is_ended()).map(|last| last.at)
    }
}

impl View {
    /// A case with its record; none where there is no such case.
    pub async fn case_file(&self, id: CaseId) -> Result<Option<CaseFile>, StoreError> {
        Ok(self.case_files([id]).await?.remove(&id))
    }

    /// Many cases with their records, read in two statements.
    pub async fn case_files(&self, ids: impl IntoIterator<Item = CaseId>) -> Result<BTreeMap<CaseId, CaseFile>, StoreError> {
        let ids: Vec<_> = ids.into_iter().map(|id| id.as_uuid()).collect();
        let rows = self.kept_cases().filter(case_row::Column::Id.is_in(ids.iter().copied())).all(&self.db()).await?;
        let settled = self.opened(&rows, settled).await?;
        let mut records = self.records_of(ids).await?;
        let files = rows.into_iter().zip(settled).map(|(row, settled)| {
            let id = CaseId::new(row.id);
            Ok((id, case_file(row, settled, records.remove(&id).unwrap_or_default())?))
        });
        files.collect()
    }

    async fn records_of(&self, cases: Vec<Uuid>) -> Result<BTreeMap<CaseId, Vec<Recorded>>, StoreError> {
        let rows = self
            .of(event_row::Entity::find(), event_row::Column::District)
            .filter(event_row::Column::CaseId.is_in(cases))
            .order_by_asc(event_row::Column::Seq)
            .all(&self.db())
            .await?;
        let mut records: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in rows {
            records.entry(CaseId::new(row.case_id)).or_default().push(recorded(row)?);
        }
        Ok(records)
    }

    /// A page of cases, newest first, and how many there are in all.
    pub async fn cases(&self, filter: &CaseFilter, limit: u64) -> Result<(Vec<CaseLine>, u64), StoreError> {
        let all = self.filtered(filter);
        let total = all.clone().count(&self.db()).await?;
        let page = match filter.before {
            Some(before) => all.filter(case_row::Column::Id.lt(before.as_uuid())),
            None => all,
        };
        let rows = page.order_by_desc(case_row::Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(line).collect::<Result<_, _>>()?, total))
    }

    fn filtered(&self, filter: &CaseFilter) -> Select<case_row::Entity> {
        let mut select = self.kept_cases();
        if let Some((person, today)) = filter.person {
            let own = involved_row::Column::Part.eq(OWN);
            let acts = involved_row::Column::Part.eq(AGENT).and(involved_row::Column::Until.gte(today));
            let has_part = self.cases_about([person]).and_where(own.or(acts)).to_owned();
            select = select.filter(case_row::Column::Id.in_subquery(has_part));
        }
        if !filter.not_about.is_empty() {
            select = select.filter(case_row::Column::Id.not_in_subquery(self.cases_about(filter.not_about.iter().copied())));
        }
        if !filter.not_of.is_empty() {
            select = select.filter(case_row::Column::Item.is_not_in(filter.not_of.iter().map(ItemCode::as_str)));
        }
        if let Some(station) = &filter.station {
            let here = case_row::Column::Station.eq(station.as_str()).or(case_row::Column::Accepting.eq(station.as_str()));
            select = select.filter(here);
        }
        if let Some(number) = &filter.number {
            select = select.filter(case_row::Column::Number.eq(number));
        }
        select
    }

    /// Cases whose file isn't erased.
    fn kept_cases(&self) -> Select<case_row::Entity> {
        self.of(case_row::Entity::find(), case_row::Column::District).filter(case_row::Column::ErasedAt.is_null())
    }

    /// Ids of the cases in which one of `people` has part.
    fn cases_about(&self, people: impl IntoIterator<Item = PersonId>) -> SelectStatement {
        Query::select()
            .column(involved_row::Column::CaseId)
            .from(involved_row::Entity)
            .and_where(involved_row::Column::District.eq(self.district().as_str()))
            .and_where(involved_row::Column::Person.is_in(people.into_iter().map(|person| person.as_uuid())))
            .to_owned()
    }

    /// Cases whose supplement, or whose five days for a notice, may have run out before `today`.
    pub async fn cases_waiting_before(&self, today: NaiveDate, limit: u64) -> Result<Vec<CaseId>, StoreError> {
        let rows = self
            .of(case_row::Entity::find(), case_row::Column::District)
            .filter(case_row::Column::WaitUntil.lt(today))
            .order_by_asc(case_row::Column::WaitUntil)
            .limit(limit)
            .all(&self.db())
            .await?;
        Ok(rows.into_iter().map(|row| CaseId::new(row.id)).collect())
    }

    /// The cases in which a person has part on their own behalf, and which aren't erased.
    pub async fn own_cases(&self, person: PersonId) -> Result<Vec<OwnCase>, StoreError> {
        let own = self.kept_cases().filter(case_row::Column::Id.in_subquery(self.cases_of(person)));
        let rows = own.order_by_asc(case_row::Column::Id).all(&self.db()).await?;
        Ok(rows
            .into_iter()
            .map(|row| OwnCase { id: CaseId::new(row.id), number: row.number, item: row.item, ended_at: row.ended_at })
            .collect())
    }

    /// Ids of the cases in which a person has part on their own behalf.
    pub(super) fn cases_of(&self, person: PersonId) -> SelectStatement {
        self.cases_about([person]).and_where(involved_row::Column::Part.eq(OWN)).to_owned()
    }

    /// The people who have part in a case on their own behalf.
    pub async fn people_of(&self, case: CaseId) -> Result<Vec<PersonId>, StoreError> {
        let rows = self.of(involved_row::Entity::find(), involved_row::Column::District);
        let own = rows.filter(involved_row::Column::CaseId.eq(case.as_uuid())).filter(involved_row::Column::Part.eq(OWN));
        Ok(own.all(&self.db()).await?.into_iter().map(|row| PersonId::new(row.person)).collect())
    }

    /// Cases that ended before `instant`, whose file is still kept and whose certificate, if they have one, isn't valid any more on
    /// `today`; the longest ended first.
    pub async fn cases_ended_before(&self, instant: Timestamp, today: NaiveDate, limit: u64) -> Result<Vec<CaseId>, StoreError> {
        let old = self.kept_cases().filter(case_row::Column::EndedAt.lt(instant));
        let old = old.filter(case_row::Column::Id.not_in_subquery(self.cases_with_valid_certificates(today)));
        let rows = old.order_by_asc(case_row::Column::EndedAt).limit(limit).all(&self.db()).await?;
        Ok(rows.into_iter().map(|row| CaseId::new(row.id)).collect())
    }

    pub async fn answers(&self, case: CaseId) -> Result<Answers, StoreError> {
        let row = self.of(answers_row::Entity::find(), answers_row::Column::District);
        let row = row.filter(answers_row::Column::CaseId.eq(case.as_uuid())).one(&self.db()).await?;
        let answers = self.opened_one(row, |safe, row| safe.open_json(ANSWERS, &RowId::of(row.case_id), &row.content));
        Ok(answers.await?.unwrap_or_default())
    }

    pub async fn note(&self, id: NoteId) -> Result<Option<Note>, StoreError> {
        let row = self.of(note_row::Entity::find(), note_row::Column::District).filter(note_row::Column::Id.eq(id.as_uuid()));
        let row = row.one(&self.db()).await?;
        self.opened_one(row, |safe, row| safe.open_json(NOTE, &RowId::of(row.id), &row.content)).await
    }
}

impl Tx {
    /// Opens a case with its first event.
    pub async fn open_case(&self, case: Case, new: NewCase, first: Recorded, terms: &Deadlines<'_>) -> Result<CaseFile, StoreError> {
        let file = CaseFile {
            case,
            record: vec![first],
            bundle: new.bundle,
            organisation: new.organisation,
            plan: new.plan,
            submitted_at: terms.now,
        };
        let row = case_row::ActiveModel { events: Set(1), ..self.row_of(&file, terms)? };
        case_row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        self.insert_events(&file.case, &file.record, 0).await?;
        self.insert_involved(&file.case).await?;
        let answers = answers_row::ActiveModel {
            district: Set(self.district().to_string()),
            case_id: Set(file.case.id.as_uuid()),
            content: Set(self.safe().seal_json(ANSWERS, &RowId::of(file.case.id.as_uuid()), &new.answers)?),
        };
        answers_row::Entity::insert(answers).exec_without_returning(&self.db()).await?;
        Ok(file)
    }

    /// Saves what happened since the case was read; `StoreError::Stale` where somebody else saved first.
    pub async fn append_events(
        &self,
        file: CaseFile,
        case: Case,
        events: Vec<Recorded>,
        terms: &Deadlines<'_>,
    ) -> Result<CaseFile, StoreError> {
        let read = file.record.len();
        let file = CaseFile { case, record: file.record.into_iter().chain(events).collect(), ..file };
        let row = case_row::ActiveModel { events: Set(count(file.record.len())?), ..self.row_of(&file, terms)? };
        let updated = case_row::Entity::update_many()
            .set(row)
            .filter(case_row::Column::District.eq(self.district().as_str()))
            .filter(case_row::Column::Id.eq(file.case.id.as_uuid()))
            .filter(case_row::Column::Events.eq(count(read)?))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 0 {
            return Err(StoreError::Stale);
        }
        let new = file.record.get(read..).unwrap_or_default();
        self.insert_events(&file.case, new, read).await?;
        if new.iter().any(|recorded| recorded.event == Event::AgentLeft) {
            self.agent_left(file.case.id).await?;
        }
        Ok(file)
    }

    /// An agent who left stays known as one: their relatives still don't handle the case.
    async fn agent_left(&self, case: CaseId) -> Result<(), StoreError> {
        self.of(involved_row::Entity::update_many(), involved_row::Column::District)
            .set(involved_row::ActiveModel { part: Set(LEFT.to_owned()), ..Default::default() })
            .filter(involved_row::Column::CaseId.eq(case.as_uuid()))
            .filter(involved_row::Column::Part.eq(AGENT))
            .exec(&self.db())
            .await?;
        Ok(())
    }

    async fn insert_events(&self, case: &Case, events: &[Recorded], after: usize) -> Result<(), StoreError> {
        let rows = events.iter().zip(after + 1..).map(|(recorded, seq)| {
            Ok(event_row::ActiveModel {
                district: Set(self.district().to_string()),
                case_id: Set(case.id.as_uuid()),
                seq: Set(count(seq)?),
                at: Set(recorded.at),
                by: Set(json("case_events", &recorded.by)?),
                kind: Set(kind_of(&recorded.event)?),
                content: Set(json("case_events", &recorded.event)?),
            })
        });
        let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
        event_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    async fn insert_involved(&self, case: &Case) -> Result<(), StoreError> {
        let own = case.involved.iter().filter(|person| case.agent() != Some(**person)).map(|person| (*person, OWN, None));
        let acts = case.agency.as_ref().map(|agency| (agency.agent, AGENT, Some(agency)));
        let rows: Vec<_> = own
            .chain(acts)
            .map(|(person, part, agency)| involved_row::ActiveModel {
                district: Set(self.district().to_string()),
                case_id: Set(case.id.as_uuid()),
                person: Set(person.as_uuid()),
                part: Set(part.to_owned()),
                mandate: Set(agency.map(|agency| agency.mandate.as_uuid())),
                until: Set(agency.map(|agency| agency.until)),
            })
            .collect();
        if !rows.is_empty() {
            involved_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
        }
        Ok(())
    }

    /// Puts what a station knows beside what the applicant answered.
    pub async fn save_answers(&self, case: CaseId, answers: &Answers) -> Result<(), StoreError> {
        answers_row::Entity::update_many()
            .col_expr(answers_row::Column::Content, Expr::value(self.safe().seal_json(ANSWERS, &RowId::of(case.as_uuid()), answers)?))
            .filter(answers_row::Column::District.eq(self.district().as_str()))
            .filter(answers_row::Column::CaseId.eq(case.as_uuid()))
            .exec(&self.db())
            .await?;
        Ok(())
    }

    pub async fn add_note(&self, id: NoteId, case: CaseId, author: AccountId, note: &Note, at: Timestamp) -> Result<(), StoreError> {
        let row = note_row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(id.as_uuid()),
            case_id: Set(case.as_uuid()),
            author: Set(author.as_uuid()),
            content: Set(self.safe().seal_json(NOTE, &RowId::of(id.as_uuid()), note)?),
            at: Set(at),
        };
        note_row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    fn row_of(&self, file: &CaseFile, terms: &Deadlines<'_>) -> Result<case_row::ActiveModel, StoreError> {
        let case = &file.case;
        let current = case.current().map(|(_, step)| step);
        let (safe, id) = (self.safe(), RowId::of(case.id.as_uuid()));
        Ok(case_row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(case.id.as_uuid()),
            number: Set(case.number.to_string()),
            item: Set(case.item.to_string()),
            item_version: Set(i32::try_from(case.item_version).map_err(|e| StoreError::corrupt("cases", e))?),
            bundle: Set(file.bundle.map(|bundle| bundle.as_uuid())),
            mode: Set(word("cases", &case.route.mode)?),
            accepting: Set(case.route.accepting.to_string()),
            division: Set(division_of(case)),
            organisation: Set(safe.seal_if_any(ORGANISATION, &id, file.organisation.as_deref())?),
            stage: Set(current.map(|step| word("cases", &step.stage)).transpose()?),
            station: Set(current.map(|step| step.desk.station.to_string())),
            state: Set(state_word(&case.state).to_owned()),
            outcome: Set(outcome_of(&case.state).map(str::to_owned)),
            by_agent: Set(case.agency.is_some()),
            due_on: Set(file.due(terms.calendar, terms.now).map(|due| due.on)),
            wait_until: Set(terms.wait_until(case)),
            submitted_at: Set(file.submitted_at),
            received_at: Set(case.received_at),
            accepted_at: Set(case.clock.as_ref().map(|clock| clock.started_at)),
            ended_at: Set(file.ended_at()),
            erased_at: sea_orm::ActiveValue::NotSet,
            plan: Set(Some(safe.seal_json(PLAN, &id, &file.plan)?)),
            events: sea_orm::ActiveValue::NotSet,
        })
    }
}

/// What the row's deadlines are computed from.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines<'a> {
    pub calendar: &'a Calendar,
    pub now: Timestamp,
    /// Working days for the notice before acceptance.
    pub notice_working_days: u16,
}

impl Deadlines<'_> {
    /// The day after which a passed deadline acts on the case by itself: the supplement's, or the notice's.
    fn wait_until(&self, case: &Case) -> Option<NaiveDate> {
        match &case.state {
            State::Supplementing { until, .. } => Some(*until),
            State::Open { .. } if !case.is_accepted() => {
                let received = domain::time::local_date(case.received_at);
                Some(self.calendar.after_working_days(received, self.notice_working_days).on)
            }
            State::AwaitingPapers
            | State::Open { .. }
            | State::Publicising { .. }
            | State::Paused { .. }
            | State::OnTheWay
            | State::Ended { .. } => None,
        }
    }
}

/// What was settled when the case was opened, and lies sealed.
struct Settled {
    organisation: Option<String>,
    plan: Plan,
}

fn settled(safe: &Safe<'_>, row: &case_row::Model) -> Result<Settled, StoreError> {
    let id = RowId::of(row.id);
    let organisation = safe.open_if_any(ORGANISATION, &id, row.organisation.as_deref())?;
    let plan = row.plan.as_deref().ok_or_else(|| StoreError::corrupt("cases", "a case that isn't erased has no plan"))?;
    Ok(Settled { organisation, plan: safe.open_json(PLAN, &id, plan)? })
}

fn case_file(row: case_row::Model, settled: Settled, record: Vec<Recorded>) -> Result<CaseFile, StoreError> {
    let case = replay(&record).ok_or_else(|| StoreError::corrupt("case_events", "the record doesn't begin with a submission"))?;
    Ok(CaseFile {
        case,
        record,
        bundle: row.bundle.map(BundleId::new),
        organisation: settled.organisation,
        plan: settled.plan,
        submitted_at: row.submitted_at,
    })
}

fn recorded(row: event_row::Model) -> Result<Recorded, StoreError> {
    let by: Actor = from_json("case_events", row.by)?;
    let event: Event = from_json("case_events", row.content)?;
    Ok(Recorded { at: row.at, by, event })
}

fn line(row: case_row::Model) -> Result<CaseLine, StoreError> {
    Ok(CaseLine {
        id: CaseId::new(row.id),
        number: row.number,
        item: row.item,
        item_version: u32::try_from(row.item_version).map_err(|e| StoreError::corrupt("cases", e))?,
        stage: row.stage.map(|stage| from_word("cases", stage)).transpose()?,
        state: row.state,
        outcome: row.outcome,
        due_on: row.due_on,
        by_agent: row.by_agent,
        submitted_at: row.submitted_at,
        ended_at: row.ended_at,
    })
}

fn division_of(case: &Case) -> String {
    let line = &case.route.line;
    let lowest = line.village.as_ref().or(line.town.as_ref()).unwrap_or(&line.district);
    lowest.division().to_string()
}

fn kind_of(event: &Event) -> Result<String, StoreError> {
    let content = json("case_events", event)?;
    let kind = content.get("kind").and_then(|kind| kind.as_str()).map(str::to_owned);
    kind.ok_or_else(|| StoreError::corrupt("case_events", "an event without a kind"))
}

fn state_word(state: &State) -> &'static str {
    match state {
        State::AwaitingPapers => "awaiting_papers",
        State::Open { .. } => "open",
        State::Supplementing { .. } => "supplementing",
        State::Publicising { .. } => "publicising",
        State::Paused { .. } => "paused",
        State::OnTheWay => "on_the_way",
        State::Ended { .. } => "ended",
    }
}

fn outcome_of(state: &State) -> Option<&'static str> {
    match state {
        State::Ended { outcome: Outcome::Completed } => Some("completed"),
        State::Ended { outcome: Outcome::Rejected { .. } } => Some("rejected"),
        State::Ended { outcome: Outcome::Withdrawn } => Some("withdrawn"),
        State::Ended { outcome: Outcome::NotAccepted { .. } } => Some("not_accepted"),
        State::Ended { outcome: Outcome::Lapsed } => Some("lapsed"),
        State::AwaitingPapers
        | State::Open { .. }
        | State::Supplementing { .. }
        | State::Publicising { .. }
        | State::Paused { .. }
        | State::OnTheWay => None,
    }
}

fn count(n: usize) -> Result<i32, StoreError> {
    i32::try_from(n).map_err(|e| StoreError::corrupt("case_events", e))
}
