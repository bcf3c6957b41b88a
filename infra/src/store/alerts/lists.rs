//! What a supervisor has to see to, and what ran out in a month.

use std::collections::BTreeSet;

use domain::ids::{AlertId, CaseId, PersonId, StationCode};
use domain::people::Scope;
use domain::supervision::Colour;
use domain::time::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ExprTrait, QueryOrder, QuerySelect};

use super::Alert;
use super::row::{self, Column, TABLE};
use crate::store::cases::case_row;
use crate::store::scopes::within;
use crate::store::words::word;
use crate::store::{StoreError, View};

/// Which alerts a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertState {
    /// Yellow ones that hold, and red ones until somebody said what is done about them.
    ToSeeTo,
    Acknowledged,
    All,
}

#[derive(Debug, Clone)]
pub struct AlertFilter {
    /// Of the stations in these.
    pub scopes: Vec<Scope>,
    pub station: Option<StationCode>,
    pub colour: Option<Colour>,
    pub state: AlertState,
    /// Not those of cases in which one of these has part.
    pub not_about: BTreeSet<PersonId>,
}

#[derive(Debug, Clone)]
pub struct OverdueFilter {
    pub scopes: Vec<Scope>,
    pub station: Option<StationCode>,
    /// From the first instant of the month to the first after it.
    pub month: (Timestamp, Timestamp),
    pub not_about: BTreeSet<PersonId>,
}

/// A case that was past its promise in the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    pub alert: Alert,
    /// How the case ended; none while it hasn't.
    pub outcome: Option<String>,
}

/// How many there were at a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueTotal {
    pub station: StationCode,
    pub cases: u64,
    /// Of these, how many still are.
    pub open: u64,
}

impl View {
    /// A page of alerts, the latest first, and how many there are in all.
    pub async fn alerts(&self, filter: &AlertFilter, before: Option<AlertId>, limit: u64) -> Result<(Vec<Alert>, u64), StoreError> {
        let mut all = self.seen(&filter.scopes, filter.station.as_ref(), &filter.not_about);
        all = match filter.state {
            // As a literal: bound values don't lead to its index.
            AlertState::ToSeeTo => {
                all.filter(Expr::cust("acknowledged_at IS NULL AND overtaken = FALSE AND (colour = 'red' OR ended_at IS NULL)"))
            }
            AlertState::Acknowledged => all.filter(Column::AcknowledgedAt.is_not_null()),
            AlertState::All => all,
        };
        if let Some(colour) = filter.colour {
            all = all.filter(Column::Colour.eq(word(TABLE, &colour)?));
        }
        let total = all.clone().count(&self.db()).await?;
        let page = match before {
            Some(before) => all.filter(Column::Id.lt(before.as_uuid())),
            None => all,
        };
        let rows = page.order_by_desc(Column::Id).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(Alert::try_from).collect::<Result<_, _>>()?, total))
    }

    /// What was past its promise at some time of the month, in the order in which it was found.
    pub async fn overdue(&self, filter: &OverdueFilter, after: Option<AlertId>, limit: u64) -> Result<Vec<Overdue>, StoreError> {
        let all = self.ran_out(filter);
        let page = match after {
            Some(after) => all.filter(Column::Id.gt(after.as_uuid())),
            None => all,
        };
        let rows = page.order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        let mut outcomes = self.outcomes_of(rows.iter().map(|row| row.case_id).collect()).await?;
        let overdue = rows.into_iter().map(|row| {
            let outcome = outcomes.remove(&row.case_id).flatten();
            Ok(Overdue { alert: row.try_into()?, outcome })
        });
        overdue.collect()
    }

    /// How many of these there were, by station.
    pub async fn overdue_totals(&self, filter: &OverdueFilter) -> Result<Vec<OverdueTotal>, StoreError> {
        let counted = self.ran_out(filter).select_only().column(Column::Station).column_as(Column::Id.count(), "cases");
        let open = Expr::cust("SUM(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END)");
        let counted = counted.column_as(open, "open").group_by(Column::Station).order_by_asc(Column::Station);
        let rows: Vec<(String, i64, i64)> = counted.into_tuple().all(&self.db()).await?;
        let number = |count: i64| u64::try_from(count).map_err(|error| StoreError::corrupt(TABLE, error));
        let totals = rows.into_iter().map(|(station, cases, open)| {
            let station = station.parse().map_err(|error| StoreError::corrupt(TABLE, error))?;
            Ok(OverdueTotal { station, cases: number(cases)?, open: number(open)? })
        });
        totals.collect()
    }

    /// The cases whose alerts have to be looked after by `now`.
    pub async fn cases_to_alert(&self, now: Timestamp, reckoned: i64, limit: u64) -> Result<Vec<CaseId>, StoreError> {
        let due = self.of(case_row::Entity::find(), case_row::Column::District).filter(case_row::Column::AlertAt.lte(now));
        // What a newer calendar was reckoned by isn't for who has an older one.
        let due = due.filter(case_row::Column::Reckoned.lte(reckoned));
        let ids = due.select_only().column(case_row::Column::Id).order_by_asc(case_row::Column::AlertAt).limit(limit);
        let ids: Vec<Uuid> = ids.into_tuple().all(&self.db()).await?;
        Ok(ids.into_iter().map(CaseId::new).collect())
    }

    fn ran_out(&self, filter: &OverdueFilter) -> Select<row::Entity> {
        let (begins, ends) = filter.month;
        // As a literal: bound values don't lead to its index.
        self.seen(&filter.scopes, filter.station.as_ref(), &filter.not_about)
            .filter(Expr::cust("cause = 'promise' AND colour = 'red' AND overtaken = FALSE"))
            .filter(Column::RaisedAt.lt(ends))
            .filter(Column::EndedAt.is_null().or(Column::EndedAt.gt(begins)))
    }

    fn seen(&self, scopes: &[Scope], station: Option<&StationCode>, not_about: &BTreeSet<PersonId>) -> Select<row::Entity> {
        let mut all = self.all_alerts().filter(within(scopes, Column::Station));
        if let Some(station) = station {
            all = all.filter(Column::Station.eq(station.as_str()));
        }
        if !not_about.is_empty() {
            all = all.filter(Column::CaseId.not_in_subquery(self.cases_about(not_about.iter().copied())));
        }
        all
    }

    async fn outcomes_of(&self, cases: Vec<Uuid>) -> Result<std::collections::BTreeMap<Uuid, Option<String>>, StoreError> {
        let found = self.of(case_row::Entity::find(), case_row::Column::District).filter(case_row::Column::Id.is_in(cases));
        let found = found.select_only().column(case_row::Column::Id).column(case_row::Column::Outcome);
        let rows: Vec<(Uuid, Option<String>)> = found.into_tuple().all(&self.db()).await?;
        Ok(rows.into_iter().collect())
    }
}
