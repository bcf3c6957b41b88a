//! What one plan costs, on one core: single calls timed one by one, never the same ask twice, items drawn evenly, all modes,
//! bundles apart. In the project's own district and in one snapshot of a generated country; beside them, in the same run, a bare
//! `rstar` nearest query with a filter over all stations of that country; and how many plans a second readers on all cores make
//! while another snapshot is swapped in every few milliseconds. Quote the ratios; the times are this machine's at this
//! hour. `BIANMIN_BENCH_CALLS` (default 20000) says how many calls, `BIANMIN_BENCH_DISTRICTS` (default 2900) how large the country.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that can't go on has failed")]
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod asks;
mod chance;
mod country;
mod own;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use domain::catalogue::Catalogue;
use domain::district::{Country, DistrictMap, Place};
use domain::ids::ItemCode;
use domain::routing::{Ask, plan};
use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::asks::Asks;
use crate::chance::Chance;

fn main() {
    let calls = setting("BIANMIN_BENCH_CALLS", 20_000);
    println!("{:<46} {:>9} {:>9} {:>9} {:>9}", "one call, microseconds", "p50", "p99", "p99.9", "max");
    own_district(calls);
    whole_country(calls);
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

fn own_district(calls: usize) {
    let (map, catalogue) = (own::district(), own::catalogue());
    let mut chance = Chance::new(1);
    let load = asks::load(&mut chance, [&map]);
    let partners: Vec<Place> = map.partners().map(|partner| partner.place).collect();
    let mut asks = Asks::new(&catalogue, [&map], partners);
    for (title, items) in [("own district, one item", 1..=1), ("own district, a bundle of 2 to 5", 2..=5)] {
        let timed = timed(calls, || asks.draw(&mut chance, &items), |(ask, now)| plan(&map, &catalogue, &load, ask, *now).plans.len());
        timed.print(title);
    }
    println!("{} stations, {} items", map.stations().count(), catalogue.items().count());
}

fn whole_country(calls: usize) {
    let before = resident_bytes();
    let made = country::make(setting("BIANMIN_BENCH_DISTRICTS", 2_900));
    let (country, catalogue) = (made.country, made.catalogue);
    let stations: usize = country.districts().map(|district| district.stations().count()).sum();
    let bytes = resident_bytes().saturating_sub(before);
    let mut chance = Chance::new(2);
    let load = asks::load(&mut chance, country.districts());
    let mut asks = Asks::new(&catalogue, country.districts(), made.seats);
    let in_district = |ask: &Ask, now| {
        let district = ask.registered.as_ref().map(|division| division.district()).unwrap();
        plan(country.district(&district).unwrap(), &catalogue, &load, ask, now).plans.len()
    };
    let one = timed(calls, || asks.draw(&mut chance, &(1..=1)), |(ask, now)| in_district(ask, *now));
    one.print("country, one item");
    let rare: BTreeSet<ItemCode> = made.rare;
    let rare = timed(calls / 4, || asks.draw_of(&mut chance, &rare), |(ask, now)| in_district(ask, *now));
    rare.print("country, one rare item");
    timed(calls / 4, || asks.draw(&mut chance, &(2..=5)), |(ask, now)| in_district(ask, *now)).print("country, a bundle of 2 to 5");
    let bare = bare_nearest(&country, &catalogue, calls / 4);
    bare.print("country, bare rstar, nearest five that accept");
    println!(
        "{stations} stations, {} items, {} districts; {} bytes a station; built in {:.1} s",
        catalogue.items().count(),
        country.districts().count(),
        bytes / stations.max(1),
        made.took.as_secs_f64()
    );
    println!(
        "a plan of one item against the bare query: {:.2} of its p50, {:.2} of its p99",
        one.at(0.5) / bare.at(0.5),
        one.at(0.99) / bare.at(0.99)
    );
    swap(&country);
    plan_while_swapping(calls);
}

/// The nearest five stations of the whole country that accept an item, by a filter over an ordinary tree.
fn bare_nearest(country: &Country, catalogue: &Catalogue, calls: usize) -> Times {
    let stations: Vec<_> = country.districts().flat_map(DistrictMap::stations).collect();
    let tree =
        RTree::bulk_load(stations.iter().map(|station| GeomWithData::new([station.place.lat, station.place.lng], *station)).collect());
    let items: Vec<_> = catalogue.items().collect();
    let mut chance = Chance::new(3);
    timed(
        calls,
        || (stations[chance.below(stations.len())].place, items[chance.below(items.len())]),
        |(place, listed)| {
            let nearest = tree.nearest_neighbor_iter([place.lat, place.lng]);
            nearest.filter(|spot| spot.data.accepts(&listed.item)).take(5).count()
        },
    )
}

/// What a changed fact costs: the one district built again, a country that shares all others, and the swap itself.
fn swap(country: &Country) {
    let held = ArcSwap::from_pointee(country.clone());
    let district = country.districts().next().unwrap();
    let (divisions, stations) = (district.divisions().cloned().collect(), district.stations().cloned().collect());
    let begun = Instant::now();
    let named = (district.code.clone(), district.name.clone());
    let again = DistrictMap::build_with(
        named,
        (divisions, stations),
        district.shared_partners(),
        district.calendar.clone(),
        &mut Default::default(),
    );
    let built = begun.elapsed();
    let next = held.load().with(again.unwrap());
    let joined = begun.elapsed() - built;
    held.store(Arc::new(next));
    let swapped = begun.elapsed() - built - joined;
    println!("a changed district: built in {built:.0?}, joined to the country in {joined:.0?}, swapped in {swapped:.0?}");
}

/// Readers on all cores plan without pause in the own district, first on a snapshot that stays, then on one that is swapped.
fn plan_while_swapping(calls: usize) {
    let (map, catalogue) = (own::district(), own::catalogue());
    let mut chance = Chance::new(4);
    let load = asks::load(&mut chance, [&map]);
    let mut asks = Asks::new(&catalogue, [&map], map.partners().map(|partner| partner.place).collect());
    let asks: Vec<_> = (0..calls).map(|_| asks.draw(&mut chance, &(1..=1))).collect();
    let held = ArcSwap::from_pointee(map.clone());
    let plan_all = || {
        for (ask, now) in &asks {
            std::hint::black_box(plan(&held.load(), &catalogue, &load, ask, *now).plans.len());
        }
    };
    let pause = || std::thread::sleep(Duration::from_millis(1));
    let still = plans_a_second(calls, plan_all, pause);
    let swapped = AtomicUsize::new(0);
    let swapping = plans_a_second(calls, plan_all, || {
        held.store(Arc::new(map.clone()));
        swapped.fetch_add(1, Ordering::Relaxed);
        pause();
    });
    let swapped = swapped.load(Ordering::Relaxed);
    println!("{swapping:.0} plans a second while the snapshot was swapped {swapped} times, {:.2} of {still:.0} without", swapping / still);
}

/// Of so many `calls` on each core, with `beside` going on again and again.
fn plans_a_second(calls: usize, plan_all: impl Fn() + Sync, beside: impl Fn() + Sync) -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let over = AtomicBool::new(false);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                beside();
            }
        });
        let readers: Vec<_> = (0..cores).map(|_| scope.spawn(&plan_all)).collect();
        readers.into_iter().for_each(|reader| reader.join().unwrap());
        over.store(true, Ordering::Relaxed);
    });
    (calls * cores) as f64 / begun.elapsed().as_secs_f64()
}

/// Bytes of this process that are in memory.
fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = statm.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or_default();
    pages * 4096
}

/// Each call's time, sorted.
struct Times(Vec<Duration>);

/// All questions are drawn beforehand: drawing one would throw what the call needs out of the processor's caches.
fn timed<Q>(calls: usize, mut draw: impl FnMut() -> Q, mut call: impl FnMut(&Q) -> usize) -> Times {
    for _ in 0..calls / 10 {
        std::hint::black_box(call(&draw()));
    }
    let questions: Vec<Q> = (0..calls).map(|_| draw()).collect();
    let mut times: Vec<_> = questions
        .iter()
        .map(|question| {
            let begun = Instant::now();
            std::hint::black_box(call(question));
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    Times(times)
}

impl Times {
    /// Microseconds below which this share of the calls stayed.
    fn at(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let place = ((self.0.len() as f64) * share) as usize;
        self.0.get(place.min(last)).map_or(0.0, |time| time.as_secs_f64() * 1e6)
    }

    fn print(&self, title: &str) {
        println!("{title:<46} {:>9.1} {:>9.1} {:>9.1} {:>9.1}", self.at(0.5), self.at(0.99), self.at(0.999), self.at(1.0));
    }
}
