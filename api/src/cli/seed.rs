//! `seed`, and what `serve` does with a new data folder: reference data first, then, in a demo, the demo's people.
//! A folder is a demo from its first moment or never: it is marked before anything else is put in.

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
    let store = open::open_store(&settings.database, &args.place.data).await?;
    if args.demo {
        claim(&store, &settings, Wanted::Demo).await?;
    }
    let seeded = seed::seed(&store, &settings.district, args.catalogue.as_deref(), Clock::new(ClockKind::Real).now()).await?;
    print(&seeded.to_string())?;
    if args.demo { add_demo(&store, &settings).await } else { Ok(()) }
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
    let (map, catalogue) = (read_map(store, &settings.district).await?, read_catalogue(store, &settings.district).await?);
    let passwords = Passwords::new(&PasswordSettings::default())?;
    let now = Clock::new(ClockKind::Real).now();
    let count = demo::seed(store, &map, &catalogue.catalogue, &passwords, now).await.context("the demo's people can't be added")?;
    print(&format!("demo: {} people, {} staff accounts, {} partner districts", count.people, count.accounts, count.partners))
}
