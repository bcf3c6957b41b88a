//! Cases that nobody has accepted yet are planned again when what their plan rested on has changed (`crate::app::cases`): a closure, an
//! absence, other hours, a station that takes the item in no more.

use std::collections::HashMap;
use std::sync::Arc;

use domain::district::DistrictMap;
use domain::ids::CaseId;
use domain::routing::SnapshotDigest;
use infra::store::StoreError;
use tracing::{error, info};

use crate::app::App;
use crate::app::cases::{ActError, replan_on_new_facts};

/// Cases looked at in one go.
const BATCH: u64 = 200;

/// Plans again what has to be; says how many plans changed.
pub async fn replan(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.replanning.lock().await;
    let (view, digest) = (app.store.read(app.district()), app.snapshot.load().digest.clone());
    let (mut maps, mut replanned, mut after) = (HashMap::new(), 0, None);
    loop {
        let cases = view.cases_planned_otherwise(&digest, after, BATCH).await?;
        for case in &cases {
            replanned += u32::from(replan_one(app, &mut maps, *case).await?);
        }
        after = match cases.last() {
            Some(last) => Some(*last),
            None => return Ok(replanned),
        };
    }
}

type Maps = HashMap<SnapshotDigest, Arc<DistrictMap>>;

async fn replan_one(app: &App, maps: &mut Maps, case: CaseId) -> Result<bool, StoreError> {
    let Some(before) = map_of(app, maps, case).await? else { return Ok(false) };
    let grounds = app.grounds();
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { replan_on_new_facts(tx, &grounds, case, &before).await }));
    match unit.await {
        Ok(differs) => {
            if differs {
                info!(case.id = %case.as_uuid(), "a case has another plan since the facts changed");
            }
            Ok(differs)
        }
        Err(ActError::Store(StoreError::Stale | StoreError::Busy)) => Ok(false),
        Err(ActError::Store(error)) => Err(error),
        Err(refused) => {
            error!(case.id = %case.as_uuid(), error = &refused as &dyn std::error::Error, "a case can't be planned again");
            Ok(false)
        }
    }
}

/// The map that the case's plan came from; the same one is built once.
async fn map_of(app: &App, maps: &mut Maps, case: CaseId) -> Result<Option<Arc<DistrictMap>>, StoreError> {
    let view = app.store.read(app.district());
    let Some(inputs) = view.plan_inputs(case).await? else { return Ok(None) };
    if let Some(map) = maps.get(&inputs.snapshot) {
        return Ok(Some(Arc::clone(map)));
    }
    let Some(snapshot) = view.plan_snapshot(&inputs.snapshot).await? else { return Ok(None) };
    let map = Arc::new(snapshot.map().map_err(|error| StoreError::corrupt("plan_snapshots", error))?);
    maps.insert(inputs.snapshot, Arc::clone(&map));
    Ok(Some(map))
}
