//! The hall's board, without signing in: numbers, windows and waits, and nothing of whom they belong to.

mod page;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get};
use domain::floor::TicketState;
use domain::ids::StationCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::whole_minutes;
use crate::app::App;
use crate::app::floor::{FloorError, Hall};
use crate::http::cases::view::StationRef;
use crate::http::html::html;
use crate::http::problem::Problem;
use crate::http::words::ItemKind;
use crate::wording;

#[derive(Debug, Serialize, ToSchema)]
pub struct HallView {
    station: StationRef,
    open_now: bool,
    /// By window.
    called: Vec<CalledView>,
    waiting: Vec<KindWaitingView>,
    /// How many windows work now.
    windows: usize,
    /// About how long somebody waits who comes now, whatever they come with, in minutes.
    wait_min: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CalledView {
    #[schema(example = "A023")]
    number: String,
    window: u16,
    /// Whether the person is there already.
    serving: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct KindWaitingView {
    kind: ItemKind,
    kind_name: &'static str,
    people: usize,
    /// About how long somebody waits who comes now with such a matter, in minutes: by the windows that serve it.
    wait_min: i64,
}

/// Who is called to which window, how many wait, and how long.
#[utoipa::path(
    tag = "floor", operation_id = "show_hall", params(("code" = String, Path, example = "511499101203-01")),
    responses((status = 200, body = HallView))
)]
#[get("/stations/{code}/hall")]
pub async fn show_hall(app: Data<App>, code: Path<StationCode>) -> Result<Answer<HallView>, Problem> {
    Ok(Answer(board(&app, &code).await?))
}

/// The page for the screen in the hall.
#[utoipa::path(
    tag = "floor", operation_id = "show_hall_page",
    params(("district" = String, Path, pattern = "^[0-9]{6}$"), ("station" = String, Path, pattern = "^[0-9]{12}-[0-9]{2}$")),
    responses(
        (status = 200, description = "大厅叫号屏", content_type = "text/html", body = String),
        (status = 404, description = "没有这个站点", content_type = "text/html", body = String)
    )
)]
#[get("/hall/{district}/{station}")]
pub async fn show_hall_page(app: Data<App>, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (district, station) = path.into_inner();
    let code = station.parse::<StationCode>().ok().filter(|_| district == app.district().as_str());
    let Some(code) = code else { return Ok(html(StatusCode::NOT_FOUND, &page::POLICY, page::unknown())) };
    match board(&app, &code).await {
        Ok(board) => Ok(html(StatusCode::OK, &page::POLICY, page::of(&board, app.clock.kind()))),
        Err(FloorError::NoSuchStation) => Ok(html(StatusCode::NOT_FOUND, &page::POLICY, page::unknown())),
        Err(error) => Err(error.into()),
    }
}

async fn board(app: &App, code: &StationCode) -> Result<HallView, FloorError> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let station = grounds.map.station(code).ok_or(FloorError::NoSuchStation)?;
    let hall = Hall::of(&view, &grounds, station).await?;
    let called = hall.at_windows().into_iter().filter_map(|ticket| {
        let serving = matches!(ticket.state, TicketState::Serving { .. });
        Some(CalledView { number: ticket.number.to_string(), window: ticket.called()?.window, serving })
    });
    let waiting = domain::catalogue::ItemKind::ALL.map(|kind| KindWaitingView {
        kind: kind.into(),
        kind_name: wording::matter_kind(kind),
        people: hall.waiting_for(kind),
        wait_min: whole_minutes(hall.wait_now(kind)),
    });
    Ok(HallView {
        station: StationRef::of(code, &grounds),
        open_now: station.is_open(&grounds.map.calendar, grounds.now),
        called: called.collect(),
        waiting: waiting.into(),
        windows: hall.windows.len(),
        wait_min: whole_minutes(hall.longest_wait_now()),
    })
}
