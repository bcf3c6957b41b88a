//! What was kept as long as it has to be is erased (`crate::app::rights::retention`).

use infra::store::StoreError;

use crate::app::rights::retention::Erased;
use crate::app::{App, ResealError};

pub async fn erase(app: &App) -> Result<Erased, StoreError> {
    let _turn = app.turns.retention.lock().await;
    let erased = app.erase_what_is_due().await?;
    if erased != Erased::default() {
        let Erased { case_files, mandate_documents, people, never_stood, loose_uploads, news, visits, files } = erased;
        tracing::info!(
            case_files,
            mandate_documents,
            people,
            never_stood,
            loose_uploads,
            news,
            visits,
            files,
            "erased what was kept long enough"
        );
    }
    Ok(erased)
}

/// Files that a crash left without a row.
pub async fn sweep(app: &App) -> Result<(), StoreError> {
    let mut before = app.turns.sweeping.lock().await;
    match app.remove_unnamed_files(&mut before).await {
        Ok(0) => Ok(()),
        Ok(removed) => {
            tracing::info!(removed, "removed {removed} files that no row names");
            Ok(())
        }
        Err(ResealError::Store(error)) => Err(error),
        Err(ResealError::Object(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "files that no row names can't be removed; it is tried again");
            Ok(())
        }
    }
}
