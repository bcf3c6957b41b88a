//! The audit log: append-only, each entry bound to the one before it by a hash, in the transaction of the act that it tells of.
//!
//! Invariants: a district's entries count from 1 without a gap; `hash` is over all that the row holds and over `prev`, the hash of
//! the one before; the head names the last. Nothing here changes or removes an entry, and the database refuses it. There is one
//! chain a district, so whoever appends holds its head to the end of the unit: append last, and nothing else after it.
//! Units: `at` in microseconds since 1970. Errors: a row that doesn't fit is named by `verify_audit`, by its number.

mod chain;
mod page;
mod role;
mod row;
mod verify;

use domain::audit::Entry;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, QuerySelect};

use super::words::{from_word, word};
use super::{StoreError, Tx, View};

pub use chain::AuditHash;
pub use page::{AuditFilter, Logged};
pub use role::GrantError;
pub use verify::{AuditHead, Flaw, Verdict};

const TABLE: &str = "audit_log";
const HEADS: &str = "audit_heads";
/// Rows in one statement: what their values number stays below what either database takes.
const ROWS_AT_ONCE: usize = 500;

mod head_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_heads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        pub seq: i64,
        pub hash: String,
        pub algorithm: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use head_row::Column as HeadColumn;

impl Tx {
    /// Appends an entry. It is kept if the unit is.
    pub async fn audit(&self, entry: &Entry) -> Result<(), StoreError> {
        self.audit_all(std::slice::from_ref(entry)).await
    }

    /// Appends entries in their order.
    pub async fn audit_all(&self, entries: &[Entry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let head = self.held_head().await?;
        let algorithm: AuditHash = from_word(HEADS, head.algorithm)?;
        let (mut seq, mut prev, mut rows) = (head.seq, head.hash, Vec::with_capacity(entries.len()));
        for entry in entries {
            let row = row::chained(self.district(), entry, (seq + 1, prev), algorithm)?;
            (seq, prev) = (row.seq, row.hash.clone());
            rows.push(row::ActiveModel::from(row));
        }
        for some in rows.chunks(ROWS_AT_ONCE) {
            row::Entity::insert_many(some.to_vec()).exec_without_returning(&self.db()).await?;
        }
        self.move_head(seq, &prev).await
    }

    /// How entries are hashed from now on. What stands keeps its hashes.
    pub async fn set_audit_hash(&self, algorithm: AuditHash) -> Result<(), StoreError> {
        let algorithm = word(HEADS, &algorithm)?;
        if self.held_head().await?.algorithm != algorithm {
            let heads = self.of(head_row::Entity::update_many(), HeadColumn::District);
            heads.col_expr(HeadColumn::Algorithm, Expr::value(algorithm)).exec(&self.db()).await?;
        }
        Ok(())
    }

    /// The head, held to the end of the unit. SQLite, with its one writer, locks no rows.
    async fn held_head(&self) -> Result<head_row::Model, StoreError> {
        if let Some(head) = self.heads().lock_exclusive().one(&self.db()).await? {
            return Ok(head);
        }
        let first = head_row::ActiveModel {
            district: Set(self.district().to_string()),
            seq: Set(0),
            hash: Set(String::new()),
            algorithm: Set(word(HEADS, &AuditHash::default())?),
        };
        let unless_there = OnConflict::column(HeadColumn::District).do_nothing().to_owned();
        head_row::Entity::insert(first).on_conflict(unless_there).try_insert().exec_without_returning(&self.db()).await?;
        let head = self.heads().lock_exclusive().one(&self.db()).await?;
        head.ok_or_else(|| StoreError::corrupt(HEADS, "the head that was just made isn't there"))
    }

    async fn move_head(&self, seq: i64, hash: &str) -> Result<(), StoreError> {
        let heads = self.of(head_row::Entity::update_many(), HeadColumn::District);
        heads.col_expr(HeadColumn::Seq, Expr::value(seq)).col_expr(HeadColumn::Hash, Expr::value(hash)).exec(&self.db()).await?;
        Ok(())
    }
}

impl View {
    fn heads(&self) -> Select<head_row::Entity> {
        self.of(head_row::Entity::find(), HeadColumn::District)
    }

    async fn head(&self) -> Result<Option<head_row::Model>, StoreError> {
        Ok(self.heads().one(&self.db()).await?)
    }

    /// How entries are hashed now.
    pub async fn audit_hash(&self) -> Result<AuditHash, StoreError> {
        match self.head().await? {
            Some(head) => from_word(HEADS, head.algorithm),
            None => Ok(AuditHash::default()),
        }
    }
}
