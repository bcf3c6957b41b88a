//! Cases that nobody has accepted yet are planned again when what their plan rested on has changed (`crate::app::cases`): a closure, an
//! absence, other hours, a station that takes the item in no more.

use std::sync::Arc;

use domain::ids::CaseId;
use infra::store::StoreError;
use tracing::{error, info};

use super::reference;
use crate::app::App;
use crate::app::cases::{ActError, OldMaps, replan_on_new_facts};

/// Cases looked at in one go.
const BATCH: u64 = 200;

/// Plans again what has to be; says how many plans changed.
pub async fn replan(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.replanning.lock().await;
    // Nobody is planned again on facts that another instance has changed meanwhile.
    reference::reload(app).await?;
    let (view, map) = (app.store.read(app.district()), app.grounds().on_map());
    let (maps, mut replanned, mut after) = (Arc::new(OldMaps::default()), 0, None);
    loop {
        let cases = view.cases_planned_otherwise(&map, after, BATCH).await?;
        for case in &cases {
            replanned += u32::from(replan_one(app, &maps, *case).await?);
        }
        after = match cases.last() {
            Some(last) => Some(*last),
            None => return Ok(replanned),
        };
    }
}

async fn replan_one(app: &App, maps: &Arc<OldMaps>, case: CaseId) -> Result<bool, StoreError> {
    let (grounds, maps) = (app.grounds(), Arc::clone(maps));
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { replan_on_new_facts(tx, &grounds, case, &maps).await }));
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
