//! The deadlines of open cases are reckoned again from their events when the calendar changed (`crate::app::cases`): in batches, each
//! case in a unit of its own, so that it may break off anywhere and run twice. A case's row says by which calendar it was reckoned.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::calendar::Calendar;
use domain::ids::CaseId;
use infra::store::StoreError;
use tracing::{error, info};

use crate::app::App;
use crate::app::cases::{ActError, reckon_anew};

/// Cases looked at in one go.
const BATCH: u64 = 200;

/// Reckons again what has to be; says of how many cases the last day moved.
pub async fn reckon(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.reckoning.lock().await;
    let (view, revision) = (app.store.read(app.district()), app.reckoning().revision);
    let (mut calendars, mut moved, mut after) = (BTreeMap::<i64, Arc<Calendar>>::new(), 0, None);
    loop {
        let cases = view.cases_reckoned_before(revision, after, BATCH).await?;
        for (case, reckoned) in &cases {
            let old = match calendars.get(reckoned) {
                Some(known) => Arc::clone(known),
                None => Arc::new(view.calendar_at(*reckoned).await?),
            };
            calendars.insert(*reckoned, Arc::clone(&old));
            moved += u32::from(reckon_one(app, *case, old).await?);
        }
        after = match cases.last() {
            Some((last, _)) => Some(*last),
            None => return Ok(moved),
        };
    }
}

async fn reckon_one(app: &App, case: CaseId, old: Arc<Calendar>) -> Result<bool, StoreError> {
    let grounds = app.grounds();
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { reckon_anew(tx, &grounds, case, &old).await }));
    match unit.await {
        Ok(moved) => {
            if moved {
                info!(case.id = %case.as_uuid(), "a promise ends on another day since the calendar changed");
            }
            Ok(moved)
        }
        Err(ActError::Store(StoreError::Stale | StoreError::Busy)) => Ok(false),
        Err(ActError::Store(error)) if !matches!(error, StoreError::Corrupt { .. }) => Err(error),
        Err(refused) => {
            error!(case.id = %case.as_uuid(), error = &refused as &dyn std::error::Error, "a case's deadlines can't be reckoned again");
            Ok(false)
        }
    }
}
