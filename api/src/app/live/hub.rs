//! Where updates come together on their way to those who watch on this instance, and how many of these there may be.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::live::{Sequence, Update, Watcher};
use tokio::sync::broadcast;

use crate::settings::Live;

/// Who falls behind further reads on from the store.
const AHEAD_MAX: usize = 1024;

pub struct Hub {
    /// None once the service stops.
    updates: Mutex<Option<broadcast::Sender<Update>>>,
    /// How far the store was read; who reads on holds it.
    pub read_to: tokio::sync::Mutex<Option<Sequence>>,
    seats: Arc<Mutex<HashMap<Watcher, usize>>>,
}

/// No more may watch on this instance, or not the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no room for one more who watches")]
pub struct Full;

/// A place among those who watch, given back when it is dropped.
pub struct Seat {
    watcher: Watcher,
    seats: Arc<Mutex<HashMap<Watcher, usize>>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { updates: Mutex::new(Some(broadcast::Sender::new(AHEAD_MAX))), read_to: tokio::sync::Mutex::default(), seats: Arc::default() }
    }
}

impl Hub {
    /// What is passed on from now on; none once the service stops.
    pub fn listen(&self) -> Option<broadcast::Receiver<Update>> {
        self.updates.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(broadcast::Sender::subscribe)
    }

    pub fn pass_on(&self, updates: Vec<Update>) {
        let out = self.updates.lock().unwrap_or_else(PoisonError::into_inner);
        for update in updates {
            // Nobody may be watching.
            let _heard = out.as_ref().map(|out| out.send(update));
        }
    }

    /// Ends all streams, so that the server can stop.
    pub fn close(&self) {
        self.updates.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    pub(super) fn take_seat(&self, watcher: Watcher, limits: &Live) -> Result<Seat, Full> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = match watcher {
            Watcher::Anyone => limits.streams_anonymous_max,
            Watcher::Villager { .. } | Watcher::Staff { .. } => limits.streams_of_one_max,
        };
        let taken = seats.get(&watcher).copied().unwrap_or_default();
        if taken >= of_one || seats.values().sum::<usize>() >= limits.streams_max {
            return Err(Full);
        }
        seats.insert(watcher, taken + 1);
        Ok(Seat { watcher, seats: Arc::clone(&self.seats) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = seats.get_mut(&self.watcher) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.watcher);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::PersonId;
    use uuid::Uuid;

    use super::*;

    fn villager(number: u128) -> Watcher {
        Watcher::Villager { person: PersonId::new(Uuid::from_u128(number)) }
    }

    #[test]
    fn there_are_so_many_seats_for_one_and_for_all_and_who_leaves_gives_theirs_back() {
        let (hub, limits) = (Hub::default(), Live { streams_max: 3, streams_of_one_max: 2, streams_anonymous_max: 1, ..Live::default() });
        let first = hub.take_seat(villager(1), &limits).unwrap();
        let _second = hub.take_seat(villager(1), &limits).unwrap();
        assert!(hub.take_seat(villager(1), &limits).is_err(), "no third of one person");
        let _screen = hub.take_seat(Watcher::Anyone, &limits).unwrap();
        assert!(hub.take_seat(villager(2), &limits).is_err(), "no fourth of all");
        drop(first);
        assert!(hub.take_seat(Watcher::Anyone, &limits).is_err(), "no second without sign-in");
        assert!(hub.take_seat(villager(2), &limits).is_ok());
    }

    #[test]
    fn nobody_comes_in_once_the_service_stops() {
        let hub = Hub::default();
        assert!(hub.listen().is_some());
        hub.close();
        assert!(hub.listen().is_none());
    }
}
