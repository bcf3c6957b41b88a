//! A row of what was told.

use domain::live::{Change, Sequence, Update};
use sea_orm::FromQueryResult;
use sea_orm::entity::prelude::*;

use super::TABLE;
use crate::store::StoreError;
use crate::store::words::from_word;

#[derive(Debug, FromQueryResult)]
pub struct Told {
    position: i64,
    nth: i32,
    topic: String,
    what: String,
    thing: String,
    at: DateTimeUtc,
    /// No transaction that began before this one's is still under way.
    pub settled: bool,
}

impl TryFrom<Told> for Update {
    type Error = StoreError;

    fn try_from(row: Told) -> Result<Self, StoreError> {
        let corrupt = |error: &dyn std::fmt::Display| StoreError::corrupt(TABLE, error);
        let sequence = Sequence {
            position: u64::try_from(row.position).map_err(|error| corrupt(&error))?,
            nth: u32::try_from(row.nth).map_err(|error| corrupt(&error))?,
        };
        let topic = row.topic.parse().map_err(|error: domain::ids::BadCode| corrupt(&error))?;
        Ok(Update { sequence, change: Change { topic, what: from_word(TABLE, row.what)?, thing: row.thing }, at: row.at })
    }
}
