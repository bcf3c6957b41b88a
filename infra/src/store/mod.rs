//! The database: SQLite or PostgreSQL, alike for everybody else.
//!
//! `read` gives a `View` for queries. `write` runs a unit of work in one transaction: it loads, decides and saves through a `Tx`,
//! and is answered after the commit. Invariants: every query is of one district; a row leaves as a domain value or as `Corrupt`;
//! what was answered is committed; personal columns are sealed and opened here (`crate::register` says which). Rule: no network and no long computation inside a unit, since on SQLite the others wait.

mod alerts;
mod audit;
mod calendar;
mod cases;
mod catalogue;
mod conn;
mod connect;
mod consents;
mod corrections;
mod counter_requests;
mod deliveries;
mod district;
mod errands;
mod error;
mod facts;
mod floor;
mod keys;
mod links;
mod live;
mod mandates;
mod once;
mod outbox;
mod papers;
mod people;
mod personal;
mod plans;
mod proposals;
mod real_name;
mod reseal;
mod reviews;
mod scenes;
mod scopes;
mod sealed;
mod second_factors;
mod serials;
mod sessions;
mod shifts;
mod staff;
mod staff_doors;
mod statements;
mod subscriptions;
#[cfg(test)]
mod tests;
mod token_keys;
mod unit;
mod wechat_pushes;
mod words;
mod work_items;
mod writer;

use std::sync::Arc;

use domain::ids::DistrictCode;
use futures_util::future::BoxFuture;
use migrations::MigratorTrait;
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};

pub use alerts::{Acknowledged, Alert, AlertFilter, AlertState, Overdue, OverdueFilter, OverdueTotal};
pub use audit::{AuditFilter, AuditHash, AuditHead, Flaw, GrantError, Logged, Verdict};
pub use cases::{CaseFile, CaseFilter, CaseLine, Deadlines, NewCase, OwnCase};
pub use catalogue::SeedCount;
use conn::{Conn, Database};
pub use connect::{DatabasePlace, DatabaseSettings};
pub use deliveries::KeptLeg;
pub use error::StoreError;
pub use floor::{AfterSlot, Day as HallDay, Forgotten, Row as HallRow, Waiting as WaitingInHall};
use keys::Vault;
pub use keys::{Keys, VaultSettings};
use links::Links;
pub use live::{Batch, LiveTicket};
pub use once::{KeptAnswer, villager_label};
pub use outbox::{About, Claimed, Message, News, Try};
pub use papers::{Document, IssuedCertificate, Owner, StoredFile, Upload};
pub use personal::{CaseFiles, PersonalRow};
pub use plans::{HeldPlan, OnMap};
pub use proposals::Waiting;
pub use real_name::{FaceCheck, Tried};
pub use reseal::{Cursor, Renewal, sealed_tables};
pub use reviews::{
    By, Counted, FarmingFinding, LookedInto, Part, Period, RectificationFile, RectificationFilter, Reply, Which, WordsToCheck,
};
pub use scenes::{KeptPicture, KeptScene};
pub use second_factors::{InForce, SecondFactor};
pub use sessions::{SessionsOf, StaffSession};
pub use staff::{Account, Granted, StaffFilter};
pub use subscriptions::{Begun, Template};
use tokio::sync::Notify;
use unit::{Ending, Ran, run};
pub use unit::{Tx, View};
pub use work_items::{Closing, DoneByClerk, DoneWork, HeldNow, Helpers, Moment, Move, Next, Standing, WaitingAt, WorkOf};
use writer::Writer;

/// The database and the way to write to it.
#[derive(Debug, Clone)]
pub struct Store {
    readers: Database,
    writing: Writing,
    vault: Vault,
    /// Called when something was told to those who watch.
    told: Arc<Notify>,
}

#[derive(Debug, Clone)]
enum Writing {
    /// One task writes for all: what waits shares a commit.
    Grouped { writer: Writer, connection: DatabaseConnection },
    /// A transaction each.
    Each(Links),
}

impl Store {
    pub async fn open(settings: &DatabaseSettings, vault: VaultSettings) -> Result<Self, StoreError> {
        let (vault, told) = (Vault::new(vault), Arc::new(Notify::new()));
        match &settings.place {
            DatabasePlace::Sqlite(path) => {
                let connection = connect::sqlite_writer(path, settings).await?;
                let readers = connect::sqlite_readers(path, settings).await?;
                let writer = Writer::start(connection.clone(), vault.clone(), Arc::clone(&told));
                Ok(Self { readers: Database::Sqlite(readers), writing: Writing::Grouped { writer, connection }, vault, told })
            }
            DatabasePlace::Postgres(url) => {
                let links = connect::postgres(url, settings).await?;
                Ok(Self { readers: Database::Postgres(links.clone()), writing: Writing::Each(links), vault, told })
            }
        }
    }

    /// Brings the tables to this version; does nothing where they are, so that the service may run as a role that makes no tables.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if migrations::Migrator::get_pending_migrations_read_only(&self.readers.conn()).await?.is_empty() {
            return Ok(());
        }
        match &self.writing {
            Writing::Grouped { connection, .. } => migrations::Migrator::up(connection, None).await?,
            Writing::Each(links) => {
                let transaction = links.one_pooled().await?.begin().await?;
                // Instances that start at once take turns.
                transaction.execute_unprepared("SELECT pg_advisory_xact_lock(hashtextextended('migrations', 0))").await?;
                migrations::Migrator::up(&transaction, None).await?;
                transaction.commit().await?;
            }
        }
        Ok(())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.readers.conn().execute_unprepared("SELECT 1").await.map(|_| ())?)
    }

    /// On SQLite, lets what was erased leave the write-ahead log too; while somebody reads it, not yet: then a later call does. PostgreSQL
    /// overwrites in its own time what its vacuum has freed.
    pub async fn settle_erasure(&self) -> Result<(), StoreError> {
        match &self.writing {
            Writing::Grouped { connection, .. } => {
                Ok(connection.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.map(|_| ())?)
            }
            Writing::Each(_) => Ok(()),
        }
    }

    /// Waits until something was told to those who watch, of which nobody has heard here yet. For one listener.
    pub async fn told(&self) {
        self.told.notified().await;
    }

    /// For queries, each on what is committed at its time.
    pub fn read(&self, district: &DistrictCode) -> View {
        View::new(self.readers.conn(), district.clone(), self.vault.clone())
    }

    /// Runs `unit` in one transaction. Its error rolls back all that it did, and so does its breaking off.
    pub async fn write<T, E, F>(&self, district: &DistrictCode, unit: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        match &self.writing {
            Writing::Grouped { writer, .. } => writer.write(district.clone(), unit).await,
            Writing::Each(links) => {
                let unit_link = links.begin().await.map_err(StoreError::from)?;
                let Ran { outcome, ending, has_told } =
                    run(Tx::new(Conn::PostgresUnit(unit_link), district.clone(), self.vault.clone()), unit).await;
                if has_told && ending == Ending::Settled {
                    self.told.notify_one();
                }
                outcome
            }
        }
    }
}
