//! What a deployment remembers of itself: a few texts by name.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use super::{StoreError, Tx, View};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "facts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    pub async fn fact(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row = self.of(row::Entity::find(), Column::District).filter(Column::Key.eq(key)).one(&self.db()).await?;
        Ok(row.map(|row| row.value))
    }
}

impl Tx {
    pub async fn set_fact(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let row = row::ActiveModel { district: Set(self.district().to_string()), key: Set(key.to_owned()), value: Set(value.to_owned()) };
        let replace = OnConflict::columns([Column::District, Column::Key]).update_column(Column::Value).to_owned();
        row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}
