//! What waited for a second person and got none in its time: it lapses, once, and whom it concerns is told.

use domain::correction::Correction;
use domain::counter_request::CounterRequest;
use infra::store::StoreError;

use crate::app::App;
use crate::app::rights::lapse::{lapse_correction, lapse_erasure};

/// Proposals looked at in one go.
const BATCH: u64 = 200;

/// Lets lapse what has to; says how much that was.
pub async fn lapse(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.proposals.lock().await;
    let mut lapsed = 0;
    loop {
        let before = lapsed;
        let (view, grounds) = (app.store.read(app.district()), app.grounds());
        let since = grounds.second_word.since(grounds.today());
        for correction in view.overdue_corrections(since, BATCH).await? {
            lapsed += u32::from(lapse_one_correction(app, correction).await?);
        }
        for request in view.overdue_erasures(since, BATCH).await? {
            lapsed += u32::from(lapse_one_erasure(app, request).await?);
        }
        if lapsed == before {
            return Ok(lapsed);
        }
    }
}

async fn lapse_one_correction(app: &App, correction: Correction) -> Result<bool, StoreError> {
    let grounds = app.grounds();
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { lapse_correction(tx, &grounds, &correction).await }));
    done(unit.await)
}

async fn lapse_one_erasure(app: &App, request: CounterRequest) -> Result<bool, StoreError> {
    let grounds = app.grounds();
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { lapse_erasure(tx, &grounds, &request).await }));
    done(unit.await)
}

fn done(lapsed: Result<bool, StoreError>) -> Result<bool, StoreError> {
    match lapsed {
        // The next run tries again.
        Err(StoreError::Busy) => Ok(false),
        lapsed => lapsed,
    }
}
