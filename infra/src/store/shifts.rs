//! When couriers work: hours by weekday, local time.

use domain::district::Opening;
use domain::ids::AccountId;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use super::words::{from_json, json};
use super::{StoreError, Tx, View};

const TABLE: &str = "shifts";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "shifts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account: Uuid,
        pub hours: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    /// A courier's hours; none where no shift is known: they drive when couriers do.
    pub async fn shift_of(&self, account: AccountId) -> Result<Option<Vec<Opening>>, StoreError> {
        let row = self.of(row::Entity::find(), Column::District).filter(Column::Account.eq(account.as_uuid()));
        row.one(&self.db()).await?.map(|row| from_json(TABLE, row.hours)).transpose()
    }
}

impl Tx {
    pub async fn set_shift(&self, account: AccountId, hours: &[Opening]) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            account: Set(account.as_uuid()),
            hours: Set(json(TABLE, &hours)?),
        };
        let replace = OnConflict::columns([Column::District, Column::Account]).update_column(Column::Hours).to_owned();
        row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}
