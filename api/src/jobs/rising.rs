//! Work that nobody at its desk may take rises to the station above, after a time that is a setting (`queue.rise_after_minutes`).
//! Nobody present may take it where each of them is close to the case, has accepted it, or is the only one who may decide it; or where all
//! of the station's staff have been recorded as absent for as long. Source: design page, "Who".

use chrono::Duration;
use domain::case::{By, Case, Command, Reach, Rejection};
use domain::ids::CaseId;
use domain::queue::WorkItem;
use domain::time::Timestamp;
use infra::store::StoreError;
use tracing::{error, info};

use crate::app::cases::{ActError, command};
use crate::app::{App, Grounds, Roster};

/// Work items looked at in one go.
const BATCH: u64 = 200;

/// Lets rise what has to; says how much that was.
pub async fn rise(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.rising.lock().await;
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let arrived = grounds.now - Duration::minutes(i64::from(grounds.queue.rise_after_minutes));
    let (mut roster, mut risen, mut after) = (Roster::new(&view), 0, None);
    loop {
        let untaken = view.untaken_since(arrived, grounds.now, after.as_ref(), BATCH).await?;
        let at_stations = || untaken.iter().filter(|work_item| work_item.desk.reach == Reach::Station);
        let files = view.case_files(at_stations().map(|work_item| work_item.case)).await?;
        for work_item in at_stations() {
            let Some(file) = files.get(&work_item.case) else { continue };
            let nobody = is_deserted(&grounds, work_item, arrived) || nobody_may_claim(&mut roster, work_item, &file.case).await?;
            if nobody && rise_one(app, work_item.case).await? {
                risen += 1;
            }
        }
        after = match untaken.into_iter().next_back() {
            Some(last) => Some(last),
            None => return Ok(risen),
        };
    }
}

/// Whether all who work at the item's station are recorded as absent, since `since`.
fn is_deserted(grounds: &Grounds, work_item: &WorkItem, since: Timestamp) -> bool {
    let station = grounds.map.station(&work_item.desk.station);
    station.is_some_and(|station| station.facts.nobody_is_there((since, grounds.now), station.staff))
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
