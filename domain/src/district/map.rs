//! One immutable snapshot of a district, swapped whole when data changes. What a plan asks thousands of times is worked out
//! when the snapshot is built: lines, places as vectors, weeks of hours, and each set of items once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::capability::{Accepting, Capability};
use super::kinds::{KindAt, Kinds};
use super::line::{Line, LineAt};
use super::shared::Shared;
use super::{At, BadPartner, Direction, Hours, Level, Opening, Partner, Partners, Place, Station, Week};
use crate::calendar::Calendar;
use crate::catalogue::Item;
use crate::ids::{DistrictCode, DivisionCode, DivisionLevel, StationCode};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Division {
    pub code: DivisionCode,
    pub name: String,
    pub place: Place,
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
    #[error(transparent)]
    Partner(#[from] BadPartner),
    #[error("station {0} has opening hours that end before they begin, or on no weekday")]
    BadHours(StationCode),
    #[error("station {0} has a closure, a notice or an absence that ends before it begins")]
    BadFacts(StationCode),
    #[error("the district has more stations or divisions than a map can number")]
    TooLarge,
}

#[derive(Debug, Clone)]
pub struct DistrictMap {
    pub code: DistrictCode,
    pub name: String,
    pub calendar: Arc<Calendar>,
    partners: Arc<Partners>,
    /// By code, as all that follows.
    divisions: Vec<Division>,
    lines: Vec<Option<LineAt>>,
    stations: Vec<Station>,
    /// Close together, to be compared with other lists of codes.
    codes: Arc<[StationCode]>,
    seats: Vec<Seat>,
    /// The points, by division and then code.
    points: Vec<(u32, StationAt)>,
    weeks: Vec<Week>,
    capabilities: Vec<Capability>,
    kinds: Kinds,
}

/// A station's number on its map; they count up in the order of the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StationAt(pub u32);

impl StationAt {
    pub const FIRST: StationAt = StationAt(0);
}

/// What a plan asks of every station, close together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat {
    pub direction: Direction,
    pub division: u32,
    pub week: u16,
    pub capability: u16,
    /// Equal for stations with the same hours and level.
    pub kind: KindAt,
    pub level: Level,
    pub access: Steps,
    pub facts: Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Steps {
    Free,
    Some,
}

/// Whether closures or absences are known of the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    Nothing,
    Something,
}

impl DistrictMap {
    /// Checks that the parts fit together: every station lies in a known division, every division has its own station.
    pub fn build(
        named: (DistrictCode, String),
        divisions: Vec<Division>,
        stations: Vec<Station>,
        partners: Vec<Partner>,
        calendar: Arc<Calendar>,
    ) -> Result<Self, BadDistrict> {
        let partners = Arc::new(Partners::new(partners)?);
        Self::build_with(named, (divisions, stations), partners, calendar, &mut Shared::default())
    }

    /// The same with the partners, and the sets that stations have in common, of a whole country.
    pub fn build_with(
        (code, name): (DistrictCode, String),
        (mut divisions, mut stations): (Vec<Division>, Vec<Station>),
        partners: Arc<Partners>,
        calendar: Arc<Calendar>,
        shared: &mut Shared,
    ) -> Result<Self, BadDistrict> {
        divisions.sort_by(|a, b| a.code.cmp(&b.code));
        divisions.dedup_by(|a, b| a.code == b.code);
        if let Some(other) = divisions.iter().find(|division| division.code.district() != code) {
            return Err(BadDistrict::OtherDistrict(other.code.clone(), code));
        }
        stations.sort_by(|a, b| a.code.cmp(&b.code));
        if let Some(twice) = stations.iter().zip(stations.iter().skip(1)).find(|(a, b)| a.code == b.code) {
            return Err(BadDistrict::StationTwice(twice.0.code.clone()));
        }
        let mut map = Self {
            code,
            name,
            calendar,
            partners,
            divisions,
            lines: Vec::new(),
            stations: Vec::with_capacity(stations.len()),
            codes: stations.iter().map(|station| station.code.clone()).collect(),
            seats: Vec::with_capacity(stations.len()),
            points: Vec::new(),
            weeks: Vec::new(),
            capabilities: Vec::new(),
            kinds: Kinds::default(),
        };
        for mut station in stations {
            shared.hold(&mut station);
            map.add(station)?;
        }
        map.lines = map.drawn_lines()?;
        map.settle();
        Ok(map)
    }

    fn add(&mut self, station: Station) -> Result<(), BadDistrict> {
        let nowhere = || BadDistrict::NoSuchDivision(station.code.clone(), station.division.clone());
        let division = self.division_at(&station.division).ok_or_else(nowhere)?;
        if !station.hours.iter().all(Opening::is_valid) {
            return Err(BadDistrict::BadHours(station.code));
        }
        if !station.facts.are_valid() {
            return Err(BadDistrict::BadFacts(station.code));
        }
        let at = StationAt(u32::try_from(self.stations.len()).map_err(|_| BadDistrict::TooLarge)?);
        if station.level == Level::Point {
            self.points.push((division, at));
        }
        let week = position(&mut self.weeks, Week::of(&station.hours), Week::eq)?;
        let capability = position(&mut self.capabilities, Capability::of(&station), Capability::is_same)?;
        let access = if station.accessible { Steps::Free } else { Steps::Some };
        let kind = self.kinds.number(&self.weeks, week, station.level).ok_or(BadDistrict::TooLarge)?;
        self.seats.push(Seat {
            direction: station.place.direction(),
            division,
            week,
            capability,
            level: station.level,
            kind,
            access,
            facts: if station.facts.closures.is_empty() && station.facts.absences.is_empty() { Known::Nothing } else { Known::Something },
        });
        self.stations.push(station);
        Ok(())
    }

    /// The line of every division; none for all where the district has no station of its own.
    fn drawn_lines(&self) -> Result<Vec<Option<LineAt>>, BadDistrict> {
        let mut own: Vec<Option<StationAt>> = vec![None; self.divisions.len()];
        for (at, seat) in (0..).map(StationAt).zip(&self.seats).filter(|(_, seat)| seat.level != Level::Point) {
            let place = usize::try_from(seat.division).ok().and_then(|division| own.get_mut(division));
            if let (Some(Some(_)), Some(station)) = (place.as_deref(), self.station_at(at)) {
                return Err(BadDistrict::StationTwice(station.code.clone()));
            }
            place.into_iter().for_each(|place| *place = Some(at));
        }
        if let Some((without, _)) = self.divisions.iter().zip(&own).find(|(_, own)| own.is_none()) {
            return Err(BadDistrict::NoOwnStation(without.code.clone()));
        }
        let own_of =
            |code: &DivisionCode| self.divisions.binary_search_by(|d| d.code.cmp(code)).ok().and_then(|at| own.get(at).copied().flatten());
        let line = |division: &Division| {
            let village = (division.code.level() == DivisionLevel::Village).then(|| own_of(&division.code)).flatten();
            let town = division.code.town().and_then(|town| own_of(&town));
            Some(LineAt { village, town, district: own_of(&division.code.root())? })
        };
        Ok(self.divisions.iter().map(line).collect())
    }

    fn settle(&mut self) {
        self.points.sort_unstable();
        self.points.shrink_to_fit();
        self.weeks.shrink_to_fit();
        self.capabilities.shrink_to_fit();
        self.stations.shrink_to_fit();
    }

    pub fn division(&self, code: &DivisionCode) -> Option<&Division> {
        self.divisions.binary_search_by(|division| division.code.cmp(code)).ok().and_then(|at| self.divisions.get(at))
    }

    pub fn station(&self, code: &StationCode) -> Option<&Station> {
        self.at(code).and_then(|at| self.station_at(at))
    }

    /// All divisions, by code.
    pub fn divisions(&self) -> impl Iterator<Item = &Division> {
        self.divisions.iter()
    }

    /// All stations, by code.
    pub fn stations(&self) -> impl Iterator<Item = &Station> {
        self.stations.iter()
    }

    /// The stations of other districts that take something in for this one, by code.
    pub fn partners(&self) -> impl Iterator<Item = &Partner> {
        self.partners.iter().filter(|partner| partner.code.district() != self.code)
    }

    pub fn partner(&self, code: &StationCode) -> Option<&Partner> {
        self.partners.get(code).filter(|partner| partner.code.district() != self.code)
    }

    /// The partners as they are shared with other districts, for a map that is built again.
    pub fn shared_partners(&self) -> Arc<Partners> {
        Arc::clone(&self.partners)
    }

    pub(crate) fn all_partners(&self) -> &Partners {
        &self.partners
    }

    /// The station of a division itself.
    pub fn own_station(&self, division: &DivisionCode) -> Option<&Station> {
        let line = self.line_at(self.division_at(division)?)?;
        let own = match division.level() {
            DivisionLevel::Village => line.village,
            DivisionLevel::Town => line.town,
            DivisionLevel::District => Some(line.district),
        };
        own.and_then(|at| self.station_at(at))
    }

    /// The points of a village.
    pub fn points(&self, division: &DivisionCode) -> impl Iterator<Item = &Station> {
        let points = self.division_at(division).map(|division| self.points_at(division)).unwrap_or_default();
        points.iter().filter_map(|(_, at)| self.station_at(*at))
    }

    /// The line of a division upward; none for a division that isn't here.
    pub fn line(&self, division: &DivisionCode) -> Option<Line> {
        self.line_of(&self.line_at(self.division_at(division)?)?)
    }

    pub(crate) fn line_of(&self, line: &LineAt) -> Option<Line> {
        let code = |at: StationAt| self.station_at(at).map(|station| station.code.clone());
        Some(Line { village: line.village.and_then(code), town: line.town.and_then(code), district: code(line.district)? })
    }

    pub(crate) fn line_at(&self, division: u32) -> Option<LineAt> {
        usize::try_from(division).ok().and_then(|at| self.lines.get(at).copied().flatten())
    }

    pub(crate) fn division_at(&self, code: &DivisionCode) -> Option<u32> {
        self.divisions.binary_search_by(|division| division.code.cmp(code)).ok().and_then(|at| u32::try_from(at).ok())
    }

    pub(crate) fn at(&self, code: &StationCode) -> Option<StationAt> {
        self.codes.binary_search(code).ok().and_then(|at| u32::try_from(at).ok()).map(StationAt)
    }

    pub(crate) fn station_at(&self, at: StationAt) -> Option<&Station> {
        usize::try_from(at.0).ok().and_then(|at| self.stations.get(at))
    }

    pub(crate) fn seat(&self, at: StationAt) -> Option<&Seat> {
        usize::try_from(at.0).ok().and_then(|at| self.seats.get(at))
    }

    /// The codes of all stations, in order.
    pub(crate) fn codes(&self) -> &Arc<[StationCode]> {
        &self.codes
    }

    pub(crate) fn seats(&self) -> impl Iterator<Item = (StationAt, &Seat)> {
        (0..).map(StationAt).zip(&self.seats)
    }

    pub(crate) fn points_at(&self, division: u32) -> &[(u32, StationAt)] {
        let from = self.points.partition_point(|(of, _)| *of < division);
        let to = self.points.partition_point(|(of, _)| *of <= division);
        self.points.get(from..to).unwrap_or_default()
    }

    /// When the station takes something in.
    pub(crate) fn hours(&self, at: StationAt, seat: &Seat) -> Option<Hours<'_>> {
        let hours = Hours::kept(&self.calendar, self.weeks.get(usize::from(seat.week))?);
        Some(match (seat.facts, self.station_at(at)) {
            (Known::Something, Some(station)) => hours.without(&station.facts, station.staff),
            (Known::Nothing, _) | (_, None) => hours,
        })
    }

    pub(crate) fn is_open(&self, at: StationAt, now: At) -> bool {
        let hours = self.seat(at).and_then(|seat| self.hours(at, seat));
        hours.is_some_and(|hours| hours.find_today(now, |span| span.contains(now).then_some(())).is_some())
    }

    pub(crate) fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// Which stations accept `item`.
    pub(crate) fn accepting(&self, item: &Item) -> Accepting {
        Accepting::of(&self.capabilities, item)
    }
}

/// Where `list` holds `value`, which it gets if it doesn't yet.
fn position<T>(list: &mut Vec<T>, value: T, is_same: impl Fn(&T, &T) -> bool) -> Result<u16, BadDistrict> {
    let at = list.iter().position(|other| is_same(other, &value)).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    });
    u16::try_from(at).map_err(|_| BadDistrict::TooLarge)
}
