//! How items were handed on, put aside, escalated or assigned, and by whom.

use domain::ids::{AccountId, CaseId, NoteId, WorkItemId};
use domain::queue::Moved;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

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

/// More than a case is ever handed on.
const MOVES_MAX: u64 = 500;

impl View {
    /// How the items of a case were moved, in order; the last of very many.
    pub async fn moves_of(&self, case: CaseId) -> Result<Vec<Move>, StoreError> {
        let all = self.of(row::Entity::find(), row::Column::District).filter(row::Column::CaseId.eq(case.as_uuid()));
        let rows = all.order_by_desc(row::Column::At).order_by_desc(row::Column::Note).limit(MOVES_MAX).all(&self.db()).await?;
        rows.into_iter().rev().map(moved).collect()
    }
}

fn moved(row: row::Model) -> Result<Move, StoreError> {
    Ok(Move {
        work_item: WorkItemId::new(row.work_item),
        case: CaseId::new(row.case_id),
        at: row.at,
        by: AccountId::new(row.by),
        moved: from_json(TABLE, row.moved)?,
        note: NoteId::new(row.note),
    })
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
