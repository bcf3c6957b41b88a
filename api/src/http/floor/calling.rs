//! The next-call, and what a clerk does with the number that they called.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, http::StatusCode, post};
use domain::ids::{CaseId, StationCode, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::{TicketView, ticket};
use crate::app::App;
use crate::app::floor::{ClerkAct, FloorError, Given, act_on_ticket, call_next};
use crate::app::queue::Call;
use crate::http::auth::StaffMember;
use crate::http::idempotency::{Act, PlainAct, once};
use crate::http::problem::Problem;
use crate::http::work_items::{self, WorkItemView};

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
