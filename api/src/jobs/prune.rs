//! What nobody will ask for any more is forgotten: answers of acts, what was told to those who watch, codes, sessions, and what WeChat pushed.

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

/// What those who watch were told long ago, and tickets that nobody came with.
pub async fn forget_updates(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let before = now - Duration::hours(i64::from(app.settings.live.keep_hours));
    let forget = app.store.write(app.district(), move |tx| {
        Box::pin(async move {
            tx.forget_updates(before).await?;
            tx.forget_live_tickets(now).await
        })
    });
    forget.await.map(|_| ())
}

/// Codes whose time is over, and face checks that are kept as long as ended sessions.
pub async fn forget_codes(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let before = now - Duration::days(i64::from(app.settings.token.ended_days));
    let forget = app.store.write(app.district(), move |tx| {
        Box::pin(async move {
            tx.forget_sms_codes(now).await?;
            tx.forget_identity_codes(now).await?;
            tx.forget_face_checks(before).await
        })
    });
    forget.await.map(|_| ())
}

/// Sessions that ended long ago, and their tokens.
pub async fn forget_sessions(app: &App) -> Result<(), StoreError> {
    let before = app.clock.now() - Duration::days(i64::from(app.settings.token.ended_days));
    app.store.write(app.district(), move |tx| Box::pin(async move { tx.forget_sessions(before).await })).await.map(|_| ())
}

/// A push is repeated within a minute, and one that is older than minutes isn't taken: after a day none of them can come again.
const PUSH_KEPT: Duration = Duration::days(1);

/// The marks of what WeChat pushed.
pub async fn forget_pushes(app: &App) -> Result<(), StoreError> {
    let before = app.clock.now() - PUSH_KEPT;
    app.store.write(app.district(), move |tx| Box::pin(async move { tx.forget_pushes(before).await })).await.map(|_| ())
}
