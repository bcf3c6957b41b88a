//! What a query and a unit of work hold: a connection and the district that all of it is about.

use std::ops::Deref;
use std::panic::AssertUnwindSafe;

use domain::ids::DistrictCode;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, QueryFilter, Statement};

use super::StoreError;
use super::conn::Conn;
use super::keys::{Keys, Vault};
use super::live::Telling;
use super::statements::{Failure, Statements};

/// Queries of one district.
#[derive(Debug)]
pub struct View {
    conn: Conn,
    district: DistrictCode,
    keys: Keys,
    failure: Failure,
}

impl View {
    pub(super) fn new(conn: Conn, district: DistrictCode, vault: Vault) -> Self {
        Self { conn, keys: Keys::new(vault, district.clone(), None), district, failure: Failure::default() }
    }

    /// In memory; what is missing there is loaded through the view.
    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(super) fn db(&self) -> Statements<'_> {
        Statements::new(&self.conn, &self.failure)
    }

    /// A select, an update or a delete, of this district alone.
    pub(super) fn of<Q: QueryFilter>(&self, query: Q, district: impl ColumnTrait) -> Q {
        query.filter(district.eq(self.district.as_str()))
    }

    pub fn district(&self) -> &DistrictCode {
        &self.district
    }
}

/// A unit of work: queries and changes in one transaction.
#[derive(Debug)]
pub struct Tx {
    view: View,
    telling: Telling,
}

impl Deref for Tx {
    type Target = View;
    fn deref(&self) -> &View {
        &self.view
    }
}

impl Tx {
    pub(super) fn new(conn: Conn, district: DistrictCode, vault: Vault) -> Self {
        Self { view: View::new(conn, district, vault), telling: Telling::default() }
    }

    pub(super) fn telling(&self) -> &Telling {
        &self.telling
    }

    /// Lets units that do `what` follow one another, each to its end, where no row stands yet that could be locked.
    /// SQLite's units do so anyway.
    pub(super) async fn take_turn(&self, what: &str) -> Result<(), StoreError> {
        match self.db().get_database_backend() {
            backend @ DbBackend::Postgres => {
                let name = format!("{}/{what}", self.district());
                let turn = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
                self.db().execute_raw(Statement::from_sql_and_values(backend, turn, [name.into()])).await?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn settle(self, keep: Keep) -> Result<(), StoreError> {
        match keep {
            Keep::All => Ok(self.view.conn.commit().await?),
            Keep::Nothing => Ok(self.view.conn.rollback().await?),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Keep {
    All,
    Nothing,
}

/// Whether the transaction of a unit, or its savepoint, came to the end that was meant for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Settled,
    /// What holds now is unknown to us.
    Lost,
}

/// What became of a unit.
pub(super) struct Ran<T, E> {
    pub outcome: Result<T, E>,
    pub ending: Ending,
    /// Whether it tells something to those who watch.
    pub has_told: bool,
}

/// Runs a unit and ends its transaction, or its savepoint.
pub(super) async fn run<T, E, F>(tx: Tx, unit: F) -> Ran<T, E>
where
    E: From<StoreError>,
    F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>>,
{
    let whole = async {
        let answer = unit(&tx).await?;
        tx.write_told().await?;
        Ok(answer)
    };
    let outcome = AssertUnwindSafe(whole).catch_unwind().await.unwrap_or_else(|_| Err(StoreError::BrokeOff.into()));
    let outcome = if tx.failure.happened() { outcome.and(Err(StoreError::BrokeOff.into())) } else { outcome };
    let keep = if outcome.is_ok() { Keep::All } else { Keep::Nothing };
    let has_told = outcome.is_ok() && tx.telling.has_told();
    let (outcome, ending) = match (tx.settle(keep).await, outcome) {
        (Ok(()), outcome) => (outcome, Ending::Settled),
        (Err(_), Err(refusal)) => (Err(refusal), Ending::Lost),
        (Err(error), Ok(_)) => (Err(error.into()), Ending::Lost),
    };
    Ran { outcome, ending, has_told }
}
