//! The statements of a clerk's day: claim the next item; close one and claim the next. One statement each on PostgreSQL, and past
//! what another transaction is claiming; on SQLite the one writer makes them follow one another. Only where a claim had run out is it
//! kept with a statement more.
//!
//! Each pool's first item comes out of the index `work_items_ready` in its order, so that depth costs nothing; of these the most
//! urgent is taken. The condition on what is free is [`domain::queue::WorkItem::is_for`], and a model-based test holds the two together.

use domain::floor::Engagement;
use domain::ids::{AccountId, BadCode, StationCode, WorkItemId};
use domain::live::{Change, Topic, What};
use domain::queue::{Claimant, WorkItem};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult};
use uuid::Uuid;

use super::holds::{LAPSED, lapsed};
use super::row::{self, DONE, TABLE};
use super::sql::{ANYONE_SINCE, DISTRICT, LEASE_UNTIL, ME, NOW, Sql, Wanted, is_up_to_us};
use crate::store::live::told_by;
use crate::store::words::word;
use crate::store::{StoreError, Tx};

/// The moment of a claim.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: Timestamp,
    /// The claim holds until then.
    pub lease_until: Timestamp,
    /// What arrived earlier goes to any claimant of its pool, trained for it or not.
    pub anyone_since: Timestamp,
}

/// An item to be closed by its holder.
#[derive(Debug, Clone, Copy)]
pub struct Closing {
    pub id: WorkItemId,
    pub holder: AccountId,
    pub fence: u32,
}

/// What closing one item and claiming the next came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// False where the lease was lost: then nothing is claimed either.
    pub closed: bool,
    pub claimed: Option<WorkItem>,
}

/// What was claimed, and the claim before it where that had run out without anybody having noted it.
type Claimed = (WorkItem, Option<Engagement>);

impl Tx {
    /// Claims the first item in the order of the queue that waits in the claimant's pools; none where nothing waits.
    pub async fn claim_next(&self, claimant: &Claimant, moment: Moment) -> Result<Option<WorkItem>, StoreError> {
        let mut sql = Sql::new(self, claimant.account, moment);
        let wanted = sql.wanted(claimant)?;
        let candidates = sql.candidates(&claimant.pools, &wanted, 1)?;
        let claimed = match sql.backend() {
            DbBackend::Postgres => self.claim_in_one(sql, &candidates, moment).await?,
            _ => self.claim_in_two(sql, &candidates, (claimant.account, moment)).await?,
        };
        let Some((item, lapsed)) = claimed else { return Ok(None) };
        self.keep_lapsed(item.id, lapsed).await?;
        self.has_told(item.desk.station.clone(), item.id, What::Claimed, moment.now);
        Ok(Some(item))
    }

    async fn claim_in_one(&self, sql: Sql, candidates: &str, moment: Moment) -> Result<Option<Claimed>, StoreError> {
        let told = told_by(&[("taken", What::Claimed, self.telling().next())], NOW)?;
        let text = format!(
            "WITH {candidates}, taken AS ({}), told AS ({told}) SELECT taken.*, {LAPSED} FROM taken JOIN candidates USING (id)",
            claim(FIRST, ""),
        );
        let row = self.db().query_one_raw(sql.statement(text)).await?;
        row.map(|row| Ok((read(&row)?, lapsed(&row, moment.now)?))).transpose()
    }

    /// SQLite's UPDATE tells nothing of what was before it.
    async fn claim_in_two(
        &self,
        sql: Sql,
        candidates: &str,
        (account, moment): (AccountId, Moment),
    ) -> Result<Option<Claimed>, StoreError> {
        let first = format!("WITH {candidates} SELECT id, {LAPSED} FROM candidates ORDER BY rank_at, id LIMIT 1");
        let Some(first) = self.db().query_one_raw(sql.statement(first)).await? else { return Ok(None) };
        let mut sql = Sql::new(self, account, moment);
        let id = sql.bind(first.try_get::<Uuid>("", "id")?);
        let taken = self.db().query_one_raw(sql.statement(claim(&id, ""))).await?;
        taken.map(|row| Ok((read(&row)?, lapsed(&first, moment.now)?))).transpose()
    }

    /// The item that [`Tx::claim_next`] would claim, unless somebody is faster.
    pub async fn first_offered(&self, claimant: &Claimant, moment: Moment) -> Result<Option<WorkItem>, StoreError> {
        self.offered(claimant, moment, ("", "rank_at, id", 1)).await
    }

    /// The item offered to the claimant that is longest over its time, of the first so many that are.
    pub async fn most_overdue(&self, claimant: &Claimant, moment: Moment) -> Result<Option<WorkItem>, StoreError> {
        self.offered(claimant, moment, (&format!("AND w.rank_at <= {NOW} AND w.due_at <= {NOW}"), "due_at, id", LOOKED_AT)).await
    }

    async fn offered(
        &self,
        claimant: &Claimant,
        moment: Moment,
        (more, order, limit): (&str, &str, u64),
    ) -> Result<Option<WorkItem>, StoreError> {
        let mut sql = Sql::new(self, claimant.account, moment);
        let wanted = sql.wanted(claimant)?;
        let wanted = Wanted { condition: format!("{} {more}", wanted.condition), lock: "" };
        let candidates = sql.candidates(&claimant.pools, &wanted, limit)?;
        let text = format!(
            "WITH {candidates} SELECT * FROM work_items WHERE district = {DISTRICT} AND id IN (SELECT id FROM candidates) \
             ORDER BY {order} LIMIT 1"
        );
        let row = self.db().query_one_raw(sql.statement(text)).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Closes an item and claims the next, both or, where the lease was lost, neither.
    pub async fn close_and_claim_next(&self, closing: Closing, claimant: &Claimant, moment: Moment) -> Result<Next, StoreError> {
        match self.db().get_database_backend() {
            DbBackend::Postgres => self.close_and_claim_in_one(closing, claimant, moment).await,
            // No journey lies between two statements of SQLite's.
            _ => {
                let closed = self.close_work_item(closing, moment.now).await?;
                let claimed = if closed { self.claim_next(claimant, moment).await? } else { None };
                Ok(Next { closed, claimed })
            }
        }
    }

    async fn close_and_claim_in_one(&self, closing: Closing, claimant: &Claimant, moment: Moment) -> Result<Next, StoreError> {
        let mut sql = Sql::new(self, claimant.account, moment);
        let (close, wanted) = (sql.close(closing), sql.wanted(claimant)?);
        let candidates = sql.candidates(&claimant.pools, &wanted, 1)?;
        let told = told_by(&[("closed", What::Closed, self.telling().next()), ("taken", What::Claimed, self.telling().next())], NOW)?;
        let text = format!(
            "WITH closed AS ({close}), {candidates}, taken AS ({}), told AS ({told}) SELECT taken.*, {LAPSED} FROM closed \
             LEFT JOIN taken ON true LEFT JOIN candidates ON candidates.id = taken.id",
            claim(FIRST, "AND EXISTS (SELECT 1 FROM closed)"),
        );
        let found = self.db().query_one_raw(sql.statement(text)).await?;
        let claimed = match &found {
            Some(row) if row.try_get::<Option<Uuid>>("", "id")?.is_some() => {
                let item = read(row)?;
                self.keep_lapsed(item.id, lapsed(row, moment.now)?).await?;
                Some(item)
            }
            Some(_) | None => None,
        };
        if found.is_some() {
            self.telling().told_along();
        }
        Ok(Next { closed: found.is_some(), claimed })
    }

    /// Closes an item for its holder; false where the lease was lost.
    pub async fn close_work_item(&self, closing: Closing, now: Timestamp) -> Result<bool, StoreError> {
        let mut sql = Sql::new(self, closing.holder, Moment { now, lease_until: now, anyone_since: now });
        let close = sql.close(closing);
        let text = match sql.backend() {
            DbBackend::Postgres => {
                let told = told_by(&[("closed", What::Closed, self.telling().next())], NOW)?;
                format!("WITH closed AS ({close}), told AS ({told}) SELECT station FROM closed")
            }
            _ => close,
        };
        let Some(closed) = self.db().query_one_raw(sql.statement(text)).await? else { return Ok(false) };
        let station: String = closed.try_get("", "station")?;
        let station = station.parse().map_err(|error: BadCode| StoreError::corrupt(TABLE, error))?;
        self.has_told(station, closing.id, What::Closed, now);
        Ok(true)
    }

    /// PostgreSQL's statements have told it themselves.
    fn has_told(&self, station: StationCode, item: WorkItemId, what: What, now: Timestamp) {
        match self.db().get_database_backend() {
            DbBackend::Postgres => self.telling().told_along(),
            _ => self.tell(Change::new(Topic::Queue(station), what, item), now),
        }
    }
}

pub(in crate::store) fn read(row: &QueryResult) -> Result<WorkItem, StoreError> {
    row::Model::from_query_result(row, "")?.try_into()
}

/// Of a pool, where more than its first item is looked at.
const LOOKED_AT: u64 = 200;

/// The most urgent of the candidates.
const FIRST: &str = "(SELECT id FROM candidates ORDER BY rank_at, id LIMIT 1)";

fn claim(id: &str, condition: &str) -> String {
    format!(
        "UPDATE work_items SET holder = {ME}, lease_until = {LEASE_UNTIL}, free_from = {LEASE_UNTIL}, fence = fence + 1, \
         held_since = {NOW}, claimed_at = COALESCE(claimed_at, {NOW}), kept_for = NULL, kept_until = NULL, kept_bond = NULL \
         WHERE district = {DISTRICT} AND id = {id} {condition} RETURNING *"
    )
}

impl Sql {
    fn close(&mut self, closing: Closing) -> String {
        let (id, holder) = (self.bind(closing.id.as_uuid()), self.bind(closing.holder.as_uuid()));
        let fence = self.bind(i64::from(closing.fence));
        // A mere `=` would lead PostgreSQL to all that the holder has ever held, vacuum permitting, instead of to the one item.
        format!(
            "UPDATE work_items SET closed_at = {NOW}, outcome = '{DONE}', lease_until = NULL WHERE district = {DISTRICT} AND id = {id} \
             AND holder IS NOT DISTINCT FROM {holder} AND fence = {fence} AND closed_at IS NULL AND (lease_until > {NOW}) IS TRUE \
             RETURNING id, station"
        )
    }

    /// What the next-call gives to this claimant.
    fn wanted(&mut self, claimant: &Claimant) -> Result<Wanted, StoreError> {
        let lock = if self.backend() == DbBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
        let condition = format!(
            "AND {} AND (w.kept_for IS NULL OR w.kept_for = {ME} OR w.kept_until <= {NOW}) {} {}",
            is_up_to_us("w.")?,
            self.trained(claimant)?,
            self.allowed(claimant),
        );
        Ok(Wanted { condition, lock })
    }

    fn allowed(&mut self, claimant: &Claimant) -> String {
        if claimant.barred.is_empty() {
            return String::new();
        }
        let barred: Vec<_> = claimant.barred.iter().map(|item| self.bind(item.as_uuid())).collect();
        format!("AND w.id NOT IN ({})", barred.join(", "))
    }

    fn trained(&mut self, claimant: &Claimant) -> Result<String, StoreError> {
        if claimant.topics.is_empty() {
            return Ok(String::new());
        }
        let topics = claimant.topics.iter().map(|topic| Ok(self.bind(word(TABLE, topic)?))).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(format!("AND (w.topic IN ({}) OR w.arrived_at <= {ANYONE_SINCE})", topics.join(", ")))
    }
}
