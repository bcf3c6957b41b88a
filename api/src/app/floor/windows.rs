//! Opening a window, closing one's own, and freeing one that a colleague left open.
//!
//! Whoever closes it, one rule holds for who is there: who was called goes back to where they stood, and who was being served is served.

use std::collections::BTreeSet;

use domain::audit::{Deed, On, Thing};
use domain::catalogue::ItemKind;
use domain::floor::{TicketAct, Turns, Window, check_window};
use domain::ids::{StationCode, WindowId};
use domain::people::{Role, Staff};
use domain::policy::{Act, Actor};
use infra::store::Tx;
use uuid::Uuid;

use super::change::{add_window, change_ticket, shut_window};
use super::{FloorError, note, rules_of, station_for};
use crate::app::Grounds;

/// Sits the caller down at a window. It serves what they say, or else what the station's rules mean it for.
pub async fn open_window(
    tx: &Tx,
    grounds: &Grounds,
    by: &Staff,
    code: &StationCode,
    (number, serves): (u16, Option<BTreeSet<ItemKind>>),
) -> Result<Window, FloorError> {
    let station = station_for(grounds, Actor::Staff(by), Act::OpenWindow, code)?;
    let serves = match serves {
        Some(serves) => serves,
        None => rules_of(tx, grounds, code).await?.0.kinds_at(number),
    };
    check_window(station, number, &serves)?;
    let open = tx.open_windows(code).await?;
    if open.iter().any(|window| window.number == number) || tx.window_of(by.account).await?.is_some() {
        return Err(FloorError::WindowTaken);
    }
    let window = Window {
        id: WindowId::new(Uuid::now_v7()),
        station: code.clone(),
        number,
        clerk: by.account,
        serves,
        opened_at: grounds.now,
        closed_at: None,
        turns: Turns::default(),
        version: 0,
    };
    add_window(tx, grounds, &window).await?;
    Ok(window)
}

/// Closes the caller's window.
pub async fn close_window(tx: &Tx, grounds: &Grounds, by: &Staff, code: &StationCode) -> Result<Window, FloorError> {
    station_for(grounds, Actor::Staff(by), Act::CloseWindow, code)?;
    let window = own_window(tx, by, code).await?;
    empty_and_shut(tx, grounds, window).await
}

/// Closes the window that somebody else sits at, or has left.
pub async fn free_window(tx: &Tx, grounds: &Grounds, by: &Staff, (code, number): (&StationCode, u16)) -> Result<Window, FloorError> {
    station_for(grounds, Actor::Staff(by), Act::FreeWindow, code)?;
    let open = tx.open_windows(code).await?;
    let window = open.into_iter().find(|window| window.number == number).ok_or(FloorError::NobodySits)?;
    let shut = empty_and_shut(tx, grounds, window).await?;
    let freed = (Deed::WindowFreed, On::of(Thing::Window(shut.id)));
    note(tx, grounds, by, (&[Role::Supervisor], code), freed).await?;
    Ok(shut)
}

async fn empty_and_shut(tx: &Tx, grounds: &Grounds, window: Window) -> Result<Window, FloorError> {
    if let Some(there) = tx.ticket_at(&window.station, window.number).await? {
        change_ticket(tx, grounds, there, TicketAct::ShutWindow).await?;
    }
    shut_window(tx, grounds, window).await
}

/// Where the caller sits, at this station.
pub(super) async fn own_window(tx: &Tx, by: &Staff, code: &StationCode) -> Result<Window, FloorError> {
    let window = tx.window_of(by.account).await?;
    window.filter(|window| window.station == *code).ok_or(FloorError::NoWindow)
}
