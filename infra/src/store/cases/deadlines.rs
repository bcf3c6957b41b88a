//! When a passed deadline acts on a case by itself.

use chrono::NaiveDate;
use domain::calendar::Calendar;
use domain::case::{Case, State};
use domain::ids::CaseId;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockType, Query, SelectStatement};
use sea_orm::{QueryOrder, QuerySelect};

use super::CaseFile;
use super::rows::case_row;
use crate::store::{StoreError, Tx, View};

/// What the row's deadlines are computed from.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines<'a> {
    pub calendar: &'a Calendar,
    pub now: Timestamp,
    /// Working days for the notice before acceptance.
    pub notice_working_days: u16,
    /// The revision of that calendar.
    pub reckoned: i64,
    /// When its alerts have to be looked after.
    pub alert_at: Option<Timestamp>,
}

impl Deadlines<'_> {
    /// The day after which a passed deadline acts on the case by itself: the supplement's, or the notice's.
    pub(super) fn wait_until(&self, case: &Case) -> Option<NaiveDate> {
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

impl View {
    /// Ids of the cases that nobody has accepted and that aren't at their end.
    pub(in crate::store) fn cases_not_accepted(&self) -> SelectStatement {
        Query::select()
            .column(case_row::Column::Id)
            .from(case_row::Entity)
            .and_where(case_row::Column::District.eq(self.district().as_str()))
            .and_where(case_row::Column::AcceptedAt.is_null())
            .and_where(case_row::Column::EndedAt.is_null())
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

    /// Cases that ended before `instant`, whose file is still kept and whose certificate, if they have one, isn't valid any more on
    /// `today`; the longest ended first.
    pub async fn cases_ended_before(&self, instant: Timestamp, today: NaiveDate, limit: u64) -> Result<Vec<CaseId>, StoreError> {
        let old = self.kept_cases().filter(case_row::Column::EndedAt.lt(instant));
        let old = old.filter(case_row::Column::Id.not_in_subquery(self.cases_with_valid_certificates(today)));
        let rows = old.order_by_asc(case_row::Column::EndedAt).limit(limit).all(&self.db()).await?;
        Ok(rows.into_iter().map(|row| CaseId::new(row.id)).collect())
    }
}

impl View {
    /// The open cases after `after` whose deadlines were reckoned by a calendar before `revision`, each with the one that it was.
    pub async fn cases_reckoned_before(&self, revision: i64, after: Option<CaseId>, limit: u64) -> Result<Vec<(CaseId, i64)>, StoreError> {
        let open = self.of(case_row::Entity::find(), case_row::Column::District).filter(case_row::Column::EndedAt.is_null());
        let mut older = open.filter(case_row::Column::Reckoned.lt(revision));
        if let Some(after) = after {
            older = older.filter(case_row::Column::Id.gt(after.as_uuid()));
        }
        let older = older.select_only().column(case_row::Column::Id).column(case_row::Column::Reckoned);
        let rows: Vec<(Uuid, i64)> = older.order_by_asc(case_row::Column::Id).limit(limit).into_tuple().all(&self.db()).await?;
        Ok(rows.into_iter().map(|(id, reckoned)| (CaseId::new(id), reckoned)).collect())
    }
}

impl Tx {
    /// Holds a case to the unit's end: nobody else saves it meanwhile, and what is read from now on isn't older than what was put in its row.
    /// Whoever takes a case and its work item takes the case first; but for who draws work from another station, who passes over what is
    /// being taken rather than wait for it.
    pub async fn hold_case(&self, id: CaseId) -> Result<(), StoreError> {
        let held = self.of(case_row::Entity::find(), case_row::Column::District).filter(case_row::Column::Id.eq(id.as_uuid()));
        held.select_only().column(case_row::Column::Id).lock(LockType::NoKeyUpdate).into_tuple::<Uuid>().one(&self.db()).await?;
        Ok(())
    }

    /// Saves a case's deadlines as these terms have them, where nothing happened to it since it was read; else `StoreError::Stale`.
    pub async fn save_deadlines(&self, file: &CaseFile, terms: &Deadlines<'_>) -> Result<(), StoreError> {
        let read = i32::try_from(file.version()).map_err(|error| StoreError::corrupt("cases", error))?;
        let deadlines = case_row::ActiveModel {
            due_on: Set(file.due(terms.calendar, terms.now).map(|due| due.on)),
            wait_until: Set(terms.wait_until(&file.case)),
            alert_at: Set(terms.alert_at),
            reckoned: Set(terms.reckoned),
            ..Default::default()
        };
        let saved = self
            .of(case_row::Entity::update_many(), case_row::Column::District)
            .set(deadlines)
            .filter(case_row::Column::Id.eq(file.case.id.as_uuid()))
            .filter(case_row::Column::Events.eq(read))
            .exec(&self.db())
            .await?;
        if saved.rows_affected == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Notes that a case's deadlines were reckoned by the calendar of this revision.
    pub async fn reckoned_by(&self, case: CaseId, revision: i64) -> Result<(), StoreError> {
        self.of(case_row::Entity::update_many(), case_row::Column::District)
            .col_expr(case_row::Column::Reckoned, Expr::value(revision))
            .filter(case_row::Column::Id.eq(case.as_uuid()))
            .exec(&self.db())
            .await?;
        Ok(())
    }

    /// When a case's alerts have to be looked after again.
    pub async fn look_after_alerts_at(&self, file: &CaseFile, at: Option<Timestamp>) -> Result<(), StoreError> {
        let read = i32::try_from(file.version()).map_err(|error| StoreError::corrupt("cases", error))?;
        self.of(case_row::Entity::update_many(), case_row::Column::District)
            .col_expr(case_row::Column::AlertAt, Expr::value(at))
            .filter(case_row::Column::Id.eq(file.case.id.as_uuid()))
            .filter(case_row::Column::Events.eq(read))
            .exec(&self.db())
            .await?;
        Ok(())
    }
}
