//! Updates on their way: whoever told something wakes all instances, and each reads on what it hasn't passed on yet.

use std::time::Duration;

use infra::store::StoreError;
use tracing::warn;

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

/// Where passing on begins. Before anybody comes to watch: what is told from then on they are told.
pub async fn begin(app: &App) -> Result<(), StoreError> {
    *app.live.read_to.lock().await = Some(app.store.read(app.district()).newest_update().await?);
    Ok(())
}

/// Passes on what was told since the last time.
pub async fn pass_on(app: &App) -> Result<(), StoreError> {
    let view = app.store.read(app.district());
    let mut read_to = app.live.read_to.lock().await;
    let Some(mut at) = *read_to else { return Ok(()) };
    let mut tries = 0;
    loop {
        let batch = view.updates_after(at, None, PAGE).await?;
        let page = u64::try_from(batch.updates.len()).unwrap_or(u64::MAX);
        at = batch.updates.last().map_or(at, |update| update.sequence);
        *read_to = Some(at);
        app.live.pass_on(batch.updates);
        match (batch.unsettled, page < PAGE) {
            (true, _) if tries < SETTLE_TRIES => {
                tries += 1;
                tokio::time::sleep(SETTLE).await;
            }
            (true, _) => {
                warn!("updates wait behind a transaction that doesn't end; nobody is told of anything meanwhile");
                return Ok(());
            }
            (false, true) => return Ok(()),
            (false, false) => {}
        }
    }
}
