//! One immutable snapshot of the district, swapped whole when data changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::district::{Level, Place, Station};
use crate::ids::{DistrictCode, DivisionCode, DivisionLevel, ItemCode, StationCode};

#[derive(Debug, Clone, PartialEq)]
pub struct Division {
    pub code: DivisionCode,
    pub name: String,
    pub place: Place,
}

/// Another district that accepts some items for ours (异地可办).
#[derive(Debug, Clone, PartialEq)]
pub struct Partner {
    pub code: DistrictCode,
    pub name: String,
    /// The partner's counter.
    pub station_name: String,
    pub place: Place,
    pub items: BTreeSet<ItemCode>,
}

/// The stations of one division upward (条线), without its points. A town has no village station, the district neither.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub village: Option<StationCode>,
    pub town: Option<StationCode>,
    pub district: StationCode,
}

impl Line {
    /// The station of `level` in this line.
    pub fn at(&self, level: Level) -> Option<&StationCode> {
        match level {
            Level::Point => None,
            Level::Village => self.village.as_ref(),
            Level::Town => self.town.as_ref(),
            Level::District => Some(&self.district),
        }
    }

    /// The station above `station`: a point's village station, then the town's, then the district's; none at the top.
    /// A station outside the line rises into it at the first level above its own.
    pub fn above(&self, level: Level) -> Option<&StationCode> {
        let upward = [(Level::Village, &self.village), (Level::Town, &self.town)];
        let lower = upward.into_iter().find(|(at, station)| *at > level && station.is_some()).and_then(|(_, s)| s.as_ref());
        lower.or_else(|| (level < Level::District).then_some(&self.district))
    }

    /// The stations of the line, lowest first.
    pub fn stations(&self) -> impl Iterator<Item = &StationCode> {
        self.village.iter().chain(self.town.iter()).chain(std::iter::once(&self.district))
    }
}

/// What is wrong with a district's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDistrict {
    #[error("division {0} is not in district {1}")]
    OtherDistrict(DivisionCode, DistrictCode),
    #[error("station {0} names the division {1}, which isn't there")]
    NoSuchDivision(StationCode, DivisionCode),
    #[error("division {0} has no station of its own")]
    NoOwnStation(DivisionCode),
    #[error("station {0} stands twice")]
    StationTwice(StationCode),
    #[error("station {0} has opening hours that end before they begin, or on no weekday")]
    BadHours(StationCode),
}

#[derive(Debug, Clone)]
pub struct DistrictMap {
    pub code: DistrictCode,
    pub name: String,
    pub calendar: Arc<Calendar>,
    pub partners: Vec<Partner>,
    divisions: BTreeMap<DivisionCode, Division>,
    stations: BTreeMap<StationCode, Station>,
    own: BTreeMap<DivisionCode, StationCode>,
}

impl DistrictMap {
    /// Checks that the parts fit together: every station lies in a known division, every division has its own station.
    pub fn build(
        (code, name): (DistrictCode, String),
        divisions: Vec<Division>,
        stations: Vec<Station>,
        partners: Vec<Partner>,
        calendar: Arc<Calendar>,
    ) -> Result<Self, BadDistrict> {
        let divisions: BTreeMap<_, _> = divisions.into_iter().map(|d| (d.code.clone(), d)).collect();
        if let Some(other) = divisions.keys().find(|d| d.district() != code) {
            return Err(BadDistrict::OtherDistrict(other.clone(), code));
        }
        let mut map = Self { code, name, calendar, partners, divisions, stations: BTreeMap::new(), own: BTreeMap::new() };
        for station in stations {
            map.add(station)?;
        }
        match map.divisions.keys().find(|d| !map.own.contains_key(*d)) {
            Some(without) => Err(BadDistrict::NoOwnStation(without.clone())),
            None => Ok(map),
        }
    }

    fn add(&mut self, station: Station) -> Result<(), BadDistrict> {
        let (code, division) = (station.code.clone(), station.division.clone());
        if !self.divisions.contains_key(&division) {
            return Err(BadDistrict::NoSuchDivision(code, division));
        }
        if !station.hours.iter().all(super::Opening::is_valid) {
            return Err(BadDistrict::BadHours(code));
        }
        if station.level != Level::Point && self.own.insert(division, code.clone()).is_some() {
            return Err(BadDistrict::StationTwice(code));
        }
        match self.stations.insert(code.clone(), station) {
            Some(_) => Err(BadDistrict::StationTwice(code)),
            None => Ok(()),
        }
    }

    pub fn division(&self, code: &DivisionCode) -> Option<&Division> {
        self.divisions.get(code)
    }

    pub fn station(&self, code: &StationCode) -> Option<&Station> {
        self.stations.get(code)
    }

    /// All divisions, by code.
    pub fn divisions(&self) -> impl Iterator<Item = &Division> {
        self.divisions.values()
    }

    /// All stations, by code.
    pub fn stations(&self) -> impl Iterator<Item = &Station> {
        self.stations.values()
    }

    /// The station of a division itself.
    pub fn own_station(&self, division: &DivisionCode) -> Option<&Station> {
        self.own.get(division).and_then(|code| self.stations.get(code))
    }

    /// The points of a village.
    pub fn points(&self, division: &DivisionCode) -> impl Iterator<Item = &Station> {
        self.stations.values().filter(move |s| s.level == Level::Point && s.division == *division)
    }

    /// The line of a division upward; none for a division that isn't here.
    pub fn line(&self, division: &DivisionCode) -> Option<Line> {
        self.divisions.get(division)?;
        let village = (division.level() == DivisionLevel::Village).then(|| self.own.get(division).cloned()).flatten();
        let town = division.town().and_then(|town| self.own.get(&town).cloned());
        let district = self.own.get(&division.root())?.clone();
        Some(Line { village, town, district })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_rises_from_point_to_village_to_town_to_district_and_no_further() {
        let code = |text: &str| text.parse::<StationCode>().unwrap();
        let line = Line { village: Some(code("511499101203-01")), town: Some(code("511499101000-01")), district: code("511499000000-01") };
        assert_eq!(line.above(Level::Point), line.village.as_ref());
        assert_eq!(line.above(Level::Village), line.town.as_ref());
        assert_eq!(line.above(Level::Town), Some(&line.district));
        assert_eq!(line.above(Level::District), None);
    }
}
