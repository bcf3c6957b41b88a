//! Opens a data folder and puts the application together.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use arc_swap::ArcSwap;
use domain::ids::DistrictCode;
use infra::objects::Objects;
use infra::passwords::{PasswordSettings, Passwords};
use infra::shared::{RedisSettings, Shared};
use infra::store::{Store, StoreSettings};
use infra::tokens::{TokenKeys, TokenSettings};

use super::Place;
use crate::app::{App, read_catalogue, read_map};
use crate::clock::{Clock, ClockKind};
use crate::http::idempotency::InProgress;
use crate::settings::{self, Settings};

/// The fact that a data folder was made with `--demo`.
const DEMO_FACT: &str = "demo";

/// What the command line asks of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// What is there.
    Whatever,
    /// Demo data.
    Demo,
}

impl Wanted {
    pub fn of(demo: bool) -> Self {
        if demo { Wanted::Demo } else { Wanted::Whatever }
    }
}

/// `migrate`.
pub async fn migrate(place: &Place) -> anyhow::Result<()> {
    let settings = place.load()?.settings;
    open_store(&settings.database, &place.data).await?;
    super::print("the database is up to date")
}

/// The application over a data folder, which is made, migrated and seeded if it is new.
pub async fn open(settings: Settings, data: &Path, wanted: Wanted) -> anyhow::Result<Arc<App>> {
    let store = open_store(&settings.database, data).await?;
    let kind = demo_kind(&store, &settings.district, wanted).await?;
    let (map, catalogue) = (read_map(&store, &settings.district).await?, read_catalogue(&store, &settings.district).await?);
    let app = App {
        clock: Clock::new(kind),
        objects: Objects::local(&data.join("objects")).context("the folder for files can't be used")?,
        shared: shared(&settings.redis)?,
        tokens: token_keys(&settings.token, data)?,
        passwords: Passwords::new(&PasswordSettings::default())?,
        map: ArcSwap::from_pointee(map),
        catalogue: ArcSwap::from_pointee(catalogue),
        in_progress: InProgress::default(),
        store,
        settings,
    };
    app.restore_clock().await?;
    Ok(Arc::new(app))
}

async fn open_store(database: &settings::Database, data: &Path) -> anyhow::Result<Store> {
    std::fs::create_dir_all(data).with_context(|| format!("the data folder {} can't be made", data.display()))?;
    let url = database.url.clone().unwrap_or_else(|| format!("sqlite://{}?mode=rwc", data.join("bianmin.db").display()).into());
    Store::open(StoreSettings { url, connections_max: database.connections_max }).await.context("the database can't be opened")
}

fn shared(redis: &settings::Redis) -> anyhow::Result<Shared> {
    match &redis.url {
        Some(url) => Ok(Shared::redis(&RedisSettings { url: url.clone(), prefix: redis.prefix.clone(), timeout_ms: redis.timeout_ms })?),
        None => Ok(Shared::in_process()),
    }
}

fn token_keys(token: &settings::Token, data: &Path) -> anyhow::Result<TokenKeys> {
    let lifetime_secs = token.access_minutes.saturating_mul(60);
    let settings = TokenSettings { issuer: token.issuer.clone(), audience: token.audience.clone(), lifetime_secs };
    let keys = match &token.key {
        Some(pem) => TokenKeys::from_pem(pem, settings),
        None => TokenKeys::load_or_create(&data.join("keys"), settings),
    };
    keys.context("the token key can't be used")
}

/// A demo is a demo for good, and real data never becomes one.
async fn demo_kind(store: &Store, district: &DistrictCode, wanted: Wanted) -> anyhow::Result<ClockKind> {
    let demo = store.read(district).fact(DEMO_FACT).await?.is_some();
    ensure!(demo || wanted == Wanted::Whatever, "--demo: this data folder wasn't made with --demo; take an empty one");
    Ok(if demo { ClockKind::Demo } else { ClockKind::Real })
}
