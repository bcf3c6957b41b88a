//! What was kept as long as it has to be is erased (`crate::app::rights::retention`).

use infra::store::StoreError;

use crate::app::App;
use crate::app::rights::retention::Erased;

pub async fn erase(app: &App) -> Result<Erased, StoreError> {
    let _turn = app.turns.retention.lock().await;
    let erased = app.erase_what_is_due().await?;
    if erased != Erased::default() {
        let Erased { case_files, loose_uploads, news, files } = erased;
        tracing::info!(case_files, loose_uploads, news, files, "erased what was kept long enough");
    }
    Ok(erased)
}
