//! Booked slots at the counter: who comes on a day, and booking for somebody.

use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::ids::{AppointmentId, ItemCode, StationCode};
use infra::store::AfterSlot;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::appointment_view::{AppointmentView, coming};
use crate::app::App;
use crate::app::floor::{Coming, FloorError, NewBooking, book_at_counter, coming_on};
use crate::http::auth::StaffMember;
use crate::http::cases::PersonBody;
use crate::http::idempotency::{Act, once};
use crate::http::instant;
use crate::http::page::{BadCursor, Cursor, Limit, Page};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DayQuery {
    #[serde(deserialize_with = "instant::read_day")]
    day: NaiveDate,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// A slot for somebody who stands at the counter or calls.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookAtCounterBody {
    person: PersonBody,
    #[schema(value_type = String, example = "C001")]
    item: ItemCode,
    /// When the slot begins.
    #[serde(deserialize_with = "instant::read")]
    begin: DateTime<FixedOffset>,
}

/// Who has booked at a station on a day, in the order of the slots. Who receives them sees names and matters, but of a sealed matter and
/// of somebody close to them the family name alone; who watches over the station sees no whole name.
#[utoipa::path(
    tag = "floor", operation_id = "list_appointments", params(("code" = String, Path, example = "511499101203-01"), DayQuery),
    responses((status = 200, body = Page<AppointmentView>))
)]
#[get("/stations/{code}/appointments")]
pub async fn list_of_day(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    query: Query<DayQuery>,
) -> Result<Answer<Page<AppointmentView>>, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let after = query.cursor.as_ref().map(after).transpose()?;
    let (booked, total) = coming_on(&view, &grounds, &staff, (&code, query.day), (after, query.limit.into())).await?;
    let full = booked.len() >= query.limit.get();
    let next = booked.last().filter(|_| full).map(key);
    Ok(Answer(Page::cut(booked.iter().map(|one| coming(one, &grounds)).collect(), total, next.as_deref())))
}

/// Books a slot for somebody, within the same quotas as from the phone.
#[utoipa::path(
    tag = "floor", operation_id = "book_at_counter", request_body = BookAtCounterBody,
    params(("code" = String, Path, example = "511499101203-01"), ("Idempotency-Key" = String, Header)),
    responses((status = 201, body = AppointmentView))
)]
#[post("/stations/{code}/appointments")]
pub async fn book_for_somebody(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    act: Act<BookAtCounterBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, station, BookAtCounterBody { person, item, begin }) = (app.grounds(), code.into_inner(), act.body);
    let new = NewBooking { id: AppointmentId::new(Uuid::now_v7()), station, item, begin: begin.to_utc() };
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            let booked = book_at_counter(tx, &grounds, &staff, new, &person.into()).await?;
            Ok::<_, FloorError>(coming(&booked, &grounds))
        })
    })
    .await
}

fn key(last: &Coming) -> String {
    format!("{}/{}", last.appointment.begin.to_rfc3339(), last.appointment.id)
}

fn after(cursor: &Cursor) -> Result<AfterSlot, BadCursor> {
    let key = cursor.key()?;
    let (begin, id) = key.split_once('/').ok_or(BadCursor)?;
    Ok((begin.parse().map_err(|_| BadCursor)?, id.parse().map_err(|_| BadCursor)?))
}
