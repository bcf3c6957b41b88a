//! What follows reviews by itself: whoever looks after a rectification is told, once, what nobody did in time; signs of farming are looked
//! for; the marks of devices are forgotten.

use domain::ids::RectificationId;
use infra::store::StoreError;
use tracing::{error, info};

use crate::app::App;
use crate::app::reviews::{RectifyError, devices_before, keep_signs, signs, tell_overdue};

/// Rectifications looked at in one go.
const BATCH: u64 = 200;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Followed {
    /// What was told to be overdue.
    pub overdue: u32,
    /// New signs of farming.
    pub farming: u32,
}

pub async fn follow(app: &App) -> Result<Followed, StoreError> {
    let _turn = app.turns.reviews.lock().await;
    let overdue = tell_all_overdue(app).await?;
    let grounds = app.grounds();
    let (before, found) = (devices_before(&grounds), signs(&app.store.read(app.district()), &grounds).await?);
    let farming = app.store.write(app.district(), move |tx| Box::pin(async move { keep_signs(tx, &grounds, found).await })).await?;
    app.store.write(app.district(), move |tx| Box::pin(async move { tx.forget_devices(before).await })).await?;
    if farming > 0 {
        info!(farming, "found {farming} signs that reviews were made up");
    }
    Ok(Followed { overdue, farming })
}

async fn tell_all_overdue(app: &App) -> Result<u32, StoreError> {
    let mut told = 0;
    loop {
        let before = told;
        let due = app.store.read(app.district()).overdue_rectifications(app.grounds().today(), BATCH).await?;
        for id in &due {
            told += tell(app, *id).await?;
        }
        // What can't be told must not be tried for ever.
        if told == before || u64::try_from(due.len()).is_ok_and(|found| found < BATCH) {
            return Ok(told);
        }
    }
}

async fn tell(app: &App, id: RectificationId) -> Result<u32, StoreError> {
    let grounds = app.grounds();
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { tell_overdue(tx, &grounds, id).await }));
    match unit.await {
        Ok(told) => Ok(told),
        Err(RectifyError::Store(StoreError::Stale | StoreError::Busy) | RectifyError::NotFound) => Ok(0),
        Err(RectifyError::Store(error)) => Err(error),
        Err(refused) => {
            error!(rectification.id = %id, error = &refused as &dyn std::error::Error, "what is overdue can't be told");
            Ok(0)
        }
    }
}
