//! Who handled a case: written once, when it ends.

use std::collections::BTreeMap;

use domain::ids::{AccountId, CaseId, PersonId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{OnConflict, Query, SelectStatement};

use crate::store::{StoreError, Tx, View};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_handlers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: Uuid,
        pub account: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    /// Ids of the cases that a person handled.
    pub(super) fn cases_handled_by(&self, person: PersonId) -> SelectStatement {
        Query::select()
            .column(Column::CaseId)
            .from(row::Entity)
            .and_where(Column::District.eq(self.district().as_str()))
            .and_where(Column::Person.eq(person.as_uuid()))
            .to_owned()
    }
}

impl Tx {
    /// Does nothing for those who are noted already.
    pub async fn note_handlers(&self, case: CaseId, handlers: &BTreeMap<PersonId, AccountId>) -> Result<(), StoreError> {
        if handlers.is_empty() {
            return Ok(());
        }
        let rows = handlers.iter().map(|(person, account)| row::ActiveModel {
            district: Set(self.district().to_string()),
            case_id: Set(case.as_uuid()),
            person: Set(person.as_uuid()),
            account: Set(account.as_uuid()),
        });
        let known = OnConflict::columns([Column::District, Column::CaseId, Column::Person]).do_nothing().to_owned();
        row::Entity::insert_many(rows).on_conflict(known).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}
