//! Alerts as they were raised: which clock, since when, and what a supervisor did about it.

mod lists;
mod row;
mod thresholds;

use domain::ids::{AccountId, AlertId, CaseId, ItemCode, NoteId, StationCode};
use domain::supervision::{Cause, Colour, Kept};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::UpdateMany;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};

use super::words::word;
use super::{StoreError, Tx, View};

pub use lists::{AlertFilter, AlertState, Overdue, OverdueFilter, OverdueTotal};
use row::{Column, TABLE};

/// An alert, with where the case stood when it was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub id: AlertId,
    pub case: CaseId,
    pub number: String,
    pub item: ItemCode,
    /// Of a case that is opened at its desks alone.
    pub sealed: bool,
    pub cause: Cause,
    pub colour: Colour,
    /// Which run of the clock.
    pub turn: u16,
    pub station: StationCode,
    pub stage: Option<domain::case::Stage>,
    /// The last day of the period.
    pub due_on: Option<chrono::NaiveDate>,
    pub raised_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// It ended since other days count: nobody was late.
    pub overtaken: bool,
    pub acknowledged: Option<Acknowledged>,
    /// Why somebody called the supervisor.
    pub reason: Option<NoteId>,
}

/// What a supervisor did about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledged {
    pub at: Timestamp,
    pub by: AccountId,
    pub measure: NoteId,
}

impl Alert {
    fn kept(&self) -> Kept {
        let Alert { id, cause, colour, turn, raised_at, ended_at, overtaken, .. } = *self;
        Kept { id, cause, colour, turn, from: raised_at, ended_at, overtaken }
    }
}

impl View {
    pub async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        let found = self.all_alerts().filter(Column::Id.eq(id.as_uuid())).one(&self.db()).await?;
        found.map(Alert::try_from).transpose()
    }

    /// What was raised of a case's clocks.
    pub async fn kept_alerts(&self, case: CaseId) -> Result<Vec<Kept>, StoreError> {
        let rows = self.all_alerts().filter(Column::CaseId.eq(case.as_uuid())).all(&self.db()).await?;
        rows.into_iter().map(|row| Alert::try_from(row).map(|alert| alert.kept())).collect()
    }

    fn all_alerts(&self) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District)
    }
}

impl Tx {
    /// Raises an alert; false where somebody else has.
    pub async fn raise_alert(&self, alert: &Alert) -> Result<bool, StoreError> {
        let row = row::ActiveModel::of(self.district().as_str(), alert)?;
        let inserted = row::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
        Ok(inserted.exec_without_returning(&self.db()).await? > 0)
    }

    pub async fn end_alert(&self, id: AlertId, at: Timestamp) -> Result<(), StoreError> {
        self.change_alert(id).col_expr(Column::EndedAt, Expr::value(at)).filter(Column::EndedAt.is_null()).exec(&self.db()).await?;
        Ok(())
    }

    /// Ends an alert that other days leave nothing of.
    pub async fn overtake_alert(&self, id: AlertId, at: Timestamp) -> Result<(), StoreError> {
        let ended = self.change_alert(id).col_expr(Column::EndedAt, Expr::value(at)).filter(Column::EndedAt.is_null());
        ended.col_expr(Column::Overtaken, Expr::value(true)).exec(&self.db()).await?;
        Ok(())
    }

    pub async fn resume_alert(&self, id: AlertId) -> Result<(), StoreError> {
        let resumed = self.change_alert(id).col_expr(Column::EndedAt, Expr::value(Option::<Timestamp>::None));
        resumed.col_expr(Column::Overtaken, Expr::value(false)).filter(Column::Overtaken.eq(true)).exec(&self.db()).await?;
        Ok(())
    }

    /// Ends what a case was alerted of by these causes.
    pub async fn end_alerts_of(&self, case: CaseId, causes: &[Cause], at: Timestamp) -> Result<(), StoreError> {
        let causes = causes.iter().map(|cause| word(TABLE, cause)).collect::<Result<Vec<_>, _>>()?;
        self.of(row::Entity::update_many(), Column::District)
            .col_expr(Column::EndedAt, Expr::value(at))
            .filter(Column::CaseId.eq(case.as_uuid()))
            .filter(Column::Cause.is_in(causes))
            .filter(Column::EndedAt.is_null())
            .exec(&self.db())
            .await?;
        Ok(())
    }

    /// Seals what a case was alerted of before it was known to be such: its matter was named since.
    pub async fn seal_alerts(&self, case: CaseId) -> Result<(), StoreError> {
        let open = self.of(row::Entity::update_many(), Column::District).filter(Column::CaseId.eq(case.as_uuid()));
        open.col_expr(Column::Sealed, Expr::value(true)).exec(&self.db()).await?;
        Ok(())
    }

    /// Notes what a supervisor does about an alert; false where somebody has before.
    pub async fn acknowledge_alert(&self, id: AlertId, acknowledged: Acknowledged) -> Result<bool, StoreError> {
        let noted = self
            .change_alert(id)
            .set(row::ActiveModel {
                acknowledged_at: Set(Some(acknowledged.at)),
                acknowledged_by: Set(Some(acknowledged.by.as_uuid())),
                measure: Set(Some(acknowledged.measure.as_uuid())),
                ..Default::default()
            })
            .filter(Column::AcknowledgedAt.is_null());
        Ok(noted.exec(&self.db()).await?.rows_affected == 1)
    }

    fn change_alert(&self, id: AlertId) -> UpdateMany<row::Entity> {
        self.of(row::Entity::update_many(), Column::District).filter(Column::Id.eq(id.as_uuid()))
    }
}
