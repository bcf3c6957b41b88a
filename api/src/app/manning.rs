//! Who works where, kept as a snapshot so that planning asks no database. An account that is opened or changed is saved first, then
//! the snapshot is made anew, and the other instances are told.

use std::sync::Arc;

use domain::people::Manning;
use infra::store::StoreError;

use super::App;

/// The channel that says that accounts of staff were opened or changed.
pub const STAFF_CHANGED: &str = "staff";

impl App {
    /// Takes up who works at the stations of the map.
    pub async fn renew_manning(&self) -> Result<(), StoreError> {
        let grants = self.store.read(self.district()).all_grants().await?;
        let map = self.map();
        self.manning.store(Arc::new(Manning::of(map.stations().map(|station| &station.code), &grants)));
        Ok(())
    }

    /// Takes the change up here, and lets the other instances do so.
    pub async fn staff_changed(&self) -> Result<(), StoreError> {
        self.renew_manning().await?;
        self.shared.notify(STAFF_CHANGED).await;
        Ok(())
    }
}
