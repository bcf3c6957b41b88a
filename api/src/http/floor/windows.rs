//! Windows: who sits where, opening one, closing one's own, and freeing a colleague's.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use chrono::{DateTime, FixedOffset};
use domain::floor::Window;
use domain::ids::{AccountId, StationCode};
use domain::policy::{self, Actor};
use infra::store::View;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{TicketView, placed, ticket};
use crate::app::floor::{FloorError, Hall, close_window, free_window, open_window, station_for};
use crate::app::{App, names_of};
use crate::http::auth::StaffMember;
use crate::http::body;
use crate::http::cases::view::StationRef;
use crate::http::idempotency::{Act, PlainAct, once};
use crate::http::instant::shown;
use crate::http::problem::Problem;
use crate::http::words::ItemKind;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenWindowBody {
    #[serde(deserialize_with = "body::whole::<_, _, 1, 1000>")]
    #[schema(minimum = 1, maximum = 1000)]
    number: u16,
    /// The kinds of matter that are called to it. Default: those that the station's rules mean it for.
    #[serde(default, deserialize_with = "body::list_if_any::<_, _, 3>")]
    #[schema(max_items = 3)]
    serves: Option<Vec<ItemKind>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WindowView {
    number: u16,
    serves: Vec<ItemKind>,
    #[schema(value_type = uuid::Uuid)]
    clerk: AccountId,
    clerk_name: Option<String>,
    since: DateTime<FixedOffset>,
    /// The number that is there now.
    ticket: Option<TicketView>,
}

/// A hall as its staff see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FloorView {
    station: StationRef,
    windows: Vec<WindowView>,
    /// In the order in which they will be called.
    waiting: Vec<TicketView>,
}

/// The hall for its staff: who sits where since when, who is called, who waits.
#[utoipa::path(
    tag = "floor", operation_id = "show_floor", params(("code" = String, Path, example = "511499101203-01")),
    responses((status = 200, body = FloorView))
)]
#[get("/stations/{code}/floor")]
pub async fn show_floor(app: Data<App>, StaffMember(staff): StaffMember, code: Path<StationCode>) -> Result<Answer<FloorView>, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let station = station_for(&grounds, Actor::Staff(&staff), policy::Act::ShowFloor, &code)?;
    let hall = Hall::of(&view, &grounds, station).await?;
    let names = names_of(&view, hall.windows.iter().map(|window| window.clerk).collect()).await?;
    let at = |number| hall.at_windows().into_iter().find(|ticket| ticket.called().is_some_and(|called| called.window == number));
    let windows = hall.windows.iter().map(|window| {
        let there = at(window.number).map(|there| ticket(there, &grounds));
        WindowView { ticket: there, ..window_view(window, &names) }
    });
    let windows = windows.collect();
    let waiting = hall.waiting().map(|waiting| placed(&hall.in_the_row(waiting.clone()), &grounds)).collect();
    Ok(Answer(FloorView { station: StationRef::of(&code, &grounds), windows, waiting }))
}

/// Sits the caller down at a window.
#[utoipa::path(
    tag = "floor", operation_id = "open_window", request_body = OpenWindowBody,
    params(("code" = String, Path, example = "511499101203-01"), ("Idempotency-Key" = String, Header)),
    responses((status = 201, body = WindowView))
)]
#[post("/stations/{code}/windows")]
pub async fn open_one(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    act: Act<OpenWindowBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, code, OpenWindowBody { number, serves }) = (app.grounds(), code.into_inner(), act.body);
    let serves = serves.map(|serves| serves.into_iter().map(Into::into).collect());
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move { with_its_clerk(tx, &open_window(tx, &grounds, &staff, &code, (number, serves)).await?).await })
    })
    .await
}

/// Closes the caller's window. Who was called to it goes back to where they stood; who was being served is served.
#[utoipa::path(
    tag = "floor", operation_id = "close_window",
    params(("code" = String, Path, example = "511499101203-01"), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = WindowView))
)]
#[post("/stations/{code}/windows/close")]
pub async fn close_own(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    act: PlainAct,
) -> Result<HttpResponse, Problem> {
    let (grounds, code) = (app.grounds(), code.into_inner());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { with_its_clerk(tx, &close_window(tx, &grounds, &staff, &code).await?).await })
    })
    .await
}

/// Closes a window that a colleague left open, by the same rule.
#[utoipa::path(
    tag = "floor", operation_id = "free_window",
    params(
        ("code" = String, Path, example = "511499101203-01"), ("number" = u16, Path, minimum = 0, maximum = 65535),
        ("Idempotency-Key" = String, Header)
    ),
    responses((status = 200, body = WindowView))
)]
#[post("/stations/{code}/windows/{number}/close")]
pub async fn free_one(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    path: Path<(StationCode, u16)>,
    act: PlainAct,
) -> Result<HttpResponse, Problem> {
    let (grounds, (code, number)) = (app.grounds(), path.into_inner());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { with_its_clerk(tx, &free_window(tx, &grounds, &staff, (&code, number)).await?).await })
    })
    .await
}

async fn with_its_clerk(view: &View, window: &Window) -> Result<WindowView, FloorError> {
    Ok(window_view(window, &names_of(view, [window.clerk].into()).await?))
}

fn window_view(window: &Window, names: &BTreeMap<AccountId, String>) -> WindowView {
    WindowView {
        number: window.number,
        serves: window.serves.iter().copied().map(ItemKind::from).collect(),
        clerk: window.clerk,
        clerk_name: names.get(&window.clerk).cloned(),
        since: shown(window.opened_at),
        ticket: None,
    }
}
