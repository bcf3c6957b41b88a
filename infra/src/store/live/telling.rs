//! What a unit of work tells those who watch: gathered while it runs, written in one statement as it ends, so that it is committed with
//! what it tells of. The few statements in which a round trip counts write their own updates along.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::live::{Change, What};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::TABLE;
use crate::store::words::word;
use crate::store::{StoreError, Tx};

#[derive(Debug, Default)]
pub struct Telling {
    waiting: Mutex<Vec<(Change, Timestamp)>>,
    /// How many updates of the unit have their number.
    numbered: AtomicU32,
    told: AtomicBool,
}

impl Telling {
    pub fn has_told(&self) -> bool {
        self.told.load(Ordering::Relaxed)
    }

    /// Notes that a statement has told something along.
    pub fn told_along(&self) {
        self.told.store(true, Ordering::Relaxed);
    }

    /// The number of the next update within the unit.
    pub fn next(&self) -> u32 {
        self.numbered.fetch_add(1, Ordering::Relaxed)
    }
}

impl Tx {
    /// Tells those who watch of a change, once it is committed.
    pub fn tell(&self, change: Change, now: Timestamp) {
        self.telling().waiting.lock().unwrap_or_else(PoisonError::into_inner).push((change, now));
    }

    /// Writes what is to be told.
    pub(in crate::store) async fn write_told(&self) -> Result<(), StoreError> {
        let changes = std::mem::take(&mut *self.telling().waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if changes.is_empty() {
            return Ok(());
        }
        let backend = self.db().get_database_backend();
        let mut values: Vec<Value> = vec![self.district().as_str().into()];
        let mut rows = Vec::with_capacity(changes.len());
        for (change, at) in changes {
            let nth = i32::try_from(self.telling().next()).map_err(|error| StoreError::corrupt(TABLE, error))?;
            let row: [Value; 5] =
                [nth.into(), String::from(change.topic).into(), word(TABLE, &change.what)?.into(), change.thing.into(), at.into()];
            let first = values.len() + 1;
            rows.push(format!("($1, {}, ${first}, ${}, ${}, ${}, ${})", position(backend), first + 1, first + 2, first + 3, first + 4));
            values.extend(row);
        }
        self.telling().told_along();
        let text = format!("{INTO} VALUES {}", rows.join(", "));
        self.db().execute_raw(Statement::from_sql_and_values(backend, text, values)).await?;
        Ok(())
    }
}

const INTO: &str = "INSERT INTO live_updates (district, position, nth, topic, what, thing, at)";

/// The position of what the unit tells.
fn position(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "pg_current_xact_id()::text::bigint",
        _ => "(SELECT COALESCE(MAX(position), 0) + 1 FROM live_updates WHERE district = $1)",
    }
}

/// Tells along with another statement of PostgreSQL's what became of the work items of its part `changed`, whose columns are
/// those of the table; `$1` is the district, and `now` stands for an instant.
pub fn told_by(changed: &[(&str, What, u32)], now: &str) -> Result<String, StoreError> {
    let told = changed.iter().map(|(changed, what, nth)| {
        let (position, what) = (position(DbBackend::Postgres), word(TABLE, what)?);
        Ok(format!("SELECT $1, {position}, {nth}, 'queue:' || station, '{what}', id::text, {now} FROM {changed}"))
    });
    Ok(format!("{INTO} {}", told.collect::<Result<Vec<_>, StoreError>>()?.join(" UNION ALL ")))
}
