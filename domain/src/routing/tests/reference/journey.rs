//! How one matter goes through one station: how it comes in, what a courier carries, who decides, who collects.

use super::Question;
use crate::catalogue::{Authority, InPerson, Item, Listed, MaterialForm, Mode, ResultForm};
use crate::district::{Level, Partner, Station};
use crate::ids::{DivisionCode, ItemCode};
use crate::routing::{CourierLeg, Desk, HandIn};

/// Whether a matter is accepted, decided and given out in one sitting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Served {
    AtOnce,
    Later,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Collects {
    Nobody,
    Person,
    Agent,
}

#[derive(Clone)]
pub struct Journey<'a> {
    pub listed: &'a Listed,
    pub taken_for: Option<&'a ItemCode>,
    pub division: DivisionCode,
    pub desk: Desk,
    pub served: Served,
    pub hand_in: HandIn,
    pub legs: Vec<CourierLeg>,
    pub collects: Collects,
    /// The counter that meets the person, where they are met by a partner.
    pub partner: Option<&'a Partner>,
}

impl<'a> Journey<'a> {
    /// None where nobody in the line may decide.
    pub fn through(
        question: &Question<'_>,
        mode: Mode,
        station: &Station,
        listed: &'a Listed,
        taken_for: Option<&'a ItemCode>,
    ) -> Option<Self> {
        let item = &listed.item;
        let division = question.deciding_division().ok()?;
        let served = question.served(item, station, &division);
        let hand_in = question.hand_in(mode, item, served);
        let desk = question.desk(item, station, &division)?;
        let collects = question.collects(mode, item, hand_in, served);
        Some(Self { listed, taken_for, division, desk, served, hand_in, legs: question.legs(mode, item), collects, partner: None })
    }

    pub fn item(&self) -> &'a Item {
        &self.listed.item
    }

    /// The person goes somewhere to hand it in.
    pub fn takes_the_person_out(&self) -> bool {
        matches!(self.hand_in, HandIn::Counter | HandIn::Partner)
    }

    pub fn trips(&self) -> u32 {
        u32::from(self.takes_the_person_out()) + u32::from(self.collects == Collects::Person)
    }

    /// The person themself enters the station.
    pub fn brings_the_person_in(&self) -> bool {
        self.hand_in == HandIn::Counter || self.collects == Collects::Person
    }

    pub fn is_taken_home(&self) -> bool {
        is_taken_home(self.hand_in, self.served)
    }
}

impl Question<'_> {
    /// "A certificate's own village": whether `station` is of the village where the matter lies.
    pub fn is_own_village(&self, station: &Station, division: &DivisionCode) -> bool {
        let village = self.station_of(Level::Village, division);
        village.is_some_and(|village| village.division == station.division)
    }

    /// An instant item is served where it is accepted; an instant certificate only within its own village.
    fn served(&self, item: &Item, station: &Station, division: &DivisionCode) -> Served {
        let here = item.certificate().is_none() || self.is_own_village(station, division);
        if item.is_instant() && here { Served::AtOnce } else { Served::Later }
    }

    fn hand_in(&self, mode: Mode, item: &Item, served: Served) -> HandIn {
        let once = item.in_person == InPerson::Once;
        let fetched = self.legs(mode, item).contains(&CourierLeg::Fetch);
        match mode {
            Mode::Special => HandIn::Visit,
            Mode::Remote if once => HandIn::Partner,
            Mode::Remote if self.has_originals(item) => HandIn::Post,
            Mode::Remote => HandIn::Phone,
            Mode::Express if once => HandIn::Counter,
            Mode::Express if fetched => HandIn::Courier,
            Mode::Nearby | Mode::District | Mode::OneWindow | Mode::Express => self.hand_in_at_the_station(item, served),
        }
    }

    /// An agent goes where one may. "An item with `trips` 0 is handed in from the phone"; a paper that nobody may carry and
    /// that is ready at once is taken home on the journey that the person would make to collect it anyway.
    fn hand_in_at_the_station(&self, item: &Item, served: Served) -> HandIn {
        let once = item.in_person == InPerson::Once;
        let ready_at_once = served == Served::AtOnce && must_be_collected(item) && self.agent(item).is_none();
        match item.trips {
            _ if self.agent(item).is_some() && !once => HandIn::Agent,
            0 if !ready_at_once => HandIn::Phone,
            _ => HandIn::Counter,
        }
    }

    pub fn legs(&self, mode: Mode, item: &Item) -> Vec<CourierLeg> {
        let has_papers = item.materials.iter().any(|material| material.form != MaterialForm::Electronic);
        let mut legs = Vec::new();
        // Whoever must come once brings their papers along.
        let brought = item.in_person == InPerson::Once;
        if mode == Mode::Express && self.ask.carriage.fetches() && has_papers && !brought {
            legs.push(CourierLeg::Fetch);
        }
        if mode == Mode::Express && self.ask.carriage.brings() && item.result.deliverable {
            legs.push(CourierLeg::Bring);
        }
        legs
    }

    /// "Originals travel by post", unless a stored licence stands in.
    pub fn has_originals(&self, item: &Item) -> bool {
        let held = |name| self.ask.licences.contains(name);
        item.materials.iter().any(|m| m.form == MaterialForm::Original && m.required && !(m.reusable && held(&m.name)))
    }

    /// "The trip to collect is counted only where the result is `paper` and may not be carried"; what is ready at once is taken
    /// home, an agent may collect, staff of a special visit bring it.
    fn collects(&self, mode: Mode, item: &Item, hand_in: HandIn, served: Served) -> Collects {
        if mode == Mode::Special || !must_be_collected(item) || is_taken_home(hand_in, served) {
            Collects::Nobody
        } else if self.agent(item).is_some() {
            Collects::Agent
        } else {
            Collects::Person
        }
    }

    /// The fewest trips of the person, at whatever station.
    pub fn fewest_trips(&self, mode: Mode, item: &Item) -> u32 {
        let trips = |served| {
            let hand_in = self.hand_in(mode, item, served);
            let out = matches!(hand_in, HandIn::Counter | HandIn::Partner);
            u32::from(out) + u32::from(self.collects(mode, item, hand_in, served) == Collects::Person)
        };
        // What is instant is served at once somewhere: it takes no more trips there than elsewhere.
        trips(if item.is_instant() { Served::AtOnce } else { Served::Later })
    }

    /// "The station of level `decided_at` in the line of the division where the matter lies"; a line without one is served by
    /// the next level up.
    fn desk(&self, item: &Item, accepting: &Station, division: &DivisionCode) -> Option<Desk> {
        let at = |station: &Station| Desk::Station(station.code.clone());
        let village = self.station_of(Level::Village, division);
        if item.certificate().is_some() && village.is_none() {
            return None;
        }
        if self.served(item, accepting, division) == Served::AtOnce {
            return Some(at(accepting));
        }
        if item.forwarding().is_some_and(|forwarding| forwarding.town_service.is_none()) {
            return Some(Desk::Outside { via: accepting.code.clone() });
        }
        if item.certificate().is_some() {
            return village.map(at);
        }
        let levels: &[Level] = match item.decided_at {
            Authority::Village => &[Level::Village, Level::Town, Level::District],
            Authority::Town => &[Level::Town, Level::District],
            Authority::District => &[Level::District],
            Authority::City | Authority::Province => {
                return self.station_of(Level::District, division).map(|centre| Desk::Outside { via: centre.code.clone() });
            }
        };
        levels.iter().find_map(|level| self.station_of(*level, division)).map(at)
    }

    pub fn station_of(&self, level: Level, division: &DivisionCode) -> Option<&Station> {
        self.map.stations().find(|station| station.level == level && self.is_of_line(division, station))
    }
}

fn must_be_collected(item: &Item) -> bool {
    item.result.form == ResultForm::Paper && !item.result.deliverable
}

/// Somebody is there when it is ready at once.
fn is_taken_home(hand_in: HandIn, served: Served) -> bool {
    served == Served::AtOnce && matches!(hand_in, HandIn::Counter | HandIn::Agent | HandIn::Visit)
}
