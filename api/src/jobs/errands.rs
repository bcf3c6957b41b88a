//! Supervisors are told, once, of the errands that nobody at a station touched in time.

use infra::store::StoreError;

use crate::app::App;
use crate::app::news::remind as remind_of;

/// Errands looked at in one go.
const BATCH: u64 = 100;

/// How many were told of.
pub async fn remind(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.errands.lock().await;
    let mut told = 0;
    loop {
        let before = told;
        let due = app.store.read(app.district()).errands_to_remind(app.clock.now(), BATCH).await?;
        for id in &due {
            let (id, grounds) = (*id, app.grounds());
            let unit = app.store.write(app.district(), move |tx| Box::pin(async move { remind_of(tx, &grounds, id).await }));
            told += u32::from(unit.await?);
        }
        // What can't be told must not be tried for ever.
        if told == before || u64::try_from(due.len()).is_ok_and(|found| found < BATCH) {
            return Ok(told);
        }
    }
}
