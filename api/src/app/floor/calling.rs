//! The next-call: a number to the clerk's window, or a work item, as the station's policy says; and what the clerk does with a number.

use chrono::Duration;
use domain::floor::{NextCall, Ticket, TicketAct, Waits, Window, back_in_the_row, next_call};
use domain::ids::{CaseId, PersonId, StationCode, TicketId};
use domain::people::Staff;
use domain::policy::{Act, Actor, Object, may};
use domain::time::Timestamp;
use infra::store::{HallRow, Tx};

use super::change::change_ticket;
use super::hall::usual_pace;
use super::tickets::ticket_for;
use super::windows::own_window;
use super::{FloorError, rules_of, station_for};
use crate::app::Grounds;
use crate::app::queue::{Call, TakeError, Taken, claim_next};

/// What a clerk was given.
#[derive(Debug, Clone)]
pub enum Given {
    Ticket(Ticket),
    Work(Box<Taken>),
}

/// Gives the caller, who sits at a window, what comes next. Where what the policy says can't be had after all, since a colleague was
/// faster or a rule forbids it, the other.
pub async fn call_next(tx: &Tx, grounds: &Grounds, call: Call, code: &StationCode) -> Result<Given, FloorError> {
    station_for(grounds, Actor::Staff(call.staff()), Act::CallNext, code)?;
    let window = own_window(tx, call.staff(), code).await?;
    if tx.ticket_at(code, window.number).await?.is_some() {
        return Err(FloorError::WindowBusy);
    }
    let (rules, _) = rules_of(tx, grounds, code).await?;
    let long_since = grounds.now - Duration::minutes(rules.calling.wait_max_min.into());
    let waits = waits(tx, grounds, &call, (&window, long_since)).await?;
    let order = match next_call(&rules.calling, waits, window.turns, grounds.now) {
        Some(NextCall::Online) => [NextCall::Online, NextCall::Ticket],
        // With nothing in sight, the district's pool may have something.
        Some(NextCall::Ticket) | None => [NextCall::Ticket, NextCall::Online],
    };
    for next in order {
        let given = match next {
            NextCall::Ticket => first_called(tx, grounds, (&window, long_since)).await?.map(Given::Ticket),
            NextCall::Online => claimed(tx, grounds, &call).await?.map(|taken| Given::Work(Box::new(taken))),
        };
        if let Some(given) = given {
            tx.save_window(Window { turns: window.turns.after(next, rules.calling.policy), ..window }).await?;
            return Ok(given);
        }
    }
    Err(FloorError::NothingWaits)
}

/// Who has waited since `long_since` counts before who is first in the row.
async fn waits(tx: &Tx, grounds: &Grounds, call: &Call, (window, long_since): (&Window, Timestamp)) -> Result<Waits, FloorError> {
    let row = || row_of(grounds, window);
    let ticket = match tx.first_waiting(row(), Some(long_since)).await? {
        Some(waits_long) => Some(waits_long),
        None => tx.first_waiting(row(), None).await?,
    };
    Ok(Waits { ticket_since: ticket.map(|ticket| ticket.taken_at), online_due: call.due_first(tx, grounds).await? })
}

async fn first_called(tx: &Tx, grounds: &Grounds, (window, long_since): (&Window, Timestamp)) -> Result<Option<Ticket>, FloorError> {
    let row = || row_of(grounds, window);
    let first = match tx.first_to_call(row(), Some(long_since)).await? {
        Some(waits_long) => Some(waits_long),
        None => tx.first_to_call(row(), None).await?,
    };
    let Some(first) = first else { return Ok(None) };
    let call = TicketAct::Call { window: window.number, by: window.clerk };
    change_ticket(tx, grounds, first, call).await.map(Some)
}

async fn claimed(tx: &Tx, grounds: &Grounds, call: &Call) -> Result<Option<Taken>, FloorError> {
    match claim_next(tx, grounds, call.clone()).await {
        Ok(taken) => Ok(Some(taken)),
        Err(TakeError::NothingWaits) => Ok(None),
        Err(error) => Err(FloorError::Work(error)),
    }
}

fn row_of<'w>(grounds: &Grounds, window: &'w Window) -> HallRow<'w> {
    HallRow { station: &window.station, day: grounds.today(), kinds: &window.serves }
}

/// What a clerk asks to be done with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClerkAct {
    Recall,
    NotThere,
    Begin,
    Finish { case: Option<CaseId> },
}

/// Does something with a number that the caller has called.
pub async fn act_on_ticket(tx: &Tx, grounds: &Grounds, by: &Staff, id: TicketId, act: ClerkAct) -> Result<Ticket, FloorError> {
    let ticket = ticket_for(tx, Actor::Staff(by), Act::ActOnTicket, id).await?;
    let account = by.account;
    let act = match act {
        ClerkAct::Recall => TicketAct::Recall { by: account },
        ClerkAct::NotThere => TicketAct::NotThere { by: account, back: back(tx, grounds, &ticket).await? },
        ClerkAct::Begin => TicketAct::Begin { by: account },
        ClerkAct::Finish { case } => TicketAct::Finish { by: account, case: case_for(tx, by, ticket.person, case).await? },
    };
    let ticket = change_ticket(tx, grounds, ticket, act).await?;
    if let (Some(took), Some(station)) = (ticket.took(), grounds.map.station(&ticket.station)) {
        tx.note_served(&ticket.station, ticket.number.kind, took, usual_pace(grounds, station)).await?;
    }
    Ok(ticket)
}

async fn back(tx: &Tx, grounds: &Grounds, ticket: &Ticket) -> Result<Timestamp, FloorError> {
    let row = tx.ranks_in_the_row(&ticket.station, ticket.day).await?;
    Ok(back_in_the_row(&row, grounds.floor.places_back).unwrap_or(ticket.rank_at))
}

/// The case that a number led to, if the clerk may see it, and whoever is known to have had the number is of its people.
async fn case_for(tx: &Tx, by: &Staff, person: Option<PersonId>, case: Option<CaseId>) -> Result<Option<CaseId>, FloorError> {
    let Some(case) = case else { return Ok(None) };
    let file = tx.case_file(case).await?.ok_or(FloorError::NoSuchCase)?;
    may(Actor::Staff(by), Act::ShowCase, &Object::Case(&file.case)).map_err(|_anothers| FloorError::NoSuchCase)?;
    if person.is_some_and(|person| !file.case.involved.contains(&person)) {
        return Err(FloorError::NoSuchCase);
    }
    Ok(Some(case))
}
