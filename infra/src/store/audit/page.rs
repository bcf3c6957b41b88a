//! Reading the log, newest first.

use domain::audit::{Deed, Entry};
use domain::ids::PersonId;
use domain::time::{Timestamp, to_micros};
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, QueryOrder, QuerySelect};

use super::super::words::word;
use super::super::{StoreError, View};
use super::TABLE;
use super::row::{Column, Entity, Model, entry};

/// Which entries; what is none isn't asked.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Whose data it was.
    pub touched: Option<PersonId>,
    /// Whose deed it was: an account, or a person whether as staff or as a villager.
    pub actor: Option<Uuid>,
    /// Any of these.
    pub deeds: Vec<Deed>,
    /// This instant and later.
    pub from: Option<Timestamp>,
    /// Earlier than this instant.
    pub to: Option<Timestamp>,
    /// Only what was done.
    pub done: bool,
}

/// An entry in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub seq: u64,
    pub entry: Entry,
    /// With its algorithm.
    pub hash: String,
}

impl View {
    /// A page of the entries before number `before`, newest first; and how many the filter finds in all.
    pub async fn audit_page(&self, filter: &AuditFilter, before: Option<u64>, limit: u64) -> Result<(Vec<Logged>, u64), StoreError> {
        let all = self.entries(filter)?;
        let total = all.clone().count(&self.db()).await?;
        let page = match before {
            Some(before) => all.filter(Column::Seq.lt(i64::try_from(before).unwrap_or(i64::MAX))),
            None => all,
        };
        let rows = page.order_by_desc(Column::Seq).limit(limit).all(&self.db()).await?;
        Ok((rows.into_iter().map(logged).collect::<Result<_, _>>()?, total))
    }

    fn entries(&self, filter: &AuditFilter) -> Result<Select<Entity>, StoreError> {
        let mut found = self.of(Entity::find(), Column::District);
        if let Some(person) = filter.touched {
            found = found.filter(Column::OnPerson.eq(person.as_uuid()));
        }
        if let Some(actor) = filter.actor {
            found = found.filter(Column::ByPerson.eq(actor).or(Column::ByAccount.eq(actor)));
        }
        if !filter.deeds.is_empty() {
            let words = filter.deeds.iter().map(|deed| word(TABLE, deed)).collect::<Result<Vec<_>, _>>()?;
            found = found.filter(Column::Deed.is_in(words));
        }
        if let Some(from) = filter.from {
            found = found.filter(Column::At.gte(to_micros(from).timestamp_micros()));
        }
        if let Some(to) = filter.to {
            found = found.filter(Column::At.lt(to_micros(to).timestamp_micros()));
        }
        if filter.done {
            found = found.filter(Column::Problem.is_null());
        }
        Ok(found)
    }
}

fn logged(row: Model) -> Result<Logged, StoreError> {
    let seq = u64::try_from(row.seq).map_err(|error| StoreError::corrupt(TABLE, error))?;
    let hash = row.hash.clone();
    Ok(Logged { seq, entry: entry(row)?, hash })
}
