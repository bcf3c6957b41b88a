//! A booked slot that its station can't keep, since something changed there: it is called off, and its person is told to book another.

use domain::floor::{Appointment, AppointmentAct, CallOff, StationRules, Tidings};
use domain::ids::{AppointmentId, MessageId};
use infra::store::{About, News, Tx};

use super::change::change_appointment;
use super::{FloorError, rules_of};
use crate::app::Grounds;

/// Why a slot can't be kept as things are now; none where it can, or is over.
pub fn cannot_be_kept(grounds: &Grounds, appointment: &Appointment, own: &StationRules) -> Option<CallOff> {
    let item = grounds.catalogue.catalogue.item(&appointment.item).map(|listed| &listed.item);
    match grounds.map.station(&appointment.station) {
        Some(station) => appointment.cannot_be_kept((station, &grounds.map.calendar), item, own),
        None => Some(CallOff::Closed),
    }
}

/// Calls a slot off that can't be kept, and tells its person; says whether it was.
pub async fn call_off(tx: &Tx, grounds: &Grounds, id: AppointmentId) -> Result<bool, FloorError> {
    let Some(appointment) = tx.appointment(id).await? else { return Ok(false) };
    let (own, _) = rules_of(tx, grounds, &appointment.station).await?;
    let Some(why) = cannot_be_kept(grounds, &appointment, &own) else { return Ok(false) };
    let off = change_appointment(tx, grounds, appointment, AppointmentAct::CallOff { why }).await?;
    let about = About::Appointment { appointment: off.id, tidings: Tidings::CalledOff { begin: off.begin, why } };
    tx.add_news(&News { id: MessageId::new(uuid::Uuid::now_v7()), to: off.person, about }, grounds.now).await?;
    Ok(true)
}
