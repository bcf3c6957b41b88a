//! Asks that fit a generated district: by people of it, moved, newcome or away, about land here and there, with and without an agent.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::super::super::*;
use super::super::generate::{ITEMS, mandate, needs};
use super::super::world::code;
use super::Size;
use crate::catalogue::Authorisation;
use crate::district::{Place, Station};
use crate::ids::DivisionCode;

const ELSEWHERE: [&str; 3] = ["440306", "510108", "530112"];

/// Who asks, before it is known where.
#[derive(Debug, Clone)]
pub struct Person {
    items: Vec<&'static str>,
    lives: Lives,
    matter: Matter,
    is: Is,
    needs: Needs,
    agent: Option<Authorisation>,
    wishes: (Carriage, Preference),
    holds_licence: bool,
    barred: Vec<Index>,
}

#[derive(Debug, Clone, Copy)]
enum Lives {
    AtHome,
    Moved,
    RegisteredElsewhere,
    ResidenceUnknown,
    Nowhere,
}

#[derive(Debug, Clone, Copy)]
enum Matter {
    Registered,
    Residence,
    LandHere,
    LandElsewhere,
}

#[derive(Debug, Clone, Copy)]
enum Is {
    Home,
    Here(u8, u8),
    InDistrict(usize),
    At(u8, u8),
    InDistrictAt(usize, u8, u8),
    Unknown,
}

pub fn person(size: Size) -> impl Strategy<Value = Person> {
    let known = subsequence(ITEMS.to_vec(), 1..=size.items).prop_shuffle();
    let items = prop_oneof![1 => Just(Vec::new()), 1 => Just(vec!["T001", "T404"]), 60 => subsequence(ITEMS.to_vec(), 1).boxed(), 60 => known.boxed()];
    let lives = prop_oneof![
        8 => Just(Lives::AtHome),
        4 => Just(Lives::Moved),
        3 => Just(Lives::RegisteredElsewhere),
        2 => Just(Lives::ResidenceUnknown),
        1 => Just(Lives::Nowhere)
    ];
    let matter = prop_oneof![
        8 => Just(Matter::Registered),
        4 => Just(Matter::Residence),
        4 => Just(Matter::LandHere),
        1 => Just(Matter::LandElsewhere)
    ];
    let wishes = (
        select(vec![Carriage::Fetch, Carriage::Bring, Carriage::Both]),
        select(vec![Preference::Soonest, Preference::Nearest, Preference::FewestTrips]),
    );
    let rest = (prop::option::of(mandate()), wishes, any::<bool>(), prop_oneof![Just(Vec::new()), vec(any::<Index>(), 0..4)]);
    (items, lives, matter, whereabouts(), needs(), rest).prop_map(
        |(items, lives, matter, is, needs, (agent, wishes, holds_licence, barred))| Person {
            items,
            lives,
            matter,
            is,
            needs,
            agent,
            wishes,
            holds_licence,
            barred,
        },
    )
}

fn whereabouts() -> impl Strategy<Value = Is> {
    let die = || 0u8..60;
    prop_oneof![
        4 => Just(Is::Home),
        2 => (die(), die()).prop_map(|(lat, lng)| Is::Here(lat, lng)),
        1 => (0..ELSEWHERE.len()).prop_map(Is::InDistrict),
        2 => (die(), die()).prop_map(|(lat, lng)| Is::At(lat, lng)),
        2 => (0..ELSEWHERE.len(), die(), die()).prop_map(|(at, lat, lng)| Is::InDistrictAt(at, lat, lng)),
        1 => Just(Is::Unknown),
    ]
}

impl Person {
    /// What they ask in a district of these stations.
    pub fn ask(self, stations: &[Station], picks: [Index; 4]) -> Ask {
        let division = |pick: &Index| Some(pick.get(stations).division.clone());
        let (registered, residence) = match self.lives {
            Lives::AtHome => (division(&picks[0]), division(&picks[0])),
            Lives::Moved => (division(&picks[0]), division(&picks[1])),
            Lives::RegisteredElsewhere => (Some(code("510108001001")), division(&picks[1])),
            Lives::ResidenceUnknown => (division(&picks[0]), None),
            Lives::Nowhere => (None, Some(code::<DivisionCode>("510108001001"))),
        };
        let matter = match self.matter {
            Matter::Registered => MatterLies::Registered,
            Matter::Residence => MatterLies::Residence,
            Matter::LandHere => MatterLies::Land(picks[2].get(stations).division.clone()),
            Matter::LandElsewhere => MatterLies::Land(code("510108001001")),
        };
        Ask {
            items: self.items.iter().map(|item| code(item)).collect(),
            registered,
            residence,
            matter,
            whereabouts: self.is.whereabouts(),
            needs: self.needs,
            agent: self.agent.map(|mandate| Agent { who: AgentKind::Family, mandate }),
            carriage: self.wishes.0,
            preference: self.wishes.1,
            licences: if self.holds_licence { ["户口簿".to_owned()].into() } else { BTreeSet::new() },
            barred_stations: self.barred.iter().map(|pick| pick.get(stations).code.clone()).collect(),
        }
    }
}

impl Is {
    fn whereabouts(self) -> Whereabouts {
        let far = |lat, lng| Place { lat: 22.5 + f64::from(lat) / 60.0, lng: 113.8 + f64::from(lng) / 90.0 };
        let district = |at: usize| Some(code(ELSEWHERE[at]));
        match self {
            Is::Home => Whereabouts::Home,
            Is::Here(lat, lng) => Whereabouts::Here(Place { lat: 30.0 + f64::from(lat) / 150.0, lng: 103.7 + f64::from(lng) / 150.0 }),
            Is::InDistrict(at) => Whereabouts::Elsewhere { district: district(at), place: None },
            Is::At(lat, lng) => Whereabouts::Elsewhere { district: None, place: Some(far(lat, lng)) },
            Is::InDistrictAt(at, lat, lng) => Whereabouts::Elsewhere { district: district(at), place: Some(far(lat, lng)) },
            Is::Unknown => Whereabouts::Elsewhere { district: None, place: None },
        }
    }
}
