//! What time gives back: leases that ran out, items that were put aside until now, and what a notice had to hang for. They may be claimed
//! without this; it is for the lists, which are told.

use domain::queue::WorkItem;
use infra::store::StoreError;
use tracing::error;

use crate::app::App;
use crate::app::queue;

const BATCH: u64 = 200;

pub async fn give_back(app: &App) -> Result<(), StoreError> {
    give_back_lapsed(app).await?;
    tell_of_notices(app).await
}

async fn give_back_lapsed(app: &App) -> Result<(), StoreError> {
    loop {
        let lapsed = app.store.read(app.district()).lapsed(app.clock.now(), BATCH).await?;
        let (found, mut given_back) = (lapsed.len(), 0);
        for item in lapsed {
            given_back += u32::from(give_back_one(app, item).await?);
        }
        if given_back == 0 || is_last(found) {
            return Ok(());
        }
    }
}

async fn give_back_one(app: &App, item: WorkItem) -> Result<bool, StoreError> {
    let (grounds, id) = (app.grounds(), item.id);
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { queue::give_back(tx, &grounds, item).await }));
    match unit.await {
        Ok(()) => Ok(true),
        // Somebody took it, or another instance was faster.
        Err(StoreError::Stale | StoreError::Busy) => Ok(false),
        Err(corrupt @ StoreError::Corrupt { .. }) => {
            error!(work_item.id = %id, error = &corrupt as &dyn std::error::Error, "a work item can't be given back");
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

async fn tell_of_notices(app: &App) -> Result<(), StoreError> {
    loop {
        let hung = app.store.read(app.district()).hung(app.clock.now(), BATCH).await?;
        let Some(last) = hung.last().cloned() else { return Ok(()) };
        let (found, grounds) = (hung.len(), app.grounds());
        let unit = app.store.write(app.district(), move |tx| {
            Box::pin(async move {
                for item in &hung {
                    queue::tell_hung(tx, &grounds, item).await?;
                }
                tx.told_hung(&last).await
            })
        });
        unit.await?;
        if is_last(found) {
            return Ok(());
        }
    }
}

/// Whether a batch was the last one.
fn is_last(found: usize) -> bool {
    u64::try_from(found).is_ok_and(|found| found < BATCH)
}
