//! The district, the catalogue and the calendar that the project ships.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use serde_json::Value;

use crate::calendar::{Calendar, Year};
use crate::catalogue::{Catalogue, reference};
use crate::district::{DistrictMap, Division, Level, Opening, Partner, Place, Station, StationFacts};
use crate::ids::{DivisionCode, StationCode};

const DISTRICT: &str = include_str!("../../../../../infra/data/district/district.json");
const HOLIDAYS: &str = include_str!("../../../../../infra/data/calendar/holidays.json");

#[derive(Deserialize)]
struct File {
    code: DivisionCode,
    name: String,
    towns: Vec<Entry>,
    villages: Vec<Entry>,
    stations: Vec<StationEntry>,
}

#[derive(Deserialize)]
struct Entry {
    code: DivisionCode,
    name: String,
    lat: f64,
    lng: f64,
}

#[derive(Deserialize)]
struct StationEntry {
    code: StationCode,
    name: String,
    level: Level,
    lat: f64,
    lng: f64,
    windows: u16,
    staff: u16,
    terminal: bool,
    accessible: bool,
    hours: Vec<Opening>,
}

/// A copy of the real district, for a story to change.
#[derive(Clone)]
pub struct District {
    name: String,
    code: DivisionCode,
    divisions: Vec<Division>,
    stations: Vec<Station>,
    pub partners: Vec<Partner>,
    calendar: Arc<Calendar>,
}

static REAL: LazyLock<District> = LazyLock::new(read);
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(reference::catalogue);

pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

fn read() -> District {
    let file: File = serde_json::from_str(DISTRICT).unwrap();
    let years: BTreeMap<i32, Value> = serde_json::from_str(HOLIDAYS).unwrap();
    let mut calendar = Calendar::default();
    for (year, days) in years {
        calendar.load(year, serde_json::from_value::<Year>(days).unwrap()).unwrap();
    }
    let stations: Vec<Station> = file.stations.into_iter().map(station).collect();
    // The file gives the district no place of its own: it is where its centre stands.
    let centre = stations.iter().find(|station| station.level == Level::District).unwrap().place;
    let whole = Division { code: file.code.clone(), name: file.name.clone(), place: centre };
    let below = file.towns.into_iter().chain(file.villages);
    let below = below.map(|entry| Division { code: entry.code, name: entry.name, place: Place { lat: entry.lat, lng: entry.lng } });
    let divisions = std::iter::once(whole).chain(below).collect();
    District { name: file.name, code: file.code, divisions, stations, partners: Vec::new(), calendar: Arc::new(calendar) }
}

fn station(entry: StationEntry) -> Station {
    Station {
        division: entry.code.division(),
        code: entry.code,
        name: entry.name,
        level: entry.level,
        place: Place { lat: entry.lat, lng: entry.lng },
        windows: entry.windows,
        staff: entry.staff,
        terminal: entry.terminal,
        accessible: entry.accessible,
        hours: entry.hours.into(),
        added: Arc::default(),
        removed: Arc::default(),
        facts: Arc::default(),
    }
}

impl District {
    pub fn real() -> Self {
        REAL.clone()
    }

    pub fn station(&mut self, code: &str) -> &mut Station {
        self.stations.iter_mut().find(|station| station.code.as_str() == code).unwrap()
    }

    /// The supervisors took `item` from every station.
    pub fn takes_away(&mut self, item: &str) {
        for station in &mut self.stations {
            Arc::make_mut(&mut station.removed).insert(item.parse().unwrap());
        }
    }

    pub fn takes_away_at(&mut self, station: &str, item: &str) {
        Arc::make_mut(&mut self.station(station).removed).insert(item.parse().unwrap());
    }

    pub fn adds(&mut self, station: &str, item: &str) {
        Arc::make_mut(&mut self.station(station).added).insert(item.parse().unwrap());
    }

    /// What is known of a station for a while.
    pub fn knows(&mut self, station: &str, change: impl FnOnce(&mut StationFacts)) {
        change(Arc::make_mut(&mut self.station(station).facts));
    }

    pub fn map(&self) -> DistrictMap {
        let name = (self.code.district(), self.name.clone());
        DistrictMap::build(name, self.divisions.clone(), self.stations.clone(), self.partners.clone(), Arc::clone(&self.calendar)).unwrap()
    }
}

#[test]
fn the_stories_are_told_of_the_whole_district() {
    let map = District::real().map();
    assert_eq!((map.stations().count(), map.divisions().count(), catalogue().items().count()), (287, 101, 251));
}
