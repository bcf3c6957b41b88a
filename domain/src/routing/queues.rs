//! The load of a map's stations by their numbers: what every plan looks up, worked out once for a map and a load.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::{Desks, StationLoad};
use crate::district::DistrictMap;
use crate::ids::StationCode;

/// The live load of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Queue {
    pub wait_min: u32,
    pub desk: Desks,
}

impl Queue {
    pub const IDLE: Queue = Queue { wait_min: 0, desk: Desks::Staffed };
}

/// The queues of the first map that a load was used with. It follows from the load, so that all are alike and none is copied.
#[derive(Debug, Default)]
pub(super) struct Numbered(OnceLock<(Arc<[StationCode]>, Vec<Queue>)>);

impl Numbered {
    /// The queues of `map`; of another map than the first, worked out anew.
    pub fn of<'a>(&'a self, map: &DistrictMap, stations: &BTreeMap<StationCode, StationLoad>) -> Cow<'a, [Queue]> {
        let (codes, queues) = self.0.get_or_init(|| (Arc::clone(map.codes()), queues(map.codes(), stations)));
        if Arc::ptr_eq(codes, map.codes()) { Cow::Borrowed(queues) } else { Cow::Owned(self::queues(map.codes(), stations)) }
    }
}

impl Clone for Numbered {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Numbered {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Both are in the order of the codes.
fn queues(codes: &[StationCode], stations: &BTreeMap<StationCode, StationLoad>) -> Vec<Queue> {
    let Some((first, last)) = codes.first().zip(codes.last()) else { return Vec::new() };
    let (mut queues, mut at) = (Vec::new(), 0);
    for (code, load) in stations.range(first..=last) {
        at += codes.iter().skip(at).take_while(|station| *station < code).count();
        if codes.get(at) == Some(code) {
            queues.resize(at, Queue::IDLE);
            queues.push(Queue { wait_min: load.wait_min, desk: load.desk });
        }
    }
    queues
}
