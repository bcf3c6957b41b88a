//! Alerts that time alone brings: yellow before a clock runs out, red after. Whether one is due is decided by the rules, and dated
//! by them; this only looks where the case's row says that somebody has to.

use domain::ids::CaseId;
use infra::store::StoreError;
use tracing::error;

use crate::app::App;
use crate::app::cases::look_after_alerts;

/// Cases looked at in one go.
const BATCH: u64 = 200;

/// Looks after all that is due; says at how many cases that was.
pub async fn look_after(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.alerts.lock().await;
    let mut looked_after = 0;
    loop {
        let (before, revision) = (looked_after, app.reckoning().revision);
        let cases = app.store.read(app.district()).cases_to_alert(app.clock.now(), revision, BATCH).await?;
        for case in &cases {
            looked_after += u32::from(look_after_one(app, *case).await?);
        }
        // A case that can't be looked after must not be tried for ever.
        if looked_after == before || u64::try_from(cases.len()).is_ok_and(|found| found < BATCH) {
            return Ok(looked_after);
        }
    }
}

async fn look_after_one(app: &App, case: CaseId) -> Result<bool, StoreError> {
    let grounds = app.grounds();
    match app.store.write(app.district(), move |tx| Box::pin(async move { look_after_alerts(tx, &grounds, case).await })).await {
        Ok(done) => Ok(done),
        Err(StoreError::Stale | StoreError::Busy) => Ok(false),
        Err(corrupt @ StoreError::Corrupt { .. }) => {
            error!(case.id = %case.as_uuid(), error = &corrupt as &dyn std::error::Error, "a case's alerts can't be looked after");
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
