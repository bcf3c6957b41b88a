//! A statement about the queue in the making. Its first five values are the same in every one.

use std::collections::BTreeSet;

use domain::case::Stage;
use domain::ids::AccountId;
use domain::queue::Pool;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::claim::Moment;
use super::row::TABLE;
use crate::store::words::word;
use crate::store::{StoreError, View};

pub(super) const DISTRICT: &str = "$1";
pub(super) const NOW: &str = "$2";
pub(super) const ME: &str = "$3";
pub(super) const LEASE_UNTIL: &str = "$4";
pub(super) const ANYONE_SINCE: &str = "$5";

pub(super) struct Sql {
    backend: DbBackend,
    values: Vec<Value>,
}

/// That an item is up to nobody else: as text, since the words of its stage are known. `w` names the table, or is empty.
pub(super) fn is_up_to_us(w: &str) -> Result<String, StoreError> {
    let others =
        Stage::UP_TO_OTHERS.iter().map(|stage| Ok(format!("'{}'", word(TABLE, stage)?))).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(format!("{w}stage NOT IN ({}) AND {w}stands_since IS NULL", others.join(", ")))
}

/// Which of the free items of a pool are meant.
pub(super) struct Wanted {
    /// Empty, or beginning with `AND`; `w` is the work item.
    pub condition: String,
    pub lock: &'static str,
}

impl Sql {
    pub fn new(view: &View, account: AccountId, moment: Moment) -> Self {
        let values = vec![
            view.district().as_str().into(),
            moment.now.into(),
            account.as_uuid().into(),
            moment.lease_until.into(),
            moment.anyone_since.into(),
        ];
        Self { backend: view.db().get_database_backend(), values }
    }

    pub fn backend(&self) -> DbBackend {
        self.backend
    }

    pub fn statement(self, text: String) -> Statement {
        Statement::from_sql_and_values(self.backend, text, self.values)
    }

    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// The first free items of each pool, and of what is open to whole lines: each pool's out of the index in its order.
    pub fn candidates(&mut self, pools: &BTreeSet<Pool>, wanted: &Wanted, limit: u64) -> Result<String, StoreError> {
        let mut firsts = vec![first("w.reach = 'line'", wanted, limit)];
        for pool in pools {
            let (station, role) = (self.bind(pool.station.as_str()), self.bind(word(TABLE, &pool.role)?));
            firsts.push(first(&format!("w.station = {station} AND w.role = {role} AND w.reach = 'station'"), wanted, limit));
        }
        let firsts = firsts.iter().enumerate().map(|(at, first)| format!("SELECT * FROM ({first}) AS pool{at}"));
        Ok(format!("candidates AS ({})", firsts.collect::<Vec<_>>().join(" UNION ALL ")))
    }
}

fn first(pool: &str, Wanted { condition, lock }: &Wanted, limit: u64) -> String {
    format!(
        "SELECT w.id, w.rank_at, w.holder AS lapsed_holder, w.held_since AS lapsed_since, w.lease_until AS lapsed_until \
         FROM work_items w WHERE w.district = {DISTRICT} AND {pool} AND w.closed_at IS NULL AND w.free_from <= {NOW} \
         {condition} ORDER BY w.rank_at, w.id LIMIT {limit} {lock}"
    )
}
