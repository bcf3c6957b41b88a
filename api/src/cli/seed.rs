//! `seed`: the catalogue, the district and the calendar. What is there already and equal stays; an edited item becomes a new version.

use std::path::Path;

use anyhow::{Context, ensure};
use domain::ids::DistrictCode;
use domain::time::Timestamp;
use infra::reference;
use infra::store::{SeedCount, Store, StoreError};

use super::open::{DEMO_FACT, Wanted};
use super::{Seed, open, print};
use crate::clock::{Clock, ClockKind};
use crate::settings::Settings;

pub async fn seed(args: &Seed) -> anyhow::Result<()> {
    let settings = args.place.load()?.settings;
    let store = open::open_store(&settings.database, &args.place.data).await?;
    mark(&store, &settings.district, Wanted::of(args.demo)).await?;
    let count = seed_reference(&store, &settings, args.catalogue.as_deref()).await?;
    print(&format!("items: {} added, {} changed, {} as they were", count.added, count.changed, count.unchanged))
}

/// Loads what a new data folder needs to serve.
pub async fn seed_if_new(store: &Store, settings: &Settings, wanted: Wanted) -> anyhow::Result<()> {
    if is_new(store, &settings.district).await? {
        mark(store, &settings.district, wanted).await?;
        seed_reference(store, settings, None).await?;
    }
    Ok(())
}

async fn is_new(store: &Store, district: &DistrictCode) -> Result<bool, StoreError> {
    Ok(store.read(district).divisions().await?.is_empty())
}

/// A demo is a demo for good, and real data never becomes one.
async fn mark(store: &Store, district: &DistrictCode, wanted: Wanted) -> anyhow::Result<()> {
    if wanted == Wanted::Whatever || store.read(district).fact(DEMO_FACT).await?.is_some() {
        return Ok(());
    }
    ensure!(is_new(store, district).await?, "--demo: this data folder holds data that is no demo; take an empty one");
    let unit = store.write(district, |tx| Box::pin(async move { tx.set_fact(DEMO_FACT, "yes").await }));
    unit.await.context("the data folder can't be marked as a demo")
}

/// Everything is read and checked before anything is written, and written in one unit.
async fn seed_reference(store: &Store, settings: &Settings, catalogue: Option<&Path>) -> anyhow::Result<SeedCount> {
    let (items, prohibited) = match catalogue {
        Some(folder) => reference::catalogue_from(folder)?,
        None => reference::catalogue()?,
    };
    let (district, calendar) = (reference::district()?, reference::calendar()?);
    ensure!(
        district.code == settings.district,
        "there is no reference data for district {}, only for {}",
        settings.district,
        district.code
    );
    let now: Timestamp = Clock::new(ClockKind::Real).now();
    let unit = store.write(&settings.district, move |tx| {
        Box::pin(async move {
            tx.seed_divisions(&district.divisions).await?;
            tx.seed_stations(&district.stations).await?;
            for (year, days) in calendar.years() {
                tx.seed_year(year, days).await?;
            }
            tx.seed_prohibited(&prohibited).await?;
            tx.seed_items(&items, now).await
        })
    });
    unit.await.map_err(|error: StoreError| error).context("the reference data can't be saved")
}
