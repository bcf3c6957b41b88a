//! Data keys that were made elsewhere are taken up, and what lies under older ones is sealed anew.

use std::sync::atomic::{AtomicU32, Ordering};

use infra::store::StoreError;
use infra::vault::{Purpose, Ring};
use tokio::sync::watch;

use crate::app::{App, ResealError, Resealed};

/// Which walks this instance has made, each named by the key that was the newest then.
#[derive(Debug, Default)]
pub struct Walked {
    begun: AtomicU32,
    /// The last, which found nothing under an older key.
    ended: AtomicU32,
}

/// Stops between two small steps once `stopped` says so.
pub async fn take_up(app: &App, stopped: &watch::Receiver<()>) -> Result<(), StoreError> {
    let ring = app.store.keys(app.district()).reload().await?;
    let newest = ring.keys().last().map_or(0, |key| key.id.0);
    if !has_older(&ring) || app.walked.ended.load(Ordering::Relaxed) == newest {
        return Ok(());
    }
    let is_first = app.walked.begun.swap(newest, Ordering::Relaxed) != newest;
    let go_on = || stopped.has_changed().is_ok();
    let done = match app.reseal(&go_on).await {
        Ok(done) => done,
        Err(ResealError::Store(error)) => return Err(error),
        Err(ResealError::Object(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "files can't be sealed anew; it is tried again");
            return Ok(());
        }
    };
    match done {
        // Another instance may seal under an older key until it has looked: a later walk than the first has to find nothing.
        Resealed { rows: 0, files: 0 } if is_first || !go_on() => {}
        Resealed { rows: 0, files: 0 } => app.walked.ended.store(newest, Ordering::Relaxed),
        Resealed { rows, files } => tracing::info!(rows, files, "sealed {rows} rows and {files} files anew"),
    }
    Ok(())
}

fn has_older(ring: &Ring) -> bool {
    [Purpose::Column, Purpose::Object].into_iter().any(|purpose| ring.keys().filter(|key| key.purpose == purpose).count() > 1)
}
