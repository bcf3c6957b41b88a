//! The project's own district and catalogue, from their files.

use std::sync::Arc;

use domain::calendar::Calendar;
use domain::catalogue::{Catalogue, CatalogueFiles, Item, Listed, Mode, load};
use domain::district::{DistrictMap, Division, Opening, Partner, Place, Station};
use serde_json::Value;

const DISTRICT: &str = include_str!("../../../infra/data/district/district.json");
const CALENDAR: &str = include_str!("../../../infra/data/calendar/holidays.json");
const CATALOGUE: CatalogueFiles<'static> = CatalogueFiles {
    town_services: include_str!("../../../infra/data/catalogue/town_services.json"),
    village_proxy: include_str!("../../../infra/data/catalogue/village_proxy.json"),
    certificates: include_str!("../../../infra/data/catalogue/certificates.json"),
    prohibited_certificates: include_str!("../../../infra/data/catalogue/prohibited_certificates.json"),
};

pub fn items() -> Vec<Item> {
    load(&CATALOGUE).unwrap().0
}

pub fn catalogue() -> Catalogue {
    Catalogue::new(items().into_iter().map(|item| Listed { version: 1, item }))
}

pub fn calendar() -> Arc<Calendar> {
    Arc::new(serde_json::from_str(CALENDAR).unwrap())
}

pub fn district() -> DistrictMap {
    let file: Value = serde_json::from_str(DISTRICT).unwrap();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let place = |value: &Value| Place { lat: value["lat"].as_f64().unwrap(), lng: value["lng"].as_f64().unwrap() };
    let division = |value: &Value| Division { code: text(value, "code").parse().unwrap(), name: text(value, "name"), place: place(value) };
    let list = |key: &str| file[key].as_array().unwrap().iter();
    let stations: Vec<Station> = list("stations").map(station).collect();
    let centre = stations.iter().map(|station| station.place).next().unwrap();
    let root = Division { code: text(&file, "code").parse().unwrap(), name: text(&file, "name"), place: centre };
    let divisions = std::iter::once(root).chain(list("towns").chain(list("villages")).map(division)).collect();
    let named = (text(&file, "code")[..6].parse().unwrap(), text(&file, "name"));
    DistrictMap::build(named, divisions, stations, partners(), calendar()).unwrap()
}

fn station(value: &Value) -> Station {
    let hours: Vec<Opening> = serde_json::from_value(value["hours"].clone()).unwrap();
    let number = |key: &str| u16::try_from(value[key].as_u64().unwrap()).unwrap();
    Station {
        code: value["code"].as_str().unwrap().parse().unwrap(),
        name: value["name"].as_str().unwrap().into(),
        level: serde_json::from_value(value["level"].clone()).unwrap(),
        division: value["division"].as_str().unwrap().parse().unwrap(),
        place: Place { lat: value["lat"].as_f64().unwrap(), lng: value["lng"].as_f64().unwrap() },
        windows: number("windows"),
        staff: number("staff"),
        terminal: value["terminal"].as_bool().unwrap(),
        accessible: value["accessible"].as_bool().unwrap(),
        hours: hours.into(),
        added: Arc::default(),
        removed: Arc::default(),
        facts: Arc::default(),
    }
}

/// Two partner stations that meet people for whatever may be handled remotely.
fn partners() -> Vec<Partner> {
    let remote = items().into_iter().filter(|item| item.modes.contains(&Mode::Remote)).map(|item| item.code);
    let remote = Arc::new(remote.collect());
    let partner = |code: &str, lat, lng| Partner {
        code: code.parse().unwrap(),
        name: code.into(),
        station_name: code.into(),
        place: Place { lat, lng },
        items: Arc::clone(&remote),
        hours: [].into(),
    };
    vec![partner("510199000000-01", 30.66, 104.07), partner("440499000000-01", 22.27, 113.55)]
}
