//! The row of a work item, and what it stands for.

use domain::case::Desk;
use domain::ids::{AccountId, CaseId, StationCode, WorkItemId};
use domain::queue::{Kept, Lease, WorkItem, WorkState};
use domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;

use crate::store::StoreError;
use crate::store::words::{from_word, word};

pub(super) const TABLE: &str = "work_items";

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
    pub topic: String,
    pub station: String,
    pub role: String,
    pub in_name_of: String,
    pub reach: String,
    pub sharing: String,
    pub lane: String,
    pub arrived_at: DateTimeUtc,
    pub due_at: DateTimeUtc,
    pub due_from: DateTimeUtc,
    pub not_before: Option<DateTimeUtc>,
    pub stands_since: Option<DateTimeUtc>,
    pub parked_until: Option<DateTimeUtc>,
    pub kept_for: Option<Uuid>,
    pub kept_until: Option<DateTimeUtc>,
    pub kept_bond: Option<String>,
    pub escalated_at: Option<DateTimeUtc>,
    pub rank_at: DateTimeUtc,
    /// Who holds it, or held it last: of a closed one, who did it.
    pub holder: Option<Uuid>,
    pub lease_until: Option<DateTimeUtc>,
    pub held_since: Option<DateTimeUtc>,
    pub claimed_at: Option<DateTimeUtc>,
    pub free_from: DateTimeUtc,
    pub fence: i32,
    pub closed_at: Option<DateTimeUtc>,
    pub outcome: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

pub(super) const DONE: &str = "done";
pub(super) const CANCELLED: &str = "cancelled";

impl ActiveModel {
    /// The row of an item as it is now; who held it stays unless somebody else does.
    pub(super) fn of(district: &str, item: &WorkItem, now: Timestamp) -> Result<Self, StoreError> {
        let number = |n: u32| i32::try_from(n).map_err(|e| StoreError::corrupt(TABLE, e));
        let (lease, closed) = match item.state {
            WorkState::Ready => (None, None),
            WorkState::Leased(lease) => (Some(lease), None),
            WorkState::Done => (None, Some(DONE)),
            WorkState::Cancelled => (None, Some(CANCELLED)),
        };
        Ok(Self {
            district: Set(district.to_owned()),
            id: Set(item.id.as_uuid()),
            case_id: Set(item.case.as_uuid()),
            step: Set(i32::try_from(item.step).map_err(|e| StoreError::corrupt(TABLE, e))?),
            stage: Set(word(TABLE, &item.stage)?),
            topic: Set(word(TABLE, &item.topic)?),
            station: Set(item.desk.station.to_string()),
            role: Set(word(TABLE, &item.desk.role)?),
            in_name_of: Set(item.desk.in_name_of.to_string()),
            reach: Set(word(TABLE, &item.desk.reach)?),
            sharing: Set(word(TABLE, &item.sharing)?),
            lane: Set(word(TABLE, &item.lane)?),
            arrived_at: Set(item.arrived_at),
            due_at: Set(item.due_at),
            due_from: Set(item.due_from),
            not_before: Set(item.not_before),
            stands_since: Set(item.stands_since),
            parked_until: Set(item.parked_until),
            kept_for: Set(item.kept.map(|kept| kept.clerk.as_uuid())),
            kept_until: Set(item.kept.map(|kept| kept.until)),
            kept_bond: Set(item.kept.map(|kept| word(TABLE, &kept.bond)).transpose()?),
            escalated_at: Set(item.escalated_at),
            rank_at: Set(item.rank_at),
            holder: lease.map_or(NotSet, |lease| Set(Some(lease.holder.as_uuid()))),
            lease_until: Set(lease.map(|lease| lease.until)),
            held_since: lease.map_or(NotSet, |lease| Set(Some(lease.since))),
            claimed_at: Set(item.claimed_at),
            free_from: Set(lease.map_or(item.claimable_from(), |lease| lease.until)),
            fence: Set(number(item.fence)?),
            closed_at: Set(closed.map(|_| now)),
            outcome: Set(closed.map(str::to_owned)),
        })
    }
}

impl TryFrom<Model> for WorkItem {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let code = |text: String| text.parse::<StationCode>().map_err(|e| StoreError::corrupt(TABLE, e));
        let state = state(&row)?;
        let kept = row.kept_for.zip(row.kept_until).zip(row.kept_bond);
        let kept = kept
            .map(|((clerk, until), bond)| Ok::<_, StoreError>(Kept { clerk: AccountId::new(clerk), until, bond: from_word(TABLE, bond)? }));
        Ok(WorkItem {
            id: WorkItemId::new(row.id),
            case: CaseId::new(row.case_id),
            step: usize::try_from(row.step).map_err(|e| StoreError::corrupt(TABLE, e))?,
            stage: from_word(TABLE, row.stage)?,
            topic: from_word(TABLE, row.topic)?,
            desk: Desk {
                station: code(row.station)?,
                role: from_word(TABLE, row.role)?,
                in_name_of: code(row.in_name_of)?,
                reach: from_word(TABLE, row.reach)?,
            },
            sharing: from_word(TABLE, row.sharing)?,
            lane: from_word(TABLE, row.lane)?,
            arrived_at: row.arrived_at,
            due_at: row.due_at,
            due_from: row.due_from,
            not_before: row.not_before,
            stands_since: row.stands_since,
            parked_until: row.parked_until,
            kept: kept.transpose()?,
            escalated_at: row.escalated_at,
            rank_at: row.rank_at,
            claimed_at: row.claimed_at,
            state,
            fence: u32::try_from(row.fence).map_err(|e| StoreError::corrupt(TABLE, e))?,
        })
    }
}

fn state(row: &Model) -> Result<WorkState, StoreError> {
    match (row.outcome.as_deref(), row.holder.zip(row.held_since), row.lease_until) {
        (None, Some((holder, since)), Some(until)) => Ok(WorkState::Leased(Lease { holder: AccountId::new(holder), since, until })),
        (None, _, None) => Ok(WorkState::Ready),
        (Some(DONE), _, _) => Ok(WorkState::Done),
        (Some(CANCELLED), _, _) => Ok(WorkState::Cancelled),
        (None, None, Some(_)) => Err(StoreError::corrupt(TABLE, "a lease without a holder")),
        (Some(other), _, _) => Err(StoreError::corrupt(TABLE, format!("outcome {other:?}"))),
    }
}
