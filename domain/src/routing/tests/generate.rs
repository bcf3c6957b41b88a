//! Generated districts, items over every combination of keys, and asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Days, Duration, NaiveDate, NaiveTime};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::super::*;
use super::world::{self, World, code, division};
use crate::catalogue::*;
use crate::district::{Absence, ClosedHours, Closure, ClosureCause, Level, Opening, Partner, Place, Station, StationFacts, StationNotice};
use crate::ids::DivisionCode;

/// In an order in which each may come after those before it; `V001`, `V003` and `V004` stand for a town service, `V002` for none.
pub const ITEMS: [&str; 11] = ["T001", "T002", "T003", "T004", "V001", "V002", "V003", "V004", "C001", "C002", "C003"];

fn stands_for(text: &str) -> Option<&'static str> {
    match text {
        "V001" => Some("T001"),
        "V003" | "V004" => Some("T002"),
        _ => None,
    }
}

/// A district with random hours, steps, lists of their own, load and partners, and random terms for each of `ITEMS`.
pub fn worlds() -> impl Strategy<Value = World> {
    let items = ITEMS.iter().map(|text| item(text)).collect::<Vec<_>>();
    let count = world::world([]).stations.len();
    (prop::collection::vec(station_terms(), count), items, subsequence(ITEMS.to_vec(), 0..=ITEMS.len())).prop_map(|(terms, items, met)| {
        let mut world = world::world(items).with_partner_for(&met);
        world.partners.extend(further_partners(&met));
        let mut load = Load::default();
        for (station, terms) in world.stations.iter_mut().zip(terms) {
            load.set(station.code.clone(), terms.load);
            terms.set(station);
        }
        world.load = load;
        world
    })
}

#[derive(Debug, Clone)]
pub struct StationTerms {
    accessible: bool,
    hours: Vec<Opening>,
    added: BTreeSet<ItemCode>,
    removed: BTreeSet<ItemCode>,
    staff: u16,
    facts: StationFacts,
    load: StationLoad,
}

impl StationTerms {
    /// With nothing of its own but its hours and its steps.
    fn ordinary(self) -> Self {
        let load = StationLoad { wait_min: 0, desk: Desks::Staffed };
        Self { added: BTreeSet::new(), removed: BTreeSet::new(), facts: StationFacts::default(), load, ..self }
    }

    pub fn set(self, station: &mut Station) {
        station.accessible = self.accessible;
        station.hours = self.hours.into();
        station.added = Arc::new(self.added);
        station.removed = Arc::new(self.removed);
        station.staff = self.staff;
        station.facts = Arc::new(self.facts);
    }
}

pub fn station_terms() -> impl Strategy<Value = StationTerms> {
    let some_items = || subsequence(ITEMS.to_vec(), 0..=2).prop_map(|items| items.into_iter().map(code).collect());
    let load = (0u32..200, select(vec![Desks::Staffed, Desks::Staffed, Desks::Unstaffed]));
    let own = (any::<bool>(), hours(), some_items(), some_items());
    (own, 0u16..4, facts(), load).prop_map(|((accessible, hours, added, removed), staff, facts, (wait_min, desk))| StationTerms {
        accessible,
        hours,
        added,
        removed,
        staff,
        facts,
        load: StationLoad { wait_min, desk },
    })
}

/// Closures of a day or some hours, absences and notices in the months of `instants`; mostly nothing.
pub fn facts() -> impl Strategy<Value = StationFacts> {
    let closure = (days(), 0u64..10, prop::option::of((7u32..16, 1u32..6))).prop_map(|(from, length, hours)| {
        let time = |hour| NaiveTime::from_hms_opt(hour, 30, 0).unwrap();
        let hours = hours.map(|(from, length)| ClosedHours { from: time(from), to: time(from + length) });
        Closure { from, to: from + Days::new(length), hours, cause: ClosureCause::Maintenance }
    });
    let absence = (instants(), 1i64..5000, 1u16..4).prop_map(|(from, length, staff)| Absence {
        from,
        until: from + Duration::minutes(length),
        staff,
    });
    let notice = (instants(), 1i64..20_000).prop_map(|(from, length)| StationNotice {
        from,
        until: from + Duration::minutes(length),
        text: "公告".into(),
    });
    let some = (prop::collection::vec(closure, 0..3), prop::collection::vec(absence, 0..3), prop::collection::vec(notice, 0..2));
    let some = some.prop_map(|(closures, absences, notices)| StationFacts { closures, notices, absences });
    prop_oneof![2 => Just(StationFacts::default()), 1 => some]
}

fn days() -> impl Strategy<Value = NaiveDate> {
    (0u64..150).prop_map(|days| NaiveDate::from_ymd_opt(2026, 8, 10).unwrap() + Days::new(days))
}

/// A second station of the partner district, and one of a district next to it, for all items but the first that it meets.
fn further_partners(met: &[&str]) -> Vec<Partner> {
    let some: Arc<BTreeSet<ItemCode>> = Arc::new(met.iter().skip(1).map(|item| code(item)).collect());
    let partner = |text: &str, lat| Partner {
        code: code(text),
        name: text.into(),
        station_name: text.into(),
        place: Place { lat, lng: 104.0 },
        items: Arc::clone(&some),
        hours: [].into(),
    };
    vec![partner("510108000000-02", 31.05), partner("510107000000-01", 31.2)]
}

pub fn hours() -> impl Strategy<Value = Vec<Opening>> {
    let opening = (subsequence((1..=7).collect::<Vec<u8>>(), 1..=7), 7u32..12, 1u32..4, 0u32..2).prop_map(|(days, open, length, late)| {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        Opening { days, open: time(open + late * 5), close: time(open + late * 5 + length) }
    });
    prop::collection::vec(opening, 0..3)
}

/// A district of some hundred stations, few kinds of hours among them as in a real one, so that most of them are alike but for
/// the road; some have a queue, a list of their own or facts.
pub fn large_worlds() -> impl Strategy<Value = World> {
    let items = ITEMS.iter().map(|text| item(text)).collect::<Vec<_>>();
    let kinds = prop::collection::vec(hours(), 3);
    let number = 100usize..300;
    let terms = prop::collection::vec((station_terms(), 0usize..3, 0.0..0.5f64, 0.0..0.5f64, 0u8..10), 300);
    (items, kinds, number, terms, subsequence(ITEMS.to_vec(), 0..=ITEMS.len())).prop_map(|(items, kinds, number, terms, met)| {
        let mut world = world::world(items).with_partner_for(&met);
        world.partners.extend(further_partners(&met));
        let villages: Vec<String> = (203..=215).flat_map(|v| ["511499101", "511499102"].map(|town| format!("{town}{v}"))).collect();
        world.stations.extend(villages.iter().map(|village| world::station(&format!("{village}-01"), Level::Village, (30.2, 103.8))));
        for at in 0..number.saturating_sub(world.stations.len()) {
            let (village, suffix) = (&villages[at % villages.len()], 11 + at / villages.len());
            world.stations.push(world::station(&format!("{village}-{suffix}"), Level::Point, (30.2, 103.8)));
        }
        let mut load = Load::default();
        for (station, (mut own, kind, lat, lng, rare)) in world.stations.iter_mut().zip(terms) {
            own.hours.clone_from(&kinds[kind]);
            match rare {
                0 => {}
                1 => (own.facts, own.load) = (StationFacts::default(), StationLoad { wait_min: 0, desk: Desks::Staffed }),
                2 | 3 => own = StationTerms { added: BTreeSet::new(), removed: BTreeSet::new(), facts: StationFacts::default(), ..own },
                _ => own = own.ordinary(),
            }
            load.set(station.code.clone(), own.load);
            own.set(station);
            station.place = Place { lat: 30.0 + lat, lng: 103.6 + lng };
        }
        world.load = load;
        world
    })
}

/// A station that may be added: a further point of some village, or a new village with its own station.
pub fn extra_stations() -> impl Strategy<Value = Station> {
    let places = ["511499101201-12", "511499101202-12", "511499102201-12", "511499102203-01"];
    (select(places.to_vec()), station_terms(), 30.0..30.4f64).prop_map(|(text, terms, lat)| {
        let level = if text.ends_with("-01") { Level::Village } else { Level::Point };
        let mut station = world::station(text, level, (lat, 103.85));
        terms.set(&mut station);
        station
    })
}

/// Every combination of the keys that routing reads.
pub fn item(text: &'static str) -> impl Strategy<Value = Item> {
    let keys = (modes(), levels(), authority(), any::<bool>(), in_person(), 0u8..2);
    let rest = (result(), (any::<bool>(), mandate()), materials(), publicity(), 1u16..20, after(text), select(vec![0i64, 0, 1000]));
    (keys, rest).prop_map(move |((modes, levels, decided_at, instant, in_person, trips), rest)| {
        let ((form, deliverable), (allowed, authorisation), materials, publicity, days, after, fee_fen) = rest;
        let base = match text {
            text if text.starts_with('V') => world::proxy(text, stands_for(text)),
            text if text.starts_with('C') => world::certificate(text),
            text => world::service(text),
        };
        Item {
            modes,
            levels,
            decided_at: if base.certificate().is_some() { Authority::Village } else { decided_at },
            handling: if instant { Handling::Instant } else { Handling::Commitment },
            promised_working_days: if instant { 0 } else { days },
            publicity: publicity.filter(|_| !instant),
            in_person,
            trips,
            result: ItemResult { name: "结果".into(), form, deliverable },
            proxy: ProxyTerms { allowed, authorisation },
            materials,
            after,
            fee_fen,
            ..base
        }
    })
}

fn modes() -> impl Strategy<Value = Vec<Mode>> {
    subsequence(Mode::ALL.to_vec(), 2..=6)
}

fn levels() -> impl Strategy<Value = Vec<Level>> {
    subsequence(vec![Level::Point, Level::Village, Level::Town, Level::District], 1..=4)
}

fn authority() -> impl Strategy<Value = Authority> {
    select(vec![Authority::Village, Authority::Town, Authority::District, Authority::City, Authority::Province])
}

fn in_person() -> impl Strategy<Value = InPerson> {
    select(vec![InPerson::None, InPerson::IdentityCheck, InPerson::Once, InPerson::SiteVisit])
}

pub fn mandate() -> impl Strategy<Value = Authorisation> {
    select(vec![Authorisation::None, Authorisation::Simple, Authorisation::Notarised])
}

fn result() -> impl Strategy<Value = (ResultForm, bool)> {
    let carried = [(ResultForm::Paper, true), (ResultForm::Both, true)];
    let kept = [ResultForm::Electronic, ResultForm::Paper, ResultForm::Both, ResultForm::None].map(|form| (form, false));
    select([&carried[..], &kept[..]].concat())
}

fn materials() -> impl Strategy<Value = Vec<Material>> {
    let material = (any::<bool>(), any::<bool>()).prop_flat_map(|(required, reusable)| {
        select(vec![MaterialForm::Original, MaterialForm::Copy, MaterialForm::Electronic, MaterialForm::Form])
            .prop_map(move |form| Material { name: "户口簿".into(), form, required, reusable, from: String::new() })
    });
    prop::collection::vec(material, 1..3)
}

fn publicity() -> impl Strategy<Value = Option<Publicity>> {
    let unit = select(vec![DayUnit::Calendar, DayUnit::Working]);
    prop::option::of((1u16..10, unit, any::<bool>()).prop_map(|(days, unit, counts)| Publicity { days, unit, counts }))
}

/// Only items of a lower place in `ITEMS`, so that nothing goes round in a circle; what stands for a town service has its place.
fn after(text: &'static str) -> impl Strategy<Value = Vec<ItemCode>> {
    let place = |text: &str| ITEMS.iter().position(|other| *other == stands_for(text).unwrap_or(text));
    let before: Vec<&str> = ITEMS.iter().copied().filter(|other| place(other) < place(text)).collect();
    let most = before.len().min(2);
    subsequence(before, 0..=most).prop_map(|codes| codes.into_iter().map(code).collect())
}

pub fn asks() -> impl Strategy<Value = Ask> {
    let divisions = || {
        let here = ["511499101201-01", "511499102202-01", "511499101000-01"].map(|station| Some(division(station)));
        select([&here[..], &[None, Some(code("510108001001"))]].concat())
    };
    let items = subsequence(ITEMS.to_vec(), 1..=3).prop_map(|items| items.into_iter().map(code).collect());
    let agent = prop::option::of(mandate().prop_map(|mandate| Agent { who: AgentKind::Family, mandate }));
    let preference = select(vec![Preference::Soonest, Preference::Nearest, Preference::FewestTrips]);
    let carriage = select(vec![Carriage::Fetch, Carriage::Bring, Carriage::Both]);
    let barred = prop_oneof![3 => Just(Vec::new()), 1 => subsequence(vec![world::VILLAGE, world::POINT, world::FAR_VILLAGE], 1..=2)];
    let who = (items, divisions(), divisions(), matter());
    (who, whereabouts(), needs(), agent, (preference, carriage), barred).prop_map(
        |((items, registered, residence, matter), whereabouts, needs, agent, (preference, carriage), barred)| Ask {
            items,
            registered,
            residence,
            matter,
            whereabouts,
            needs,
            agent,
            carriage,
            preference,
            licences: BTreeSet::new(),
            barred_stations: barred.into_iter().map(code).collect(),
        },
    )
}

fn matter() -> impl Strategy<Value = MatterLies> {
    let land = |text: &str| MatterLies::Land(code::<DivisionCode>(text));
    select(vec![MatterLies::Registered, MatterLies::Residence, land("511499101202"), land("511499102201"), land("510108001001")])
}

fn whereabouts() -> impl Strategy<Value = Whereabouts> {
    let here = Whereabouts::Here(Place { lat: 30.1, lng: 103.83 });
    let unknown = Whereabouts::Elsewhere { district: None, place: None };
    let there = Whereabouts::Elsewhere { district: None, place: Some(Place { lat: 31.1, lng: 104.1 }) };
    let both = Whereabouts::Elsewhere { district: Some(code(world::PARTNER)), place: Some(Place { lat: 30.9, lng: 104.0 }) };
    select(vec![Whereabouts::Home, here, world::elsewhere(), unknown, there, both])
}

pub fn needs() -> impl Strategy<Value = Needs> {
    let mobility = select(vec![Mobility::LeavesHome, Mobility::LeavesHome, Mobility::CannotLeaveHome]);
    let access = select(vec![Access::Any, Access::StepFree]);
    (mobility, access, prop::option::of(select(Ground::ALL.to_vec()))).prop_map(|(mobility, access, ground)| Needs {
        mobility,
        access,
        ground,
    })
}

/// Any minute of the last months of 2026, the holiday and the turn of the year among them.
pub fn instants() -> impl Strategy<Value = Timestamp> {
    (0i64..150 * 24 * 60).prop_map(|minutes| world::at("2026-08-10T00:00:00") + Duration::minutes(minutes))
}

/// The same world under a load that nobody measured.
pub fn idle(world: &World) -> Load {
    Load::new(BTreeMap::new(), None, Arc::clone(&world.load.tuning))
}
