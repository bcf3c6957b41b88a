//! Where a person and their matter stand in the district: whose line accepts, whose decides, and where a journey begins.
//!
//! The own line is that of the registered division (of residence where the matter lies there), also for land elsewhere.
//! Somebody registered nowhere here has the line of the village where they live for acceptance and of its town for decision.

use super::{Ask, MatterLies, Reason, Whereabouts};
use crate::district::{Direction, DistrictMap, Level, LineAt, Place, Seat, StationAt};
use crate::ids::DivisionCode;

/// What an ask means on a map.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// The person's own line, for acceptance.
    pub own: Option<OwnLine>,
    /// Where a remote application goes: the line of the matter, for acceptance.
    pub applies_in: Option<OwnLine>,
    /// Where it is decided.
    pub decides_in: Result<Deciding, Reason>,
    pub registration: Registration,
    /// Where the person's journeys begin; none where it isn't known.
    pub start: Option<Direction>,
    /// Where the papers wait for a courier or an agent: with the person, or at home where the person is elsewhere.
    pub home: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Registration {
    Here,
    /// Registered nowhere in this district.
    Nowhere,
}

/// The line that handles a matter after acceptance.
#[derive(Debug, Clone)]
pub(super) struct Deciding {
    pub division: DivisionCode,
    pub line: LineAt,
    /// The division of the line's village station, as the map numbers it.
    pub village: Option<u32>,
}

/// A line with the points of its village.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnLine {
    division: u32,
    line: LineAt,
}

impl OwnLine {
    fn of(map: &DistrictMap, division: &DivisionCode) -> Option<Self> {
        let division = map.division_at(division)?;
        Some(Self { division, line: map.line_at(division)? })
    }

    pub fn holds(&self, at: StationAt, seat: &Seat) -> bool {
        match seat.level {
            Level::Point => seat.division == self.division,
            Level::Village | Level::Town | Level::District => self.line.holds(at),
        }
    }

    /// Its stations: points first, then upward.
    pub fn stations<'m>(&self, map: &'m DistrictMap) -> impl Iterator<Item = StationAt> + use<'m> {
        map.points_at(self.division).iter().map(|(_, at)| *at).chain(self.line.stations())
    }
}

impl Standing {
    pub fn of(map: &DistrictMap, ask: &Ask) -> Self {
        let here = |division: &Option<DivisionCode>| division.clone().filter(|d| map.division_at(d).is_some());
        let (registered, residence) = (here(&ask.registered), here(&ask.residence));
        let own = own_division(&ask.matter, &registered, &residence).and_then(|division| OwnLine::of(map, division));
        let applies_in = match &ask.matter {
            MatterLies::Registered | MatterLies::Residence => own,
            MatterLies::Land(land) => OwnLine::of(map, land),
        };
        let home = home(map, residence.as_ref().or(registered.as_ref()));
        Self {
            decides_in: deciding_line(map, &ask.matter, registered.as_ref(), residence.as_ref()),
            registration: if registered.is_some() { Registration::Here } else { Registration::Nowhere },
            start: start(map, &ask.whereabouts, home).map(Place::direction),
            home: waiting_place(&ask.whereabouts, home).direction(),
            own,
            applies_in,
        }
    }

    /// Whether the station is in the village whose line decides.
    pub fn is_in_deciding_village(&self, seat: &Seat) -> bool {
        self.decides_in.as_ref().is_ok_and(|deciding| deciding.village == Some(seat.division))
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
    registered: Option<&DivisionCode>,
    residence: Option<&DivisionCode>,
) -> Result<Deciding, Reason> {
    let (division, missing) = match (matter, registered) {
        (MatterLies::Land(land), _) => (Some(land.clone()), Reason::LandNotHere),
        (MatterLies::Registered, Some(registered)) => (Some(registered.clone()), Reason::NoDivisionHere),
        (MatterLies::Residence, Some(registered)) => (Some(residence.unwrap_or(registered).clone()), Reason::NoDivisionHere),
        (MatterLies::Registered | MatterLies::Residence, None) => (residence.and_then(DivisionCode::town), Reason::NoDivisionHere),
    };
    let division = division.ok_or(missing)?;
    let line = map.division_at(&division).and_then(|at| map.line_at(at)).ok_or(missing)?;
    let village = line.village.and_then(|at| map.seat(at)).map(|seat| seat.division);
    Ok(Deciding { division, line, village })
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
            let there = district.as_ref().filter(|district| **district != map.code)?;
            map.all_partners().of_district(there).first().map(|partner| partner.place)
        }
    }
}

fn waiting_place(whereabouts: &Whereabouts, home: Place) -> Place {
    match whereabouts {
        Whereabouts::Here(place) => *place,
        Whereabouts::Home | Whereabouts::Elsewhere { .. } => home,
    }
}
