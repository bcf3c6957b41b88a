//! The same through the store: pools, lanes, leases and fences included.

use std::time::{Duration, Instant};

use domain::case::{Desk, Reach, Stage};
use domain::catalogue::Topic;
use domain::ids::{AccountId, CaseId, DistrictCode, StationCode, WorkItemId};
use domain::people::Role;
use domain::queue::{Claimant, Lane, Pool, Sharing, WorkItem, WorkState};
use domain::time::Timestamp;
use futures_util::future::BoxFuture;
use infra::store::{Closing, DatabasePlace, DatabaseSettings, Moment, Store, StoreError, VaultSettings};
use infra::vault::{Algorithm, MasterKey};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use uuid::Uuid;

use super::Rate;

fn district() -> DistrictCode {
    "511499".parse().unwrap()
}

fn station() -> StationCode {
    "511499101203-01".parse().unwrap()
}

fn now() -> Timestamp {
    "2026-09-14T01:00:00Z".parse().unwrap()
}

pub async fn open(url: &str) -> Store {
    let settings = DatabaseSettings {
        place: DatabasePlace::Postgres(url.into()),
        connections_max: 16,
        acquire_timeout: Duration::from_secs(30),
        connect_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(60),
    };
    let store = Store::open(&settings, VaultSettings { master: MasterKey::generate(), algorithm: Algorithm::default() }).await.unwrap();
    store.migrate().await.unwrap();
    store
}

pub async fn fill(store: &Store, database: &DatabaseConnection, items: u32) {
    database.execute_unprepared("TRUNCATE work_items, live_updates").await.unwrap();
    let desk = Desk { station: station(), role: Role::Clerk, in_name_of: station(), reach: Reach::Station };
    let first = WorkItem {
        id: WorkItemId::new(Uuid::from_u128(1)),
        case: CaseId::new(Uuid::from_u128(1)),
        step: 0,
        stage: Stage::Accept,
        topic: Topic::CivilAffairs,
        desk,
        sharing: Sharing::Own,
        lane: Lane::Normal,
        arrived_at: now(),
        due_at: now(),
        due_from: now(),
        not_before: None,
        stands_since: None,
        parked_until: None,
        kept: None,
        escalated_at: None,
        rank_at: now(),
        claimed_at: None,
        state: WorkState::Ready,
        fence: 0,
    };
    write(store, move |tx| Box::pin(async move { tx.add_work_item(&first).await })).await;
    // Ids grow with time, as those of real items do.
    let columns = "step, stage, topic, station, role, in_name_of, reach, sharing, lane, arrived_at, due_at, due_from";
    let more = format!(
        "INSERT INTO work_items (district, id, case_id, {columns}, rank_at, free_from, fence) \
         SELECT district, lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, {columns}, rank_at + n * interval '1 second', free_from, fence \
         FROM work_items, generate_series(2, {items}) AS n"
    );
    database.execute_unprepared(&more).await.unwrap();
}

async fn write<T, F>(store: &Store, unit: F) -> T
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t infra::store::Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
{
    store.write(&district(), unit).await.unwrap()
}

/// One clerk of many.
#[derive(Clone)]
struct Clerk {
    store: Store,
    claimant: Claimant,
    moment: Moment,
}

impl Clerk {
    fn new(store: &Store, number: u32) -> Self {
        let pools = [Pool { station: station(), role: Role::Clerk }].into();
        let account = AccountId::new(Uuid::from_u128(u128::from(number) + 1));
        let claimant = Claimant { account, pools, topics: [].into(), barred: [].into() };
        let moment = Moment { now: now(), lease_until: now() + chrono::Duration::minutes(30), anyone_since: now() };
        Self { store: store.clone(), claimant, moment }
    }

    async fn claim(&self) -> WorkItem {
        let (claimant, moment) = (self.claimant.clone(), self.moment);
        write(&self.store, move |tx| Box::pin(async move { tx.claim_next(&claimant, moment).await })).await.expect("something waits")
    }

    async fn complete(&self, item: &WorkItem) {
        let (closing, now) = (self.closing(item), self.moment.now);
        assert!(write(&self.store, move |tx| Box::pin(async move { tx.close_work_item(closing, now).await })).await);
    }

    async fn complete_and_next(&self, item: &WorkItem) -> WorkItem {
        let (closing, claimant, moment) = (self.closing(item), self.claimant.clone(), self.moment);
        let next = write(&self.store, move |tx| Box::pin(async move { tx.close_and_claim_next(closing, &claimant, moment).await })).await;
        next.claimed.expect("something waits")
    }

    fn closing(&self, item: &WorkItem) -> Closing {
        Closing { id: item.id, holder: self.claimant.account, fence: item.fence }
    }
}

pub async fn one_by_one(store: &Store, clients: u32, items: u32) -> Rate {
    run(store, clients, items, |clerk, items| {
        Box::pin(async move {
            let mut claims = Vec::new();
            for _ in 0..items {
                let began = Instant::now();
                let item = clerk.claim().await;
                claims.push(began.elapsed());
                clerk.complete(&item).await;
            }
            claims
        })
    })
    .await
}

pub async fn complete_and_next(store: &Store, clients: u32, items: u32) -> Rate {
    run(store, clients, items, |clerk, items| {
        Box::pin(async move {
            let mut item = clerk.claim().await;
            for _ in 1..items {
                item = clerk.complete_and_next(&item).await;
            }
            clerk.complete(&item).await;
            Vec::new()
        })
    })
    .await
}

/// Each clerk in a task of their own, as requests are.
async fn run(store: &Store, clients: u32, items: u32, day: fn(Clerk, u32) -> BoxFuture<'static, Vec<Duration>>) -> Rate {
    let began = Instant::now();
    let days: Vec<_> = (0..clients).map(|number| tokio::spawn(day(Clerk::new(store, number), items / clients))).collect();
    let mut claims = Vec::new();
    for day in days {
        claims.extend(day.await.unwrap());
    }
    let took = began.elapsed();
    claims.sort_unstable();
    Rate { a_second: f64::from(items) / took.as_secs_f64(), claims }
}
