//! What changes seldom and is read with every request: the catalogue, the district with its stations, the calendar. Each is kept
//! in memory as one immutable snapshot; a change is saved first, then the snapshot is swapped, and the other instances are told.

use std::sync::Arc;

use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::calendar::{BadYear, Calendar, Year};
use domain::catalogue::{Catalogue, Listed, Prohibited, SearchIndex};
use domain::district::{BadDistrict, DistrictMap};
use domain::ids::{DistrictCode, ItemCode};
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::routing::{Snapshot, SnapshotDigest, Tuning};
use domain::supervision::Thresholds;
use infra::store::{Store, StoreError};

use super::App;

/// The channel that says that reference data changed.
pub const REFERENCE_CHANGED: &str = "reference";

/// The catalogue as it is offered now.
#[derive(Debug, Default)]
pub struct CatalogueSnapshot {
    pub catalogue: Catalogue,
    pub search: SearchIndex,
    pub prohibited: Vec<Prohibited>,
}

impl CatalogueSnapshot {
    pub fn new(catalogue: Catalogue, prohibited: Vec<Prohibited>) -> Self {
        Self { search: SearchIndex::build(&catalogue, &prohibited), catalogue, prohibited }
    }
}

/// What deadlines and alerts are reckoned by beside the map: which calendar that has, and when somebody is warned.
#[derive(Debug, Clone, Default)]
pub struct Reckoning {
    /// The calendar's.
    pub revision: i64,
    pub thresholds: Thresholds,
}

/// The map with the settings as a document, and its digest: what a plan says that it came from.
#[derive(Debug, Clone)]
pub struct PlanSnapshot {
    pub digest: SnapshotDigest,
    pub snapshot: Arc<Snapshot>,
}

impl PlanSnapshot {
    pub fn of(map: &DistrictMap, tuning: &Tuning) -> Result<Self, serde_json::Error> {
        let snapshot = Snapshot::of(map, tuning);
        Ok(Self { digest: snapshot.digest()?, snapshot: Arc::new(snapshot) })
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no item {0}")]
pub struct NoSuchItem(pub ItemCode);

#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    #[error("the stored district doesn't fit together")]
    District(#[from] BadDistrict),
    #[error("the map can't be written down")]
    Snapshot(#[from] serde_json::Error),
    #[error("reference data can't be read")]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum LoadYearError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Year(#[from] BadYear),
    #[error("the year was changed by somebody else")]
    Stale,
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("the year can't be saved")]
    Store(#[from] StoreError),
}

/// The catalogue as the store has it.
pub async fn read_catalogue(store: &Store, district: &DistrictCode) -> Result<CatalogueSnapshot, StoreError> {
    let view = store.read(district);
    Ok(CatalogueSnapshot::new(view.catalogue().await?, view.prohibited().await?))
}

/// Read before the map: a case that is saved in between with a newer calendar is only looked at once more.
pub async fn read_reckoning(store: &Store, district: &DistrictCode) -> Result<Reckoning, StoreError> {
    let view = store.read(district);
    Ok(Reckoning { revision: view.calendar_revision().await?, thresholds: view.thresholds().await? })
}

/// The district as the store has it.
pub async fn read_map(store: &Store, district: &DistrictCode) -> Result<DistrictMap, ReferenceError> {
    let view = store.read(district);
    let calendar = Arc::new(view.calendar().await?);
    let name = view.district_name().await?;
    let parts = (view.divisions().await?, view.stations().await?, view.partners().await?);
    Ok(DistrictMap::build((district.clone(), name), parts.0, parts.1, parts.2, calendar)?)
}

impl App {
    /// The current version of an item.
    pub fn item(&self, code: &ItemCode) -> Result<Arc<Listed>, NoSuchItem> {
        self.catalogue.load().catalogue.item(code).cloned().ok_or_else(|| NoSuchItem(code.clone()))
    }

    /// Takes up what changed in the store.
    pub async fn reload_reference(&self) -> Result<(), ReferenceError> {
        let reckoning = read_reckoning(&self.store, self.district()).await?;
        let map = read_map(&self.store, self.district()).await?;
        self.snapshot.store(Arc::new(PlanSnapshot::of(&map, &self.settings.routing)?));
        self.map.store(Arc::new(map));
        self.reckoning.store(Arc::new(reckoning));
        self.renew_manning().await?;
        self.catalogue.store(Arc::new(read_catalogue(&self.store, self.district()).await?));
        Ok(())
    }

    /// Takes the change up here, and lets the other instances do so.
    pub async fn reference_changed(&self) -> Result<(), ReferenceError> {
        self.reload_reference().await?;
        self.shared.notify(REFERENCE_CHANGED).await;
        Ok(())
    }

    /// Loads a year's holidays, if the year is still what `is_seen` knows.
    pub async fn load_year(
        &self,
        by: &Staff,
        year: i32,
        days: Year,
        is_seen: impl FnOnce(Option<&Year>) -> bool + Send + 'static,
    ) -> Result<Arc<Calendar>, LoadYearError> {
        may(Actor::Staff(by), Act::LoadYear, &Object::District)?;
        let loaded = Entry::done(self.clock.now(), Who::staff(by, None), Deed::YearLoad, On::of(Thing::Year(year)));
        self.store
            .write(self.district(), move |tx| {
                Box::pin(async move {
                    let mut calendar = tx.calendar().await?;
                    if !is_seen(calendar.year(year)) {
                        return Err(LoadYearError::Stale);
                    }
                    calendar.load(year, days.clone())?;
                    tx.save_year(year, &days).await?;
                    Ok(tx.audit(&loaded).await?)
                })
            })
            .await?;
        self.reference_changed().await?;
        Ok(Arc::clone(&self.map.load().calendar))
    }
}
