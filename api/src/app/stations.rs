//! Edits of a station: its hours, which items it accepts beyond or below its level, and what holds there for a while.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::audit::{Deed, Entry, Office, On, Thing, Who};
use domain::district::{Absence, Closure, Opening, Station, StationNotice};
use domain::ids::{ItemCode, StationCode};
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor, Denied, Object, may};
use infra::store::StoreError;

use super::{App, NoSuchItem, ReferenceError};

/// What is edited; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct StationEdit {
    pub hours: Option<Vec<Opening>>,
    pub added: Option<BTreeSet<ItemCode>>,
    pub removed: Option<BTreeSet<ItemCode>>,
    pub closures: Option<Vec<Closure>>,
    pub notices: Option<Vec<StationNotice>>,
    pub absences: Option<Vec<Absence>>,
}

#[derive(Debug, thiserror::Error)]
pub enum EditStationError {
    #[error("there is no such station")]
    NoSuchStation,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the hours end before they begin, or are on no weekday")]
    BadHours,
    #[error("a closure, a notice or an absence ends before it begins")]
    BadFacts,
    #[error("item {0} is both added and removed")]
    AddedAndRemoved(ItemCode),
    #[error(transparent)]
    Item(#[from] NoSuchItem),
    #[error("the station was changed by somebody else")]
    Stale,
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("the station can't be saved")]
    Store(#[from] StoreError),
}

impl App {
    /// Edits a station, if it is still what `is_seen` knows.
    pub async fn edit_station(
        &self,
        by: &Staff,
        code: &StationCode,
        edit: StationEdit,
        is_seen: impl FnOnce(&Station) -> bool + Send + 'static,
    ) -> Result<Station, EditStationError> {
        self.map().station(code).ok_or(EditStationError::NoSuchStation)?;
        may(Actor::Staff(by), Act::EditStation, &Object::Station(code))?;
        let who = Who::staff(by, Office::of(by, &[Role::Supervisor, Role::SystemAdmin], code));
        let edited = Entry::done(self.clock.now(), who, Deed::StationEdit, On::of(Thing::Station(code.clone())));
        for item in edit.added.iter().chain(&edit.removed).flatten() {
            self.item(item)?;
        }
        let code = code.clone();
        let saved = self.store.write(self.district(), move |tx| {
            Box::pin(async move {
                let station = tx.station(&code).await?.ok_or(EditStationError::NoSuchStation)?;
                if !is_seen(&station) {
                    return Err(EditStationError::Stale);
                }
                let station = apply(station, edit)?;
                tx.save_station(&station).await?;
                tx.audit(&edited).await?;
                Ok(station)
            })
        });
        let station = saved.await?;
        self.reference_changed().await?;
        Ok(station)
    }
}

fn apply(mut station: Station, edit: StationEdit) -> Result<Station, EditStationError> {
    station.hours = edit.hours.map_or(station.hours, Into::into);
    station.added = edit.added.map_or(station.added, Arc::new);
    station.removed = edit.removed.map_or(station.removed, Arc::new);
    let facts = Arc::make_mut(&mut station.facts);
    take(&mut facts.closures, edit.closures);
    take(&mut facts.notices, edit.notices);
    take(&mut facts.absences, edit.absences);
    if !station.hours.iter().all(Opening::is_valid) {
        return Err(EditStationError::BadHours);
    }
    if !station.facts.are_valid() {
        return Err(EditStationError::BadFacts);
    }
    match station.added.intersection(&station.removed).next() {
        Some(both) => Err(EditStationError::AddedAndRemoved(both.clone())),
        None => Ok(station),
    }
}

fn take<T>(old: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *old = new;
    }
}
