//! How a number is shown.

use chrono::{DateTime, Duration, FixedOffset};
use domain::floor::{Ticket, TicketState};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::Grounds;
use crate::app::floor::InTheRow;
use crate::http::cases::view::StationRef;
use crate::http::instant::shown;
use crate::http::words::ItemKind;
use crate::wording;

#[derive(Debug, Serialize, ToSchema)]
pub struct TicketView {
    id: Uuid,
    station: StationRef,
    /// As it is called out.
    #[schema(example = "A023")]
    number: String,
    kind: ItemKind,
    kind_name: &'static str,
    state: TicketStateView,
    taken_at: DateTime<FixedOffset>,
    /// The window that it is called to, or was served at.
    window: Option<u16>,
    /// How often it was called there.
    called_times: Option<u8>,
    /// While it waits: how many stand before it.
    ahead: Option<usize>,
    /// While it waits: about how long, in minutes.
    wait_min: Option<i64>,
    /// The slot that it came from.
    appointment: Option<Uuid>,
    /// The case that it led to.
    case: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketStateView {
    Waiting,
    Called,
    Serving,
    Served,
    /// 过号: called, and nobody came.
    NoShow,
    /// Given back, or left over when the station closed.
    Left,
}

pub fn placed(placed: &InTheRow, grounds: &Grounds) -> TicketView {
    let mut view = ticket(&placed.ticket, grounds);
    view.ahead = placed.ahead.map(|ahead| ahead.people);
    view.wait_min = placed.ahead.map(|ahead| whole_minutes(ahead.wait));
    view
}

pub fn ticket(ticket: &Ticket, grounds: &Grounds) -> TicketView {
    let (state, called) = match ticket.state {
        TicketState::Waiting => (TicketStateView::Waiting, None),
        TicketState::Called(called) => (TicketStateView::Called, Some(called)),
        TicketState::Serving { called, .. } => (TicketStateView::Serving, Some(called)),
        TicketState::Served { called, .. } => (TicketStateView::Served, Some(called)),
        TicketState::NoShow { called, .. } => (TicketStateView::NoShow, Some(called)),
        TicketState::Left { .. } => (TicketStateView::Left, None),
    };
    TicketView {
        id: ticket.id.as_uuid(),
        station: StationRef::of(&ticket.station, grounds),
        number: ticket.number.to_string(),
        kind: ticket.number.kind.into(),
        kind_name: wording::matter_kind(ticket.number.kind),
        state,
        taken_at: shown(ticket.taken_at),
        window: called.map(|called| called.window),
        called_times: called.map(|called| called.times),
        ahead: None,
        wait_min: None,
        appointment: ticket.appointment.map(|appointment| appointment.as_uuid()),
        case: ticket.case.map(|case| case.as_uuid()),
    }
}

/// Rounded up: nobody's turn comes earlier than they were told.
pub fn whole_minutes(wait: Duration) -> i64 {
    (wait.num_seconds() + 59) / 60
}
