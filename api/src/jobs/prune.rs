//! Answers of acts that nobody will repeat any more are forgotten.

use chrono::Duration;
use infra::store::StoreError;

use crate::app::App;

pub async fn forget_acts(app: &App) -> Result<(), StoreError> {
    let before = app.clock.now() - Duration::hours(i64::from(app.settings.limits.idempotency_hours));
    let forgotten = app.store.write(app.district(), move |tx| Box::pin(async move { tx.forget_once(before).await })).await?;
    if forgotten > 0 {
        tracing::debug!(forgotten, "forgot {forgotten} answers of old acts");
    }
    Ok(())
}
