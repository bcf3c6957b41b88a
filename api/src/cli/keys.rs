//! `keys`: what data are sealed under, while the service runs or not.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use domain::ids::DistrictCode;
use infra::objects::Objects;
use infra::store::Store;
use infra::vault::{self, KeyId, MasterKey};

use super::open::{self, Wanted};
use super::{Place, print};
use crate::app::{KEYS_CHANGED, sealed_files};
use crate::clock::{Clock, ClockKind};
use crate::settings::Settings;

async fn open(place: &Place) -> anyhow::Result<(Settings, Store)> {
    let settings = place.load()?.settings;
    let store = open::open_store(&settings, &place.data, Wanted::Live).await?;
    Ok((settings, store))
}

pub async fn list(place: &Place) -> anyhow::Result<()> {
    let (settings, store) = open(place).await?;
    let view = store.read(&settings.district);
    let (keys, values) = (view.data_keys().await?, view.sealed_counts().await?);
    let objects = Objects::local(&place.data.join("objects"), store.keys(&settings.district))?;
    let files = sealed_files(&view, &objects).await?;
    let count = |counts: &BTreeMap<KeyId, u64>, key| counts.get(&key).copied().unwrap_or_default();
    for key in keys {
        let seals = format!("{} values, {} files", count(&values, key.id), count(&files, key.id));
        let made = key.created_at.format("%Y-%m-%d %H:%M UTC");
        print(&format!("{}: {}, {}, made {made}, under master key {}: {seals}", key.id, key.purpose, key.algorithm, key.master))?;
    }
    Ok(())
}

pub async fn rotate(place: &Place) -> anyhow::Result<()> {
    let (settings, store) = open(place).await?;
    let now = Clock::new(ClockKind::Real).now();
    let [column, object] = store.write(&settings.district, move |tx| Box::pin(async move { tx.rotate_keys(now).await })).await?;
    // Whoever isn't reached looks by itself, soon.
    open::shared(&settings.redis)?.notify(KEYS_CHANGED).await;
    print(&format!("new keys: {column} for columns, {object} for files; what is sealed under older ones is sealed anew by the service"))
}

pub async fn rewrap(place: &Place, to: &Path) -> anyhow::Result<()> {
    let (settings, store) = open(place).await?;
    let master = vault::load_or_create(to).context("the new master key can't be used")?;
    let fingerprint = master.fingerprint();
    let wrapped = rewrap_all(&store, &settings.district, master).await?;
    print(&format!("{wrapped} data keys are wrapped under the master key {fingerprint} in {}", to.display()))?;
    print("services that run go on; before their next start, and before the next rotation, name that file in vault.master_key_file")
}

async fn rewrap_all(store: &Store, district: &DistrictCode, master: MasterKey) -> anyhow::Result<usize> {
    Ok(store.write(district, move |tx| Box::pin(async move { tx.rewrap_keys(&master).await })).await?)
}
