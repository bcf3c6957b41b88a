//! The changes of what a hall shows: one function each, in the transaction that makes it.

use domain::floor::{Appointment, AppointmentAct, Ticket, TicketAct, Window};
use domain::ids::AppointmentId;
use infra::store::{StoreError, Tx};

use super::{FloorError, taken};
use crate::app::Grounds;

/// A number was taken.
pub async fn add_ticket(tx: &Tx, ticket: &Ticket) -> Result<(), FloorError> {
    tx.add_ticket(ticket).await.map_err(|error| taken(error, FloorError::HasANumber))
}

/// A number was called, served, given back.
pub async fn change_ticket(tx: &Tx, grounds: &Grounds, ticket: Ticket, act: TicketAct) -> Result<Ticket, FloorError> {
    let changed = ticket.act(act, &grounds.floor, grounds.now)?;
    tx.save_ticket(changed).await.map_err(|error| taken(error, FloorError::WindowBusy))
}

/// A window was opened.
pub async fn add_window(tx: &Tx, window: &Window) -> Result<(), FloorError> {
    tx.add_window(window).await.map_err(|error| taken(error, FloorError::WindowTaken))
}

/// A window was closed.
pub async fn shut_window(tx: &Tx, grounds: &Grounds, window: Window) -> Result<Window, FloorError> {
    Ok(tx.save_window(Window { closed_at: Some(grounds.now), ..window }).await?)
}

/// Somebody didn't come to what they booked; none where they did after all.
pub async fn miss_appointment(tx: &Tx, grounds: &Grounds, id: AppointmentId) -> Result<Option<Appointment>, StoreError> {
    let Some(appointment) = tx.appointment(id).await? else { return Ok(None) };
    match appointment.act(AppointmentAct::Miss, &grounds.floor, grounds.now) {
        Ok(missed) => tx.save_appointment(missed).await.map(Some),
        Err(_kept_or_over) => Ok(None),
    }
}
