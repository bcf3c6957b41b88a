//! The live load: how long somebody who comes to a station now waits for their turn, from the cases that wait to be taken in, the
//! numbers that wait in its hall, the windows that work there, and how long one matter takes there lately; what isn't known is as the
//! settings and the map say.
//! One instance counts in a period and shares the figures; with nothing shared each counts for itself. Missing figures make
//! estimates coarser, never wrong.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::catalogue::ItemKind;
use domain::district::{DistrictMap, Station};
use domain::floor::{Pace, Paces};
use domain::ids::StationCode;
use domain::routing::{Desks, Load, StationLoad, Tuning};
use domain::time::{Timestamp, local_date};
use infra::store::{StoreError, View, WaitingInHall};
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
            let stations = loads(&app.map.load(), &tuning, &Seen::now(&view, now).await?);
            let figures = Figures { taken_at: now, stations };
            if let Ok(text) = serde_json::to_string(&figures) {
                app.shared.set(&key, &text, PERIOD).await;
            }
            figures
        }
    };
    app.load.store(Arc::new(Load::new(figures.stations, Some(figures.taken_at), tuning)));
    Ok(())
}

/// What is going on at the stations, by their codes.
#[derive(Debug, Default)]
struct Seen {
    /// Cases that wait to be taken in.
    online: BTreeMap<StationCode, u64>,
    /// Numbers that wait in the hall.
    halls: BTreeMap<StationCode, WaitingInHall>,
    paces: BTreeMap<StationCode, BTreeMap<ItemKind, Pace>>,
    /// Windows that work now.
    windows: BTreeMap<StationCode, u64>,
}

impl Seen {
    async fn now(view: &View, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self {
            online: view.waiting_to_be_taken_in(now).await?,
            halls: view.waiting_in_halls(local_date(now)).await?,
            paces: view.all_paces().await?,
            windows: view.windows_at_work().await?.into_iter().collect(),
        })
    }
}

/// What is known of the stations at which somebody waits, or at which nobody works.
fn loads(map: &DistrictMap, tuning: &Tuning, seen: &Seen) -> BTreeMap<StationCode, StationLoad> {
    let loads = map.stations().map(|station| (station.code.clone(), load(station, tuning, seen)));
    loads.filter(|(_, load)| load.wait_min > 0 || load.desk == Desks::Unstaffed).collect()
}

fn load(station: &Station, tuning: &Tuning, seen: &Seen) -> StationLoad {
    let code = &station.code;
    let known = seen.paces.get(code).cloned().unwrap_or_default();
    let paces = Paces { known, usual: Pace::of_minutes(tuning.service.at(station.level)) };
    let online = seen.online.get(code).copied().unwrap_or_default() * u64::from(paces.mean().secs());
    let halls = seen.halls.get(code).into_iter().flatten();
    let hall: u64 = halls.map(|(kind, waiting)| waiting * u64::from(paces.of(*kind).secs())).sum();
    let windows = seen.windows.get(code).copied().unwrap_or_else(|| station.windows.into());
    let minutes = (online + hall) / 60 / windows.max(1);
    let desk = if station.staff == 0 { Desks::Unstaffed } else { Desks::Staffed };
    StationLoad { wait_min: u32::try_from(minutes).unwrap_or(u32::MAX), desk }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_shares_the_windows_of_the_station() {
        let centre = centre();
        let seen = Seen { online: [(centre.code.clone(), 48)].into(), ..Seen::default() };
        assert_eq!(load(&centre, &Tuning::default(), &seen), StationLoad { wait_min: 40, desk: Desks::Staffed });
    }

    #[test]
    fn the_hall_the_windows_at_work_and_the_pace_of_late_make_the_wait() {
        let centre = centre();
        let at = || centre.code.clone();
        let seen = Seen {
            online: [(at(), 4)].into(),
            halls: [(at(), [(ItemKind::Certificate, 6), (ItemKind::TownService, 1)].into())].into(),
            paces: [(at(), [(ItemKind::Certificate, Pace::of_minutes(5))].into())].into(),
            windows: [(at(), 2)].into(),
        };
        let expected = (4 * 5 + 6 * 5 + 20) / 2;
        assert_eq!(load(&centre, &Tuning::default(), &seen).wait_min, expected);
    }

    fn centre() -> Station {
        let data = infra::reference::district().unwrap();
        data.stations.into_iter().find(|station| station.windows == 24).unwrap()
    }
}
