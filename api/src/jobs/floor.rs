//! What a hall leaves over: numbers and windows when it has closed, and booked slots that nobody came to.

use chrono::{Duration, NaiveDate};
use domain::floor::TicketAct;
use domain::ids::StationCode;
use domain::time::{Timestamp, end_of, instant, local_date};
use infra::store::StoreError;

use crate::app::floor::{FloorError, change_ticket, miss_appointment, shut_window};
use crate::app::{App, Grounds};

/// Rows looked at in one go; the rest waits for the next run.
const BATCH: u64 = 500;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOver {
    pub tickets: u32,
    pub windows: u32,
    pub missed: u32,
}

pub async fn end_what_is_over(app: &App) -> Result<LeftOver, StoreError> {
    let _turn = app.turns.floor.lock().await;
    Ok(LeftOver { missed: missed(app).await?, tickets: tickets(app).await?, windows: windows(app).await? })
}

async fn missed(app: &App) -> Result<u32, StoreError> {
    let began = app.clock.now() - app.settings.floor.late();
    let mut missed = 0;
    for id in app.store.read(app.district()).booked_before(began, BATCH).await? {
        let grounds = app.grounds();
        let unit = app.store.write(app.district(), move |tx| Box::pin(async move { miss_appointment(tx, &grounds, id).await }));
        missed += u32::from(unless_refused(unit.await)?.flatten().is_some());
    }
    Ok(missed)
}

async fn tickets(app: &App) -> Result<u32, StoreError> {
    let view = app.store.read(app.district());
    let mut ended = 0;
    for (station, day) in view.live_halls().await? {
        if !has_closed(&app.grounds(), &station, day) {
            continue;
        }
        for ticket in view.live_tickets(&station).await?.into_iter().filter(|ticket| ticket.day == day) {
            let grounds = app.grounds();
            let unit = app
                .store
                .write(app.district(), move |tx| Box::pin(async move { change_ticket(tx, &grounds, ticket, TicketAct::Close).await }));
            ended += u32::from(unless_refused(unit.await)?.is_some());
        }
    }
    Ok(ended)
}

async fn windows(app: &App) -> Result<u32, StoreError> {
    let mut closed = 0;
    for window in app.store.read(app.district()).windows_opened_before(app.clock.now(), BATCH).await? {
        let grounds = app.grounds();
        if has_closed(&grounds, &window.station, local_date(window.opened_at)) {
            let unit = app.store.write(app.district(), move |tx| Box::pin(async move { shut_window(tx, &grounds, window).await }));
            closed += u32::from(unless_refused(unit.await)?.is_some());
        }
    }
    Ok(closed)
}

/// Whether the station's last opening of that day has ended, some time ago.
fn has_closed(grounds: &Grounds, station: &StationCode, day: NaiveDate) -> bool {
    let after = Duration::minutes(grounds.floor.close_after_min.into());
    closing(grounds, station, day) + after <= grounds.now
}

/// When it closes; a day on which it isn't open at all ends at midnight.
fn closing(grounds: &Grounds, station: &StationCode, day: NaiveDate) -> Timestamp {
    let station = grounds.map.station(station);
    let openings = station.map(|station| station.openings_on(&grounds.map.calendar, day)).unwrap_or_default();
    openings.into_iter().map(|(_, close)| instant(day.and_time(close))).max().unwrap_or_else(|| end_of(day))
}

/// None where somebody was faster.
fn unless_changed<T>(done: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(StoreError::Stale | StoreError::Busy) => Ok(None),
        Err(error) => Err(error),
    }
}

/// None where somebody was faster, so that there is nothing to end.
pub(super) fn unless_refused<T>(done: Result<T, FloorError>) -> Result<Option<T>, StoreError> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(FloorError::Store(error)) => unless_changed(Err(error)),
        Err(_ended_already) => Ok(None),
    }
}
