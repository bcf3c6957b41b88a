//! The snapshot is swapped while plans are made on it: nobody waits, and nobody sees half of a change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arc_swap::ArcSwap;

use super::super::*;
use super::world::*;
use crate::district::{Closure, ClosureCause, Country, StationFacts};

const SWAPS: usize = 1_000;
const PLANS: usize = 10_000;
const READERS: usize = 3;

/// All stations closed for the day, or none.
fn snapshots() -> [Arc<DistrictMap>; 2] {
    let open = world([instant(service("T001"))]);
    let mut closed = open.clone();
    let day = "2026-09-14".parse().unwrap();
    let closures = vec![Closure { from: day, to: day, hours: None, cause: ClosureCause::Weather }];
    let facts = Arc::new(StationFacts { closures, ..StationFacts::default() });
    closed.stations.iter_mut().for_each(|station| station.facts = Arc::clone(&facts));
    [Arc::new(open.map()), Arc::new(closed.map())]
}

/// How often each snapshot's answer was given.
#[derive(Default)]
struct Counts([AtomicUsize; 2]);

impl Counts {
    fn count(&self, answers: &[Answer; 2], answer: &Answer) {
        let place = answers.iter().position(|whole| whole == answer);
        let place = place.unwrap_or_else(|| panic!("a plan of both snapshots: {answer:?}"));
        self.0[place].fetch_add(1, Ordering::Relaxed);
    }

    fn total(&self) -> usize {
        self.0.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }
}

/// Readers take the snapshot of the moment without a lock (`arc_swap`), so none can wait for a swap; the writer swaps as fast as plans
/// come in, and both ends are reached only if neither stands still.
#[test]
fn a_plan_is_made_on_one_snapshot_whole_however_often_it_is_swapped() {
    let world = world([instant(service("T001"))]);
    let (catalogue, ask) = (world.catalogue(), ask(&["T001"]));
    let [open, closed] = snapshots();
    let answers = [&open, &closed].map(|map| plan(map, &catalogue, &Load::default(), &ask, now()));
    assert_ne!(answers[0], answers[1]);
    let (held, over, counts) = (ArcSwap::new(Arc::clone(&open)), AtomicBool::new(false), Counts::default());
    let swaps = std::thread::scope(|scope| {
        let reader = || {
            while !over.load(Ordering::Relaxed) {
                counts.count(&answers, &plan(&held.load(), &catalogue, &Load::default(), &ask, now()));
            }
        };
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(reader)).collect();
        let mut swaps = 0;
        // A reader that saw half of a change is gone, and its panic is everybody's.
        while (swaps < SWAPS || counts.total() < PLANS) && readers.iter().all(|reader| !reader.is_finished()) {
            held.store(Arc::clone(if swaps % 2 == 0 { &closed } else { &open }));
            swaps += 1;
            std::thread::yield_now();
        }
        over.store(true, Ordering::Relaxed);
        swaps
    });
    assert!(swaps >= SWAPS && counts.total() >= PLANS, "{swaps} swaps, {} plans", counts.total());
    assert!(counts.0.iter().all(|count| count.load(Ordering::Relaxed) > 0), "plans were made on both");
}

#[test]
fn a_district_of_a_country_plans_as_it_does_alone_and_a_change_leaves_the_others_as_they_are() {
    let [open, closed] = snapshots();
    let country = Country::new([DistrictMap::clone(&open)]);
    let changed = country.with(DistrictMap::clone(&closed));
    let (catalogue, ask) = (world([instant(service("T001"))]).catalogue(), ask(&["T001"]));
    for (country, alone) in [(&country, &open), (&changed, &closed)] {
        let there = country.district(&open.code).unwrap();
        let on = |map: &DistrictMap| plan(map, &catalogue, &Load::default(), &ask, now());
        assert_eq!(on(there), on(alone));
    }
}
