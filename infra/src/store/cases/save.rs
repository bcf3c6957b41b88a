//! A new case, and what happened since one was read.

use domain::case::{Case, Event, Outcome, Recorded, State};
use domain::ids::CaseId;
use domain::live::{Change, Topic, What};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, SimpleExpr};

use super::rows::{case_row, event_row, involved_row};
use super::{AGENT, CaseFile, Deadlines, LEFT, NewCase, ORGANISATION, OWN, PLAN};
use crate::store::words::{json, word};
use crate::store::{StoreError, Tx};
use crate::vault::RowId;

fn changed(case: &Case) -> Change {
    Change::new(Topic::Case(case.id), What::Changed, case.id)
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
        self.insert_answers(file.case.id, &new.answers).await?;
        self.tell(changed(&file.case), terms.now);
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
        let events = Set(count(file.record.len())?);
        let row = case_row::ActiveModel { events, reckoned: NotSet, alert_at: NotSet, ..self.row_of(&file, terms)? };
        // The older of the two: what has to be reckoned again still has to be, and what somebody with an older calendar saved does too.
        let older = Expr::case(case_row::Column::Reckoned.lt(terms.reckoned), Expr::col(case_row::Column::Reckoned));

        let updated = case_row::Entity::update_many()
            .set(row)
            .col_expr(case_row::Column::Reckoned, older.finally(terms.reckoned).into())
            .col_expr(case_row::Column::AlertAt, alert_at(&file.case, terms))
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
        self.tell(changed(&file.case), terms.now);
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
            alert_at: Set(terms.alert_at),
            reckoned: Set(terms.reckoned),
            submitted_at: Set(file.submitted_at),
            received_at: Set(case.received_at),
            accepted_at: Set(case.clock.as_ref().map(|clock| clock.started_at)),
            ended_at: Set(file.ended_at()),
            erased_at: NotSet,
            plan: Set(Some(safe.seal_json(PLAN, &id, &file.plan)?)),
            events: NotSet,
        })
    }
}

/// When the alerts of a case have to be looked after: the earlier of what the row says and of what these terms say. Somebody may have
/// settled other thresholds since these were read, and has put it in the row that they are to be looked after now; else the job looks once
/// in vain. What has ended isn't warned of any more.
fn alert_at(case: &Case, terms: &Deadlines<'_>) -> SimpleExpr {
    let kept = || Expr::col(case_row::Column::AlertAt);
    match terms.alert_at {
        due if case.is_ended() => Expr::value(due),
        Some(due) => Expr::case(case_row::Column::AlertAt.lt(due), kept()).finally(due).into(),
        None => kept(),
    }
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

pub(super) fn state_word(state: &State) -> &'static str {
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

pub(super) fn outcome_of(state: &State) -> Option<&'static str> {
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
