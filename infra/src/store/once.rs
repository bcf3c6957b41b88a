//! What was done once: an act's key, and the answer that a repetition gets again.
//! Invariant: a key is written first and its answer last, in one unit with the act, so that whoever finds the key finds the answer.

use domain::ids::PersonId;
use domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, TryInsertResult};

use super::sealed::Safe;
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "idempotency_keys";
/// A digest of a short request could be found again by trying.
const REQUEST_HASH: Sealed = Sealed::new(TABLE, "request_hash");
const BODY: Sealed = Sealed::new(TABLE, "body");

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub actor: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub request_hash: Vec<u8>,
        pub status: Option<i32>,
        pub body: Option<Vec<u8>>,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// What an act was asked as, and what it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Of the request that was answered: another one must not use the key.
    pub digest: String,
    pub status: u16,
    pub body: String,
}

/// How a villager is named as an actor.
pub fn villager_label(person: PersonId) -> String {
    format!("villager:{person}")
}

impl View {
    /// What was answered under this key; none where it is new.
    pub async fn answer_under(&self, actor: &str, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        let row = self.of(row::Entity::find(), Column::District).filter(Column::Actor.eq(actor)).filter(Column::Key.eq(key));
        let row = row.one(&self.db()).await?;
        self.opened_one(row, kept).await
    }
}

fn row_id(actor: &str, key: &str) -> RowId {
    RowId::new([actor, key])
}

fn kept(safe: &Safe<'_>, row: &row::Model) -> Result<KeptAnswer, StoreError> {
    let id = row_id(&row.actor, &row.key);
    let (Some(status), Some(body)) = (row.status, &row.body) else {
        return Err(StoreError::corrupt(TABLE, "a key has no answer"));
    };
    let status = u16::try_from(status).map_err(|error| StoreError::corrupt(TABLE, error))?;
    let digest = safe.open(REQUEST_HASH, &id, &row.request_hash)?;
    Ok(KeptAnswer { digest, status, body: safe.open(BODY, &id, body)? })
}

impl Tx {
    /// Begins an act under its key: none where it is new, else the answer that it got. Waits for another unit with the same key.
    pub async fn begin_once(&self, actor: &str, key: &str, digest: &str, now: Timestamp) -> Result<Option<KeptAnswer>, StoreError> {
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            actor: Set(actor.to_owned()),
            key: Set(key.to_owned()),
            request_hash: Set(self.safe().seal(REQUEST_HASH, &row_id(actor, key), digest)?),
            status: NotSet,
            body: NotSet,
            at: Set(now),
        };
        match row::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(&self.db()).await? {
            TryInsertResult::Inserted(1..) => Ok(None),
            TryInsertResult::Inserted(0) | TryInsertResult::Conflicted | TryInsertResult::Empty => {
                let kept = self.answer_under(actor, key).await?;
                kept.map(Some).ok_or_else(|| StoreError::corrupt(TABLE, "a key that is taken isn't there"))
            }
        }
    }

    /// Keeps the answer of an act that `begin_once` began in this unit.
    pub async fn end_once(&self, actor: &str, key: &str, status: u16, body: &str) -> Result<(), StoreError> {
        self.of(row::Entity::update_many(), Column::District)
            .col_expr(Column::Status, Expr::value(i32::from(status)))
            .col_expr(Column::Body, Expr::value(self.safe().seal(BODY, &row_id(actor, key), body)?))
            .filter(Column::Actor.eq(actor))
            .filter(Column::Key.eq(key))
            .exec(&self.db())
            .await?;
        Ok(())
    }

    /// Forgets what was done before `before`; says how much that was.
    pub async fn forget_once(&self, before: Timestamp) -> Result<u64, StoreError> {
        let old = self.of(row::Entity::delete_many(), Column::District).filter(Column::At.lt(before));
        Ok(old.exec(&self.db()).await?.rows_affected)
    }
}
