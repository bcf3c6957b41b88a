//! Notices that have hung their time: what waited for that may be claimed from then on, with no job's help; this is for the lists, which are
//! told once. Up to where they were told is kept; of two who tell at once both do, and nobody minds.

use domain::ids::WorkItemId;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::store::{StoreError, Tx, View};

const TABLE: &str = "work_items";
/// The last that was told: the instant from which it could be claimed, and its id.
const TOLD: &str = "live.notices_told";

/// Open work whose notice has hung its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hung {
    pub item: WorkItemId,
    /// From then on it may be claimed.
    pub from: Timestamp,
}

impl View {
    /// What has hung its time by `now`, after what was told before, in order; at most `limit`.
    pub async fn hung(&self, now: Timestamp, limit: u64) -> Result<Vec<Hung>, StoreError> {
        let told = self.fact(TOLD).await?.map(|told| read(&told)).transpose()?;
        let Hung { item, from } = told.unwrap_or(Hung { item: WorkItemId::new(Uuid::nil()), from: Timestamp::UNIX_EPOCH });
        let text = format!(
            "SELECT id, not_before FROM work_items WHERE district = $1 AND closed_at IS NULL AND not_before IS NOT NULL \
             AND (not_before, id) > ($2, $3) AND not_before <= $4 ORDER BY not_before, id LIMIT {limit}"
        );
        let values: [Value; 4] = [self.district().as_str().into(), from.into(), item.as_uuid().into(), now.into()];
        let rows = self.db().query_all_raw(self.live_statement(text, values)).await?;
        let hung = rows.iter().map(|row| Ok(Hung { item: WorkItemId::new(row.try_get("", "id")?), from: row.try_get("", "not_before")? }));
        hung.collect()
    }
}

impl Tx {
    /// Notes that everything up to `last` was told.
    pub async fn told_hung(&self, last: Hung) -> Result<(), StoreError> {
        self.set_fact(TOLD, &format!("{} {}", last.from.to_rfc3339(), last.item.as_uuid())).await
    }
}

fn read(told: &str) -> Result<Hung, StoreError> {
    let corrupt = || StoreError::corrupt(TABLE, format!("what was told last is {told:?}"));
    let (from, item) = told.split_once(' ').ok_or_else(corrupt)?;
    let from = chrono::DateTime::parse_from_rfc3339(from).map_err(|_| corrupt())?.to_utc();
    Ok(Hung { item: WorkItemId::new(item.parse().map_err(|_| corrupt())?), from })
}
