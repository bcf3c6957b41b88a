//! The line of a division (条线): its stations upward.

use serde::{Deserialize, Serialize};

use super::{Level, StationAt};
use crate::ids::StationCode;

/// The stations of one division upward, without its points. A town has no village station, the district neither.
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

    /// Whether a station belongs to the line; the points of its village do too.
    pub fn holds(&self, station: &StationCode) -> bool {
        self.stations().any(|own| own.division() == station.division())
    }
}

/// A line by its stations' numbers on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineAt {
    pub village: Option<StationAt>,
    pub town: Option<StationAt>,
    pub district: StationAt,
}

impl LineAt {
    /// The station of `level`, or the next one up where the line has none.
    pub fn at_or_above(&self, level: Level) -> StationAt {
        match level {
            Level::Point | Level::Village => self.village.or(self.town).unwrap_or(self.district),
            Level::Town => self.town.unwrap_or(self.district),
            Level::District => self.district,
        }
    }

    pub fn holds(&self, at: StationAt) -> bool {
        self.stations().any(|own| own == at)
    }

    /// Lowest first.
    pub fn stations(&self) -> impl Iterator<Item = StationAt> + use<> {
        self.village.into_iter().chain(self.town).chain(std::iter::once(self.district))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_of_a_village_belong_to_its_line_and_those_of_the_next_do_not() {
        let code = |text: &str| text.parse::<StationCode>().unwrap();
        let line = Line { village: Some(code("511499101203-01")), town: Some(code("511499101000-01")), district: code("511499000000-01") };
        assert!(["511499101203-01", "511499101203-11", "511499101000-01", "511499000000-01"].iter().all(|own| line.holds(&code(own))));
        assert!(!["511499101204-01", "511499102000-01"].iter().any(|other| line.holds(&code(other))));
    }

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
