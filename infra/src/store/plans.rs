//! What the plan of a case came from, so that the decision can be replayed. A snapshot of the map is kept once under its digest.

use domain::ids::CaseId;
use domain::routing::{Inputs, Snapshot, SnapshotDigest};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

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

impl View {
    /// None where the case is erased, or there is none.
    pub async fn plan_inputs(&self, case: CaseId) -> Result<Option<Inputs>, StoreError> {
        let all = self.of(inputs_row::Entity::find(), inputs_row::Column::District);
        let row = all.filter(inputs_row::Column::CaseId.eq(case.as_uuid())).one(&self.db()).await?;
        self.opened_one(row, |safe, row| safe.open_json(CONTENT, &RowId::of(row.case_id), &row.content)).await
    }

    /// The next cases after `after` that aren't accepted yet, whose plan wasn't held against this snapshot.
    pub async fn cases_planned_otherwise(
        &self,
        snapshot: &SnapshotDigest,
        after: Option<CaseId>,
        limit: u64,
    ) -> Result<Vec<CaseId>, StoreError> {
        let all = self.of(inputs_row::Entity::find(), inputs_row::Column::District);
        let otherwise = all.filter(inputs_row::Column::HoldsOn.ne(snapshot.as_str()));
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
    /// Keeps what a case's plan came from, in the place of what was kept before.
    pub async fn keep_plan_inputs(&self, case: CaseId, inputs: &Inputs) -> Result<(), StoreError> {
        let row = inputs_row::ActiveModel {
            district: Set(self.district().to_string()),
            case_id: Set(case.as_uuid()),
            holds_on: Set(inputs.snapshot.to_string()),
            content: Set(self.safe().seal_json(CONTENT, &RowId::of(case.as_uuid()), inputs)?),
        };
        let key = [inputs_row::Column::District, inputs_row::Column::CaseId];
        let replace = sea_orm::sea_query::OnConflict::columns(key)
            .update_columns([inputs_row::Column::HoldsOn, inputs_row::Column::Content])
            .to_owned();
        inputs_row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// The plan holds on this snapshot too.
    pub async fn plan_holds_on(&self, case: CaseId, snapshot: &SnapshotDigest) -> Result<(), StoreError> {
        self.of(inputs_row::Entity::update_many(), inputs_row::Column::District)
            .set(inputs_row::ActiveModel { holds_on: Set(snapshot.to_string()), ..Default::default() })
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
