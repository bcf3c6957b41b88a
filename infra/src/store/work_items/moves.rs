//! How items were handed on, put aside, escalated or assigned, and by whom.

use domain::ids::{AccountId, CaseId, NoteId, WorkItemId};
use domain::queue::Moved;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::store::words::{from_json, json};
use crate::store::{StoreError, Tx, View};

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

impl View {
    /// The moves of an item, the oldest first.
    pub async fn moves_of(&self, item: WorkItemId) -> Result<Vec<Move>, StoreError> {
        let all = self.of(row::Entity::find(), row::Column::District).filter(row::Column::WorkItem.eq(item.as_uuid()));
        let rows = all.order_by_asc(row::Column::At).order_by_asc(row::Column::Note).all(&self.db()).await?;
        rows.into_iter().map(a_move).collect()
    }
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

fn a_move(row: row::Model) -> Result<Move, StoreError> {
    Ok(Move {
        work_item: WorkItemId::new(row.work_item),
        case: CaseId::new(row.case_id),
        at: row.at,
        by: AccountId::new(row.by),
        moved: from_json(TABLE, row.moved)?,
        note: NoteId::new(row.note),
    })
}
