//! Fresh databases, one of each kind for each test.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::ids::DistrictCode;
use domain::time::Timestamp;
use futures_util::future::{BoxFuture, join_all};
use infra::store::{DatabasePlace, DatabaseSettings, Store, StoreError, Tx, VaultSettings, View};
use infra::vault::{Algorithm, MasterKey};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

/// An empty, migrated database.
#[derive(Clone)]
pub struct Bench {
    pub store: Store,
    pub district: DistrictCode,
}

impl Bench {
    pub async fn open(place: DatabasePlace) -> Bench {
        Self::open_with(place, VaultSettings { master: MasterKey::generate(), algorithm: Algorithm::default() }).await
    }

    /// Another instance of the service on the same database has the same master key.
    pub async fn open_with(place: DatabasePlace, vault: VaultSettings) -> Bench {
        Self::try_open_with(place, vault).await.unwrap()
    }

    pub async fn try_open_with(place: DatabasePlace, vault: VaultSettings) -> Result<Bench, StoreError> {
        let settings = DatabaseSettings {
            place,
            connections_max: 8,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
        };
        let store = Store::open(&settings, vault).await?;
        store.migrate().await?;
        let district = "511499".parse().unwrap();
        store.unlock(&district, now()).await?;
        Ok(Bench { store, district })
    }

    /// The same database, with a district that nothing is in yet.
    pub async fn in_district_of_its_own(&self) -> Bench {
        static NEXT: AtomicU32 = AtomicU32::new(510_000);
        let district: DistrictCode = NEXT.fetch_add(1, Ordering::Relaxed).to_string().parse().unwrap();
        self.store.unlock(&district, now()).await.unwrap();
        Bench { store: self.store.clone(), district }
    }

    pub fn view(&self) -> View {
        self.store.read(&self.district)
    }

    pub async fn write<T, F>(&self, unit: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    {
        self.store.write(&self.district, unit).await
    }

    /// Runs `unit` with each number from 0 to `count`, all at once.
    pub async fn write_many<T, F>(&self, count: u32, unit: F) -> Vec<Result<T, StoreError>>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t Tx, u32) -> BoxFuture<'t, Result<T, StoreError>> + Clone + Send + 'static,
    {
        let tasks = (0..count).map(|number| {
            let (bench, unit) = (self.clone(), unit.clone());
            tokio::spawn(async move { bench.write(move |tx| unit(tx, number)).await })
        });
        join_all(tasks).await.into_iter().map(|done| done.unwrap()).collect()
    }
}

/// Runs `test` on every kind of database there is.
pub async fn on_each(test: impl AsyncFn(Bench)) {
    on_sqlite(&test).await;
    on_postgres(&test).await;
}

pub async fn on_sqlite(test: impl AsyncFn(Bench)) {
    let folder = tempfile::tempdir().unwrap();
    test(Bench::open(DatabasePlace::Sqlite(folder.path().join("bianmin.db"))).await).await;
}

/// Runs `test` on an empty database of every kind there is, by its place.
pub async fn on_places(test: impl AsyncFn(DatabasePlace)) {
    let folder = tempfile::tempdir().unwrap();
    test(DatabasePlace::Sqlite(folder.path().join("bianmin.db"))).await;
    on_empty_postgres(&test).await;
}

pub async fn on_postgres(test: impl AsyncFn(Bench)) {
    on_empty_postgres(async |place| test(Bench::open(place).await).await).await;
}

/// Runs `test` on an empty place of every kind that there is.
pub async fn on_each_place(test: impl AsyncFn(DatabasePlace)) {
    let folder = tempfile::tempdir().unwrap();
    test(DatabasePlace::Sqlite(folder.path().join("bianmin.db"))).await;
    on_empty_postgres(&test).await;
}

/// The database as it lies there, behind the store's back.
pub async fn raw(place: &DatabasePlace) -> DatabaseConnection {
    let url = match place {
        DatabasePlace::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabasePlace::Postgres(url) => secrecy::ExposeSecret::expose_secret(url).to_owned(),
    };
    Database::connect(url).await.unwrap()
}

/// Returns once a transaction waits for another one's lock.
pub async fn until_somebody_waits(place: &DatabasePlace) {
    let database = raw(place).await;
    let asked = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while database.query_one_raw(Statement::from_string(DbBackend::Postgres, asked)).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
}

/// Does nothing where no server is named.
pub async fn on_empty_postgres(test: impl AsyncFn(DatabasePlace)) {
    if let Ok(admin_url) = std::env::var("BIANMIN_TEST_PG_URL") {
        let name = format!("store_{}", Uuid::now_v7().simple());
        let admin = Database::connect(&admin_url).await.unwrap();
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (server, _) = admin_url.rsplit_once('/').unwrap();
        test(DatabasePlace::Postgres(format!("{server}/{name}").into())).await;
        admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    }
}

/// A Monday morning in the district, to the microsecond.
pub fn now() -> Timestamp {
    "2026-09-14T01:00:00.123456Z".parse().unwrap()
}
