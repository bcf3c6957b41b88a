//! Updates on their way: whoever told something wakes all instances, and each reads on what it hasn't passed on yet.

use std::time::Duration;

use infra::store::StoreError;

use crate::app::App;
use crate::app::live::UPDATES_WAITING;

/// What is told within it wakes the others once.
pub const GATHER: Duration = Duration::from_millis(5);
const PAGE: u64 = 500;
/// How long what waits behind an older transaction is waited for, before whoever is woken next looks again.
const SETTLE: Duration = Duration::from_millis(20);
const SETTLE_TRIES: u32 = 100;

pub async fn announce(app: &App) {
    app.shared.notify(UPDATES_WAITING).await;
}

/// Passes on what was told since the last time.
pub async fn pass_on(app: &App) -> Result<(), StoreError> {
    let view = app.store.read(app.district());
    let mut read_to = app.live.read_to.lock().await;
    let mut at = match *read_to {
        Some(at) => at,
        None => view.newest_update().await?,
    };
    let mut tries = 0;
    loop {
        let batch = view.updates_after(at, PAGE).await?;
        let page = u64::try_from(batch.updates.len()).unwrap_or(u64::MAX);
        at = batch.updates.last().map_or(at, |update| update.sequence);
        *read_to = Some(at);
        app.live.pass_on(batch.updates);
        match (batch.unsettled, page < PAGE) {
            (true, _) if tries < SETTLE_TRIES => {
                tries += 1;
                tokio::time::sleep(SETTLE).await;
            }
            (true, _) | (false, true) => return Ok(()),
            (false, false) => {}
        }
    }
}
