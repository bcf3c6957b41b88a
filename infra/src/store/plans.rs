//! What the plan of a case came from, so that the decision can be replayed. A snapshot of the map is kept once under its digest.

use domain::ids::{BadCode, CaseId};
use domain::routing::{Inputs, Snapshot, SnapshotDigest};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::sealed::Safe;
use super::words::{from_json, json};
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const CONTENT: Sealed = Sealed::new("plan_inputs", "content");
const SNAPSHOTS: &str = "plan_snapshots";

mod inputs_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "plan_inputs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: Uuid,
        pub holds_on: String,
        pub map_revision: i64,
        pub content: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod snapshot_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "plan_snapshots")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: String,
        pub content: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A snapshot of the map, and which of its revisions it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnMap {
    pub digest: SnapshotDigest,
    pub revision: i64,
}

/// What a plan came from, and on which map it was looked at last.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldPlan {
    pub inputs: Inputs,
    pub held_on: SnapshotDigest,
}

impl View {
    /// None where the case is erased, or there is none.
    pub async fn plan_inputs(&self, case: CaseId) -> Result<Option<Inputs>, StoreError> {
        let row = self.inputs_row(case).await?;
        self.opened_one(row, |safe, row| safe.open_json(CONTENT, &RowId::of(row.case_id), &row.content)).await
    }

    /// The same for whoever plans on `map`: none, too, where the plan was held against a later one.
    pub async fn plan_held_before(&self, case: CaseId, map: &OnMap) -> Result<Option<HeldPlan>, StoreError> {
        let row = self.inputs_row(case).await?.filter(|row| row.map_revision <= map.revision);
        let held = |safe: &Safe<'_>, row: &inputs_row::Model| {
            let held_on = row.holds_on.clone().try_into().map_err(|error: BadCode| StoreError::corrupt("plan_inputs", error))?;
            Ok(HeldPlan { inputs: safe.open_json(CONTENT, &RowId::of(row.case_id), &row.content)?, held_on })
        };
        self.opened_one(row, held).await
    }

    async fn inputs_row(&self, case: CaseId) -> Result<Option<inputs_row::Model>, StoreError> {
        let all = self.of(inputs_row::Entity::find(), inputs_row::Column::District);
        Ok(all.filter(inputs_row::Column::CaseId.eq(case.as_uuid())).one(&self.db()).await?)
    }

    /// The next cases after `after` that aren't accepted yet, whose plan wasn't held against this map nor against a later one.
    pub async fn cases_planned_otherwise(&self, map: &OnMap, after: Option<CaseId>, limit: u64) -> Result<Vec<CaseId>, StoreError> {
        let all = self.of(inputs_row::Entity::find(), inputs_row::Column::District);
        let otherwise = all.filter(inputs_row::Column::HoldsOn.ne(map.digest.as_str()));
        let otherwise = otherwise.filter(inputs_row::Column::MapRevision.lte(map.revision));
        let waiting = otherwise.filter(inputs_row::Column::CaseId.in_subquery(self.cases_not_accepted()));
        let rest = match after {
            Some(after) => waiting.filter(inputs_row::Column::CaseId.gt(after.as_uuid())),
            None => waiting,
        };
        let rows = rest.order_by_asc(inputs_row::Column::CaseId).limit(limit).all(&self.db()).await?;
        Ok(rows.into_iter().map(|row| CaseId::new(row.case_id)).collect())
    }

    pub async fn plan_snapshot(&self, digest: &SnapshotDigest) -> Result<Option<Snapshot>, StoreError> {
        let all = self.of(snapshot_row::Entity::find(), snapshot_row::Column::District);
        let row = all.filter(snapshot_row::Column::Digest.eq(digest.as_str())).one(&self.db()).await?;
        row.map(|row| from_json(SNAPSHOTS, row.content)).transpose()
    }
}

impl Tx {
    /// Keeps what a case's plan came from, in the place of what was kept before. `revision`: of the map.
    pub async fn keep_plan_inputs(&self, case: CaseId, inputs: &Inputs, revision: i64) -> Result<(), StoreError> {
        let row = inputs_row::ActiveModel {
            district: Set(self.district().to_string()),
            case_id: Set(case.as_uuid()),
            holds_on: Set(inputs.snapshot.to_string()),
            map_revision: Set(revision),
            content: Set(self.safe().seal_json(CONTENT, &RowId::of(case.as_uuid()), inputs)?),
        };
        let key = [inputs_row::Column::District, inputs_row::Column::CaseId];
        let replace = sea_orm::sea_query::OnConflict::columns(key)
            .update_columns([inputs_row::Column::HoldsOn, inputs_row::Column::MapRevision, inputs_row::Column::Content])
            .to_owned();
        inputs_row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// The plan holds on this map too.
    pub async fn plan_holds_on(&self, case: CaseId, map: &OnMap) -> Result<(), StoreError> {
        let held = inputs_row::ActiveModel { holds_on: Set(map.digest.to_string()), map_revision: Set(map.revision), ..Default::default() };
        self.of(inputs_row::Entity::update_many(), inputs_row::Column::District)
            .set(held)
            .filter(inputs_row::Column::CaseId.eq(case.as_uuid()))
            .exec(&self.db())
            .await?;
        Ok(())
    }

    /// Keeps a snapshot under its digest, unless it is there.
    pub async fn keep_plan_snapshot(&self, digest: &SnapshotDigest, snapshot: &Snapshot) -> Result<(), StoreError> {
        if self.has_plan_snapshot(digest).await? {
            return Ok(());
        }
        let row = snapshot_row::ActiveModel {
            district: Set(self.district().to_string()),
            digest: Set(digest.to_string()),
            content: Set(json(SNAPSHOTS, snapshot)?),
        };
        snapshot_row::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(&self.db()).await?;
        Ok(())
    }

    async fn has_plan_snapshot(&self, digest: &SnapshotDigest) -> Result<bool, StoreError> {
        let all = self.of(snapshot_row::Entity::find(), snapshot_row::Column::District);
        Ok(all.filter(snapshot_row::Column::Digest.eq(digest.as_str())).count(&self.db()).await? > 0)
    }
}
