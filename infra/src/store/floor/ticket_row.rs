//! The row of a ticket, and what it stands for.

use domain::floor::{Called, LeftHow, Ticket, TicketState};
use domain::ids::{AccountId, AppointmentId, CaseId, PersonId, TicketId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::store::StoreError;
use crate::store::words::word;

pub(super) const TABLE: &str = "tickets";

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub district: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub station: String,
    pub day: Date,
    pub number: String,
    pub kind: String,
    pub person: Option<Uuid>,
    pub appointment: Option<Uuid>,
    pub taken_at: DateTimeUtc,
    pub rank_at: DateTimeUtc,
    pub state: String,
    pub missed: i32,
    pub window_number: Option<i32>,
    pub called_by: Option<Uuid>,
    pub called_at: Option<DateTimeUtc>,
    pub called_times: Option<i32>,
    pub begun_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub case_id: Option<Uuid>,
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

pub(super) const WAITING: &str = "waiting";
const CALLED: &str = "called";
const SERVING: &str = "serving";
const SERVED: &str = "served";
const NO_SHOW: &str = "no_show";
const LEFT: &str = "left";
const LEFT_OVER: &str = "left_over";

/// What the columns say of a state.
struct Columns {
    state: &'static str,
    called: Option<Called>,
    begun_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
}

fn columns(state: TicketState) -> Columns {
    let ended = |state, at| Columns { state, called: None, begun_at: None, ended_at: Some(at) };
    match state {
        TicketState::Waiting => Columns { state: WAITING, called: None, begun_at: None, ended_at: None },
        TicketState::Called(called) => Columns { state: CALLED, called: Some(called), begun_at: None, ended_at: None },
        TicketState::Serving { called, begun_at } => {
            Columns { state: SERVING, called: Some(called), begun_at: Some(begun_at), ended_at: None }
        }
        TicketState::Served { called, begun_at, at } => Columns { called: Some(called), begun_at: Some(begun_at), ..ended(SERVED, at) },
        TicketState::NoShow { called, at } => Columns { called: Some(called), ..ended(NO_SHOW, at) },
        TicketState::Left { at, how: LeftHow::ByThemselves } => ended(LEFT, at),
        TicketState::Left { at, how: LeftHow::AtClosing } => ended(LEFT_OVER, at),
    }
}

impl ActiveModel {
    pub(super) fn of(district: &str, ticket: &Ticket) -> Result<Self, StoreError> {
        let Columns { state, called, begun_at, ended_at } = columns(ticket.state);
        Ok(Self {
            district: Set(district.to_owned()),
            id: Set(ticket.id.as_uuid()),
            station: Set(ticket.station.to_string()),
            day: Set(ticket.day),
            number: Set(ticket.number.to_string()),
            kind: Set(word(TABLE, &ticket.number.kind)?),
            person: Set(ticket.person.map(|person| person.as_uuid())),
            appointment: Set(ticket.appointment.map(|appointment| appointment.as_uuid())),
            taken_at: Set(ticket.taken_at),
            rank_at: Set(ticket.rank_at),
            state: Set(state.to_owned()),
            missed: Set(ticket.missed.into()),
            window_number: Set(called.map(|called| called.window.into())),
            called_by: Set(called.map(|called| called.by.as_uuid())),
            called_at: Set(called.map(|called| called.at)),
            called_times: Set(called.map(|called| called.times.into())),
            begun_at: Set(begun_at),
            ended_at: Set(ended_at),
            case_id: Set(ticket.case.map(|case| case.as_uuid())),
            version: Set(i32::try_from(ticket.version).map_err(|e| StoreError::corrupt(TABLE, e))?),
        })
    }
}

impl TryFrom<Model> for Ticket {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Ticket {
            id: TicketId::new(row.id),
            station: row.station.parse().map_err(|e| StoreError::corrupt(TABLE, e))?,
            day: row.day,
            number: row.number.parse().map_err(|e| StoreError::corrupt(TABLE, e))?,
            person: row.person.map(PersonId::new),
            appointment: row.appointment.map(AppointmentId::new),
            taken_at: row.taken_at,
            rank_at: row.rank_at,
            state: state(&row)?,
            missed: u8::try_from(row.missed).map_err(|e| StoreError::corrupt(TABLE, e))?,
            case: row.case_id.map(CaseId::new),
            version: u32::try_from(row.version).map_err(|e| StoreError::corrupt(TABLE, e))?,
        })
    }
}

fn state(row: &Model) -> Result<TicketState, StoreError> {
    match (row.state.as_str(), called(row)?, row.begun_at, row.ended_at) {
        (WAITING, None, None, None) => Ok(TicketState::Waiting),
        (CALLED, Some(called), None, None) => Ok(TicketState::Called(called)),
        (SERVING, Some(called), Some(begun_at), None) => Ok(TicketState::Serving { called, begun_at }),
        (SERVED, Some(called), Some(begun_at), Some(at)) => Ok(TicketState::Served { called, begun_at, at }),
        (NO_SHOW, Some(called), None, Some(at)) => Ok(TicketState::NoShow { called, at }),
        (LEFT, None, None, Some(at)) => Ok(TicketState::Left { at, how: LeftHow::ByThemselves }),
        (LEFT_OVER, None, None, Some(at)) => Ok(TicketState::Left { at, how: LeftHow::AtClosing }),
        (state, ..) => Err(StoreError::corrupt(TABLE, format!("its columns don't belong to {state:?}"))),
    }
}

fn called(row: &Model) -> Result<Option<Called>, StoreError> {
    let corrupt = |error: &dyn std::fmt::Display| StoreError::corrupt(TABLE, error);
    match (row.window_number, row.called_by, row.called_at, row.called_times) {
        (Some(window), Some(by), Some(at), Some(times)) => Ok(Some(Called {
            window: u16::try_from(window).map_err(|e| corrupt(&e))?,
            by: AccountId::new(by),
            at,
            times: u8::try_from(times).map_err(|e| corrupt(&e))?,
        })),
        (None, None, None, None) => Ok(None),
        (_, _, _, _) => Err(StoreError::corrupt(TABLE, "half a call")),
    }
}
