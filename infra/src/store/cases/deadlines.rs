//! When a passed deadline acts on a case by itself.

use chrono::NaiveDate;
use domain::calendar::Calendar;
use domain::case::{Case, State};
use domain::ids::CaseId;
use domain::time::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{QueryOrder, QuerySelect};

use super::rows::case_row;
use crate::store::{StoreError, View};

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
