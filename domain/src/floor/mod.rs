//! The station floor (大厅): numbers for who walks in (排队号), slots for who books (预约), the windows at which they are called, and
//! one policy by which they share a clerk's next-call with the work that came online.
//! Invariants: a ticket is called to one window at a time and ends once; its rank is set when it is taken (and again where its person
//! wasn't there, or a clerk sees a ground to go first), so that waiting alone never changes the order; a slot is never booked beyond its
//! places; which ground somebody had to go first is used for the rank and kept nowhere.
//! Units: instants in UTC, days and hours local, head starts and waits in minutes. Source: design page, "Ticket, Appointment".

mod appointment;
mod calling;
mod engagement;
mod idle;
mod number;
mod pace;
mod priority;
mod reach;
mod rules;
mod sight;
mod slots;
mod ticket;
mod window;

pub use appointment::{Appointment, AppointmentAct, AppointmentRefusal, AppointmentState, Booking, BookingRefusal, CallOff, Tidings, book};
pub use calling::{CallPolicy, CallTerms, NextCall, Turns, Waits, next_call};
pub use engagement::{Engagement, call_over, hold_over};
pub use idle::{AtWindows, SatAt, time_at_windows};
pub use number::TicketNumber;
pub use pace::{Pace, Paces, wait_for};
pub use priority::{HeadStarts, Priority, Since};
pub use reach::{OutOfReach, Reach, may_take_from_afar};
pub use rules::{BadStationRules, FloorRules, StationRules, WindowPlan};
pub use sight::{VisitSight, sight_of};
pub use slots::{Quota, Slot, slots_on};
pub use ticket::{Called, LeftHow, Ticket, TicketAct, TicketRefusal, TicketState, back_in_the_row};
pub use window::{BadWindow, Window, check_window};

#[cfg(test)]
pub(crate) mod tests;
