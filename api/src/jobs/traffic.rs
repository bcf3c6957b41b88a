//! The live load: how long somebody who comes to a station now waits for their turn, from the cases that wait to be taken in.
//! One instance counts in a period and shares the figures; with nothing shared each counts for itself. Missing figures make
//! estimates coarser, never wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use domain::district::{DistrictMap, Station};
use domain::ids::StationCode;
use domain::queue::is_overloaded;
use domain::routing::{Desks, Load, StationLoad, Tuning};
use domain::time::Timestamp;
use infra::store::{StoreError, WaitingAt};
use serde::{Deserialize, Serialize};

use crate::app::App;

pub const PERIOD: Duration = Duration::from_secs(5);

/// The figures as they are shared.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Figures {
    taken_at: Timestamp,
    stations: BTreeMap<StationCode, StationLoad>,
    overloaded: BTreeSet<StationCode>,
}

pub async fn renew(app: &App) -> Result<(), StoreError> {
    let shared = app.shared.get(&key(app)).await.and_then(|text| serde_json::from_str::<Figures>(&text).ok());
    match shared {
        Some(figures) => take_up(app, figures),
        None => count(app).await?,
    }
    Ok(())
}

/// Counts, whatever was shared, and shares the figures.
pub async fn count(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let waiting = app.store.read(app.district()).waiting_at_stations(now).await?;
    let stations = loads(&app.map.load(), &app.load.load().tuning, &waiting);
    let figures = Figures { taken_at: now, stations, overloaded: overloaded(app, &waiting) };
    if let Ok(text) = serde_json::to_string(&figures) {
        app.shared.set(&key(app), &text, PERIOD).await;
    }
    take_up(app, figures);
    Ok(())
}

fn take_up(app: &App, figures: Figures) {
    let tuning = Arc::clone(&app.load.load().tuning);
    app.overloaded.store(Arc::new(figures.overloaded));
    app.load.store(Arc::new(Load::new(figures.stations, Some(figures.taken_at), tuning)));
}

fn key(app: &App) -> String {
    format!("load:{}", app.district())
}

/// What is known of the stations at which somebody waits, or at which nobody works.
fn loads(map: &DistrictMap, tuning: &Tuning, waiting: &BTreeMap<StationCode, WaitingAt>) -> BTreeMap<StationCode, StationLoad> {
    let loads = map.stations().map(|station| {
        let waiting = waiting.get(&station.code).copied().unwrap_or_default();
        (station.code.clone(), load(station, tuning, waiting.to_take_in))
    });
    loads.filter(|(_, load)| load.wait_min > 0 || load.desk == Desks::Unstaffed).collect()
}

/// Those at which more waits than their clerks have before them.
fn overloaded(app: &App, waiting: &BTreeMap<StationCode, WaitingAt>) -> BTreeSet<StationCode> {
    let (manning, limit) = (app.manning.load(), app.reckoning.load().thresholds.items_per_clerk);
    let over = waiting.iter().filter(|(station, waiting)| is_overloaded(waiting.in_all, manning.count(station), limit));
    over.map(|(station, _)| station.clone()).collect()
}

fn load(station: &Station, tuning: &Tuning, waiting: u64) -> StationLoad {
    let minutes = waiting * u64::from(tuning.service.at(station.level)) / u64::from(station.windows.max(1));
    let desk = if station.staff == 0 { Desks::Unstaffed } else { Desks::Staffed };
    StationLoad { wait_min: u32::try_from(minutes).unwrap_or(u32::MAX), desk }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_shares_the_windows_of_the_station() {
        let data = infra::reference::district().unwrap();
        let centre = data.stations.iter().find(|station| station.windows == 24).unwrap();
        let load = load(centre, &Tuning::default(), 48);
        assert_eq!(load, StationLoad { wait_min: 40, desk: Desks::Staffed });
    }
}
