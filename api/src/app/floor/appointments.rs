//! Slots to book, booking them, and coming to what was booked.

use chrono::NaiveDate;
use domain::audit::{Deed, On, Thing};
use domain::catalogue::{Item, ItemKind};
use domain::district::Place;
use domain::floor::{Appointment, AppointmentAct, Booking, Since, Slot, book, slots_on};
use domain::ids::{AppointmentId, ItemCode, PersonId, StationCode, TicketId};
use domain::people::Staff;
use domain::policy::{Act, Actor, Object, may};
use domain::time::{Timestamp, end_of};
use infra::store::{StoreError, Tx, View};

use super::change::{add_appointment, change_appointment};
use super::tickets::{Comer, by_age, put_in_the_row};
use super::{AT_THE_COUNTER, FloorError, InTheRow, note, rules_of};
use crate::app::Grounds;

/// A slot with the places that are left.
#[derive(Debug, Clone, Copy)]
pub struct OpenSlot {
    pub slot: Slot,
    pub left: u64,
}

#[derive(Debug, Clone)]
pub struct NewBooking {
    pub id: AppointmentId,
    pub station: StationCode,
    pub item: ItemCode,
    pub begin: Timestamp,
}

/// What of a day may be booked for an item at a station; nothing of a day that is over or too far ahead.
pub async fn open_slots(
    view: &View,
    grounds: &Grounds,
    (code, item): (&StationCode, &ItemCode),
    day: NaiveDate,
) -> Result<Vec<OpenSlot>, FloorError> {
    let station = grounds.map.station(code).ok_or(FloorError::NoSuchStation)?;
    let bookable = grounds.today()..=grounds.floor.last_bookable(grounds.today());
    if !station.accepts(item_of(grounds, item)?) || !bookable.contains(&day) {
        return Ok(Vec::new());
    }
    let (own, _) = rules_of(view, grounds, code).await?;
    let kind = ItemKind::of(item);
    let slots = slots_on((station, &grounds.map.calendar), day, kind, (&own, &grounds.floor));
    let Some(first) = slots.first() else { return Ok(Vec::new()) };
    let taken = view.places_taken(code, kind, (first.begin, end_of(day))).await?;
    let to_come = slots.into_iter().filter(|slot| slot.begin > grounds.now);
    let left = |slot: &Slot| u64::from(slot.places).saturating_sub(taken.get(&slot.begin).copied().unwrap_or_default());
    Ok(to_come.map(|slot| OpenSlot { left: left(&slot), slot }).collect())
}

/// Books a slot for somebody: for oneself, or as a clerk was asked to.
pub async fn book_slot(tx: &Tx, grounds: &Grounds, person: PersonId, new: NewBooking) -> Result<Appointment, FloorError> {
    let station = grounds.map.station(&new.station).ok_or(FloorError::NoSuchStation)?;
    let item = item_of(grounds, &new.item)?;
    let (own, _) = rules_of(tx, grounds, &new.station).await?;
    let booking = Booking { id: new.id, person, begin: new.begin };
    let (appointment, slot) = book((station, &grounds.map.calendar), item, (&own, &grounds.floor), &booking, grounds.now)?;
    tx.take_turn_to_book(&new.station, person).await?;
    let places = tx.places_taken(&new.station, appointment.kind(), (slot.begin, slot.end)).await?;
    let has = tx.booked_by(person).await?;
    grounds.floor.leaves_room(&slot, places.get(&slot.begin).copied().unwrap_or_default(), has)?;
    add_appointment(tx, grounds, &appointment).await?;
    Ok(appointment)
}

fn item_of<'g>(grounds: &'g Grounds, code: &ItemCode) -> Result<&'g Item, FloorError> {
    grounds.catalogue.catalogue.item(code).map(|listed| &listed.item).ok_or(FloorError::NoSuchItem)
}

/// Gives a booked slot back: one's own, or at the counter a visitor's.
pub async fn cancel(tx: &Tx, grounds: &Grounds, by: Actor<'_>, id: AppointmentId) -> Result<Appointment, FloorError> {
    let appointment = appointment_for(tx, by, Act::CancelAppointment, id).await?;
    let cancelled = change_appointment(tx, grounds, appointment, AppointmentAct::Cancel).await?;
    if let Actor::Staff(staff) = by {
        note_slot(tx, grounds, staff, Deed::SlotCancelled, &cancelled).await?;
    }
    Ok(cancelled)
}

/// Notes what one of the staff did with a person's slot.
pub(super) async fn note_slot(tx: &Tx, grounds: &Grounds, by: &Staff, deed: Deed, slot: &Appointment) -> Result<(), StoreError> {
    let on = On::person(Thing::Appointment(slot.id), slot.person);
    note(tx, grounds, by, (&AT_THE_COUNTER, &slot.station), (deed, on)).await
}

/// Somebody has come to what they booked: by their phone within reach, or as the station's clerk sees them. They get a number.
pub async fn arrive(tx: &Tx, grounds: &Grounds, by: Actor<'_>, id: AppointmentId, place: Option<Place>) -> Result<InTheRow, FloorError> {
    let appointment = appointment_for(tx, by, Act::ArriveForAppointment, id).await?;
    let station = grounds.map.station(&appointment.station).ok_or(FloorError::NoSuchStation)?;
    match (by, place) {
        (Actor::Staff(_), _) => {}
        (Actor::Villager(..) | Actor::Anyone, Some(place)) => grounds.floor.reach.holds(station, place)?,
        (Actor::Villager(..) | Actor::Anyone, None) => return Err(FloorError::WhereFrom),
    }
    // Judged before a number is used up on who comes too early or too late.
    appointment.clone().act(AppointmentAct::Arrive { ticket: TicketId::new(id.as_uuid()) }, &grounds.floor, grounds.now)?;
    let person = tx.person(appointment.person).await?;
    let comer = Comer {
        person: Some(appointment.person),
        appointment: Some(id),
        kind: appointment.kind(),
        since: Since::Slot(appointment.begin),
        priority: person.map_or(domain::floor::Priority::None, |person| by_age(grounds, &person)),
    };
    let placed = put_in_the_row(tx, grounds, station, comer).await?;
    change_appointment(tx, grounds, appointment, AppointmentAct::Arrive { ticket: placed.ticket.id }).await?;
    Ok(placed)
}

async fn appointment_for(view: &View, by: Actor<'_>, act: Act, id: AppointmentId) -> Result<Appointment, FloorError> {
    let appointment = view.appointment(id).await?.ok_or(FloorError::NoSuchAppointment)?;
    let visit = Object::Visit { station: &appointment.station, person: Some(appointment.person) };
    may(by, act, &visit).map_err(|_anothers| FloorError::NoSuchAppointment)?;
    Ok(appointment)
}
