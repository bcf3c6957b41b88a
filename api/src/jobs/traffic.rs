//! The live load: how long somebody who comes to a station now waits for their turn, from the cases that wait to be taken in.
//! One instance counts in a period and shares the figures; with nothing shared each counts for itself. Missing figures make
//! estimates coarser, never wrong.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::district::{DistrictMap, Station};
use domain::ids::StationCode;
use domain::routing::{Desks, Load, StationLoad, Tuning};
use infra::store::StoreError;

use crate::app::App;

pub const PERIOD: Duration = Duration::from_secs(5);

type Stations = BTreeMap<StationCode, StationLoad>;

pub async fn renew(app: &App) -> Result<(), StoreError> {
    let tuning = Arc::clone(&app.load.load().tuning);
    let key = format!("load:{}", app.district());
    let shared = app.shared.get(&key).await.and_then(|text| serde_json::from_str::<Stations>(&text).ok());
    let stations = match shared {
        Some(stations) => stations,
        None => {
            let waiting = app.store.read(app.district()).waiting_to_be_taken_in(app.clock.now()).await?;
            let stations = loads(&app.map.load(), &tuning, &waiting);
            if let Ok(text) = serde_json::to_string(&stations) {
                app.shared.set(&key, &text, PERIOD).await;
            }
            stations
        }
    };
    app.load.store(Arc::new(Load { stations, as_of: Some(app.clock.now()), tuning }));
    Ok(())
}

/// What is known of the stations at which somebody waits, or at which nobody works.
fn loads(map: &DistrictMap, tuning: &Tuning, waiting: &BTreeMap<StationCode, u64>) -> Stations {
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
