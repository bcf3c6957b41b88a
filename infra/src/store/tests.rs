//! What only a statement of one's own can bring about; the rest is in `infra/tests/store`.

use std::time::Duration;

use futures_util::future::join3;

use super::*;
use crate::vault::{Algorithm, MasterKey};

async fn sqlite(folder: &tempfile::TempDir) -> Store {
    let settings = DatabaseSettings {
        place: DatabasePlace::Sqlite(folder.path().join("bianmin.db")),
        connections_max: 2,
        acquire_timeout: Duration::from_secs(30),
        connect_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(30),
    };
    let store = Store::open(&settings, VaultSettings { master: MasterKey::generate(), algorithm: Algorithm::default() }).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// As the disk would: by the connection's own limit of pages, which another connection hasn't.
async fn fill_the_disk(tx: &Tx) -> Result<(), StoreError> {
    tx.db().execute_unprepared("PRAGMA max_page_count = 1").await?;
    tx.set_fact("large", &"x".repeat(1_000_000)).await
}

/// SQLite gives up the whole transaction then.
#[tokio::test]
async fn when_the_disk_is_full_all_who_shared_the_commit_are_told_and_later_units_work() {
    let folder = tempfile::tempdir().unwrap();
    let (store, district): (_, DistrictCode) = (sqlite(&folder).await, "511499".parse().unwrap());
    let before = store.write(&district, |tx| Box::pin(async move { tx.set_fact("before", "").await }));
    let filling = store.write(&district, |tx| Box::pin(fill_the_disk(tx)));
    let after = store.write(&district, |tx| Box::pin(async move { tx.set_fact("after", "").await }));
    let told: (Result<(), StoreError>, _, Result<(), StoreError>) = join3(before, filling, after).await;
    assert!(told.0.is_err() && told.1.is_err() && told.2.is_err());
    for key in ["before", "large", "after"] {
        assert_eq!(store.read(&district).fact(key).await.unwrap(), None, "{key}");
    }
    let later: Result<(), StoreError> = store.write(&district, |tx| Box::pin(async move { tx.set_fact("later", "").await })).await;
    later.unwrap();
    assert!(store.read(&district).fact("later").await.unwrap().is_some());
}

#[tokio::test]
async fn who_reads_can_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let view = sqlite(&folder).await.read(&"511499".parse().unwrap());
    assert!(view.db().execute_unprepared("DELETE FROM facts").await.is_err());
}
