//! What goes wrong with the store.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::vault::{Column, VaultError};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody changed it since it was read.
    #[error("the row was changed since it was read")]
    Stale,
    /// A unique key is taken already.
    #[error("a unique key is taken already")]
    Taken,
    /// It names something that isn't there.
    #[error("a row that this one names isn't there")]
    Dangling,
    /// A row can't be read as what it stands for.
    #[error("a row of {table} can't be read: {why}")]
    Corrupt { table: &'static str, why: String },
    /// A sealed value doesn't open, or can't be sealed.
    #[error("{column} of the row {row} can't be sealed or opened")]
    Sealed {
        column: Column,
        row: String,
        #[source]
        why: VaultError,
    },
    #[error("the vault can't be used")]
    Vault(#[source] VaultError),
    /// Another master key is needed; each is named by its fingerprint.
    #[error("the key {key} is wrapped under the master key {wrapped_under}, and not under {master}, which the settings name")]
    WrongMaster { key: String, wrapped_under: String, master: String },
    /// Two transactions stood in each other's way; trying again helps.
    #[error("the database asks to try again")]
    Busy,
    /// The unit of work broke off, or went on after a failed statement; nothing of it was kept.
    #[error("a unit of work broke off")]
    BrokeOff,
    /// The writer has stopped, or the commit that the unit was to share failed; nothing of it was kept.
    #[error("the writer gave the unit up")]
    Stopped,
    #[error("the database failed")]
    Database(#[source] DbErr),
}

impl StoreError {
    pub fn corrupt(table: &'static str, why: impl ToString) -> Self {
        Self::Corrupt { table, why: why.to_string() }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => StoreError::Taken,
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => StoreError::Dangling,
            _ if asks_to_try_again(&error) => StoreError::Busy,
            _ => StoreError::Database(error),
        }
    }
}

/// PostgreSQL: serialization failure, deadlock. SQLite: another process holds the file.
fn asks_to_try_again(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else { return false };
    let code = cause.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("40001" | "40P01" | "5" | "517"))
}
