//! Where updates come together on their way to those who watch on this instance, and the seats that these have: so many in all, so many
//! without sign-in, and so many of one person or from one address, of whom the newest push out the oldest. A line that is dead and doesn't
//! know it yet keeps nobody out.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use domain::ids::{AccountId, PersonId};
use domain::live::{Sequence, Update};
use tokio::sync::{Notify, broadcast};

use crate::settings::Live;

/// Who falls behind further reads on from the store.
const AHEAD_MAX: usize = 1024;

pub struct Hub {
    /// None once the service stops.
    updates: Mutex<Option<broadcast::Sender<Update>>>,
    /// How far the store was read; who reads on holds it. None until passing on begins.
    pub read_to: tokio::sync::Mutex<Option<Sequence>>,
    seats: Arc<Mutex<Seats>>,
}

/// Whose a seat is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sitter {
    Villager(PersonId),
    Account(AccountId),
    /// Who isn't signed in, by the address that they come from.
    From(String),
}

/// No more may watch on this instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no room for one more who watches")]
pub struct Full;

/// A place among those who watch, given back when it is dropped.
pub struct Seat {
    sitter: Sitter,
    pushed_out: Arc<Notify>,
    seats: Arc<Mutex<Seats>>,
}

/// Of each, their seats, oldest first.
#[derive(Default)]
struct Seats(HashMap<Sitter, VecDeque<Arc<Notify>>>);

impl Seats {
    fn count(&self, which: impl Fn(&Sitter) -> bool) -> usize {
        self.0.iter().filter(|(sitter, _)| which(sitter)).map(|(_, seats)| seats.len()).sum()
    }

    fn has_room(&self, sitter: &Sitter, limits: &Live) -> bool {
        let is_anonymous = |sitter: &Sitter| matches!(sitter, Sitter::From(_));
        let anonymous = !is_anonymous(sitter) || self.count(is_anonymous) < limits.streams_anonymous_max;
        anonymous && self.count(|_| true) < limits.streams_max
    }
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

    pub(super) fn take_seat(&self, sitter: Sitter, limits: &Live) -> Result<Seat, Full> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = match sitter {
            Sitter::From(_) => limits.streams_of_address_max,
            Sitter::Villager(_) | Sitter::Account(_) => limits.streams_of_one_max,
        };
        if let Some(own) = seats.0.get_mut(&sitter) {
            while own.len() >= of_one.max(1) {
                own.pop_front().into_iter().for_each(|oldest| oldest.notify_one());
            }
        }
        if !seats.has_room(&sitter, limits) {
            return Err(Full);
        }
        let pushed_out = Arc::new(Notify::new());
        seats.0.entry(sitter.clone()).or_default().push_back(Arc::clone(&pushed_out));
        Ok(Seat { sitter, pushed_out, seats: Arc::clone(&self.seats) })
    }
}

impl Seat {
    /// Waits until a newer one of the same person, or from the same address, needs it.
    pub async fn taken_by_another(&self) {
        self.pushed_out.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = seats.0.get_mut(&self.sitter) {
            own.retain(|seat| !Arc::ptr_eq(seat, &self.pushed_out));
            if own.is_empty() {
                seats.0.remove(&self.sitter);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    fn villager(number: u128) -> Sitter {
        Sitter::Villager(PersonId::new(Uuid::from_u128(number)))
    }

    fn screen(address: &str) -> Sitter {
        Sitter::From(address.to_owned())
    }

    fn is_pushed_out(seat: &Seat) -> bool {
        seat.taken_by_another().now_or_never().is_some()
    }

    #[test]
    fn the_newest_of_one_person_pushes_out_their_oldest_and_nobody_elses() {
        let (hub, limits) = (Hub::default(), Live { streams_of_one_max: 2, streams_of_address_max: 1, ..Live::default() });
        let seats = [1, 1, 2].map(|number| hub.take_seat(villager(number), &limits).unwrap());
        assert!(!seats.iter().any(is_pushed_out));
        let _third = hub.take_seat(villager(1), &limits).unwrap();
        assert_eq!([0, 1, 2].map(|at| is_pushed_out(&seats[at])), [true, false, false]);
        let here = hub.take_seat(screen("192.0.2.1"), &limits).unwrap();
        let _elsewhere = hub.take_seat(screen("192.0.2.2"), &limits).unwrap();
        assert!(!is_pushed_out(&here));
        let _newer = hub.take_seat(screen("192.0.2.1"), &limits).unwrap();
        assert!(is_pushed_out(&here));
    }

    #[test]
    fn there_are_so_many_seats_in_all_and_who_leaves_gives_theirs_back() {
        let (hub, limits) = (Hub::default(), Live { streams_max: 2, streams_anonymous_max: 1, ..Live::default() });
        let screen_seat = hub.take_seat(screen("192.0.2.1"), &limits).unwrap();
        assert!(hub.take_seat(screen("192.0.2.2"), &limits).is_err(), "no second without sign-in");
        let _first = hub.take_seat(villager(1), &limits).unwrap();
        assert!(hub.take_seat(villager(2), &limits).is_err(), "no third of all");
        drop(screen_seat);
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
