//! A generated country: 2,900 districts of the size of ours, 700,000 stations, 3,000 items with the keys of our own, of which
//! one in ten is rare: no level accepts it, some stations have it on their own list.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::catalogue::{Catalogue, Item, ItemKind, Listed, Mode};
use domain::district::{Country, DistrictMap, Division, Level, Opening, Partner, Partners, Place, Shared, Station};
use domain::ids::{DivisionCode, ItemCode};

use crate::chance::Chance;
use crate::own;

const STATIONS: usize = 700_000;
const DISTRICTS: usize = 2_900;
const TOWNS: usize = 8;
const VILLAGES_A_TOWN: usize = 10;
const PARTNERS_A_DISTRICT: usize = 3;
const LISTS: usize = 400;

pub struct Made {
    pub country: Country,
    pub catalogue: Catalogue,
    pub rare: BTreeSet<ItemCode>,
    /// The seats of the districts.
    pub seats: Vec<Place>,
    pub took: Duration,
}

pub fn make(districts: usize) -> Made {
    let mut chance = Chance::new(7);
    let (items, rare) = items();
    let rare_list: Vec<_> = rare.iter().cloned().collect();
    let seats: Vec<Place> = (0..districts).map(|_| Place { lat: chance.between(22.0, 45.0), lng: chance.between(98.0, 123.0) }).collect();
    let templates: Vec<Arc<[Opening]>> = own::district().stations().map(|station| Arc::clone(&station.hours)).collect();
    let lists: Vec<Arc<BTreeSet<ItemCode>>> =
        (0..LISTS).map(|_| Arc::new((0..8).map(|_| chance.pick(&rare_list).clone()).collect())).collect();
    let partners = Arc::new(Partners::new(partners(&mut chance, &items, &seats)).unwrap());
    let calendar = own::calendar();
    let mut parts = Parts { chance, templates, lists };
    let mut shared = Shared::default();
    let mut took = Duration::ZERO;
    let maps: Vec<DistrictMap> = seats
        .iter()
        .enumerate()
        .map(|(number, seat)| {
            let (divisions, stations) = parts.district(number, *seat);
            let code = format!("{:06}", 110_000 + number).parse().unwrap();
            let begun = Instant::now();
            let named = (code, format!("第{number}区"));
            let map =
                DistrictMap::build_with(named, (divisions, stations), Arc::clone(&partners), Arc::clone(&calendar), &mut shared).unwrap();
            took += begun.elapsed();
            map
        })
        .collect();
    let begun = Instant::now();
    let country = Country::new(maps);
    took += begun.elapsed();
    let catalogue = Catalogue::new(items.into_iter().map(|item| Listed { version: 1, item }));
    Made { country, catalogue, rare, seats, took }
}

/// 3,000 items with the keys of ours; each letter's thousand.
fn items() -> (Vec<Item>, BTreeSet<ItemCode>) {
    let own = own::items();
    let (mut items, mut rare) = (Vec::new(), BTreeSet::new());
    for letter in ItemKind::ALL.map(ItemKind::letter) {
        let of_kind: Vec<&Item> = own.iter().filter(|item| item.code.as_str().starts_with(letter)).collect();
        for number in 0..1_000 {
            let mut item = of_kind[number % of_kind.len()].clone();
            item.code = format!("{letter}{number:03}").parse().unwrap();
            if number % 10 == 9 {
                item.levels.clear();
                item.modes = Mode::ALL.into();
                rare.insert(item.code.clone());
            }
            items.push(item);
        }
    }
    (items, rare)
}

fn partners(chance: &mut Chance, items: &[Item], seats: &[Place]) -> Vec<Partner> {
    let remote: Vec<ItemCode> = items.iter().filter(|item| item.modes.contains(&Mode::Remote)).map(|item| item.code.clone()).collect();
    let lists: Vec<Arc<BTreeSet<ItemCode>>> =
        (0..50).map(|_| Arc::new(remote.iter().filter(|_| chance.one_in(3)).cloned().collect())).collect();
    let mut partners = Vec::new();
    for (number, seat) in seats.iter().enumerate() {
        for at in 1..=PARTNERS_A_DISTRICT {
            partners.push(Partner {
                code: format!("{:06}000000-{at:02}", 110_000 + number).parse().unwrap(),
                name: format!("第{number}区"),
                station_name: format!("第{number}区政务服务中心{at}"),
                place: Place { lat: seat.lat + chance.between(-0.1, 0.1), lng: seat.lng + chance.between(-0.1, 0.1) },
                items: Arc::clone(chance.pick(&lists)),
                hours: [].into(),
            });
        }
    }
    partners
}

struct Parts {
    chance: Chance,
    templates: Vec<Arc<[Opening]>>,
    lists: Vec<Arc<BTreeSet<ItemCode>>>,
}

impl Parts {
    /// A district: its seat, its towns and villages, and points up to its share of the stations.
    fn district(&mut self, number: usize, seat: Place) -> (Vec<Division>, Vec<Station>) {
        let share = STATIONS / DISTRICTS + usize::from(number < STATIONS % DISTRICTS);
        let district = format!("{:06}", 110_000 + number);
        let mut codes: Vec<(String, Level)> = vec![(format!("{district}000000"), Level::District)];
        for town in 1..=TOWNS {
            codes.push((format!("{district}{town:03}000"), Level::Town));
            codes.extend((1..=VILLAGES_A_TOWN).map(|village| (format!("{district}{town:03}{village:03}"), Level::Village)));
        }
        let mut stations: Vec<Station> = codes.iter().map(|(code, level)| self.station(code, "01", *level, seat)).collect();
        let divisions = stations.iter().map(|station| Division {
            code: station.division.clone(),
            name: station.name.to_string(),
            place: station.place,
        });
        let divisions = divisions.collect();
        let villages: Vec<&String> = codes.iter().filter(|(_, level)| *level == Level::Village).map(|(code, _)| code).collect();
        for point in 0..share.saturating_sub(stations.len()) {
            let suffix = format!("{}", 11 + point / villages.len());
            stations.push(self.station(villages[point % villages.len()], &suffix, Level::Point, seat));
        }
        (divisions, stations)
    }

    fn station(&mut self, division: &str, suffix: &str, level: Level, seat: Place) -> Station {
        let chance = &mut self.chance;
        let division: DivisionCode = division.parse().unwrap();
        let place = Place { lat: seat.lat + chance.between(-0.25, 0.25), lng: seat.lng + chance.between(-0.25, 0.25) };
        let list = |chance: &mut Chance, lists: &[Arc<BTreeSet<ItemCode>>], many| {
            if chance.one_in(many) { Arc::clone(chance.pick(lists)) } else { Arc::default() }
        };
        Station {
            code: format!("{division}-{suffix}").parse().unwrap(),
            name: format!("第{division}便民服务站"),
            level,
            division,
            place,
            windows: 1,
            staff: 2,
            terminal: false,
            accessible: chance.one_in(2),
            hours: Arc::clone(chance.pick(&self.templates)),
            added: list(chance, &self.lists, 10),
            removed: list(chance, &self.lists, 50),
            facts: Arc::default(),
        }
    }
}
