//! Face checks that somebody began: whose, of which name and number (by a keyed hash), and what came of them.

use domain::ids::PersonId;
use domain::people::{CitizenId, FaceState};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::store::words::{from_word, word};
use crate::store::{StoreError, Tx, View};
use crate::vault;

const TABLE: &str = "face_checks";
const CHECKED: vault::Column = vault::Column::new(TABLE, "checked");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "face_checks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub checked: Vec<u8>,
        pub state: String,
        pub began_at: DateTimeUtc,
        pub ended_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceCheck {
    pub id: Uuid,
    pub person: PersonId,
    /// A keyed hash of the name and number that are checked.
    pub checked: Vec<u8>,
    pub state: FaceState,
    pub began_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

impl View {
    pub async fn face_check(&self, id: Uuid) -> Result<Option<FaceCheck>, StoreError> {
        self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(id)).one(&self.db()).await?.map(check).transpose()
    }

    /// The newest check of a person that waits, of the same name and number, and began after `after`.
    pub async fn waiting_face_check(&self, person: PersonId, checked: &[u8], after: Timestamp) -> Result<Option<FaceCheck>, StoreError> {
        let theirs = self.of(row::Entity::find(), Column::District).filter(Column::Person.eq(person.as_uuid()));
        let waiting = theirs.filter(Column::State.eq(word(TABLE, &FaceState::Waiting)?)).filter(Column::BeganAt.gt(after));
        let waiting = waiting.filter(Column::Checked.eq(checked)).order_by_desc(Column::Id);
        waiting.one(&self.db()).await?.map(check).transpose()
    }

    /// What tells whether the name and number are still those that were checked.
    pub fn face_checked(&self, name: &str, number: &CitizenId) -> Result<Vec<u8>, StoreError> {
        self.safe().index(CHECKED, &format!("{} {name}", number.as_str()))
    }
}

impl Tx {
    pub async fn add_face_check(&self, check: &FaceCheck) -> Result<(), StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(check.id),
            person: Set(check.person.as_uuid()),
            checked: Set(check.checked.clone()),
            state: Set(word(TABLE, &check.state)?),
            began_at: Set(check.began_at),
            ended_at: Set(check.ended_at),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// A check, for whoever ends it: others who want to wait.
    pub async fn hold_face_check(&self, id: Uuid) -> Result<Option<FaceCheck>, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).filter(Column::Id.eq(id));
        found.lock(LockType::Update).one(&self.db()).await?.map(check).transpose()
    }

    pub async fn end_face_check(&self, id: Uuid, state: FaceState, now: Timestamp) -> Result<(), StoreError> {
        let ended = self.of(row::Entity::update_many(), Column::District).filter(Column::Id.eq(id));
        let ended = ended.col_expr(Column::State, Expr::value(word(TABLE, &state)?)).col_expr(Column::EndedAt, Expr::value(now));
        ended.exec(&self.db()).await?;
        Ok(())
    }

    /// Forgets checks that began before `before`; says how many.
    pub async fn forget_face_checks(&self, before: Timestamp) -> Result<u64, StoreError> {
        let old = self.of(row::Entity::delete_many(), Column::District).filter(Column::BeganAt.lt(before));
        Ok(old.exec(&self.db()).await?.rows_affected)
    }
}

fn check(row: row::Model) -> Result<FaceCheck, StoreError> {
    Ok(FaceCheck {
        id: row.id,
        person: PersonId::new(row.person),
        checked: row.checked,
        state: from_word(TABLE, row.state)?,
        began_at: row.began_at,
        ended_at: row.ended_at,
    })
}
