//! Where a person and their matter stand in the district: whose line accepts, whose decides, and where a journey begins.
//!
//! The own line is that of the registered division (of residence where the matter lies there), also for land elsewhere.
//! Somebody registered nowhere here has the line of the village where they live for acceptance and of its town for decision.

use super::{Ask, MatterLies, Reason, Whereabouts};
use crate::district::{DistrictMap, Level, Line, Place, Station};
use crate::ids::DivisionCode;

/// What an ask means on a map.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// The person's own line, for acceptance.
    pub own: Option<OwnLine>,
    /// Where a remote application goes: the line of the matter, for acceptance.
    pub applies_in: Option<OwnLine>,
    /// Where it is decided.
    pub decides_in: Result<(DivisionCode, Line), Reason>,
    pub registration: Registration,
    /// Where the person's journeys begin; none where it isn't known.
    pub start: Option<Place>,
    /// Where the papers wait for a courier or an agent: with the person, or at home where the person is elsewhere.
    pub home: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Registration {
    Here,
    /// Registered nowhere in this district.
    Nowhere,
}

/// A line with the points of its village.
#[derive(Debug, Clone)]
pub(super) struct OwnLine {
    pub division: DivisionCode,
    line: Line,
}

impl OwnLine {
    fn of(map: &DistrictMap, division: &DivisionCode) -> Option<Self> {
        Some(Self { division: division.clone(), line: map.line(division)? })
    }

    pub fn holds(&self, station: &Station) -> bool {
        match station.level {
            Level::Point => station.division == self.division,
            level @ (Level::Village | Level::Town | Level::District) => self.line.at(level) == Some(&station.code),
        }
    }

    /// Its stations: points first, then upward.
    pub fn stations<'m>(&self, map: &'m DistrictMap) -> Vec<&'m Station> {
        let own = self.line.stations().filter_map(|code| map.station(code));
        map.stations().filter(|s| s.level == Level::Point && s.division == self.division).chain(own).collect()
    }
}

impl Standing {
    pub fn of(map: &DistrictMap, ask: &Ask) -> Self {
        let here = |division: &Option<DivisionCode>| division.clone().filter(|d| map.division(d).is_some());
        let (registered, residence) = (here(&ask.registered), here(&ask.residence));
        let own_division = own_division(&ask.matter, &registered, &residence);
        let own = own_division.and_then(|division| OwnLine::of(map, division));
        let applies_in = match &ask.matter {
            MatterLies::Registered | MatterLies::Residence => own.clone(),
            MatterLies::Land(land) => OwnLine::of(map, land),
        };
        let home = home(map, residence.as_ref().or(registered.as_ref()));
        Self {
            decides_in: deciding_line(map, &ask.matter, &registered, &residence),
            registration: if registered.is_some() { Registration::Here } else { Registration::Nowhere },
            start: start(map, &ask.whereabouts, home),
            home: waiting_place(&ask.whereabouts, home),
            own,
            applies_in,
        }
    }
}

fn own_division<'a>(
    matter: &MatterLies,
    registered: &'a Option<DivisionCode>,
    residence: &'a Option<DivisionCode>,
) -> Option<&'a DivisionCode> {
    match matter {
        MatterLies::Residence => residence.as_ref().or(registered.as_ref()),
        MatterLies::Registered | MatterLies::Land(_) => registered.as_ref().or(residence.as_ref()),
    }
}

fn deciding_line(
    map: &DistrictMap,
    matter: &MatterLies,
    registered: &Option<DivisionCode>,
    residence: &Option<DivisionCode>,
) -> Result<(DivisionCode, Line), Reason> {
    let (division, missing) = match (matter, registered) {
        (MatterLies::Land(land), _) => (Some(land.clone()), Reason::LandNotHere),
        (MatterLies::Registered, Some(registered)) => (Some(registered.clone()), Reason::NoDivisionHere),
        (MatterLies::Residence, Some(registered)) => (Some(residence.as_ref().unwrap_or(registered).clone()), Reason::NoDivisionHere),
        (MatterLies::Registered | MatterLies::Residence, None) => (residence.as_ref().and_then(DivisionCode::town), Reason::NoDivisionHere),
    };
    division.and_then(|division| map.line(&division).map(|line| (division, line))).ok_or(missing)
}

/// Home is the person's division; somebody without one here is taken to be at the district's seat.
fn home(map: &DistrictMap, division: Option<&DivisionCode>) -> Place {
    let seat = map.code.division();
    let place = division.and_then(|d| map.division(d)).or_else(|| map.division(&seat)).map(|d| d.place);
    place.unwrap_or(Place { lat: 0.0, lng: 0.0 })
}

fn start(map: &DistrictMap, whereabouts: &Whereabouts, home: Place) -> Option<Place> {
    match whereabouts {
        Whereabouts::Home => Some(home),
        Whereabouts::Here(place) => Some(*place),
        Whereabouts::Elsewhere { place: Some(place), .. } => Some(*place),
        Whereabouts::Elsewhere { place: None, district } => {
            map.partners.iter().find(|partner| Some(&partner.code) == district.as_ref()).map(|partner| partner.place)
        }
    }
}

fn waiting_place(whereabouts: &Whereabouts, home: Place) -> Place {
    match whereabouts {
        Whereabouts::Here(place) => *place,
        Whereabouts::Home | Whereabouts::Elsewhere { .. } => home,
    }
}
