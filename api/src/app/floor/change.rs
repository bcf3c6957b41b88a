//! The changes of what a hall shows: one function each, in the transaction that makes it, and whoever watches the hall is told. They
//! are told what hangs there for all to read: the number, the window's, or which slot has places taken or given back.

use domain::floor::{Appointment, AppointmentAct, Ticket, TicketAct, TicketState, Window, call_over};
use domain::ids::AppointmentId;
use domain::live::{Change, Topic, What};
use domain::time::offset;
use infra::store::Tx;

use super::call_off::call_off;
use super::{FloorError, taken};
use crate::app::Grounds;

/// A number was taken.
pub async fn add_ticket(tx: &Tx, grounds: &Grounds, ticket: &Ticket) -> Result<(), FloorError> {
    tx.add_ticket(ticket).await.map_err(|error| taken(error, FloorError::HasANumber))?;
    tell_of_ticket(tx, grounds, ticket, What::Arrived);
    Ok(())
}

/// A number was called, served, given back.
pub async fn change_ticket(tx: &Tx, grounds: &Grounds, ticket: Ticket, act: TicketAct) -> Result<Ticket, FloorError> {
    let before = ticket.clone();
    let changed = ticket.act(act, &grounds.floor, grounds.now)?;
    let saved = tx.save_ticket(changed).await.map_err(|error| taken(error, FloorError::WindowBusy))?;
    if let Some(call) = call_over(&before, &saved, grounds.now) {
        tx.keep_engagement(saved.id.as_uuid(), &call).await?;
    }
    let what = if matches!(act, TicketAct::Favour { .. }) { What::Changed } else { became(&saved) };
    tell_of_ticket(tx, grounds, &saved, what);
    Ok(saved)
}

/// A window was opened.
pub async fn add_window(tx: &Tx, grounds: &Grounds, window: &Window) -> Result<(), FloorError> {
    tx.add_window(window).await.map_err(|error| taken(error, FloorError::WindowTaken))?;
    tell_of_window(tx, grounds, window, What::Arrived);
    Ok(())
}

/// A window was closed.
pub async fn shut_window(tx: &Tx, grounds: &Grounds, window: Window) -> Result<Window, FloorError> {
    let shut = tx.save_window(Window { closed_at: Some(grounds.now), ..window }).await?;
    tell_of_window(tx, grounds, &shut, What::Closed);
    Ok(shut)
}

/// A slot was booked.
pub async fn add_appointment(tx: &Tx, grounds: &Grounds, appointment: &Appointment) -> Result<(), FloorError> {
    tx.add_appointment(appointment).await.map_err(|error| taken(error, FloorError::BookedAlready))?;
    tell_of_slot(tx, grounds, appointment);
    Ok(())
}

/// A slot was given back, or its person came.
pub async fn change_appointment(
    tx: &Tx,
    grounds: &Grounds,
    appointment: Appointment,
    act: AppointmentAct,
) -> Result<Appointment, FloorError> {
    let saved = tx.save_appointment(appointment.act(act, &grounds.floor, grounds.now)?).await?;
    tell_of_slot(tx, grounds, &saved);
    Ok(saved)
}

/// Somebody didn't come to what they booked; none where they did after all, or the station couldn't have kept it.
pub async fn miss_appointment(tx: &Tx, grounds: &Grounds, id: AppointmentId) -> Result<Option<Appointment>, FloorError> {
    if call_off(tx, grounds, id).await? {
        return Ok(None);
    }
    let Some(appointment) = tx.appointment(id).await? else { return Ok(None) };
    match change_appointment(tx, grounds, appointment, AppointmentAct::Miss).await {
        Ok(missed) => Ok(Some(missed)),
        Err(FloorError::Appointment(_kept_or_over)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn became(ticket: &Ticket) -> What {
    match ticket.state {
        TicketState::Waiting => What::Returned,
        TicketState::Called(_) => What::Claimed,
        TicketState::Serving { .. } => What::Changed,
        TicketState::Served { .. } | TicketState::NoShow { .. } => What::Closed,
        TicketState::Left { .. } => What::Left,
    }
}

fn tell_of_ticket(tx: &Tx, grounds: &Grounds, ticket: &Ticket, what: What) {
    tx.tell(Change::new(Topic::Hall(ticket.station.clone()), what, ticket.number), grounds.now);
}

fn tell_of_slot(tx: &Tx, grounds: &Grounds, appointment: &Appointment) {
    let slot = appointment.begin.with_timezone(&offset()).to_rfc3339();
    tx.tell(Change::new(Topic::Hall(appointment.station.clone()), What::Changed, slot), grounds.now);
}

fn tell_of_window(tx: &Tx, grounds: &Grounds, window: &Window, what: What) {
    tx.tell(Change::new(Topic::Hall(window.station.clone()), what, window.number), grounds.now);
}
