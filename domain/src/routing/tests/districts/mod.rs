//! Generated districts as varied as real ones, up to hundreds of stations: towns, villages and courtyard points; lunch breaks,
//! Saturdays, points that open two mornings a week, stations that never open; lists of their own, steps, closures, absences,
//! notices; partners near and far; live load, fresh and stale; settings of every kind. And asks that fit them (`asks`).

mod asks;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Duration, NaiveTime};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::super::*;
use super::generate::{ITEMS, facts, hours, instants, item};
use super::world::{self, World, code};
use crate::catalogue::{Item, Mode};
use crate::district::{Level, Opening, Partner, Place, Station, StationFacts};

use asks::person;

/// A question to both engines.
#[derive(Debug, Clone)]
pub struct Case {
    pub world: World,
    pub ask: Ask,
    pub now: Timestamp,
}

/// How many towns, villages a town and points a village there may be, least and most, and how many items are asked at once at most.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    towns: (usize, usize),
    villages: (usize, usize),
    points: (usize, usize),
    items: usize,
}

/// A dozen stations, and asks of up to four items.
pub const HAMLET: Size = Size { towns: (1, 2), villages: (1, 2), points: (0, 1), items: 4 };
/// Some forty stations.
pub const VALLEY: Size = Size { towns: (1, 3), villages: (1, 4), points: (0, 2), items: 3 };
/// Hundreds of stations.
pub const DISTRICT: Size = Size { towns: (6, 12), villages: (4, 8), points: (1, 3), items: 2 };

pub fn cases(size: Size) -> impl Strategy<Value = Case> {
    let world = (stations(size), items(), partners(), tuning());
    (world, person(size), any::<[Index; 4]>(), vec(station_load(), 6), instants(), prop::option::of(0i64..40)).prop_map(
        |((stations, items, partners, tuning), person, picks, loads, now, age_min)| {
            let by_station = stations.iter().zip(loads.iter().cycle()).map(|(station, load)| (station.code.clone(), *load));
            // Every seventh station is one of which nothing was measured.
            let measured = by_station.enumerate().filter(|(at, _)| at % 7 != 3).map(|(_, entry)| entry).collect();
            let load = Load::new(measured, age_min.map(|minutes| now - Duration::minutes(minutes)), Arc::new(tuning));
            let ask = person.ask(&stations, picks);
            Case { world: World { stations, partners, items, load }, ask, now }
        },
    )
}

/// What a station may be like, shared by several.
#[derive(Debug, Clone)]
struct Terms {
    accessible: bool,
    staff: u16,
    hours: Arc<[Opening]>,
    added: Arc<BTreeSet<ItemCode>>,
    removed: Arc<BTreeSet<ItemCode>>,
    facts: Arc<StationFacts>,
}

fn stations(size: Size) -> impl Strategy<Value = Vec<Station>> {
    let between = |(least, most): (usize, usize)| least..=most;
    (between(size.towns), vec(between(size.villages), size.towns.1), vec(between(size.points), 8), vec(terms(), 14), vec(any::<u8>(), 64))
        .prop_map(|(towns, villages, points, terms, dice)| {
            let mut stations = vec![world::station(world::CENTRE, Level::District, (30.2, 103.86))];
            for town in 0..towns {
                let division = format!("5114991{:02}", town + 1);
                stations.push(world::station(&format!("{division}000-01"), Level::Town, spot(town * 5, &dice)));
                for village in 0..villages[town] {
                    let division = format!("{division}2{:02}", village + 1);
                    stations.push(world::station(&format!("{division}-01"), Level::Village, spot(town * 5 + village, &dice)));
                    for point in 0..points[(town + village) % points.len()] {
                        let place = spot(town * 5 + village + point, &dice);
                        stations.push(world::station(&format!("{division}-{}", 11 + point), Level::Point, place));
                    }
                }
            }
            for (at, station) in stations.iter_mut().enumerate() {
                terms[usize::from(dice[at % dice.len()]) % terms.len()].clone().set(station);
            }
            stations
        })
}

/// Places that lie near each other, some of them in the same spot.
fn spot(at: usize, dice: &[u8]) -> (f64, f64) {
    let die = |at: usize| f64::from(dice[at % dice.len()]);
    (30.0 + die(at) / 640.0, 103.7 + die(at + 1) / 640.0)
}

impl Terms {
    fn set(self, station: &mut Station) {
        station.accessible = self.accessible;
        station.staff = self.staff;
        station.hours = self.hours;
        station.added = self.added;
        station.removed = self.removed;
        station.facts = self.facts;
    }
}

fn terms() -> impl Strategy<Value = Terms> {
    let list = || prop_oneof![2 => Just(Vec::new()), 1 => subsequence(ITEMS.to_vec(), 0..=3)];
    let capability = (list(), list());
    (any::<bool>(), 0u16..4, openings(), capability, facts()).prop_map(|(accessible, staff, hours, (added, removed), facts)| Terms {
        accessible,
        staff,
        hours: hours.into(),
        added: Arc::new(added.into_iter().map(code).collect()),
        removed: Arc::new(removed.into_iter().map(code).collect()),
        facts: Arc::new(facts),
    })
}

fn opening(days: &[u8], open: &str, close: &str) -> Opening {
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    Opening { days: days.to_vec(), open: time(open), close: time(close) }
}

/// The hours of a centre, of a village, of a community with its Saturdays, of a point; none; or anything.
fn openings() -> impl Strategy<Value = Vec<Opening>> {
    let week = [1, 2, 3, 4, 5];
    let centre = vec![opening(&week, "09:00", "12:00"), opening(&week, "13:00", "17:00"), opening(&[6], "09:00", "12:00")];
    let village = vec![opening(&week, "08:30", "12:00"), opening(&week, "14:00", "17:30")];
    let community = vec![opening(&[1, 2, 3, 4, 5, 6], "08:30", "12:00"), opening(&week, "13:30", "17:30")];
    let morning = select(vec![[1u8, 4], [2, 5], [3, 6], [1, 6]]).prop_map(|days| vec![opening(&days, "09:00", "11:30")]);
    let short = vec![opening(&week, "09:00", "09:10")];
    prop_oneof![3 => Just(centre), 3 => Just(village), 2 => Just(community), 4 => morning, 1 => Just(Vec::new()), 1 => Just(short), 2 => hours()]
}

fn station_load() -> impl Strategy<Value = StationLoad> {
    let desk = select(vec![Desks::Staffed, Desks::Staffed, Desks::Staffed, Desks::Unstaffed]);
    (prop_oneof![Just(0), 0u32..200], desk).prop_map(|(wait_min, desk)| StationLoad { wait_min, desk })
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    ITEMS.iter().map(|text| generous(text)).collect::<Vec<_>>()
}

/// An item with random terms; every other one is offered in every mode, so that what comes after that is reached as well.
fn generous(text: &'static str) -> impl Strategy<Value = Item> {
    (item(text), any::<bool>()).prop_map(|(item, generous)| if generous { Item { modes: Mode::ALL.into(), ..item } } else { item })
}

/// Counters of other districts, several of one among them, some near each other; and one that says to be of this district.
fn partners() -> impl Strategy<Value = Vec<Partner>> {
    let codes = ["440306000000-01", "440306001000-01", "440306002000-01", "440306003000-01", "440306004000-01", "440306005000-01"];
    let codes = [&codes[..], &["510108000000-01", "510108001000-01", "511499000000-09"]].concat();
    subsequence(codes, 0..=9).prop_flat_map(move |codes| {
        let terms =
            vec((subsequence(ITEMS.to_vec(), 3..=ITEMS.len()), 0u8..60, prop_oneof![2 => Just(Vec::new()), 3 => openings()]), codes.len());
        terms.prop_map(move |terms| codes.iter().zip(terms).map(|(code, terms)| partner(code, terms)).collect())
    })
}

fn partner(text: &str, (items, die, hours): (Vec<&str>, u8, Vec<Opening>)) -> Partner {
    Partner {
        code: code(text),
        name: "外区".into(),
        station_name: text.into(),
        place: Place { lat: 22.5 + f64::from(die) / 60.0, lng: 113.8 + f64::from(die % 7) / 10.0 },
        items: Arc::new(items.into_iter().map(code).collect()),
        hours: hours.into(),
    }
}

fn tuning() -> impl Strategy<Value = Tuning> {
    let minutes = (0u32..100, 0u32..50, 0u32..70, 0u32..50, 5u32..25);
    let rest = (courier_hours(), visitors(), grounds(), select(vec![0.0, 10.0, 50.0, 200.0]), select(vec![1.0, 1.3, 2.0]), 0u16..5);
    let custom = (minutes, rest).prop_map(
        |(
            (handover_min, courier_slot_min, courier_cut_off_min, visit_slot_min, service),
            (courier_hours, visitors, grounds, reach, road, post),
        )| {
            Tuning {
                service: ServiceMinutes { point: service, village: service, town: service + 5, district: service + 5 },
                road_factor: road,
                handover_min,
                courier_hours,
                courier_slot_min,
                courier_cut_off_min,
                visitors,
                visit_slot_min,
                partner_reach_km: reach,
                post_days: post,
                grounds,
                ..Tuning::default()
            }
        },
    );
    prop_oneof![1 => Just(Tuning::default()), 2 => custom]
}

fn courier_hours() -> impl Strategy<Value = Vec<Opening>> {
    let usual = Tuning::default().courier_hours;
    prop_oneof![4 => Just(usual), 3 => hours(), 1 => Just(Vec::new())]
}

fn visitors() -> impl Strategy<Value = Vec<VisitorTerms>> {
    let terms = |usual: VisitorTerms| {
        let levels = subsequence(vec![Level::Point, Level::Village, Level::Town, Level::District], 0..=4);
        let presence = select(vec![Presence::Checks, Presence::CannotCheck]);
        let hours = prop_oneof![2 => Just(usual.hours.clone()), 1 => hours()];
        let custom = (levels, hours, presence);
        let own = custom.prop_map(move |(levels, hours, presence)| VisitorTerms { who: usual.who, levels, hours, presence });
        own.boxed()
    };
    let all: Vec<_> = Tuning::default().visitors.into_iter().map(terms).collect();
    (all, subsequence(vec![0usize, 1, 2], 0..=3)).prop_map(|(all, kept)| kept.into_iter().map(|at| all[at].clone()).collect())
}

fn grounds() -> impl Strategy<Value = Grounds> {
    let usual = Grounds::default();
    let all: Vec<_> = usual.iter().map(|(ground, evidence)| (ground, evidence.to_vec())).collect();
    subsequence(all, 3..=6).prop_map(Grounds::new)
}
