//! How items were handed on, put aside, escalated or assigned, and by whom.

use domain::ids::{AccountId, CaseId, NoteId, WorkItemId};
use domain::queue::Moved;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::store::words::json;
use crate::store::{StoreError, Tx};

const TABLE: &str = "work_moves";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "work_moves")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub note: Uuid,
        pub work_item: Uuid,
        pub case_id: Uuid,
        pub at: DateTimeUtc,
        pub by: Uuid,
        pub moved: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub work_item: WorkItemId,
    pub case: CaseId,
    pub at: Timestamp,
    pub by: AccountId,
    pub moved: Moved,
    /// Why.
    pub note: NoteId,
}

impl Tx {
    pub async fn add_move(&self, moved: &Move) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            note: Set(moved.note.as_uuid()),
            work_item: Set(moved.work_item.as_uuid()),
            case_id: Set(moved.case.as_uuid()),
            at: Set(moved.at),
            by: Set(moved.by.as_uuid()),
            moved: Set(json(TABLE, &moved.moved)?),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}
