//! The invented district of the project: 7 towns, 93 villages and communities, 287 stations. Coordinates are WGS-84.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::calendar::Calendar;
use domain::district::{DistrictMap, Division, Level, Opening, Place, Station};
use domain::ids::{DistrictCode, DivisionCode, StationCode};
use serde::Deserialize;

use super::BadReference;

const FILE: &str = "district.json";
const EMBEDDED: &str = include_str!("../../data/district/district.json");

/// A village of farmers or a community of residents: who sits on the committee differs, the stations don't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VillageKind {
    Village,
    Community,
}

/// What is counted of a village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VillageFacts {
    pub kind: VillageKind,
    pub households: u32,
    pub population: u32,
    pub aged_65: u32,
    pub disabled: u32,
    /// Village groups (村民小组).
    pub groups: u32,
}

/// A district as its file has it, checked to fit together.
#[derive(Debug, Clone, PartialEq)]
pub struct DistrictData {
    pub code: DistrictCode,
    pub name: String,
    /// The district itself, its towns, its villages.
    pub divisions: Vec<Division>,
    pub stations: Vec<Station>,
    pub villages: BTreeMap<DivisionCode, VillageFacts>,
    pub volunteers: u32,
    pub volunteer_teams: u32,
    pub representatives: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DistrictFile {
    code: DivisionCode,
    name: String,
    /// No real district: its county code is unassigned.
    #[serde(rename = "invented")]
    _invented: bool,
    timezone: String,
    coordinates: String,
    volunteers: u32,
    volunteer_teams: u32,
    representatives: u32,
    towns: Vec<TownEntry>,
    villages: Vec<VillageEntry>,
    stations: Vec<StationEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TownEntry {
    code: DivisionCode,
    name: String,
    lat: f64,
    lng: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VillageEntry {
    code: DivisionCode,
    name: String,
    kind: VillageKind,
    town: DivisionCode,
    lat: f64,
    lng: f64,
    households: u32,
    population: u32,
    aged_65: u32,
    disabled: u32,
    groups: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StationEntry {
    code: StationCode,
    name: String,
    level: Level,
    division: DivisionCode,
    lat: f64,
    lng: f64,
    windows: u16,
    staff: u16,
    terminal: bool,
    accessible: bool,
    hours: Vec<Opening>,
}

pub fn district() -> Result<DistrictData, BadReference> {
    parse(EMBEDDED)
}

fn parse(text: &str) -> Result<DistrictData, BadReference> {
    let file: DistrictFile = serde_json::from_str(text).map_err(|source| BadReference::Form { file: FILE, source })?;
    check(&file)?;
    let data = DistrictData::from(file);
    // The map holds the rules of how divisions and stations fit together; it is built again from what the store holds.
    DistrictMap::build(
        (data.code.clone(), data.name.clone()),
        data.divisions.clone(),
        data.stations.clone(),
        Vec::new(),
        Arc::new(Calendar::default()),
    )?;
    Ok(data)
}

fn check(file: &DistrictFile) -> Result<(), BadReference> {
    let wrong = |entry: &dyn ToString, key| Err(BadReference::Entry { file: FILE, entry: entry.to_string(), key });
    if file.timezone != "Asia/Shanghai" {
        return wrong(&file.code, "timezone");
    }
    if file.coordinates != "WGS-84" {
        return wrong(&file.code, "coordinates");
    }
    if let Some(village) = file.villages.iter().find(|village| village.code.town().as_ref() != Some(&village.town)) {
        return wrong(&village.code, "town");
    }
    if let Some(village) = file.villages.iter().find(|village| village.aged_65.max(village.disabled) > village.population) {
        return wrong(&village.code, "population");
    }
    match file.stations.iter().find(|station| station.code.division() != station.division || !is_on_earth(station)) {
        Some(station) if is_on_earth(station) => wrong(&station.code, "division"),
        Some(station) => wrong(&station.code, "lat"),
        None => Ok(()),
    }
}

fn is_on_earth(station: &StationEntry) -> bool {
    (-90.0..=90.0).contains(&station.lat) && (-180.0..=180.0).contains(&station.lng)
}

impl From<DistrictFile> for DistrictData {
    fn from(file: DistrictFile) -> Self {
        let place = file.centre();
        let villages = file.villages.iter().map(|village| (village.code.clone(), VillageFacts::from(village))).collect();
        let whole = Division { code: file.code.clone(), name: file.name.clone(), place };
        let towns = file.towns.into_iter().map(|t| Division { code: t.code, name: t.name, place: Place { lat: t.lat, lng: t.lng } });
        let below = file.villages.into_iter().map(|v| Division { code: v.code, name: v.name, place: Place { lat: v.lat, lng: v.lng } });
        Self {
            code: file.code.district(),
            name: file.name,
            divisions: std::iter::once(whole).chain(towns).chain(below).collect(),
            stations: file.stations.into_iter().map(Station::from).collect(),
            villages,
            volunteers: file.volunteers,
            volunteer_teams: file.volunteer_teams,
            representatives: file.representatives,
        }
    }
}

impl DistrictFile {
    /// The file gives the district no place of its own: it is where its centre stands.
    fn centre(&self) -> Place {
        let own = self.stations.iter().find(|station| station.division == self.code);
        own.map_or(Place { lat: 0.0, lng: 0.0 }, |station| Place { lat: station.lat, lng: station.lng })
    }
}

impl From<&VillageEntry> for VillageFacts {
    fn from(entry: &VillageEntry) -> Self {
        Self {
            kind: entry.kind,
            households: entry.households,
            population: entry.population,
            aged_65: entry.aged_65,
            disabled: entry.disabled,
            groups: entry.groups,
        }
    }
}

impl From<StationEntry> for Station {
    fn from(entry: StationEntry) -> Self {
        Self {
            code: entry.code,
            name: entry.name,
            level: entry.level,
            division: entry.division,
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
}

#[cfg(test)]
mod tests {
    use domain::ids::DivisionLevel;

    use super::*;

    #[test]
    fn the_district_has_its_101_divisions_and_287_stations() {
        let data = district().unwrap();
        assert_eq!((data.code.as_str(), data.divisions.len(), data.stations.len()), ("511499", 101, 287));
        let at = |level| data.stations.iter().filter(|station| station.level == level).count();
        assert_eq!([Level::District, Level::Town, Level::Village, Level::Point].map(at), [1, 7, 93, 186]);
        let divisions = |level| data.divisions.iter().filter(|division| division.code.level() == level).count();
        assert_eq!([DivisionLevel::District, DivisionLevel::Town, DivisionLevel::Village].map(divisions), [1, 7, 93]);
        assert_eq!(data.villages.len(), 93);
    }

    #[test]
    fn what_is_counted_agrees_with_the_description() {
        let data = district().unwrap();
        let step_free = |level| data.stations.iter().filter(|station| station.level == level && station.accessible).count();
        assert_eq!((step_free(Level::Village), step_free(Level::Point)), (76, 0));
        assert_eq!((data.volunteers, data.volunteer_teams, data.representatives), (57_300, 290, 3457));
    }

    #[test]
    fn a_village_of_another_town_or_a_station_of_no_division_is_named() {
        let other_town = EMBEDDED.replacen("\"town\": \"511499001000\"", "\"town\": \"511499101000\"", 1);
        let message = parse(&other_town).unwrap_err().to_string();
        assert!(message.contains("511499001001: town"), "{message}");
        let nowhere = EMBEDDED.replacen("\"lat\": 30.203607", "\"lat\": 300.203607", 1);
        assert!(parse(&nowhere).is_err());
        let unknown = EMBEDDED.replacen("\"windows\"", "\"doors\"", 1);
        assert!(matches!(parse(&unknown), Err(BadReference::Form { .. })));
    }
}
