//! The years of the calendar.

use domain::calendar::{Calendar, Year};
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};

use super::words::{from_json, json};
use super::{StoreError, Tx, View};

const TABLE: &str = "calendar_years";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_years")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub year: i32,
        pub content: Json,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    pub async fn calendar(&self) -> Result<Calendar, StoreError> {
        let mut calendar = Calendar::default();
        for row in self.of(row::Entity::find(), Column::District).all(&self.db()).await? {
            calendar.load(row.year, from_json(TABLE, row.content)?).map_err(|error| StoreError::corrupt(TABLE, error))?;
        }
        Ok(calendar)
    }
}

impl Tx {
    /// The calendar, for an edit: nobody else edits it before this unit ends.
    pub async fn calendar(&self) -> Result<Calendar, StoreError> {
        self.take_turn(TABLE).await?;
        View::calendar(self).await
    }

    /// Saves a year that was read, and checked, in this unit's [`Tx::calendar`].
    pub async fn save_year(&self, year: i32, days: &Year) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            year: Set(year),
            content: Set(json(TABLE, days)?),
            version: Set(1),
        };
        let replace = OnConflict::columns([Column::District, Column::Year])
            .update_column(Column::Content)
            .value(Column::Version, Expr::col((row::Entity, Column::Version)).add(1))
            .to_owned();
        row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Loads the years that aren't there, and says which; what was loaded before stays, since it may have been amended.
    pub async fn seed_years(&self, years: &Calendar) -> Result<Vec<i32>, StoreError> {
        let (there, mut loaded) = (self.calendar().await?, Vec::new());
        for (year, days) in years.years().filter(|(year, _)| there.year(*year).is_none()) {
            self.save_year(year, days).await?;
            loaded.push(year);
        }
        Ok(loaded)
    }
}
