//! Windows, the next-call, and what a clerk does with a number.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use chrono::{DateTime, FixedOffset};
use domain::floor::Window;
use domain::ids::{AccountId, CaseId, StationCode, TicketId};
use domain::policy::{self, Actor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::{TicketView, placed, ticket};
use crate::app::floor::{ClerkAct, FloorError, Given, Hall, act_on_ticket, call_next, close_window, open_window, station_for};
use crate::app::queue::Call;
use crate::app::{App, names_of};
use crate::http::auth::StaffMember;
use crate::http::body;
use crate::http::cases::view::StationRef;
use crate::http::idempotency::{Act, PlainAct, once};
use crate::http::instant::shown;
use crate::http::problem::Problem;
use crate::http::words::ItemKind;
use crate::http::work_items::{self, WorkItemView};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenWindowBody {
    #[serde(deserialize_with = "body::whole::<_, _, 1, 1000>")]
    #[schema(minimum = 1, maximum = 1000)]
    number: u16,
    /// The kinds of matter that are called to it. Default: all.
    #[serde(default, deserialize_with = "body::list_if_any::<_, _, 3>")]
    #[schema(max_items = 3)]
    serves: Option<Vec<ItemKind>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WindowView {
    number: u16,
    serves: Vec<ItemKind>,
    #[schema(value_type = Uuid)]
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

/// What comes next for a clerk: a number called to their window, or a work item that they hold now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GivenView {
    Ticket { ticket: TicketView },
    WorkItem { work_item: Box<WorkItemView> },
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketActBody {
    act: TicketActKind,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TicketActKind {
    /// 重新呼叫.
    Recall {},
    /// 过号: after a recall. The first time they go back some places, the second time the number ends.
    NotThere {},
    /// 开始办理.
    Begin {},
    /// 办结. `case` is what it led to.
    Finish { case: Option<Uuid> },
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
    let serves = serves.map_or_else(|| domain::catalogue::ItemKind::ALL.into(), |serves| serves.into_iter().map(Into::into).collect());
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            let window = open_window(tx, &grounds, &staff, &code, (number, serves)).await?;
            let names = names_of(tx, [window.clerk].into()).await?;
            Ok::<_, FloorError>(window_view(&window, &names))
        })
    })
    .await
}

/// Closes the caller's window, once nobody is at it.
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
        Box::pin(async move {
            let window = close_window(tx, &grounds, &staff, &code).await?;
            Ok::<_, FloorError>(window_view(&window, &BTreeMap::new()))
        })
    })
    .await
}

/// Gives the caller, who sits at a window, what comes next by the station's policy: a number or a work item.
#[utoipa::path(
    tag = "floor", operation_id = "call_next",
    params(("code" = String, Path, example = "511499101203-01"), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = GivenView))
)]
#[post("/stations/{code}/next")]
pub async fn next(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    act: PlainAct,
) -> Result<HttpResponse, Problem> {
    let (grounds, code) = (app.grounds(), code.into_inner());
    let call = Call::of(&app, &grounds, staff, Some(&code));
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            Ok::<_, FloorError>(match call_next(tx, &grounds, call, &code).await? {
                Given::Ticket(called) => GivenView::Ticket { ticket: ticket(&called, &grounds) },
                Given::Work(taken) => GivenView::WorkItem { work_item: Box::new(work_items::view(&taken, &grounds)) },
            })
        })
    })
    .await
}

/// Does something with a number that the caller has called.
#[utoipa::path(
    tag = "floor", operation_id = "act_on_ticket", request_body = TicketActBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = TicketView))
)]
#[post("/tickets/{id}/acts")]
pub async fn act_on_number(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<TicketId>,
    act: Act<TicketActBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id, asked) = (app.grounds(), *id, act.body.act.into());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, FloorError>(ticket(&act_on_ticket(tx, &grounds, &staff, id, asked).await?, &grounds)) })
    })
    .await
}

fn window_view(window: &Window, names: &BTreeMap<AccountId, String>) -> WindowView {
    let serves: BTreeSet<_> = window.serves.clone();
    WindowView {
        number: window.number,
        serves: serves.into_iter().map(ItemKind::from).collect(),
        clerk: window.clerk,
        clerk_name: names.get(&window.clerk).cloned(),
        since: shown(window.opened_at),
        ticket: None,
    }
}

impl From<TicketActKind> for ClerkAct {
    fn from(kind: TicketActKind) -> Self {
        match kind {
            TicketActKind::Recall {} => ClerkAct::Recall,
            TicketActKind::NotThere {} => ClerkAct::NotThere,
            TicketActKind::Begin {} => ClerkAct::Begin,
            TicketActKind::Finish { case } => ClerkAct::Finish { case: case.map(CaseId::new) },
        }
    }
}
