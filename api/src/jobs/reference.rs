//! What another instance changed of catalogue, district or calendar is taken up here.

use infra::store::StoreError;

use crate::app::{App, ReferenceError};

pub async fn reload(app: &App) -> Result<(), StoreError> {
    match app.reload_reference().await {
        Ok(()) => Ok(()),
        Err(ReferenceError::Store(error)) => Err(error),
        Err(ReferenceError::District(error)) => Err(StoreError::corrupt("divisions", error)),
        Err(ReferenceError::Snapshot(error)) => Err(StoreError::corrupt("stations", error)),
    }
}
