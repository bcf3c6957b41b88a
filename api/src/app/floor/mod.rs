//! The station floor at work: taking a number, booking and arriving, windows, the next-call, the hall's board. One transaction each;
//! every change of what a hall shows goes through `change`. What staff book, give back or move forward for somebody, and that a
//! colleague's window was freed, is noted in the audit log.

mod appointments;
mod call_off;
mod calling;
mod change;
mod hall;
mod rules;
mod tickets;
mod visits;
mod windows;

use domain::audit::{Deed, Entry, Office, On, Who};
use domain::district::Station;
use domain::floor::{AppointmentRefusal, BadStationRules, BadWindow, BookingRefusal, OutOfReach, TicketRefusal};
use domain::ids::StationCode;
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor, Denied, Object, may};
use infra::store::{StoreError, Tx};

use super::Grounds;
use super::queue::TakeError;

pub use appointments::{NewBooking, OpenSlot, arrive, book_slot, cancel, open_slots};
pub use call_off::{call_off, cannot_be_kept};
pub use calling::{ClerkAct, Given, act_on_ticket, call_next};
pub use change::{change_ticket, miss_appointment, shut_window};
pub use hall::{Hall, InTheRow};
pub use rules::{RulesEdit, edit_rules, rules_of};
pub use tickets::{WalkIn, favour, in_the_row, leave, take_from_phone, take_walk_in};
pub use visits::{Coming, book_at_counter, coming_on, seen_at_counter};
pub use windows::{close_window, free_window, open_window};

#[derive(Debug, thiserror::Error)]
pub enum FloorError {
    #[error("there is no such station")]
    NoSuchStation,
    #[error("no such number, or none of theirs")]
    NoSuchTicket,
    #[error("no such appointment, or none of theirs")]
    NoSuchAppointment,
    #[error("there is no such item")]
    NoSuchItem,
    #[error("the case isn't there, or isn't theirs to see")]
    NoSuchCase,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Reach(#[from] OutOfReach),
    #[error("a phone says where it is")]
    WhereFrom,
    #[error("the person has a number already")]
    HasANumber,
    #[error("the name doesn't belong to that citizen ID number")]
    NameDiffers,
    #[error(transparent)]
    Ticket(#[from] TicketRefusal),
    #[error(transparent)]
    Booking(#[from] BookingRefusal),
    #[error("a slot is booked for the item on that day already")]
    BookedAlready,
    #[error(transparent)]
    Appointment(#[from] AppointmentRefusal),
    #[error(transparent)]
    Window(#[from] BadWindow),
    #[error("somebody sits at the window, or the clerk at another")]
    WindowTaken,
    #[error("the clerk sits at no window of the station")]
    NoWindow,
    #[error("nobody sits at the window")]
    NobodySits,
    #[error("somebody is called to the window, or being served")]
    WindowBusy,
    #[error("nobody waits in the hall, and nothing online")]
    NothingWaits,
    #[error(transparent)]
    Rules(#[from] BadStationRules),
    #[error("the rules were changed since they were seen")]
    StaleRules,
    #[error(transparent)]
    Work(TakeError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The station, for whoever may do the act at it.
pub fn station_for<'g>(grounds: &'g Grounds, by: Actor<'_>, act: Act, code: &StationCode) -> Result<&'g Station, FloorError> {
    let station = grounds.map.station(code).ok_or(FloorError::NoSuchStation)?;
    may(by, act, &Object::Station(code))?;
    Ok(station)
}

/// Notes what one of the staff did at a station, in one of these roles.
async fn note(
    tx: &Tx,
    grounds: &Grounds,
    by: &Staff,
    (roles, station): (&[Role], &StationCode),
    (deed, on): (Deed, On),
) -> Result<(), StoreError> {
    let who = Who::staff(by, Office::of(by, roles, station));
    tx.audit(&Entry::done(grounds.now, who, deed, on)).await
}

/// Those who receive people at a station.
pub(super) const AT_THE_COUNTER: [Role; 2] = [Role::Clerk, Role::Approver];

/// What `error` is, where a key that was free a moment ago has been taken since.
fn taken(error: StoreError, by: FloorError) -> FloorError {
    match error {
        StoreError::Taken => by,
        other => other.into(),
    }
}
