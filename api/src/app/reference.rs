//! What changes seldom and is read with every request: the catalogue, the district with its stations, the calendar. They are kept
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
use infra::store::{Store, StoreError, View};

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

/// All of it as the store had it at one time.
#[derive(Debug)]
pub struct Reference {
    pub map: Arc<DistrictMap>,
    /// The map as a document, for who wants to know later what a plan came from.
    pub snapshot: Arc<PlanSnapshot>,
    pub catalogue: Arc<CatalogueSnapshot>,
    pub reckoning: Reckoning,
    /// Of the map: a later one has a higher one.
    pub revision: i64,
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

impl Reference {
    /// As the store has it now. What changes meanwhile is read once more, so that the map is the one of its revision.
    pub async fn read(store: &Store, district: &DistrictCode, tuning: &Tuning) -> Result<Self, ReferenceError> {
        let view = store.read(district);
        let mut revision = view.map_revision().await?;
        loop {
            let read = Self::read_at(&view, revision, tuning).await?;
            let then = std::mem::replace(&mut revision, view.map_revision().await?);
            if revision == then {
                return Ok(read);
            }
        }
    }

    async fn read_at(view: &View, revision: i64, tuning: &Tuning) -> Result<Self, ReferenceError> {
        // Before the map, whose calendar is then this one or a later one: a case that is saved in between is only looked at once more.
        let reckoning = Reckoning { revision: view.calendar_revision().await?, thresholds: view.thresholds().await? };
        let map = read_map(view).await?;
        Ok(Self {
            snapshot: Arc::new(PlanSnapshot::of(&map, tuning)?),
            map: Arc::new(map),
            catalogue: Arc::new(read_catalogue(view).await?),
            reckoning,
            revision,
        })
    }
}

/// The catalogue as the store has it.
pub async fn read_catalogue(view: &View) -> Result<CatalogueSnapshot, StoreError> {
    Ok(CatalogueSnapshot::new(view.catalogue().await?, view.prohibited().await?))
}

/// The district as the store has it.
pub async fn read_map(view: &View) -> Result<DistrictMap, ReferenceError> {
    let calendar = Arc::new(view.calendar().await?);
    let named = (view.district().clone(), view.district_name().await?);
    let parts = (view.divisions().await?, view.stations().await?, view.partners().await?);
    Ok(DistrictMap::build(named, parts.0, parts.1, parts.2, calendar)?)
}

impl App {
    pub fn map(&self) -> Arc<DistrictMap> {
        Arc::clone(&self.reference.load().map)
    }

    pub fn catalogue(&self) -> Arc<CatalogueSnapshot> {
        Arc::clone(&self.reference.load().catalogue)
    }

    pub fn reckoning(&self) -> Reckoning {
        self.reference.load().reckoning.clone()
    }

    /// The current version of an item.
    pub fn item(&self, code: &ItemCode) -> Result<Arc<Listed>, NoSuchItem> {
        self.catalogue().catalogue.item(code).cloned().ok_or_else(|| NoSuchItem(code.clone()))
    }

    /// Takes up what changed in the store; whoever comes second reads later, so that nothing older replaces it.
    pub async fn reload_reference(&self) -> Result<(), ReferenceError> {
        let _turn = self.turns.reloading.lock().await;
        let read = Reference::read(&self.store, self.district(), &self.settings.routing).await?;
        self.reference.store(Arc::new(read));
        Ok(self.renew_manning().await?)
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
        let now = self.clock.now();
        let loaded = Entry::done(now, Who::staff(by, None), Deed::YearLoad, On::of(Thing::Year(year)));
        self.store
            .write(self.district(), move |tx| {
                Box::pin(async move {
                    let mut calendar = tx.calendar().await?;
                    if !is_seen(calendar.year(year)) {
                        return Err(LoadYearError::Stale);
                    }
                    calendar.load(year, days.clone())?;
                    tx.save_year(year, &days, Some(now)).await?;
                    Ok(tx.audit(&loaded).await?)
                })
            })
            .await?;
        self.reference_changed().await?;
        Ok(Arc::clone(&self.map().calendar))
    }
}
