//! Work that nobody at its desk may take rises to the station above, after a time that is a setting (`queue.rise_after_minutes`).
//! Nobody present may take it where each of them is close to the case, has accepted it, or is the only one who may decide it. Source: design page, "Who".

use chrono::Duration;
use domain::case::{By, Case, Command, Reach, Rejection};
use domain::ids::CaseId;
use domain::queue::WorkItem;
use infra::store::StoreError;
use tracing::{error, info};

use crate::app::cases::{ActError, command};
use crate::app::{App, Roster};

/// Work items looked at in one go.
const BATCH: u64 = 200;

/// Lets rise what has to; says how much that was.
pub async fn rise(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.rising.lock().await;
    let (view, now) = (app.store.read(app.district()), app.clock.now());
    let arrived = now - Duration::minutes(i64::from(app.settings.queue.rise_after_minutes));
    let (mut roster, mut risen, mut after) = (Roster::new(&view), 0, None);
    loop {
        let untaken = view.untaken_since(arrived, now, after.as_ref(), BATCH).await?;
        for work_item in untaken.iter().filter(|work_item| work_item.desk.reach == Reach::Station) {
            let Some(file) = view.case_file(work_item.case).await? else { continue };
            if nobody_may_claim(&mut roster, work_item, &file.case).await? && rise_one(app, work_item.case).await? {
                risen += 1;
            }
        }
        after = match untaken.into_iter().next_back() {
            Some(last) => Some(last),
            None => return Ok(risen),
        };
    }
}

async fn nobody_may_claim(roster: &mut Roster<'_>, work_item: &WorkItem, case: &Case) -> Result<bool, StoreError> {
    match case.current() {
        Some((at, step)) if at == work_item.step => Ok(!roster.somebody_may_claim(case, step).await?),
        _ => Ok(false),
    }
}

async fn rise_one(app: &App, case: CaseId) -> Result<bool, StoreError> {
    let grounds = app.grounds();
    let unit = app
        .store
        .write(app.district(), move |tx| Box::pin(async move { command(tx, &grounds, case, By::System, Command::Rise).await.map(|_| ()) }));
    match unit.await {
        Ok(()) => {
            info!(case.id = %case.as_uuid(), "nobody present may take a step: it rose");
            Ok(true)
        }
        // Somebody acted on it meanwhile, or it stands at the top.
        Err(ActError::Store(StoreError::Stale | StoreError::Busy) | ActError::Rejected(Rejection::AtTheTop | Rejection::Ended)) => {
            Ok(false)
        }
        Err(ActError::Store(error)) => Err(error),
        Err(refused) => {
            error!(case.id = %case.as_uuid(), error = &refused as &dyn std::error::Error, "a step that nobody may take can't rise");
            Ok(false)
        }
    }
}
