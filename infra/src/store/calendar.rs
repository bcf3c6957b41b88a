//! The years of the calendar, in every arrangement that was ever loaded. The revision counts them: what was reckoned by an older
//! one is known by it, and can be reckoned as it was then.

use domain::calendar::{Calendar, Year};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ExprTrait, QueryOrder};

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
        pub revision: i64,
        pub year: i32,
        pub content: Json,
        /// None: it held from the beginning.
        pub loaded_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    pub async fn calendar(&self) -> Result<Calendar, StoreError> {
        self.calendar_at(i64::MAX).await
    }

    /// The calendar as a revision had it.
    pub async fn calendar_at(&self, revision: i64) -> Result<Calendar, StoreError> {
        self.calendar_of(Column::Revision.lte(revision)).await
    }

    /// The calendar that held at an instant.
    pub async fn calendar_held_at(&self, at: Timestamp) -> Result<Calendar, StoreError> {
        self.calendar_of(Column::LoadedAt.is_null().or(Column::LoadedAt.lte(at))).await
    }

    async fn calendar_of(&self, loaded: SimpleExpr) -> Result<Calendar, StoreError> {
        let mut calendar = Calendar::default();
        let loaded = self.of(row::Entity::find(), Column::District).filter(loaded);
        for row in loaded.order_by_asc(Column::Revision).all(&self.db()).await? {
            calendar.load(row.year, from_json(TABLE, row.content)?).map_err(|error| StoreError::corrupt(TABLE, error))?;
        }
        Ok(calendar)
    }

    /// The latest revision; 0 before anything was loaded.
    pub async fn calendar_revision(&self) -> Result<i64, StoreError> {
        let last = self.of(row::Entity::find(), Column::District).order_by_desc(Column::Revision).one(&self.db()).await?;
        Ok(last.map_or(0, |row| row.revision))
    }
}

impl Tx {
    /// The calendar, for an edit: nobody else edits it before this unit ends.
    pub async fn calendar(&self) -> Result<Calendar, StoreError> {
        self.take_turn(TABLE).await?;
        View::calendar(self).await
    }

    /// Saves a year that was read, and checked, in this unit's [`Tx::calendar`].
    /// It holds from `loaded_at` on; from the beginning where that is none.
    pub async fn save_year(&self, year: i32, days: &Year, loaded_at: Option<Timestamp>) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            revision: Set(self.calendar_revision().await? + 1),
            year: Set(year),
            content: Set(json(TABLE, days)?),
            loaded_at: Set(loaded_at),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        self.map_is_changed().await
    }

    /// Loads the years that aren't there, and says which; what was loaded before stays, since it may have been amended.
    pub async fn seed_years(&self, years: &Calendar) -> Result<Vec<i32>, StoreError> {
        let (there, mut loaded) = (self.calendar().await?, Vec::new());
        for (year, days) in years.years().filter(|(year, _)| there.year(*year).is_none()) {
            self.save_year(year, days, None).await?;
            loaded.push(year);
        }
        Ok(loaded)
    }
}
