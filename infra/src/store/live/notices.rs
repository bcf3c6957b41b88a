//! Notices that have hung their time: what waited for that may be claimed from then on, with no job's help; this is for the lists, which are
//! told once. Up to where they were told is kept; of two who tell at once both do, and nobody minds.

use domain::queue::WorkItem;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::store::work_items::read as read_work_item;
use crate::store::{StoreError, Tx, View};

const TABLE: &str = "work_items";
/// The last that was told: the instant from which it could be claimed, and its id.
const TOLD: &str = "live.notices_told";

impl View {
    /// Open work whose notice has hung its time by `now`, after what was told before, in order; at most `limit`.
    pub async fn hung(&self, now: Timestamp, limit: u64) -> Result<Vec<WorkItem>, StoreError> {
        let told = self.fact(TOLD).await?.map(|told| read(&told)).transpose()?;
        let (from, item) = told.unwrap_or((Timestamp::UNIX_EPOCH, Uuid::nil()));
        let text = format!(
            "SELECT * FROM work_items WHERE district = $1 AND closed_at IS NULL AND not_before IS NOT NULL \
             AND (not_before, id) > ($2, $3) AND not_before <= $4 ORDER BY not_before, id LIMIT {limit}"
        );
        let values: [Value; 4] = [self.district().as_str().into(), from.into(), item.into(), now.into()];
        let rows = self.db().query_all_raw(self.live_statement(text, values)).await?;
        rows.iter().map(read_work_item).collect()
    }
}

impl Tx {
    /// Notes that everything up to `last` was told.
    pub async fn told_hung(&self, last: &WorkItem) -> Result<(), StoreError> {
        let from = last.not_before.unwrap_or(last.arrived_at);
        self.set_fact(TOLD, &format!("{} {}", from.to_rfc3339(), last.id.as_uuid())).await
    }
}

fn read(told: &str) -> Result<(Timestamp, Uuid), StoreError> {
    let corrupt = || StoreError::corrupt(TABLE, format!("what was told last is {told:?}"));
    let (from, item) = told.split_once(' ').ok_or_else(corrupt)?;
    let from = chrono::DateTime::parse_from_rfc3339(from).map_err(|_| corrupt())?.to_utc();
    Ok((from, item.parse().map_err(|_| corrupt())?))
}
