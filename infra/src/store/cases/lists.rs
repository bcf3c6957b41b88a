//! Cases as lists show them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::calendar::Calendar;
use domain::case::Stage;
use domain::ids::{CaseId, ItemCode, PersonId, StationCode};
use domain::time::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ExprTrait, QueryOrder, QuerySelect};

use super::rows::{case_row, involved_row};
use super::save::{outcome_of, state_word};
use super::{AGENT, CaseFile, OWN};
use crate::store::words::from_word;
use crate::store::{StoreError, View};

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
}

impl View {
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

    /// Ids of the cases in which one of `people` has part.
    pub(in crate::store) fn cases_about(&self, people: impl IntoIterator<Item = PersonId>) -> SelectStatement {
        Query::select()
            .column(involved_row::Column::CaseId)
            .from(involved_row::Entity)
            .and_where(involved_row::Column::District.eq(self.district().as_str()))
            .and_where(involved_row::Column::Person.is_in(people.into_iter().map(|person| person.as_uuid())))
            .to_owned()
    }
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
