//! Live updates as they are kept: written in the unit that changes something, read on by whoever passes them on, forgotten after a time.
//!
//! Invariant: reading on from a sequence gives every update that was committed after it, each once. On PostgreSQL transactions commit in
//! another order than they began, so an update's position is its transaction's number, and nothing is read past the oldest
//! transaction that is still under way (`Batch::unsettled` says that something waits behind it). SQLite's one writer gives positions in
//! the order of its commits.

mod notices;
mod row;
mod telling;
mod tickets;

use std::collections::BTreeSet;

use domain::live::{Sequence, Topic, Update};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

use super::{StoreError, Tx, View};

pub(super) use telling::{Telling, told_by};
pub use tickets::LiveTicket;

const TABLE: &str = "live_updates";
/// Up to which position updates were forgotten.
const FORGOTTEN: &str = "live.forgotten";

/// Updates in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub updates: Vec<Update>,
    /// There are later ones, which may be read once an older transaction has ended.
    pub unsettled: bool,
}

impl View {
    /// What was told after `after`, of these topics or of all, at most `limit` updates.
    pub async fn updates_after(&self, after: Sequence, topics: Option<&BTreeSet<Topic>>, limit: u64) -> Result<Batch, StoreError> {
        let settled = match self.db().get_database_backend() {
            DbBackend::Postgres => "position < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
            _ => "true",
        };
        let mut values: Vec<Value> = vec![self.district().as_str().into(), position(after).into(), nth(after).into()];
        let of_topics = topics.map(|topics| {
            let places: Vec<_> = (1..=topics.len()).map(|at| format!("${}", values.len() + at)).collect();
            values.extend(topics.iter().map(|topic| Value::from(topic.to_string())));
            format!("AND topic IN ({})", places.join(", "))
        });
        let text = format!(
            "SELECT position, nth, topic, what, thing, at, {settled} AS settled FROM live_updates \
             WHERE district = $1 AND (position, nth) > ($2, $3) {} ORDER BY position, nth LIMIT {limit}",
            of_topics.unwrap_or_default()
        );
        let rows = self.db().query_all_raw(self.live_statement(text, values)).await?;
        let rows = rows.iter().map(|row| row::Told::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
        let unsettled = rows.iter().any(|row| !row.settled);
        let settled = rows.into_iter().take_while(|row| row.settled);
        Ok(Batch { updates: settled.map(Update::try_from).collect::<Result<_, _>>()?, unsettled })
    }

    /// Where somebody stands who has been told everything until now.
    pub async fn newest_update(&self) -> Result<Sequence, StoreError> {
        let (text, values): (_, Vec<Value>) = match self.db().get_database_backend() {
            DbBackend::Postgres => ("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 AS position".to_owned(), vec![]),
            _ => {
                let newest = "SELECT COALESCE(MAX(position), 0) AS position FROM live_updates WHERE district = $1";
                (newest.to_owned(), vec![self.district().as_str().into()])
            }
        };
        let row = self.db().query_one_raw(self.live_statement(text, values)).await?;
        let position: i64 = row.ok_or_else(|| StoreError::corrupt(TABLE, "no position"))?.try_get("", "position")?;
        Ok(Sequence { position: u64::try_from(position).map_err(|error| StoreError::corrupt(TABLE, error))?, nth: NTH_MAX })
    }

    /// Whether all that was told after `after` is still there to be read, and `after` is a sequence of this database at all.
    pub async fn keeps_updates_after(&self, after: Sequence) -> Result<bool, StoreError> {
        let forgotten = self.fact(FORGOTTEN).await?.map_or(Ok(0), |position| position.parse::<u64>());
        let forgotten = forgotten.map_err(|error| StoreError::corrupt("facts", error))?;
        if after.position < forgotten {
            return Ok(false);
        }
        if after <= self.newest_update().await? {
            return Ok(true);
        }
        // It may have been read just now, past a transaction that is still under way.
        let text = "SELECT 1 FROM live_updates WHERE district = $1 AND position = $2 AND nth = $3".to_owned();
        let values: [Value; 3] = [self.district().as_str().into(), position(after).into(), nth(after).into()];
        Ok(self.db().query_one_raw(self.live_statement(text, values)).await?.is_some())
    }

    fn live_statement(&self, text: String, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.db().get_database_backend(), text, values)
    }
}

impl Tx {
    /// Forgets what was told before `before`, but for the newest; says how much that was.
    pub async fn forget_updates(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.forget_foreign_updates().await?;
        let old = "DELETE FROM live_updates WHERE district = $1 AND at < $2 \
                   AND position < (SELECT MAX(position) FROM live_updates WHERE district = $1) RETURNING position";
        let values: [Value; 2] = [self.district().as_str().into(), before.into()];
        let forgotten = self.db().query_all_raw(self.live_statement(old.to_owned(), values)).await?;
        let positions = forgotten.iter().map(|row| row.try_get::<i64>("", "position")).collect::<Result<Vec<_>, _>>()?;
        if let Some(last) = positions.iter().max() {
            self.set_fact(FORGOTTEN, &last.to_string()).await?;
        }
        Ok(positions.len().try_into().unwrap_or(u64::MAX))
    }

    /// What was told by another PostgreSQL of which this one is a copy: its transactions had other numbers, and would never be over here.
    async fn forget_foreign_updates(&self) -> Result<(), StoreError> {
        if self.db().get_database_backend() == DbBackend::Postgres {
            let foreign =
                "DELETE FROM live_updates WHERE district = $1 AND position >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
            self.db().execute_raw(self.live_statement(foreign.to_owned(), [self.district().as_str().into()])).await?;
        }
        Ok(())
    }
}

/// More than a unit tells.
const NTH_MAX: u32 = 999_999_999;

/// What no transaction can have is past all of them.
fn position(sequence: Sequence) -> i64 {
    i64::try_from(sequence.position).unwrap_or(i64::MAX)
}

fn nth(sequence: Sequence) -> i32 {
    i32::try_from(sequence.nth).unwrap_or(i32::MAX)
}
