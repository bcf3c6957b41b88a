//! What time gives back: leases that ran out, items that were put aside until now. They may be claimed without this; it is for the lists,
//! which are told.

use infra::store::StoreError;

use crate::app::App;

const BATCH: u64 = 200;

pub async fn give_back(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    loop {
        let lapsed = app.store.read(app.district()).lapsed(now, BATCH).await?;
        let (found, mut given_back) = (lapsed.len(), 0);
        for item in lapsed {
            let unit = app
                .store
                .write(app.district(), move |tx| Box::pin(async move { tx.save_work_item(&item, &item.clone().lapse(now), now).await }));
            match unit.await {
                Ok(()) => given_back += 1,
                // Somebody took it, or another instance was faster.
                Err(StoreError::Stale | StoreError::Busy) => {}
                Err(error) => return Err(error),
            }
        }
        if given_back == 0 || u64::try_from(found).is_ok_and(|found| found < BATCH) {
            return Ok(());
        }
    }
}
