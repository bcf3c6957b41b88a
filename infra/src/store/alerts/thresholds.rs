//! From when on somebody is warned, as the supervisors of the district settled it.

use domain::supervision::Thresholds;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};

use crate::store::cases::case_row;
use crate::store::{StoreError, Tx, View};

const TABLE: &str = "supervision_thresholds";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "supervision_thresholds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        pub yellow_percent: i32,
        pub yellow_days: i32,
        pub items_per_clerk: i32,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    /// The thresholds; the defaults where nobody settled any.
    pub async fn thresholds(&self) -> Result<Thresholds, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).one(&self.db()).await?;
        found.map_or_else(|| Ok(Thresholds::default()), thresholds)
    }
}

fn thresholds(row: row::Model) -> Result<Thresholds, StoreError> {
    let corrupt = |error| StoreError::corrupt(TABLE, error);
    Ok(Thresholds {
        yellow_percent: u8::try_from(row.yellow_percent).map_err(corrupt)?,
        yellow_days: u16::try_from(row.yellow_days).map_err(corrupt)?,
        items_per_clerk: u16::try_from(row.items_per_clerk).map_err(corrupt)?,
    })
}

impl Tx {
    /// The thresholds, for an edit: nobody else edits them before this unit ends.
    pub async fn thresholds_for_edit(&self) -> Result<Thresholds, StoreError> {
        self.take_turn(TABLE).await?;
        self.thresholds().await
    }

    /// Saves the thresholds, and lets the alerts of every open case be looked after by them from `now` on.
    pub async fn save_thresholds(&self, thresholds: &Thresholds, now: Timestamp) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            yellow_percent: Set(thresholds.yellow_percent.into()),
            yellow_days: Set(thresholds.yellow_days.into()),
            items_per_clerk: Set(thresholds.items_per_clerk.into()),
            version: Set(1),
        };
        let replace = OnConflict::column(Column::District)
            .update_columns([Column::YellowPercent, Column::YellowDays, Column::ItemsPerClerk])
            .value(Column::Version, Expr::col((row::Entity, Column::Version)).add(1))
            .to_owned();
        row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        self.of(case_row::Entity::update_many(), case_row::Column::District)
            .col_expr(case_row::Column::AlertAt, Expr::value(now))
            .filter(case_row::Column::EndedAt.is_null())
            .exec(&self.db())
            .await?;
        Ok(())
    }
}
