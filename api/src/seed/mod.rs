//! Seeding: puts the reference data (catalogue, district, calendar) into the store, as a new data folder needs it.
//! Invariants: everything is read and checked before anything is written, and written in one unit; what is there and equal stays,
//! an edited item becomes a new version, and what a station or a notice changed here is kept.
//! Errors: `SeedError`; a broken catalogue is refused whole, with every fault by item and key.

use std::fmt;
use std::path::Path;

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::calendar::Calendar;
use domain::catalogue::{Item, Prohibited};
use domain::ids::DistrictCode;
use domain::time::Timestamp;
use infra::reference::{self, BadReference, DistrictData};
use infra::store::{SeedCount, Store, StoreError, Tx};

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("the reference data can't be used")]
    Reference(#[from] BadReference),
    #[error("there is no reference data for the district {wanted}, only for {held}")]
    OtherDistrict { wanted: DistrictCode, held: DistrictCode },
    #[error("the reference data can't be saved")]
    Store(#[from] StoreError),
}

/// What was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    pub items: SeedCount,
    pub prohibited: usize,
    pub divisions: usize,
    pub stations: usize,
    pub years: usize,
}

impl fmt::Display for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SeedCount { added, changed, unchanged } = &self.items;
        write!(f, "items: {added} added, {changed} changed, {unchanged} as they were; prohibited certificates: {}; ", self.prohibited)?;
        write!(f, "divisions: {}; stations: {}; calendar years: {}", self.divisions, self.stations, self.years)
    }
}

/// Everything that a district starts with.
struct Reference {
    items: Vec<Item>,
    prohibited: Vec<Prohibited>,
    district: DistrictData,
    calendar: Calendar,
}

impl Reference {
    /// From the files that the project holds; the catalogue from a folder, where one is given.
    fn read(catalogue: Option<&Path>, wanted: &DistrictCode) -> Result<Self, SeedError> {
        let (items, prohibited) = match catalogue {
            Some(folder) => reference::catalogue_from(folder)?,
            None => reference::catalogue()?,
        };
        let district = reference::district()?;
        if district.code != *wanted {
            return Err(SeedError::OtherDistrict { wanted: wanted.clone(), held: district.code });
        }
        Ok(Self { items, prohibited, district, calendar: reference::calendar()? })
    }
}

/// Whether the store holds no district yet.
pub async fn is_new(store: &Store, district: &DistrictCode) -> Result<bool, StoreError> {
    Ok(store.read(district).divisions().await?.is_empty())
}

/// Loads the reference data.
pub async fn seed(store: &Store, district: &DistrictCode, catalogue: Option<&Path>, now: Timestamp) -> Result<Seeded, SeedError> {
    let reference = Reference::read(catalogue, district)?;
    let unit = store.write(district, move |tx| {
        Box::pin(async move {
            let Reference { items, prohibited, district, calendar } = &reference;
            tx.seed_divisions(&district.divisions).await?;
            tx.seed_stations(&district.stations).await?;
            let years = tx.seed_years(calendar).await?;
            tx.seed_prohibited(prohibited).await?;
            let items = tx.seed_items(items, now).await?;
            log(tx, now, &years).await?;
            Ok(Seeded {
                items,
                prohibited: prohibited.len(),
                divisions: district.divisions.len(),
                stations: district.stations.len(),
                years: calendar.years().count(),
            })
        })
    });
    unit.await
}

/// Whoever has the command line may load what it likes: the log says that it was loaded, and which years weren't there before.
async fn log(tx: &Tx, now: Timestamp, years: &[i32]) -> Result<(), StoreError> {
    let loads = years.iter().map(|year| (Deed::YearLoad, Thing::Year(*year))).chain([(Deed::CatalogueLoad, Thing::Catalogue)]);
    for (deed, thing) in loads {
        tx.audit(&Entry::done(now, Who::System, deed, On::of(thing))).await?;
    }
    Ok(())
}
