//! The snapshot is swapped while plans are made on it: nobody waits, and nobody sees half of a change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arc_swap::ArcSwap;

use super::super::*;
use super::world::*;
use crate::district::{Closure, ClosureCause, Country, StationFacts};

const SWAPS: usize = 200;
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

#[test]
fn a_plan_is_made_on_one_snapshot_whole_however_often_it_is_swapped() {
    let world = world([instant(service("T001"))]);
    let (catalogue, ask) = (world.catalogue(), ask(&["T001"]));
    let [open, closed] = snapshots();
    let answers = [&open, &closed].map(|map| plan(map, &catalogue, &Load::default(), &ask, now()));
    assert_ne!(answers[0], answers[1]);
    let (held, over, planned) = (ArcSwap::new(Arc::clone(&open)), AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let answer = plan(&held.load(), &catalogue, &Load::default(), &ask, now());
                    assert!(answers.contains(&answer), "a plan of both snapshots: {answer:?}");
                    planned.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for swap in 0..SWAPS {
            let seen = planned.load(Ordering::Relaxed);
            held.store(Arc::clone(if swap % 2 == 0 { &closed } else { &open }));
            // Plans go on between two swaps: no reader was held up.
            while planned.load(Ordering::Relaxed) < seen + READERS {
                std::thread::yield_now();
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(planned.load(Ordering::Relaxed) >= SWAPS * READERS);
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
