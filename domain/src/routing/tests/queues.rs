//! The load of a map's stations by their numbers is what it is by their codes.

use super::world;
use crate::district::{DistrictMap, Level};
use crate::routing::queues::Queue;
use crate::routing::{Desks, Load, StationLoad};

fn load(world: &world::World, waits: impl Fn(usize) -> Option<u32>) -> Load {
    let mut load = Load::default();
    for (number, station) in world.stations.iter().enumerate() {
        if let Some(wait_min) = waits(number) {
            load.set(station.code.clone(), StationLoad { wait_min, desk: Desks::Staffed });
        }
    }
    load
}

/// As it is looked up by code.
fn by_code(load: &Load, map: &DistrictMap) -> Vec<Queue> {
    let known = map.codes().iter().map(|code| load.stations().get(code));
    known.map(|load| load.map_or(Queue::IDLE, |load| Queue { wait_min: load.wait_min, desk: load.desk })).collect()
}

fn whole(mut queues: Vec<Queue>, map: &DistrictMap) -> Vec<Queue> {
    queues.resize(map.codes().len(), Queue::IDLE);
    queues
}

#[test]
fn each_map_has_the_queues_of_its_own_stations_whichever_was_asked_first() {
    let now = world::now();
    let large = world::world([]);
    let mut small = world::world([]);
    // The points, which nothing else hangs on.
    small.stations.retain(|station| station.level != Level::Point);
    let load = load(&large, |number| (number % 3 != 1).then_some(u32::try_from(number).unwrap()));
    for map in [large.map(), small.map(), large.map()] {
        assert_eq!(whole(load.queues(&map, now).into_owned(), &map), by_code(&load, &map));
    }
}

#[test]
fn what_is_set_later_counts() {
    let (now, world) = (world::now(), world::world([]));
    let (map, mut load) = (world.map(), load(&world, |_| Some(5)));
    assert!(load.queues(&map, now).iter().all(|queue| queue.wait_min == 5));
    load.set(world.stations[0].code.clone(), StationLoad { wait_min: 50, desk: Desks::Staffed });
    assert_eq!(whole(load.queues(&map, now).into_owned(), &map), by_code(&load, &map));
}
