//! Taking a number, from a phone within reach or at the station, moving it forward for a ground that is seen, and giving it back.

use domain::audit::{Deed, On, Thing};
use domain::catalogue::ItemKind;
use domain::district::{Place, Station};
use domain::floor::{Priority, Since, Ticket, TicketAct, TicketState, may_take_from_afar};
use domain::ids::{AppointmentId, PersonId, StationCode, TicketId};
use domain::people::{Person, Staff};
use domain::policy::{Act, Actor, Object, may};
use infra::store::{StoreError, Tx, View};
use uuid::Uuid;

use super::change::{add_ticket, change_ticket};
use super::{AT_THE_COUNTER, FloorError, Hall, InTheRow, note, station_for};
use crate::app::Grounds;
use crate::app::cases::PersonEntry;
use crate::app::people::person_entered;

/// Somebody at the station's own machine or counter.
#[derive(Debug, Clone)]
pub struct WalkIn {
    pub kind: ItemKind,
    /// What the clerk saw that lets them go first.
    pub priority: Priority,
    /// Who they are, where they said so.
    pub person: Option<PersonEntry>,
}

/// Who comes, for what, and how they stand.
pub(super) struct Comer {
    pub person: Option<PersonId>,
    pub appointment: Option<AppointmentId>,
    pub kind: ItemKind,
    pub since: Since,
    pub priority: Priority,
}

/// Takes a number for oneself. Where the phone is is looked at here, and kept nowhere.
pub async fn take_from_phone(
    tx: &Tx,
    grounds: &Grounds,
    me: PersonId,
    (code, kind): (&StationCode, ItemKind),
    place: Place,
) -> Result<InTheRow, FloorError> {
    let station = grounds.map.station(code).ok_or(FloorError::NoSuchStation)?;
    let hall = Hall::of(tx, grounds, station).await?;
    may_take_from_afar((station, &grounds.map.calendar), place, &grounds.floor.reach, hall.wait_now(kind), grounds.now)?;
    let priority = tx.person(me).await?.map_or(Priority::None, |person| by_age(grounds, &person));
    let comer = Comer { person: Some(me), appointment: None, kind, since: Since::Taken(grounds.now), priority };
    put_in_the_row(tx, grounds, station, comer).await
}

/// Takes a number for somebody who stands there.
pub async fn take_walk_in(tx: &Tx, grounds: &Grounds, by: &Staff, code: &StationCode, walk_in: WalkIn) -> Result<InTheRow, FloorError> {
    let station = station_for(grounds, Actor::Staff(by), Act::TakeWalkIn, code)?;
    let person = match &walk_in.person {
        Some(entry) => Some(person_entered(tx, grounds.now, entry).await?.ok_or(FloorError::NameDiffers)?.id),
        None => None,
    };
    let since = Since::Taken(grounds.now);
    let comer = Comer { person, appointment: None, kind: walk_in.kind, since, priority: walk_in.priority };
    put_in_the_row(tx, grounds, station, comer).await
}

/// The number of who comes, at the end of their wait in the row.
pub(super) async fn put_in_the_row(tx: &Tx, grounds: &Grounds, station: &Station, comer: Comer) -> Result<InTheRow, FloorError> {
    if let Some(person) = comer.person
        && tx.live_ticket_of(person).await?.is_some()
    {
        return Err(FloorError::HasANumber);
    }
    let (now, day) = (grounds.now, grounds.today());
    let ticket = Ticket {
        id: TicketId::new(Uuid::now_v7()),
        station: station.code.clone(),
        day,
        number: tx.next_ticket_number(&station.code, day, comer.kind).await?,
        person: comer.person,
        appointment: comer.appointment,
        taken_at: now,
        rank_at: grounds.floor.head_starts.rank_at(comer.since, comer.priority),
        state: TicketState::Waiting,
        missed: 0,
        case: None,
        version: 0,
    };
    add_ticket(tx, grounds, &ticket).await?;
    Ok(Hall::of(tx, grounds, station).await?.in_the_row(ticket))
}

/// What somebody's citizen ID number says of their age; other grounds are seen at the station.
pub(super) fn by_age(grounds: &Grounds, person: &Person) -> Priority {
    let born = person.citizen_id.as_ref().map(|number| number.birth_date());
    born.map_or(Priority::None, |born| grounds.floor.head_starts.by_age(born, grounds.today()))
}

/// Moves a number forward, for what a clerk sees of its person: to where it would stand had that been seen when it was taken.
pub async fn favour(tx: &Tx, grounds: &Grounds, by: &Staff, id: TicketId, priority: Priority) -> Result<InTheRow, FloorError> {
    let ticket = ticket_for(tx, Actor::Staff(by), Act::FavourTicket, id).await?;
    let since = since(tx, &ticket).await?;
    let ticket = change_ticket(tx, grounds, ticket, TicketAct::Favour { since, priority }).await?;
    let on = On { thing: Thing::Ticket(id), case: None, person: ticket.person };
    note(tx, grounds, by, (&AT_THE_COUNTER, &ticket.station), (Deed::TicketFavoured, on)).await?;
    Ok(in_the_row(tx, grounds, ticket).await?)
}

/// From when on a number's place counts.
async fn since(view: &View, ticket: &Ticket) -> Result<Since, StoreError> {
    let booked = match ticket.appointment {
        Some(appointment) => view.appointment(appointment).await?,
        None => None,
    };
    Ok(booked.map_or(Since::Taken(ticket.taken_at), |booked| Since::Slot(booked.begin)))
}

/// Gives a number back, one's own or a visitor's.
pub async fn leave(tx: &Tx, grounds: &Grounds, by: Actor<'_>, id: TicketId) -> Result<InTheRow, FloorError> {
    let ticket = ticket_for(tx, by, Act::LeaveTicket, id).await?;
    let left = change_ticket(tx, grounds, ticket, TicketAct::Leave).await?;
    Ok(InTheRow { ticket: left, ahead: None })
}

/// The number with its place in the row of its hall.
pub async fn in_the_row(view: &View, grounds: &Grounds, ticket: Ticket) -> Result<InTheRow, StoreError> {
    match grounds.map.station(&ticket.station) {
        Some(station) => Ok(Hall::of(view, grounds, station).await?.in_the_row(ticket)),
        None => Ok(InTheRow { ticket, ahead: None }),
    }
}

/// A number, for whoever may do the act to it; others learn no more than that there is none.
pub(super) async fn ticket_for(view: &View, by: Actor<'_>, act: Act, id: TicketId) -> Result<Ticket, FloorError> {
    let ticket = view.ticket(id).await?.ok_or(FloorError::NoSuchTicket)?;
    let visit = Object::Visit { station: &ticket.station, person: ticket.person };
    may(by, act, &visit).map_err(|_anothers| FloorError::NoSuchTicket)?;
    Ok(ticket)
}
