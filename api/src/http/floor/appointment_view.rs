//! How a booked slot is shown.

use chrono::{DateTime, FixedOffset};
use domain::floor::{self, Appointment, AppointmentState, VisitSight};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::Grounds;
use crate::app::floor::Coming;
use crate::http::cases::view::StationRef;
use crate::http::instant::shown;
use crate::http::mask;
use crate::http::words::ItemKind;
use crate::wording;

#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentView {
    id: Uuid,
    station: StationRef,
    kind: ItemKind,
    kind_name: &'static str,
    /// None where it isn't for the caller to see.
    item: Option<String>,
    item_name: String,
    begin: DateTime<FixedOffset>,
    end: DateTime<FixedOffset>,
    /// From when to when one may arrive.
    arrive_from: DateTime<FixedOffset>,
    arrive_until: DateTime<FixedOffset>,
    state: AppointmentStateView,
    /// Of a cancelled one, why the station couldn't keep it; none where it was given back.
    called_off: Option<CallOff>,
    #[schema(example = "该时段站点停办，请另约时间或站点")]
    called_off_hint: Option<&'static str>,
    /// The number that it became.
    ticket: Option<Uuid>,
    /// Who comes, for staff: whole for who receives them, else the family name.
    name: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentStateView {
    Booked,
    Arrived,
    Cancelled,
    /// 爽约: nobody came.
    NoShow,
}

/// What changed at the station.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallOff {
    /// It isn't open then.
    Closed,
    /// It doesn't take the item in any more.
    NotTakenIn,
    /// No window is meant for such matters any more.
    NoWindow,
}

impl From<floor::CallOff> for CallOff {
    fn from(why: floor::CallOff) -> Self {
        match why {
            floor::CallOff::Closed => Self::Closed,
            floor::CallOff::NotTakenIn => Self::NotTakenIn,
            floor::CallOff::NoWindow => Self::NoWindow,
        }
    }
}

/// As its person sees it.
pub fn own(appointment: &Appointment, grounds: &Grounds) -> AppointmentView {
    let (state, ticket, called_off) = match appointment.state {
        AppointmentState::Booked => (AppointmentStateView::Booked, None, None),
        AppointmentState::Arrived { ticket, .. } => (AppointmentStateView::Arrived, Some(ticket), None),
        AppointmentState::Cancelled { .. } => (AppointmentStateView::Cancelled, None, None),
        AppointmentState::NoShow { .. } => (AppointmentStateView::NoShow, None, None),
        AppointmentState::CalledOff { why, .. } => (AppointmentStateView::Cancelled, None, Some(why)),
    };
    let item = &appointment.item;
    let item_name = grounds.catalogue.catalogue.item(item).map_or_else(|| item.to_string(), |listed| listed.item.name.clone());
    AppointmentView {
        id: appointment.id.as_uuid(),
        station: StationRef::of(&appointment.station, grounds),
        kind: appointment.kind().into(),
        kind_name: wording::matter_kind(appointment.kind()),
        item: Some(item.to_string()),
        item_name,
        begin: shown(appointment.begin),
        end: shown(appointment.end),
        arrive_from: shown(appointment.begin - grounds.floor.early()),
        arrive_until: shown(appointment.begin + grounds.floor.late()),
        state,
        called_off: called_off.map(CallOff::from),
        called_off_hint: called_off.map(wording::called_off),
        ticket: ticket.map(|ticket| ticket.as_uuid()),
        name: None,
    }
}

/// As one of the station's staff sees it.
pub fn coming(seen: &Coming, grounds: &Grounds) -> AppointmentView {
    let whole = own(&seen.appointment, grounds);
    let family_name = || seen.name.as_deref().map(mask::name);
    match seen.sight {
        VisitSight::Whole => AppointmentView { name: seen.name.clone(), ..whole },
        VisitSight::Watched => AppointmentView { name: family_name(), ..whole },
        VisitSight::Outline => AppointmentView { name: family_name(), item: None, item_name: wording::UNSHOWN_MATTER.to_owned(), ..whole },
    }
}
