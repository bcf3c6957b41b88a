//! Where the person and the matter stand: whose line accepts, whose decides, who acts, where a journey begins.

use super::Question;
use crate::catalogue::{Item, Mode};
use crate::district::{Level, Partner, Place, Station};
use crate::ids::DivisionCode;
use crate::routing::{Agent, MatterLies, Reason, Whereabouts};

impl<'a> Question<'a> {
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.ask.whereabouts, Whereabouts::Elsewhere { .. })
    }

    pub fn is_about_land(&self) -> bool {
        matches!(self.ask.matter, MatterLies::Land(_))
    }

    /// A division of another district counts as none here.
    pub fn registered(&self) -> Option<&'a DivisionCode> {
        self.ask.registered.as_ref().filter(|division| self.map.division(division).is_some())
    }

    fn residence(&self) -> Option<&'a DivisionCode> {
        self.ask.residence.as_ref().filter(|division| self.map.division(division).is_some())
    }

    /// "That of their registered division (of residence where the matter lies there), also for land elsewhere"; the village
    /// where they live, for someone registered nowhere here.
    pub fn own_division(&self) -> Option<&'a DivisionCode> {
        match self.ask.matter {
            MatterLies::Residence => self.residence().or(self.registered()),
            MatterLies::Registered | MatterLies::Land(_) => self.registered().or(self.residence()),
        }
    }

    /// "The registered division, or where they live or where the land lies"; the town where they live, for someone registered
    /// nowhere here.
    pub fn deciding_division(&self) -> Result<DivisionCode, Reason> {
        let division = match &self.ask.matter {
            MatterLies::Land(land) => return self.map.division(land).map(|land| land.code.clone()).ok_or(Reason::LandNotHere),
            MatterLies::Residence => self.residence().or(self.registered()),
            MatterLies::Registered => self.registered(),
        };
        let here = if self.registered().is_some() { division.cloned() } else { self.residence().and_then(DivisionCode::town) };
        here.ok_or(Reason::NoDivisionHere)
    }

    /// The line in which a remote application is accepted: that of the matter.
    pub fn remote_division(&self) -> Option<&'a DivisionCode> {
        match &self.ask.matter {
            MatterLies::Land(land) => Some(land).filter(|land| self.map.division(land).is_some()),
            MatterLies::Registered | MatterLies::Residence => self.own_division(),
        }
    }

    /// Whether `station` belongs to the line of `division`: its points and its village station, its town's, the district's.
    pub fn is_of_line(&self, division: &DivisionCode, station: &Station) -> bool {
        match station.level {
            Level::Point | Level::Village => station.division == *division,
            Level::Town => division.town().as_ref() == Some(&station.division),
            Level::District => station.division == division.root(),
        }
    }

    pub fn is_own(&self, station: &Station) -> bool {
        self.own_division().is_some_and(|own| self.is_of_line(own, station))
    }

    pub fn is_in_reach(&self, mode: Mode, item: &Item, station: &Station) -> bool {
        let names_district = item.modes.contains(&Mode::District);
        match mode {
            Mode::Nearby => self.is_own(station),
            Mode::District => !self.is_own(station) || !item.modes.contains(&Mode::Nearby),
            Mode::OneWindow | Mode::Express | Mode::Special => self.is_own(station) || names_district,
            Mode::Remote => self.is_lowest_accepting(item, station),
        }
    }

    /// "The station of the lowest accepting level in the line of the matter".
    fn is_lowest_accepting(&self, item: &Item, station: &Station) -> bool {
        let Some(division) = self.remote_division() else { return false };
        let of_line = |other: &&Station| self.is_of_line(division, other);
        let lower = |other: &Station| other.accepts(item) && other.level < station.level;
        of_line(&station) && !self.map.stations().filter(of_line).any(lower)
    }

    /// The agent, where they may stand in for this item: it allows one, and their mandate is as strong as it asks.
    pub fn agent(&self, item: &Item) -> Option<Agent> {
        self.ask.agent.filter(|agent| item.proxy.allowed && agent.mandate >= item.proxy.authorisation)
    }

    /// The partners that meet the person: of another district, accepting the item, in the district that the person names or within
    /// reach of where they are; of these the five nearest.
    pub fn partners(&self, item: &Item) -> Vec<&'a Partner> {
        let Whereabouts::Elsewhere { district, place } = &self.ask.whereabouts else { return Vec::new() };
        let named = |partner: &Partner| district.as_ref() == Some(&partner.code.district());
        let reach = self.load.tuning.partner_reach_km;
        let within_reach = |partner: &Partner| place.is_some_and(|place| place.distance_km(partner.place) <= reach);
        let meets = |partner: &&Partner| {
            let elsewhere = partner.code.district() != self.map.code;
            elsewhere && partner.items.contains(&item.code) && (named(partner) || within_reach(partner))
        };
        let mut partners: Vec<_> = self.map.partners().filter(meets).collect();
        partners.sort_by_key(|partner| (self.start().map_or(0, |start| self.road_m(start, partner.place)), partner.code.clone()));
        partners.truncate(5);
        partners
    }

    /// Home is where they live, else where they are registered, else the district's seat.
    pub fn home(&self) -> Place {
        let seat = self.map.code.division();
        let division = self.residence().or(self.registered()).unwrap_or(&seat);
        self.map.division(division).map_or(Place { lat: 0.0, lng: 0.0 }, |division| division.place)
    }

    /// Where the person's journeys begin; none where it isn't known.
    pub fn start(&self) -> Option<Place> {
        match &self.ask.whereabouts {
            Whereabouts::Home => Some(self.home()),
            Whereabouts::Here(place) => Some(*place),
            Whereabouts::Elsewhere { place: Some(place), .. } => Some(*place),
            Whereabouts::Elsewhere { place: None, district } => {
                let known = self.map.partners().filter(|partner| district.as_ref() == Some(&partner.code.district()));
                known.min_by_key(|partner| &partner.code).map(|partner| partner.place)
            }
        }
    }

    /// Where the papers wait for an agent or a courier: with a person who is here, else at home.
    pub fn papers_at(&self) -> Place {
        match self.ask.whereabouts {
            Whereabouts::Here(place) => place,
            Whereabouts::Home | Whereabouts::Elsewhere { .. } => self.home(),
        }
    }
}
