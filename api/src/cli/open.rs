//! Opens a data folder and puts the application together.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use arc_swap::ArcSwap;
use domain::ids::DistrictCode;
use domain::routing::Load;
use infra::face::FaceChecks;
use infra::objects::Objects;
use infra::paper::{FontFiles, Press};
use infra::passwords::{PasswordSettings, Passwords};
use infra::shared::{RedisSettings, Shared};
use infra::sms::Sms;
use infra::store::{DatabasePlace, DatabaseSettings, Store, VaultSettings};
use infra::tokens::{TokenKeys, TokenSettings};
use infra::uploads::{Cleaner, CleaningSettings};

use super::wechat::Connected;
use super::{Migrate, face, oidc, sms, vault, wechat};
use crate::app::audit::Refusals;
use crate::app::live::Hub;
use crate::app::uploads::Receiving;
use crate::app::{App, Reference};
use crate::clock::{Clock, ClockKind};
use crate::demo;
use crate::http::idempotency::InProgress;
use crate::jobs::{Turns, Walked};
use crate::settings::{self, Settings};

/// What the command line asks of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Live,
    Demo,
}

impl Wanted {
    pub fn of(demo: bool) -> Self {
        if demo { Wanted::Demo } else { Wanted::Live }
    }
}

/// `migrate`.
pub async fn migrate(args: &Migrate) -> anyhow::Result<()> {
    let store = open_store(&args.place.load()?.settings, &args.place.data, Wanted::Live).await?;
    super::print("the database is up to date")?;
    if let Some(role) = &args.service_role {
        store.grant_service_role(role).await.with_context(|| format!("the service can't be let run as {role}"))?;
        super::print(&format!("{role} may run the service; it may add to the audit log, and neither change nor empty it"))?;
    }
    Ok(())
}

/// The application over a data folder that has been migrated and seeded.
pub async fn open(mut settings: Settings, data: &Path, store: Store) -> anyhow::Result<Arc<App>> {
    let clock = Arc::new(Clock::new(clock_kind(&store, &settings.district).await?));
    let shared = shared(&settings.redis)?;
    let mut connected = wechat::connect(&mut settings.wechat, (&clock, &shared), settings.public_url.as_deref()).await?;
    let sms = sms::connect(&settings.sms, connected.sms_sandbox.take())?;
    let face = face::connect(&settings.face, connected.face_sandbox.take())?;
    put_together(settings, data, store, (clock, shared, Outside { connected, sms, face })).await
}

/// The same, alone: it tells nobody anything, and nobody outside of this process hears of it.
pub async fn open_alone(settings: Settings, data: &Path, store: Store) -> anyhow::Result<Arc<App>> {
    let clock = Arc::new(Clock::new(clock_kind(&store, &settings.district).await?));
    put_together(settings, data, store, (clock, Shared::in_process(), Outside::default())).await
}

/// Whom this service talks to.
#[derive(Default)]
struct Outside {
    connected: Connected,
    sms: Option<Sms>,
    face: Option<Arc<dyn FaceChecks>>,
}

async fn put_together(
    settings: Settings,
    data: &Path,
    store: Store,
    (clock, shared, outside): (Arc<Clock>, Shared, Outside),
) -> anyhow::Result<Arc<App>> {
    let reference = Reference::read(&store, &settings.district, &settings.routing).await?;
    let app = App {
        wechat: outside.connected.wechat,
        pushes: outside.connected.pushes,
        sms: outside.sms,
        face: outside.face,
        oidc: oidc::connect(&settings.oidc)?,
        objects: Objects::local(&data.join("objects"), store.keys(&settings.district)).context("the folder for files can't be used")?,
        cleaner: cleaner(&settings.uploads),
        receiving: Receiving::new(settings.uploads.receiving_bytes_max),
        tokens: token_keys(&settings.token),
        passwords: Passwords::new(&PasswordSettings::default())?,
        reference: ArcSwap::from_pointee(reference),
        manning: ArcSwap::default(),
        overloaded: ArcSwap::default(),
        load: ArcSwap::from_pointee(Load::new(BTreeMap::new(), None, Arc::new(settings.routing.clone()))),
        press: Arc::new(Press::new(FontFiles { regular: settings.paper.font.clone(), bold: settings.paper.font_bold.clone() })),
        in_progress: InProgress::default(),
        refusals: Refusals::default(),
        turns: Turns::default(),
        walked: Walked::default(),
        live: Hub::default(),
        bars: Arc::default(),
        clock,
        shared,
        store,
        settings,
    };
    app.restore_clock().await?;
    app.unlock_token_keys().await.context("the keys for tokens can't be opened")?;
    settle_audit_hash(&app).await?;
    Ok(Arc::new(app))
}

/// The chain goes on with the algorithm that the settings name.
async fn settle_audit_hash(app: &App) -> anyhow::Result<()> {
    let wanted = app.settings.audit.hash;
    if app.store.read(app.district()).audit_hash().await? != wanted {
        let unit = app.store.write(app.district(), move |tx| Box::pin(async move { tx.set_audit_hash(wanted).await }));
        unit.await.context("the audit log can't go on with another hash")?;
    }
    Ok(())
}

/// The database, with its tables at this version and its keys at hand.
pub async fn open_store(settings: &Settings, data: &Path, wanted: Wanted) -> anyhow::Result<Store> {
    let store = connect(&settings.database, data, vault::settings(settings, data, wanted)?).await?;
    store.migrate().await.context("the tables can't be brought to this version")?;
    store.unlock(&settings.district, Clock::new(ClockKind::Real).now()).await.context("the data keys can't be opened")?;
    Ok(store)
}

/// The database as it is, its keys unopened.
pub async fn connect(database: &settings::Database, data: &Path, vault: VaultSettings) -> anyhow::Result<Store> {
    Store::open(&database_settings(database, data)?, vault).await.context("the database can't be opened")
}

fn database_settings(database: &settings::Database, data: &Path) -> anyhow::Result<DatabaseSettings> {
    std::fs::create_dir_all(data).with_context(|| format!("the data folder {} can't be made", data.display()))?;
    let place = match &database.url {
        Some(url) => DatabasePlace::Postgres(url.clone()),
        None => DatabasePlace::Sqlite(data.join("bianmin.db")),
    };
    Ok(DatabaseSettings {
        place,
        connections_max: database.connections_max,
        acquire_timeout: Duration::from_secs(database.acquire_timeout_secs),
        connect_timeout: Duration::from_secs(database.connect_timeout_secs),
        statement_timeout: Duration::from_secs(database.statement_timeout_secs),
    })
}

/// State that instances share.
pub fn shared(redis: &settings::Redis) -> anyhow::Result<Shared> {
    match &redis.url {
        Some(url) => Ok(Shared::redis(&RedisSettings { url: url.clone(), prefix: redis.prefix.clone(), timeout_ms: redis.timeout_ms })?),
        None => Ok(Shared::in_process()),
    }
}

fn token_keys(token: &settings::Token) -> TokenKeys {
    TokenKeys::new(TokenSettings { issuer: token.issuer.clone(), audience: token.audience.clone(), lifetime: token.access() })
}

fn cleaner(uploads: &settings::Uploads) -> Cleaner {
    Cleaner::new(CleaningSettings { points_max: uploads.picture_points_max, concurrency: uploads.pictures_at_once })
}

/// Only a demo's clock may be moved.
async fn clock_kind(store: &Store, district: &DistrictCode) -> anyhow::Result<ClockKind> {
    let is_demo = demo::is_demo(&store.read(district)).await?;
    Ok(if is_demo { ClockKind::Demo } else { ClockKind::Real })
}
