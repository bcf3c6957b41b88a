//! Work items: the queue's one table, claimed in the order of `rank_at`.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::{Desk, Stage};
use domain::ids::{AccountId, CaseId, StationCode, WorkItemId};
use domain::people::Role;
use domain::queue::{Lease, WorkItem, WorkState};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ConnectionTrait, DbBackend, QueryOrder, QuerySelect, entity::prelude::*};

use super::words::{from_word, word};
use super::{StoreError, Tx, View};

const TABLE: &str = "work_items";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "work_items")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        pub step: i32,
        pub stage: String,
        pub station: String,
        pub role: String,
        pub in_name_of: String,
        pub reach: String,
        pub lane: String,
        pub arrived_at: DateTimeUtc,
        pub due_at: DateTimeUtc,
        pub not_before: Option<DateTimeUtc>,
        pub rank_at: DateTimeUtc,
        pub state: String,
        pub holder: Option<Uuid>,
        pub lease_until: Option<DateTimeUtc>,
        pub fence: i32,
        pub closed_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// Pools from which a staff member may claim: a station and the roles that they work as there.
#[derive(Debug, Clone, Default)]
pub struct Pools(pub BTreeSet<(StationCode, Role)>);

impl View {
    pub async fn work_item(&self, id: WorkItemId) -> Result<Option<WorkItem>, StoreError> {
        let found = self.work_items().filter(Column::Id.eq(id.as_uuid())).one(&self.db()).await?;
        found.map(work_item).transpose()
    }

    /// What is open on a case: one item at most.
    pub async fn open_work_item(&self, case: CaseId) -> Result<Option<WorkItem>, StoreError> {
        let found = self.work_items().filter(Column::CaseId.eq(case.as_uuid())).filter(is_open()).one(&self.db()).await?;
        found.map(work_item).transpose()
    }

    /// What `holder` holds at `now`, most urgent first.
    pub async fn held_by(&self, holder: AccountId, now: Timestamp) -> Result<Vec<WorkItem>, StoreError> {
        let held = self.work_items().filter(Column::State.eq("leased")).filter(Column::Holder.eq(holder.as_uuid()));
        let rows = held.filter(Column::LeaseUntil.gt(now)).order_by_asc(Column::RankAt).all(&self.db()).await?;
        rows.into_iter().map(work_item).collect()
    }

    /// What may be claimed at `now` from these pools, in the order of the queue, after `after`.
    pub async fn claimable(
        &self,
        pools: &Pools,
        now: Timestamp,
        after: Option<&WorkItem>,
        limit: u64,
    ) -> Result<Vec<WorkItem>, StoreError> {
        let rows = self.ready(pools, now, after)?.limit(limit).all(&self.db()).await?;
        rows.into_iter().map(work_item).collect()
    }

    pub async fn claimable_count(&self, pools: &Pools, now: Timestamp) -> Result<u64, StoreError> {
        Ok(self.ready(pools, now, None)?.count(&self.db()).await?)
    }

    /// How many cases wait at each station to be taken in at `now`.
    pub async fn waiting_to_be_taken_in(&self, now: Timestamp) -> Result<BTreeMap<StationCode, u64>, StoreError> {
        let taking_in = [Stage::AtOnce, Stage::Accept].map(|stage| word(TABLE, &stage));
        let taking_in = taking_in.into_iter().collect::<Result<Vec<_>, _>>()?;
        let select = self.work_items().filter(is_free(now)).filter(Column::Stage.is_in(taking_in));
        let counted = select.select_only().column(Column::Station).column_as(Column::Id.count(), "waiting").group_by(Column::Station);
        let rows: Vec<(String, i64)> = counted.into_tuple().all(&self.db()).await?;
        let corrupt = |error: &dyn std::fmt::Display| StoreError::corrupt(TABLE, error);
        let rows = rows.into_iter().map(|(station, waiting)| {
            let station = station.parse().map_err(|error: domain::ids::BadCode| corrupt(&error))?;
            Ok((station, u64::try_from(waiting).map_err(|error| corrupt(&error))?))
        });
        rows.collect()
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
        rows.into_iter().map(work_item).collect()
    }

    fn ready(&self, pools: &Pools, now: Timestamp, after: Option<&WorkItem>) -> Result<Select<row::Entity>, StoreError> {
        let mut any = sea_orm::Condition::any();
        for (station, role) in &pools.0 {
            let own = Column::Station.eq(station.as_str()).and(Column::Role.eq(word(TABLE, role)?));
            any = any.add(own);
        }
        let open_to_line = Column::Reach.eq("line");
        let mut select = self.work_items().filter(if pools.0.is_empty() { any.add(Column::Id.is_null()) } else { any.add(open_to_line) });
        select = select.filter(is_free(now)).filter(Column::NotBefore.is_null().or(Column::NotBefore.lte(now)));
        if let Some(after) = after {
            let later = Column::RankAt.gt(after.rank_at);
            let same = Column::RankAt.eq(after.rank_at).and(Column::Id.gt(after.id.as_uuid()));
            select = select.filter(later.or(same));
        }
        Ok(select.order_by_asc(Column::RankAt).order_by_asc(Column::Id))
    }

    fn work_items(&self) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District)
    }
}

impl Tx {
    /// Like `claimable`, but on PostgreSQL locked, and past what another transaction is claiming.
    pub async fn claimable_locked(
        &self,
        pools: &Pools,
        now: Timestamp,
        after: Option<&WorkItem>,
        limit: u64,
    ) -> Result<Vec<WorkItem>, StoreError> {
        let mut select = self.ready(pools, now, after)?.limit(limit);
        if self.db().get_database_backend() == DbBackend::Postgres {
            select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        select.all(&self.db()).await?.into_iter().map(work_item).collect()
    }

    pub async fn add_work_item(&self, item: &WorkItem) -> Result<(), StoreError> {
        let row = self.row(item)?;
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Saves what became of an item that was read at `read`; `StoreError::Stale` where somebody claimed or closed it since.
    pub async fn save_work_item(&self, read: &WorkItem, item: &WorkItem, now: Timestamp) -> Result<(), StoreError> {
        let closed_at = (!item.is_open()).then_some(now);
        let row = row::ActiveModel { closed_at: Set(closed_at), ..self.row(item)? };
        let saved = row::Entity::update_many()
            .set(row)
            .filter(Column::District.eq(self.district().as_str()))
            .filter(Column::Id.eq(item.id.as_uuid()))
            .filter(Column::Fence.eq(fence(read.fence)?))
            .filter(Column::State.eq(state_word(&read.state)))
            .exec(&self.db())
            .await?;
        if saved.rows_affected == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    fn row(&self, item: &WorkItem) -> Result<row::ActiveModel, StoreError> {
        let lease = match item.state {
            WorkState::Leased(lease) => Some(lease),
            WorkState::Ready | WorkState::Done | WorkState::Cancelled => None,
        };
        Ok(row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(item.id.as_uuid()),
            case_id: Set(item.case.as_uuid()),
            step: Set(i32::try_from(item.step).map_err(|e| StoreError::corrupt(TABLE, e))?),
            stage: Set(word(TABLE, &item.stage)?),
            station: Set(item.desk.station.to_string()),
            role: Set(word(TABLE, &item.desk.role)?),
            in_name_of: Set(item.desk.in_name_of.to_string()),
            reach: Set(word(TABLE, &item.desk.reach)?),
            lane: Set(word(TABLE, &item.lane)?),
            arrived_at: Set(item.arrived_at),
            due_at: Set(item.due_at),
            not_before: Set(item.not_before),
            rank_at: Set(item.rank_at),
            state: Set(state_word(&item.state).to_owned()),
            holder: Set(lease.map(|lease| lease.holder.as_uuid())),
            lease_until: Set(lease.map(|lease| lease.until)),
            fence: Set(fence(item.fence)?),
            closed_at: Set(None),
        })
    }
}

fn is_open() -> sea_orm::sea_query::SimpleExpr {
    Column::State.is_in(["ready", "leased"])
}

/// Ready, or leased until an instant that has passed.
fn is_free(now: Timestamp) -> sea_orm::sea_query::SimpleExpr {
    is_open().and(Column::LeaseUntil.is_null().or(Column::LeaseUntil.lte(now)))
}

fn state_word(state: &WorkState) -> &'static str {
    match state {
        WorkState::Ready => "ready",
        WorkState::Leased(_) => "leased",
        WorkState::Done => "done",
        WorkState::Cancelled => "cancelled",
    }
}

fn fence(fence: u32) -> Result<i32, StoreError> {
    i32::try_from(fence).map_err(|e| StoreError::corrupt(TABLE, e))
}

fn work_item(row: row::Model) -> Result<WorkItem, StoreError> {
    let code = |text: String| text.parse::<StationCode>().map_err(|e| StoreError::corrupt(TABLE, e));
    let state = match (row.state.as_str(), row.holder, row.lease_until) {
        ("ready", _, _) => WorkState::Ready,
        ("leased", Some(holder), Some(until)) => WorkState::Leased(Lease { holder: AccountId::new(holder), until }),
        ("done", _, _) => WorkState::Done,
        ("cancelled", _, _) => WorkState::Cancelled,
        (other, _, _) => return Err(StoreError::corrupt(TABLE, format!("state {other:?}"))),
    };
    Ok(WorkItem {
        id: WorkItemId::new(row.id),
        case: CaseId::new(row.case_id),
        step: usize::try_from(row.step).map_err(|e| StoreError::corrupt(TABLE, e))?,
        stage: from_word(TABLE, row.stage)?,
        desk: Desk {
            station: code(row.station)?,
            role: from_word(TABLE, row.role)?,
            in_name_of: code(row.in_name_of)?,
            reach: from_word(TABLE, row.reach)?,
        },
        lane: from_word(TABLE, row.lane)?,
        arrived_at: row.arrived_at,
        due_at: row.due_at,
        not_before: row.not_before,
        rank_at: row.rank_at,
        state,
        fence: u32::try_from(row.fence).map_err(|e| StoreError::corrupt(TABLE, e))?,
    })
}
