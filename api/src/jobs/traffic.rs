//! The live load: how long somebody who comes to a station now waits for their turn, from the cases that wait to be taken in.
//! One instance counts in a period and shares the figures; with nothing shared each counts for itself. Missing figures make
//! estimates coarser, never wrong.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::district::{DistrictMap, Station};
use domain::ids::StationCode;
use domain::routing::{Desks, Load, StationLoad, Tuning};
use domain::time::Timestamp;
use infra::store::StoreError;
use serde::{Deserialize, Serialize};

use crate::app::App;

pub const PERIOD: Duration = Duration::from_secs(5);

/// The figures as they are shared.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Figures {
    taken_at: Timestamp,
    stations: BTreeMap<StationCode, StationLoad>,
}

pub async fn renew(app: &App) -> Result<(), StoreError> {
    let tuning = Arc::clone(&app.load.load().tuning);
    let view = app.store.read(app.district());
    let key = format!("load:{}", app.district());
    let shared = app.shared.get(&key).await.and_then(|text| serde_json::from_str::<Figures>(&text).ok());
    let figures = match shared {
        Some(figures) => figures,
        None => {
            let now = app.clock.now();
            let waiting = view.waiting_to_be_taken_in(now).await?;
            let figures = Figures { taken_at: now, stations: loads(&app.map.load(), &tuning, &waiting) };
            if let Ok(text) = serde_json::to_string(&figures) {
                app.shared.set(&key, &text, PERIOD).await;
            }
            figures
        }
    };
    app.load.store(Arc::new(Load::new(figures.stations, Some(figures.taken_at), tuning)));
    Ok(())
}

/// What is known of the stations at which somebody waits, or at which nobody works.
fn loads(map: &DistrictMap, tuning: &Tuning, waiting: &BTreeMap<StationCode, u64>) -> BTreeMap<StationCode, StationLoad> {
    let loads = map.stations().map(|station| {
        let waiting = waiting.get(&station.code).copied().unwrap_or_default();
        (station.code.clone(), load(station, tuning, waiting))
    });
    loads.filter(|(_, load)| load.wait_min > 0 || load.desk == Desks::Unstaffed).collect()
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
