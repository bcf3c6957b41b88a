//! Opening a window and closing it.

use std::collections::BTreeSet;

use domain::catalogue::ItemKind;
use domain::floor::{Turns, Window, check_window};
use domain::ids::{StationCode, WindowId};
use domain::people::Staff;
use domain::policy::{Act, Actor};
use infra::store::Tx;
use uuid::Uuid;

use super::change::{add_window, shut_window};
use super::{FloorError, station_for};
use crate::app::Grounds;

/// Sits the caller down at a window.
pub async fn open_window(
    tx: &Tx,
    grounds: &Grounds,
    by: &Staff,
    code: &StationCode,
    (number, serves): (u16, BTreeSet<ItemKind>),
) -> Result<Window, FloorError> {
    let station = station_for(grounds, Actor::Staff(by), Act::OpenWindow, code)?;
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

/// Closes the caller's window, once nobody is at it.
pub async fn close_window(tx: &Tx, grounds: &Grounds, by: &Staff, code: &StationCode) -> Result<Window, FloorError> {
    station_for(grounds, Actor::Staff(by), Act::CloseWindow, code)?;
    let window = own_window(tx, by, code).await?;
    if tx.ticket_at(code, window.number).await?.is_some() {
        return Err(FloorError::WindowBusy);
    }
    shut_window(tx, grounds, window).await
}

/// Where the caller sits, at this station.
pub(super) async fn own_window(tx: &Tx, by: &Staff, code: &StationCode) -> Result<Window, FloorError> {
    let window = tx.window_of(by.account).await?;
    window.filter(|window| window.station == *code).ok_or(FloorError::NoWindow)
}
