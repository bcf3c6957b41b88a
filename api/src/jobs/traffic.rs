//! The live load: how long somebody who comes to a station now waits for their turn, from the cases that wait to be taken in, the
//! numbers that wait in its hall, the windows that work there, and how long one matter takes there lately; what isn't known is as the
//! settings and the map say.
//! One instance counts in a period and shares the figures; with nothing shared each counts for itself. Missing figures make
//! estimates coarser, never wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use domain::catalogue::ItemKind;
use domain::district::{DistrictMap, Station};
use domain::floor::{Pace, Paces};
use domain::ids::StationCode;
use domain::queue::is_overloaded;
use domain::routing::{Desks, Load, StationLoad, Tuning};
use domain::time::{Timestamp, local_date};
use infra::store::{StoreError, View, WaitingAt, WaitingInHall};
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
    let seen = Seen::now(&app.store.read(app.district()), now).await?;
    let stations = loads(&app.map(), &app.load.load().tuning, &seen);
    let figures = Figures { taken_at: now, stations, overloaded: overloaded(app, &seen.online) };
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

/// What is going on at the stations, by their codes.
#[derive(Debug, Default)]
struct Seen {
    /// Work items that wait.
    online: BTreeMap<StationCode, WaitingAt>,
    /// Numbers that wait in the hall.
    halls: BTreeMap<StationCode, WaitingInHall>,
    paces: BTreeMap<StationCode, BTreeMap<ItemKind, Pace>>,
    /// Windows that work now.
    windows: BTreeMap<StationCode, u64>,
}

impl Seen {
    async fn now(view: &View, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self {
            online: view.waiting_at_stations(now).await?,
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

/// Those at which more waits than their clerks have before them.
fn overloaded(app: &App, waiting: &BTreeMap<StationCode, WaitingAt>) -> BTreeSet<StationCode> {
    let (manning, limit) = (app.manning.load(), app.reckoning().thresholds.items_per_clerk);
    let over = waiting.iter().filter(|(station, waiting)| is_overloaded(waiting.in_all, manning.count(station), limit));
    over.map(|(station, _)| station.clone()).collect()
}

fn load(station: &Station, tuning: &Tuning, seen: &Seen) -> StationLoad {
    let code = &station.code;
    let known = seen.paces.get(code).cloned().unwrap_or_default();
    let paces = Paces { known, usual: Pace::of_minutes(tuning.service.at(station.level)) };
    let to_take_in = seen.online.get(code).map_or(0, |waiting| waiting.to_take_in);
    let online = to_take_in * u64::from(paces.mean().secs());
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
        let seen = Seen { online: [(centre.code.clone(), to_take_in(48))].into(), ..Seen::default() };
        assert_eq!(load(&centre, &Tuning::default(), &seen), StationLoad { wait_min: 40, desk: Desks::Staffed });
    }

    #[test]
    fn the_hall_the_windows_at_work_and_the_pace_of_late_make_the_wait() {
        let centre = centre();
        let at = || centre.code.clone();
        let seen = Seen {
            online: [(at(), to_take_in(4))].into(),
            halls: [(at(), [(ItemKind::Certificate, 6), (ItemKind::TownService, 1)].into())].into(),
            paces: [(at(), [(ItemKind::Certificate, Pace::of_minutes(5))].into())].into(),
            windows: [(at(), 2)].into(),
        };
        let expected = (4 * 5 + 6 * 5 + 20) / 2;
        assert_eq!(load(&centre, &Tuning::default(), &seen).wait_min, expected);
    }

    fn to_take_in(waiting: u64) -> WaitingAt {
        WaitingAt { to_take_in: waiting, in_all: waiting }
    }

    fn centre() -> Station {
        let data = infra::reference::district().unwrap();
        data.stations.into_iter().find(|station| station.windows == 24).unwrap()
    }
}
