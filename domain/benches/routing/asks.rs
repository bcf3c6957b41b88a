//! Asks that differ, of people of all kinds, and a live load.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

use chrono::{DateTime, Duration, Utc};
use domain::catalogue::{Authorisation, Catalogue};
use domain::district::{DistrictMap, Place};
use domain::ids::{DivisionCode, ItemCode};
use domain::routing::{
    Access, Agent, AgentKind, Ask, Carriage, Desks, Ground, Load, MatterLies, Mobility, Needs, Preference, StationLoad, Whereabouts,
};

use crate::chance::Chance;

pub struct Asks {
    items: Vec<ItemCode>,
    /// The villages of each district.
    villages: Vec<Vec<DivisionCode>>,
    /// Where people are who are elsewhere.
    away: Vec<Place>,
    drawn: HashSet<String>,
}

impl Asks {
    pub fn new<'a>(catalogue: &Catalogue, districts: impl IntoIterator<Item = &'a DistrictMap>, away: Vec<Place>) -> Self {
        let villages = |map: &DistrictMap| {
            let villages = map.divisions().map(|division| division.code.clone()).filter(|code| !code.as_str().ends_with("000"));
            villages.collect()
        };
        Self {
            items: catalogue.items().map(|listed| listed.item.code.clone()).collect(),
            villages: districts.into_iter().map(villages).collect(),
            away,
            drawn: HashSet::new(),
        }
    }

    /// An ask for so many items at some instant, none twice.
    pub fn draw(&mut self, chance: &mut Chance, items: &RangeInclusive<usize>) -> (Ask, DateTime<Utc>) {
        let among = std::mem::take(&mut self.items);
        let drawn = self.draw_among(chance, &among, items);
        self.items = among;
        drawn
    }

    /// An ask for one of these items.
    pub fn draw_of(&mut self, chance: &mut Chance, items: &BTreeSet<ItemCode>) -> (Ask, DateTime<Utc>) {
        let items: Vec<_> = items.iter().cloned().collect();
        self.draw_among(chance, &items, &(1..=1))
    }

    fn draw_among(&mut self, chance: &mut Chance, among: &[ItemCode], items: &RangeInclusive<usize>) -> (Ask, DateTime<Utc>) {
        loop {
            let ask = self.ask(chance, among, items);
            let now = DateTime::from_timestamp(1_788_220_800, 0).unwrap() + Duration::minutes(chance.below(100 * 24 * 60) as i64);
            if self.drawn.insert(format!("{now}{}", serde_json::to_string(&ask).unwrap())) {
                return (ask, now);
            }
        }
    }

    fn ask(&self, chance: &mut Chance, among: &[ItemCode], items: &RangeInclusive<usize>) -> Ask {
        let villages = chance.pick(&self.villages);
        let (registered, residence) = (chance.pick(villages).clone(), chance.pick(villages).clone());
        let many = items.start() + chance.below(items.end() - items.start() + 1);
        let mut asked: Vec<ItemCode> = Vec::new();
        while asked.len() < many {
            let item = chance.pick(among);
            if !asked.contains(item) {
                asked.push(item.clone());
            }
        }
        Ask {
            items: asked,
            matter: match chance.below(10) {
                0 => MatterLies::Land(chance.pick(villages).clone()),
                1 | 2 => MatterLies::Residence,
                _ => MatterLies::Registered,
            },
            residence: Some(if chance.one_in(4) { residence } else { registered.clone() }),
            registered: Some(registered),
            whereabouts: self.whereabouts(chance),
            needs: needs(chance),
            agent: chance.one_in(4).then_some(Agent { who: AgentKind::Family, mandate: Authorisation::Simple }),
            carriage: *chance.pick(&[Carriage::Both, Carriage::Fetch, Carriage::Bring]),
            preference: *chance.pick(&[Preference::Soonest, Preference::Nearest, Preference::FewestTrips]),
            licences: BTreeSet::new(),
            barred_stations: BTreeSet::new(),
        }
    }

    fn whereabouts(&self, chance: &mut Chance) -> Whereabouts {
        if chance.one_in(4) {
            let seat = chance.pick(&self.away);
            let place = Place { lat: seat.lat + chance.between(-0.3, 0.3), lng: seat.lng + chance.between(-0.3, 0.3) };
            return Whereabouts::Elsewhere { district: None, place: Some(place) };
        }
        Whereabouts::Home
    }
}

fn needs(chance: &mut Chance) -> Needs {
    let mobility = if chance.one_in(12) { Mobility::CannotLeaveHome } else { Mobility::LeavesHome };
    let access = if chance.one_in(8) { Access::StepFree } else { Access::Any };
    Needs { mobility, access, ground: chance.one_in(5).then(|| *chance.pick(&Ground::ALL)) }
}

/// A queue at one station in three.
pub fn load<'a>(chance: &mut Chance, districts: impl IntoIterator<Item = &'a DistrictMap>) -> Load {
    let mut load = Load::default();
    for station in districts.into_iter().flat_map(DistrictMap::stations) {
        if chance.one_in(3) {
            load.set(station.code.clone(), StationLoad { wait_min: chance.below(90) as u32, desk: Desks::Staffed });
        }
    }
    load
}
