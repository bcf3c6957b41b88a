//! Work that nobody at its desk may take rises to the station above, after a time that is a setting (`queue.rise_after_minutes`).
//! Nobody present may take it where each of them is close to the case or has accepted it. Source: design page, "Who".

use std::collections::BTreeMap;

use chrono::Duration;
use domain::case::{By, Case, Command, Reach, Rejection, may_take};
use domain::ids::{CaseId, StationCode};
use domain::people::Staff;
use domain::queue::WorkItem;
use infra::store::{StoreError, View};
use tracing::{error, info};

use crate::app::App;
use crate::app::cases::{ActError, command};

/// Work items looked at in one go.
const BATCH: u64 = 200;

/// Lets rise what has to; says how much that was.
pub async fn rise(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.rising.lock().await;
    let (view, now) = (app.store.read(app.district()), app.clock.now());
    let arrived = now - Duration::minutes(i64::from(app.settings.queue.rise_after_minutes));
    let (mut desks, mut risen, mut after) = (Desks { view: &view, staff: BTreeMap::new() }, 0, None);
    loop {
        let untaken = view.untaken_since(arrived, now, after.as_ref(), BATCH).await?;
        for work_item in untaken.iter().filter(|work_item| work_item.desk.reach == Reach::Station) {
            let Some(file) = view.case_file(work_item.case).await? else { continue };
            if !desks.somebody_may_take(work_item, &file.case).await? && rise_one(app, work_item.case).await? {
                risen += 1;
            }
        }
        after = match untaken.into_iter().next_back() {
            Some(last) => Some(last),
            None => return Ok(risen),
        };
    }
}

/// Who sits where, each station read once in a run.
struct Desks<'a> {
    view: &'a View,
    staff: BTreeMap<StationCode, Vec<Staff>>,
}

impl Desks<'_> {
    async fn somebody_may_take(&mut self, work_item: &WorkItem, case: &Case) -> Result<bool, StoreError> {
        let Some((at, step)) = case.current() else { return Ok(true) };
        if at != work_item.step {
            return Ok(true);
        }
        let station = &work_item.desk.station;
        if !self.staff.contains_key(station) {
            self.staff.insert(station.clone(), self.view.staff_at(station).await?);
        }
        let present = self.staff.get(station).into_iter().flatten();
        Ok(present.into_iter().any(|staff| may_take(staff, case, step).is_ok()))
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
