//! Cases with their records.

use std::collections::BTreeMap;

use domain::case::{Actor, Case, Event, Recorded, replay};
use domain::ids::{BundleId, CaseId};
use domain::routing::Plan;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::rows::{case_row, event_row};
use super::{CaseFile, ORGANISATION, PLAN};
use crate::store::sealed::Safe;
use crate::store::words::from_json;
use crate::store::{StoreError, View};
use crate::vault::RowId;

impl View {
    /// A case alone, read without opening what lies sealed beside it; none where there is no such case.
    pub async fn case(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        let kept = self.kept_cases().filter(case_row::Column::Id.eq(id.as_uuid())).select_only().column(case_row::Column::Id);
        if kept.into_tuple::<Uuid>().one(&self.db()).await?.is_none() {
            return Ok(None);
        }
        let record = self.records_of(vec![id.as_uuid()]).await?.remove(&id).unwrap_or_default();
        replayed(&record).map(Some)
    }

    /// A case with its record; none where there is no such case.
    pub async fn case_file(&self, id: CaseId) -> Result<Option<CaseFile>, StoreError> {
        Ok(self.case_files([id]).await?.remove(&id))
    }

    /// Many cases with their records, read in two statements.
    pub async fn case_files(&self, ids: impl IntoIterator<Item = CaseId>) -> Result<BTreeMap<CaseId, CaseFile>, StoreError> {
        let ids: Vec<_> = ids.into_iter().map(|id| id.as_uuid()).collect();
        let rows = self.kept_cases().filter(case_row::Column::Id.is_in(ids.iter().copied())).all(&self.db()).await?;
        let settled = self.opened(&rows, settled).await?;
        let mut records = self.records_of(ids).await?;
        let files = rows.into_iter().zip(settled).map(|(row, settled)| {
            let id = CaseId::new(row.id);
            Ok((id, case_file(row, settled, records.remove(&id).unwrap_or_default())?))
        });
        files.collect()
    }

    /// Cases whose file isn't erased.
    pub(super) fn kept_cases(&self) -> Select<case_row::Entity> {
        self.of(case_row::Entity::find(), case_row::Column::District).filter(case_row::Column::ErasedAt.is_null())
    }

    async fn records_of(&self, cases: Vec<Uuid>) -> Result<BTreeMap<CaseId, Vec<Recorded>>, StoreError> {
        let rows = self
            .of(event_row::Entity::find(), event_row::Column::District)
            .filter(event_row::Column::CaseId.is_in(cases))
            .order_by_asc(event_row::Column::Seq)
            .all(&self.db())
            .await?;
        let mut records: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in rows {
            records.entry(CaseId::new(row.case_id)).or_default().push(recorded(row)?);
        }
        Ok(records)
    }
}

/// What was settled when the case was opened, and lies sealed.
struct Settled {
    organisation: Option<String>,
    plan: Plan,
}

fn settled(safe: &Safe<'_>, row: &case_row::Model) -> Result<Settled, StoreError> {
    let id = RowId::of(row.id);
    let organisation = safe.open_if_any(ORGANISATION, &id, row.organisation.as_deref())?;
    let plan = row.plan.as_deref().ok_or_else(|| StoreError::corrupt("cases", "a case that isn't erased has no plan"))?;
    Ok(Settled { organisation, plan: safe.open_json(PLAN, &id, plan)? })
}

fn case_file(row: case_row::Model, settled: Settled, record: Vec<Recorded>) -> Result<CaseFile, StoreError> {
    Ok(CaseFile {
        case: replayed(&record)?,
        record,
        bundle: row.bundle.map(BundleId::new),
        organisation: settled.organisation,
        plan: settled.plan,
        submitted_at: row.submitted_at,
    })
}

fn replayed(record: &[Recorded]) -> Result<Case, StoreError> {
    replay(record).ok_or_else(|| StoreError::corrupt("case_events", "the record doesn't begin with a submission"))
}

fn recorded(row: event_row::Model) -> Result<Recorded, StoreError> {
    let by: Actor = from_json("case_events", row.by)?;
    let event: Event = from_json("case_events", row.content)?;
    Ok(Recorded { at: row.at, by, event })
}
