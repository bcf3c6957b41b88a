//! `seed`, and what `serve` does with a new data folder: reference data first, then, in a demo, the demo's people.
//! A folder is a demo from its first moment or never: it is marked before anything else is put in.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use infra::passwords::{PasswordSettings, Passwords};
use infra::store::Store;

use super::open::{self, Wanted};
use super::{Seed, print};
use crate::app::{read_catalogue, read_map};
use crate::clock::{Clock, ClockKind};
use crate::settings::Settings;
use crate::{demo, seed};

pub async fn seed(args: &Seed) -> anyhow::Result<()> {
    let settings = args.place.load()?.settings;
    let store = open::open_store(&settings, &args.place.data, Wanted::of(args.demo)).await?;
    if args.demo {
        claim(&store, &settings, Wanted::Demo).await?;
    }
    let seeded = seed::seed(&store, &settings.district, args.catalogue.as_deref(), Clock::new(ClockKind::Real).now()).await?;
    print(&seeded.to_string())?;
    if args.demo {
        add_demo(&store, &settings).await?;
        add_past_cases(&settings, &args.place.data, &store).await?;
    }
    Ok(())
}

/// Loads what a new data folder needs to serve, and refuses one that was made otherwise than it is wanted.
pub async fn seed_if_new(store: &Store, settings: &Settings, wanted: Wanted) -> anyhow::Result<()> {
    claim(store, settings, wanted).await?;
    if seed::is_new(store, &settings.district).await? {
        let seeded = seed::seed(store, &settings.district, None, Clock::new(ClockKind::Real).now()).await?;
        tracing::info!("a new data folder was seeded: {seeded}");
    }
    match wanted {
        Wanted::Demo => add_demo(store, settings).await,
        Wanted::Live => Ok(()),
    }
}

/// Marks a new folder as what it is to be; one that is not new has to be so already.
async fn claim(store: &Store, settings: &Settings, wanted: Wanted) -> anyhow::Result<()> {
    let is_demo = demo::is_demo(&store.read(&settings.district)).await?;
    match (wanted, is_demo) {
        (Wanted::Demo, false) => {
            let new = seed::is_new(store, &settings.district).await?;
            ensure!(new, "--demo: this data folder wasn't made with --demo and never becomes a demo; take an empty one");
            Ok(demo::mark(store, &settings.district).await?)
        }
        (Wanted::Live, true) => bail!("this data folder was made with --demo and stays a demo; start it with --demo"),
        (Wanted::Demo, true) | (Wanted::Live, false) => Ok(()),
    }
}

/// Adds the demo's people, where they aren't there yet.
async fn add_demo(store: &Store, settings: &Settings) -> anyhow::Result<()> {
    if demo::is_complete(&store.read(&settings.district)).await? {
        return Ok(());
    }
    let view = store.read(&settings.district);
    let (map, catalogue) = (read_map(&view).await?, read_catalogue(&view).await?);
    let passwords = Passwords::new(&PasswordSettings::default())?;
    let now = Clock::new(ClockKind::Real).now();
    let count = demo::seed(store, &map, &catalogue.catalogue, &passwords, now).await.context("the demo's people can't be added")?;
    print(&format!("demo: {} people, {} staff accounts, {} partner districts", count.people, count.accounts, count.partners))
}

/// Adds the demo's past cases, where nobody did so before.
pub async fn add_past_cases(settings: &Settings, data: &Path, store: &Store) -> anyhow::Result<()> {
    if demo::past_cases::are_made(&store.read(&settings.district)).await? {
        return Ok(());
    }
    let mut settings = settings.clone();
    settings.public_url.get_or_insert_with(|| format!("http://{}", settings.listen));
    let app = open::open_alone(settings, data, store.clone()).await?;
    let made = demo::past_cases::add(&app).await.context("the demo's past cases can't be added")?;
    print(&format!("demo: {made} past cases"))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn start(data: &Path, wanted: Wanted) -> anyhow::Result<Store> {
        let settings = Settings::default();
        let store = open::open_store(&settings, data, wanted).await?;
        seed_if_new(&store, &settings, wanted).await?;
        Ok(store)
    }

    #[tokio::test]
    async fn a_demo_is_a_demo_for_good() {
        let data = tempfile::tempdir().unwrap();
        start(data.path(), Wanted::Demo).await.unwrap();
        assert!(start(data.path(), Wanted::Live).await.is_err());
        let again = start(data.path(), Wanted::Demo).await.unwrap();
        let view = again.read(&Settings::default().district);
        assert!(view.account_by_login("cunzhang").await.unwrap().is_some_and(|account| account.demo));
        assert_eq!(view.partners().await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn real_data_never_become_a_demo() {
        let data = tempfile::tempdir().unwrap();
        let store = start(data.path(), Wanted::Live).await.unwrap();
        let view = store.read(&Settings::default().district);
        assert_eq!((view.stations().await.unwrap().len(), view.partners().await.unwrap().len()), (287, 0));
        assert!(start(data.path(), Wanted::Demo).await.is_err());
    }

    #[tokio::test]
    async fn seeding_again_changes_nothing() {
        let data = tempfile::tempdir().unwrap();
        let store = start(data.path(), Wanted::Live).await.unwrap();
        let again = seed::seed(&store, &Settings::default().district, None, Clock::new(ClockKind::Real).now()).await.unwrap();
        assert_eq!((again.items.added, again.items.changed, again.items.unchanged), (0, 0, 251));
    }
}
