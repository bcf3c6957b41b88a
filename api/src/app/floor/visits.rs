//! Booked slots at a station's counter: who comes on a day, and booking for who stands there or calls.

use chrono::NaiveDate;
use domain::audit::Deed;
use domain::catalogue::Care;
use domain::floor::{Appointment, VisitSight, sight_of};
use domain::ids::{ItemCode, StationCode};
use domain::people::{Person, Staff};
use domain::policy::{Act, Actor};
use infra::store::{AfterSlot, HallDay, StoreError, Tx, View};

use super::appointments::{NewBooking, book_slot, note_slot};
use super::{FloorError, station_for};
use crate::app::Grounds;
use crate::app::cases::PersonEntry;
use crate::app::people::person_entered;

/// A booked slot as one of the staff sees it. How much of it is for them to be shown `sight` says.
#[derive(Debug, Clone)]
pub struct Coming {
    pub appointment: Appointment,
    pub sight: VisitSight,
    pub name: Option<String>,
}

/// A page of a station's day, in the order of the slots, and how many there are in all. What stands in no list doesn't in this one.
pub async fn coming_on(
    view: &View,
    grounds: &Grounds,
    by: &Staff,
    (code, date): (&StationCode, NaiveDate),
    (after, limit): (Option<AfterSlot>, u64),
) -> Result<(Vec<Coming>, u64), FloorError> {
    station_for(grounds, Actor::Staff(by), Act::ListAppointments, code)?;
    let not_of = confidential(grounds);
    let day = HallDay { station: code, date, not_of: &not_of };
    let (booked, total) = view.appointments_on(day, after, limit).await?;
    let people = view.people(booked.iter().map(|appointment| appointment.person)).await?;
    let coming = booked.into_iter().map(|appointment| {
        let person = people.get(&appointment.person);
        Coming::of(by, appointment, person)
    });
    Ok((coming.collect(), total))
}

/// Books a slot for somebody who stands there or calls, within the same quotas as from the phone.
pub async fn book_at_counter(tx: &Tx, grounds: &Grounds, by: &Staff, new: NewBooking, entry: &PersonEntry) -> Result<Coming, FloorError> {
    station_for(grounds, Actor::Staff(by), Act::BookAtCounter, &new.station)?;
    let person = person_entered(tx, grounds.now, entry).await?.ok_or(FloorError::NameDiffers)?;
    let appointment = book_slot(tx, grounds, person.id, new).await?;
    note_slot(tx, grounds, by, Deed::SlotBooked, &appointment).await?;
    Ok(Coming::of(by, appointment, Some(&person)))
}

/// What one of the staff has done something to, as they see it.
pub async fn seen_at_counter(view: &View, by: &Staff, appointment: Appointment) -> Result<Coming, StoreError> {
    let person = view.person(appointment.person).await?;
    Ok(Coming::of(by, appointment, person.as_ref()))
}

impl Coming {
    fn of(by: &Staff, appointment: Appointment, person: Option<&Person>) -> Self {
        Self { sight: sight_of(by, &appointment), name: person.and_then(|person| person.name.clone()), appointment }
    }
}

fn confidential(grounds: &Grounds) -> Vec<ItemCode> {
    let items = grounds.catalogue.catalogue.items().map(|listed| &listed.item);
    items.filter(|item| item.care() == Care::Confidential).map(|item| item.code.clone()).collect()
}
