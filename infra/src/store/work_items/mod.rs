//! Work items: the queue's one table, claimed in the order of `rank_at`.

mod claim;
mod figures;
mod holds;
mod moves;
mod row;
mod sql;

use std::collections::{BTreeMap, BTreeSet};

use domain::case::Stage;
use domain::catalogue::Topic;
use domain::ids::{AccountId, CaseId, StationCode, WorkItemId};
use domain::live::{self, Change, What, changes_of};
use domain::people::Role;
use domain::queue::{Pool, WorkItem, WorkState};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Asterisk, Condition, Expr, LockBehavior, LockType, Query};
use sea_orm::{ConnectionTrait, DbBackend, ExprTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use serde::Serialize;

use super::words::word;
use super::{StoreError, Tx, View};

pub(in crate::store) use claim::read;
pub use claim::{Closing, Moment, Next};
pub use figures::{DoneByClerk, DoneWork, HeldNow, Standing, Waiting as WaitingAt, WorkOf};
pub use moves::Move;
use row::{Column, TABLE};
use sql::{DISTRICT, Sql, Wanted};

impl View {
    pub async fn work_item(&self, id: WorkItemId) -> Result<Option<WorkItem>, StoreError> {
        let found = self.work_items().filter(Column::Id.eq(id.as_uuid())).one(&self.db()).await?;
        found.map(WorkItem::try_from).transpose()
    }

    /// What is open on a case: one item at most.
    pub async fn open_work_item(&self, case: CaseId) -> Result<Option<WorkItem>, StoreError> {
        let found = self.work_items().filter(Column::CaseId.eq(case.as_uuid())).filter(Column::ClosedAt.is_null()).one(&self.db()).await?;
        found.map(WorkItem::try_from).transpose()
    }

    /// What `holder` holds at `now`, most urgent first.
    pub async fn held_by(&self, holder: AccountId, now: Timestamp) -> Result<Vec<WorkItem>, StoreError> {
        let held = self.work_items().filter(Column::ClosedAt.is_null()).filter(Column::Holder.eq(holder.as_uuid()));
        let held = held.filter(Column::LeaseUntil.gt(now)).order_by_asc(Column::RankAt).order_by_asc(Column::Id);
        held.all(&self.db()).await?.into_iter().map(WorkItem::try_from).collect()
    }

    /// How many items each of these holds at `now`; who holds none isn't named.
    pub async fn holdings(&self, holders: impl Iterator<Item = AccountId>, now: Timestamp) -> Result<BTreeMap<AccountId, u64>, StoreError> {
        let held = self.work_items().filter(Column::ClosedAt.is_null()).filter(Column::LeaseUntil.gt(now));
        let held = held.filter(Column::Holder.is_in(holders.map(|holder| holder.as_uuid())));
        let counted = held.select_only().column(Column::Holder).column_as(Column::Id.count(), "held").group_by(Column::Holder);
        let rows: Vec<(Uuid, i64)> = counted.into_tuple().all(&self.db()).await?;
        let number = |held: i64| u64::try_from(held).map_err(|error| StoreError::corrupt(TABLE, error));
        rows.into_iter().map(|(holder, held)| Ok((AccountId::new(holder), number(held)?))).collect()
    }

    /// What may be claimed at `now` from these pools, in the order of the queue, after `after`.
    pub async fn claimable(
        &self,
        pools: &BTreeSet<Pool>,
        now: Timestamp,
        after: Option<&WorkItem>,
        limit: u64,
    ) -> Result<Vec<WorkItem>, StoreError> {
        let mut sql = Sql::new(self, AccountId::new(Uuid::nil()), Moment { now, lease_until: now, anyone_since: now });
        let condition = match after {
            Some(after) => {
                let (rank, id) = (sql.bind(after.rank_at), sql.bind(after.id.as_uuid()));
                format!("AND (w.rank_at, w.id) > ({rank}, {id})")
            }
            None => String::new(),
        };
        let candidates = sql.candidates(pools, &Wanted { condition, lock: "" }, limit)?;
        let text = format!(
            "WITH {candidates} SELECT w.* FROM work_items w JOIN candidates c ON w.id = c.id WHERE w.district = {DISTRICT} \
             ORDER BY w.rank_at, w.id LIMIT {limit}"
        );
        let rows = self.db().query_all_raw(sql.statement(text)).await?;
        rows.iter().map(read).collect()
    }

    /// How much may be claimed at `now` from these pools, counted no further than `most`.
    pub async fn claimable_count(&self, pools: &BTreeSet<Pool>, now: Timestamp, most: u64) -> Result<u64, StoreError> {
        let mut any = Condition::any().add(Column::Reach.eq("line"));
        for pool in pools {
            let own = Column::Station.eq(pool.station.as_str()).and(Column::Role.eq(word(TABLE, &pool.role)?));
            any = any.add(own);
        }
        let some = self.work_items().filter(is_free(now)).filter(any).select_only().column(Column::Id).limit(most).into_query();
        let counted = Query::select().expr(Expr::col(Asterisk).count()).from_subquery(some, "some").to_owned();
        let row = self.db().query_one(&counted).await?;
        let counted = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?.unwrap_or_default();
        u64::try_from(counted).map_err(|error| StoreError::corrupt(TABLE, error))
    }

    /// Open items that time has given back by `now`: their lease ran out, or they were put aside until then.
    pub async fn lapsed(&self, now: Timestamp, limit: u64) -> Result<Vec<WorkItem>, StoreError> {
        // As literals: values that are bound later don't lead to the indexes over what is held and what is put aside.
        let held = Expr::cust("lease_until IS NOT NULL").and(Column::LeaseUntil.lte(now));
        let parked = Expr::cust("parked_until IS NOT NULL").and(Column::ParkedUntil.lte(now));
        let rows = self.work_items().filter(Expr::cust("closed_at IS NULL")).filter(held.or(parked)).limit(limit).all(&self.db()).await?;
        rows.into_iter().map(WorkItem::try_from).collect()
    }

    /// Open items that arrived before `arrived` and that nobody holds: candidates to rise.
    pub async fn untaken_since(
        &self,
        arrived: Timestamp,
        now: Timestamp,
        after: Option<&WorkItem>,
        limit: u64,
    ) -> Result<Vec<WorkItem>, StoreError> {
        let mut select = self.work_items().filter(is_free(now)).filter(Column::ArrivedAt.lt(arrived));
        select = select.filter(Column::NotBefore.is_null().or(Column::NotBefore.lt(arrived)));
        if let Some(after) = after {
            select = select.filter(Column::Id.gt(after.id.as_uuid()));
        }
        let rows = select.order_by_asc(Column::Id).limit(limit).all(&self.db()).await?;
        rows.into_iter().map(WorkItem::try_from).collect()
    }

    fn work_items(&self) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District)
    }
}

impl Tx {
    /// What stations may do for one another, these helpers could do, and is free at `now`, in the order of the queue after `after`.
    pub async fn shared_work(
        &self,
        helpers: &Helpers,
        now: Timestamp,
        after: Option<&WorkItem>,
        limit: u64,
    ) -> Result<Vec<WorkItem>, StoreError> {
        let mut select = self.shared(now).filter(helpers.could_do()?);
        if let Some(after) = after {
            let same = Column::RankAt.eq(after.rank_at).and(Column::Id.gt(after.id.as_uuid()));
            select = select.filter(Column::RankAt.gt(after.rank_at).or(same));
        }
        self.in_order(select, limit).await
    }

    /// The first of what these stations share, the helpers could do, and is free at `now`, in the order of the queue.
    pub async fn shared_work_of(
        &self,
        stations: &BTreeSet<StationCode>,
        helpers: &Helpers,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<WorkItem>, StoreError> {
        let of_these = Column::Station.is_in(stations.iter().map(StationCode::as_str));
        self.in_order(self.shared(now).filter(of_these).filter(helpers.could_do()?), limit).await
    }

    /// Whether an item that was seen shared is so still: then nobody else takes it before the unit's end. Where another transaction is
    /// taking it, it isn't waited for.
    pub async fn hold_shared(&self, id: WorkItemId, now: Timestamp) -> Result<bool, StoreError> {
        let mut select = self.shared(now).filter(Column::Id.eq(id.as_uuid()));
        if self.db().get_database_backend() == DbBackend::Postgres {
            select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        Ok(select.one(&self.db()).await?.is_some())
    }

    fn shared(&self, now: Timestamp) -> Select<row::Entity> {
        // As a literal: a value that is bound later doesn't lead to the index over what is shared.
        let select = self.work_items().filter(Expr::cust("sharing = 'district'")).filter(is_free(now));
        select.filter(Column::KeptUntil.is_null().or(Column::KeptUntil.lte(now)))
    }

    async fn in_order(&self, select: Select<row::Entity>, limit: u64) -> Result<Vec<WorkItem>, StoreError> {
        let select = select.order_by_asc(Column::RankAt).order_by_asc(Column::Id).limit(limit);
        select.all(&self.db()).await?.into_iter().map(WorkItem::try_from).collect()
    }

    /// An open item's new due time, whoever holds it; nothing where it is closed.
    pub async fn set_work_item_due(&self, item: &WorkItem, now: Timestamp) -> Result<(), StoreError> {
        let due = row::ActiveModel { due_at: Set(item.due_at), rank_at: Set(item.rank_at), ..Default::default() };
        let open = self.of(row::Entity::update_many(), Column::District).filter(Column::Id.eq(item.id.as_uuid()));
        open.set(due).filter(Column::ClosedAt.is_null()).exec(&self.db()).await?;
        self.tell(Change::new(live::Topic::Queue(item.desk.station.clone()), What::Changed, item.id), now);
        Ok(())
    }

    pub async fn add_work_item(&self, item: &WorkItem) -> Result<(), StoreError> {
        let row = row::ActiveModel::of(self.district().as_str(), item, item.arrived_at)?;
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        self.tell(Change::new(live::Topic::Queue(item.desk.station.clone()), What::Arrived, item.id), item.arrived_at);
        Ok(())
    }

    /// What `change` makes of an open item, saved. `StoreError::Stale` where somebody else changed it meanwhile.
    pub async fn change_work_item<E: From<StoreError>>(
        &self,
        read: WorkItem,
        now: Timestamp,
        change: impl FnOnce(WorkItem) -> Result<WorkItem, E>,
    ) -> Result<WorkItem, E> {
        let changed = change(read.clone())?;
        self.save_work_item(&read, &changed, now).await?;
        Ok(changed)
    }

    /// Saves what became of an item that was read at `read`; `StoreError::Stale` where somebody claimed, gave back or closed it since.
    pub async fn save_work_item(&self, read: &WorkItem, item: &WorkItem, now: Timestamp) -> Result<(), StoreError> {
        let held_until = match read.state {
            WorkState::Leased(lease) => Column::LeaseUntil.eq(lease.until),
            WorkState::Ready | WorkState::Done | WorkState::Cancelled => Column::LeaseUntil.is_null(),
        };
        let saved = self
            .of(row::Entity::update_many(), Column::District)
            .set(row::ActiveModel::of(self.district().as_str(), item, now)?)
            .filter(Column::Id.eq(item.id.as_uuid()))
            .filter(Column::Fence.eq(read.fence))
            // Nor was it reckoned anew.
            .filter(Column::DueAt.eq(read.due_at))
            .filter(Column::ClosedAt.is_null())
            .filter(held_until)
            .exec(&self.db())
            .await?;
        if saved.rows_affected != 1 {
            return Err(StoreError::Stale);
        }
        self.keep_hold_over(read, item, now).await?;
        changes_of(read, item).into_iter().for_each(|change| self.tell(change, now));
        Ok(())
    }
}

/// Who would do something for another station: what they could do of all that is shared.
#[derive(Debug, Clone)]
pub struct Helpers {
    /// Their own, whose work isn't another's.
    pub stations: BTreeSet<StationCode>,
    pub roles: BTreeSet<Role>,
    pub stages: BTreeSet<Stage>,
    /// What they are trained for; empty for all topics.
    pub topics: BTreeSet<Topic>,
}

impl Helpers {
    fn could_do(&self) -> Result<Condition, StoreError> {
        let could = Condition::all()
            .add(Column::Station.is_not_in(self.stations.iter().map(StationCode::as_str)))
            .add(Column::Role.is_in(words(&self.roles)?))
            .add(Column::Stage.is_in(words(&self.stages)?));
        Ok(if self.topics.is_empty() { could } else { could.add(Column::Topic.is_in(words(&self.topics)?)) })
    }
}

fn words<T: Serialize>(of: &BTreeSet<T>) -> Result<Vec<String>, StoreError> {
    of.iter().map(|value| word(TABLE, value)).collect()
}

/// Open, and neither held nor put off.
fn is_free(now: Timestamp) -> sea_orm::sea_query::SimpleExpr {
    Column::ClosedAt.is_null().and(Column::FreeFrom.lte(now))
}
