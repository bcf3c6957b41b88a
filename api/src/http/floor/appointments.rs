//! Slots to book, booking one, and coming to it.

use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::ids::{AppointmentId, ItemCode, StationCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::appointment_view::{AppointmentView, coming, own};
use super::view::{TicketView, placed};
use crate::app::App;
use crate::app::floor::{FloorError, NewBooking, OpenSlot, arrive, book_slot, cancel, open_slots, seen_at_counter};
use crate::http::auth::{Caller, Villager};
use crate::http::idempotency::{Act, PlainAct, once};
use crate::http::instant::{self, shown};
use crate::http::page::{BadCursor, Cursor, Limit, Page};
use crate::http::plans::PlaceBody;
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SlotsQuery {
    #[param(value_type = String, example = "C001", pattern = "^[TVC][0-9]{3}$")]
    item: ItemCode,
    day: NaiveDate,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SlotView {
    /// What a booking names.
    begin: DateTime<FixedOffset>,
    end: DateTime<FixedOffset>,
    places: u16,
    /// How many of them are free.
    left: u64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookBody {
    #[schema(value_type = String, example = "511499101203-01")]
    station: StationCode,
    #[schema(value_type = String, example = "C001")]
    item: ItemCode,
    /// When the slot begins.
    #[serde(deserialize_with = "instant::read")]
    begin: DateTime<FixedOffset>,
}

/// Where the phone is: looked at once, and kept nowhere. A clerk sends none.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArriveBody {
    place: Option<PlaceBody>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AppointmentsQuery {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// What of a day may still be booked at a station for an item; empty where nothing may.
#[utoipa::path(
    tag = "floor", operation_id = "list_slots", params(("code" = String, Path, example = "511499101203-01"), SlotsQuery),
    responses((status = 200, body = Vec<SlotView>))
)]
#[get("/stations/{code}/slots")]
pub async fn slots(app: Data<App>, code: Path<StationCode>, query: Query<SlotsQuery>) -> Result<Answer<Vec<SlotView>>, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let open = open_slots(&view, &grounds, (&code, &query.item), query.day).await?;
    Ok(Answer(open.iter().map(slot_view).collect()))
}

/// Books a slot for oneself.
#[utoipa::path(
    tag = "floor", operation_id = "book_appointment", request_body = BookBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = AppointmentView))
)]
#[post("/appointments")]
pub async fn book(app: Data<App>, me: Villager, act: Act<BookBody>) -> Result<HttpResponse, Problem> {
    let (grounds, BookBody { station, item, begin }) = (app.grounds(), act.body);
    let new = NewBooking { id: AppointmentId::new(Uuid::now_v7()), station, item, begin: begin.to_utc() };
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move { Ok::<_, FloorError>(own(&book_slot(tx, &grounds, me.person, new).await?, &grounds)) })
    })
    .await
}

/// The caller's appointments, newest first.
#[utoipa::path(
    tag = "floor", operation_id = "list_own_appointments", params(AppointmentsQuery),
    responses((status = 200, body = Page<AppointmentView>))
)]
#[get("/me/appointments")]
pub async fn list_own_appointments(
    app: Data<App>,
    me: Villager,
    query: Query<AppointmentsQuery>,
) -> Result<Answer<Page<AppointmentView>>, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let before = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let before = before.map(|key| key.parse::<AppointmentId>()).transpose().map_err(|_| BadCursor)?;
    let (booked, total) = view.appointments_of(me.person, before, query.limit.into()).await?;
    let full = booked.len() >= query.limit.get();
    let next = booked.last().filter(|_| full).map(|last| last.id.to_string());
    Ok(Answer(Page::cut(booked.iter().map(|one| own(one, &grounds)).collect(), total, next.as_deref())))
}

/// Gives a booked slot back, until it begins: one's own, or at the counter a visitor's.
#[utoipa::path(
    tag = "floor", operation_id = "cancel_appointment", params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = AppointmentView))
)]
#[post("/appointments/{id}/cancel")]
pub async fn cancel_one(app: Data<App>, caller: Caller, id: Path<AppointmentId>, act: PlainAct) -> Result<HttpResponse, Problem> {
    let (grounds, id) = (app.grounds(), *id);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let cancelled = cancel(tx, &grounds, caller.actor(grounds.today()), id).await?;
            Ok::<_, FloorError>(match &caller {
                Caller::Villager(_) => own(&cancelled, &grounds),
                Caller::Staff(staff) => coming(&seen_at_counter(tx, staff, cancelled).await?, &grounds),
            })
        })
    })
    .await
}

/// Says that one has come: by the phone within reach of the station, or the station's clerk says so. The answer is the number.
#[utoipa::path(
    tag = "floor", operation_id = "arrive_for_appointment", request_body = ArriveBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 201, body = TicketView))
)]
#[post("/appointments/{id}/arrive")]
pub async fn arrive_for(app: Data<App>, caller: Caller, id: Path<AppointmentId>, act: Act<ArriveBody>) -> Result<HttpResponse, Problem> {
    let (grounds, id, place) = (app.grounds(), *id, act.body.place.map(Into::into));
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            let arrived = arrive(tx, &grounds, caller.actor(grounds.today()), id, place).await?;
            Ok::<_, FloorError>(placed(&arrived, &grounds))
        })
    })
    .await
}

fn slot_view(open: &OpenSlot) -> SlotView {
    SlotView { begin: shown(open.slot.begin), end: shown(open.slot.end), places: open.slot.places, left: open.left }
}
