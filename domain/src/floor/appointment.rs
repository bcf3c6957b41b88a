//! A booked slot (预约), from booking to arriving. Who arrives in time gets a number that counts from the slot.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::window::windows_of;
use super::{FloorRules, Slot, StationRules, slots_on};
use crate::calendar::Calendar;
use crate::catalogue::{Item, ItemKind};
use crate::district::Station;
use crate::ids::{AppointmentId, ItemCode, PersonId, StationCode, TicketId};
use crate::time::{Timestamp, local_date};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub id: AppointmentId,
    pub person: PersonId,
    pub station: StationCode,
    pub item: ItemCode,
    pub begin: Timestamp,
    pub end: Timestamp,
    pub booked_at: Timestamp,
    pub state: AppointmentState,
    /// Counts the changes.
    pub version: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppointmentState {
    Booked,
    Arrived {
        at: Timestamp,
        ticket: TicketId,
    },
    Cancelled {
        at: Timestamp,
    },
    NoShow {
        at: Timestamp,
    },
    /// The station can't keep it: its person is told, and it counts as nobody's not coming.
    CalledOff {
        at: Timestamp,
        why: CallOff,
    },
}

/// Why a station can't keep a slot that was booked: what changed there since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOff {
    /// It isn't open then: a closure, other hours, all its staff away, a day off.
    Closed,
    /// It doesn't take the item in any more.
    NotTakenIn,
    /// No window is meant for such matters any more.
    NoWindow,
}

/// What somebody is told of a slot that they booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tidings {
    CalledOff { begin: Timestamp, why: CallOff },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppointmentAct {
    Cancel,
    Arrive {
        ticket: TicketId,
    },
    /// They didn't come.
    Miss,
    /// It can't be kept.
    CallOff {
        why: CallOff,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppointmentRefusal {
    #[error("the slot has begun")]
    Begun,
    #[error("one may arrive from {0} on")]
    TooEarly(Timestamp),
    #[error("the slot was kept until {0}")]
    TooLate(Timestamp),
    #[error("the slot is still kept")]
    StillKept,
    #[error("the appointment was kept, cancelled or missed before")]
    Over,
}

impl Appointment {
    /// The district's day on which it is.
    pub fn day(&self) -> NaiveDate {
        local_date(self.begin)
    }

    pub fn kind(&self) -> ItemKind {
        ItemKind::of(&self.item)
    }

    /// Why the station can't keep it as things are now; none where it can, or there is nothing to keep any more. Fewer places than were
    /// booked are no reason: what was booked is served. `item` is none where it isn't offered any more.
    pub fn cannot_be_kept(&self, (station, calendar): (&Station, &Calendar), item: Option<&Item>, own: &StationRules) -> Option<CallOff> {
        if self.state != AppointmentState::Booked {
            None
        } else if item.is_none_or(|item| !station.accepts(item)) {
            Some(CallOff::NotTakenIn)
        } else if !station.is_open(calendar, self.begin) {
            Some(CallOff::Closed)
        } else if !windows_of(station).any(|window| own.kinds_at(window).contains(&self.kind())) {
            Some(CallOff::NoWindow)
        } else {
            None
        }
    }

    pub fn act(mut self, act: AppointmentAct, rules: &FloorRules, now: Timestamp) -> Result<Self, AppointmentRefusal> {
        use {AppointmentAct as A, AppointmentRefusal as R, AppointmentState as S};
        let (from, until) = (self.begin - rules.early(), self.begin + rules.late());
        self.state = match (self.state, act) {
            (S::Booked, A::Cancel) if now >= self.begin => return Err(R::Begun),
            (S::Booked, A::Cancel) => S::Cancelled { at: now },
            (S::Booked, A::Arrive { .. }) if now < from => return Err(R::TooEarly(from)),
            (S::Booked, A::Arrive { .. }) if now > until => return Err(R::TooLate(until)),
            (S::Booked, A::Arrive { ticket }) => S::Arrived { at: now, ticket },
            (S::Booked, A::Miss) if now <= until => return Err(R::StillKept),
            (S::Booked, A::Miss) => S::NoShow { at: now },
            (S::Booked, A::CallOff { why }) => S::CalledOff { at: now, why },
            (S::Arrived { .. } | S::Cancelled { .. } | S::NoShow { .. } | S::CalledOff { .. }, _) => return Err(R::Over),
        };
        Ok(self)
    }
}

/// A slot that somebody wants.
#[derive(Debug, Clone)]
pub struct Booking {
    pub id: AppointmentId,
    pub person: PersonId,
    pub begin: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookingRefusal {
    #[error("the station doesn't take the item in")]
    NotAccepted,
    #[error("booked so far ahead it may be on {0} at the latest")]
    TooFarAhead(NaiveDate),
    #[error("the slot has begun")]
    Begun,
    #[error("the station has no such slot")]
    NoSuchSlot,
    #[error("all places of the slot are taken")]
    Full,
    #[error("as many slots are booked as one may have")]
    TooMany,
}

/// The appointment, and the slot that it takes a place of. Whether a place is left, and how many the person has, the store knows: it
/// gives both numbers, counted while nobody else books.
pub fn book(
    (station, calendar): (&Station, &Calendar),
    item: &Item,
    (own, rules): (&StationRules, &FloorRules),
    booking: &Booking,
    now: Timestamp,
) -> Result<(Appointment, Slot), BookingRefusal> {
    if !station.accepts(item) {
        return Err(BookingRefusal::NotAccepted);
    }
    if booking.begin <= now {
        return Err(BookingRefusal::Begun);
    }
    let (day, last) = (local_date(booking.begin), rules.last_bookable(local_date(now)));
    if day > last {
        return Err(BookingRefusal::TooFarAhead(last));
    }
    let slots = slots_on((station, calendar), day, ItemKind::of(&item.code), (own, rules));
    let slot = slots.into_iter().find(|slot| slot.begin == booking.begin).ok_or(BookingRefusal::NoSuchSlot)?;
    let appointment = Appointment {
        id: booking.id,
        person: booking.person,
        station: station.code.clone(),
        item: item.code.clone(),
        begin: slot.begin,
        end: slot.end,
        booked_at: now,
        state: AppointmentState::Booked,
        version: 0,
    };
    Ok((appointment, slot))
}

impl FloorRules {
    /// The last day that may be booked on `today`.
    pub fn last_bookable(&self, today: NaiveDate) -> NaiveDate {
        today.checked_add_days(Days::new(self.book_ahead_days.into())).unwrap_or(today)
    }

    /// Whether one more fits: `taken` places of the slot, and `has` booked by the person.
    pub fn leaves_room(&self, slot: &Slot, taken: u64, has: u64) -> Result<(), BookingRefusal> {
        if has >= u64::from(self.booked_max) {
            return Err(BookingRefusal::TooMany);
        }
        if taken < u64::from(slot.places) { Ok(()) } else { Err(BookingRefusal::Full) }
    }
}
