//! A copy and an erasure of somebody's data at a counter, for those who have no phone.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::counter_request::{Asked, CounterRequest};
use domain::ids::{RequestId, StationCode, UploadId};
use domain::people::{CitizenId, Person};
use domain::policy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::auth::StaffMember;
use super::cases::view::StationRef;
use super::copy_sheet::{Labels, sheet};
use super::corrections::{ConfirmationBody, RefusalBody, WaitingQuery};
use super::idempotency::{Act, once};
use super::instant::shown;
use super::mask;
use super::page::{BadCursor, Cursor, Page};
use super::problem::Problem;
use super::rights::{ErasureView, data_view_at_the_counter};
use super::words::{Role, Shown};
use crate::app::cases::station_name;
use crate::app::rights::counter::{CounterError, NewRequest, confirm, enter, refuse, waiting};
use crate::app::{App, Grounds};
use crate::wording;

/// What somebody asks who stands at a clerk's counter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CounterRequestBody {
    /// As the clerk reads it off the card. GB 11643.
    #[schema(value_type = String, example = "11010519491231002X")]
    citizen_id: CitizenId,
    /// Where the clerk sees the card: of the person's own line.
    #[schema(value_type = String)]
    station: StationCode,
    shown: Shown,
    /// The clerk's upload of what was shown, which serves nothing else.
    scan: Uuid,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CopyMadeView {
    id: Uuid,
    /// Masked.
    name: Option<String>,
    /// Where the copy is, to be printed today by who entered it.
    document: String,
    /// Where the scan is.
    scan: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureAskedView {
    id: Uuid,
    /// Whether it waits for an approver.
    pending: bool,
    /// Whether an approver refused it.
    refused: bool,
    /// Masked.
    name: Option<String>,
    /// Where the scan is.
    scan: String,
}

/// An erasure that waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingErasureView {
    id: Uuid,
    station: StationRef,
    at: DateTime<FixedOffset>,
    /// The last day on which it can be confirmed.
    until: NaiveDate,
    /// As what it was entered.
    role: Role,
    #[schema(example = "工作人员")]
    role_name: &'static str,
    /// Masked.
    name: Option<String>,
}

/// Enters that a copy of somebody's data is printed for them, who stand at a counter of their own line.
#[utoipa::path(
    tag = "people", operation_id = "make_copy", request_body = CounterRequestBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = CopyMadeView))
)]
#[post("/people/copies")]
pub async fn make_copy(app: Data<App>, StaffMember(staff): StaffMember, act: Act<CounterRequestBody>) -> Result<HttpResponse, Problem> {
    let (grounds, new) = (app.grounds(), new_request(act.body, Asked::Copy));
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            let (request, person) = enter(tx, &grounds, (&staff, policy::Act::MakeCopy), new).await?;
            Ok::<_, CounterError>(CopyMadeView {
                id: request.id.as_uuid(),
                name: masked_name(&person),
                document: format!("/api/v1/people/copies/{}", request.id),
                scan: scan_of(&request),
            })
        })
    })
    .await
}

/// The copy, to be printed: for the clerk who entered it, on that day. That it was seen is in the person's own list.
#[utoipa::path(
    tag = "people", operation_id = "print_copy", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>))
)]
#[get("/people/copies/{id}")]
pub async fn print_copy(app: Data<App>, StaffMember(staff): StaffMember, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let (request, person, own) = app.copy_at_the_counter(&staff, RequestId::new(*id)).await?;
    let grounds = app.grounds();
    let station = station_name(&grounds, &request.by.station);
    let labels = Labels::of(&own, &grounds);
    let copy = data_view_at_the_counter(own, shown(grounds.now));
    let pdf = app.draw(sheet((&copy, &labels), &person, (station, grounds.today()), app.marking()), None).await?;
    Ok(HttpResponse::Ok().content_type("application/pdf").body(pdf))
}

/// Enters that somebody who stands at a counter of their own line wants their data erased; an approver has to confirm it.
#[utoipa::path(
    tag = "people", operation_id = "request_erasure", request_body = CounterRequestBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = ErasureAskedView))
)]
#[post("/people/erasures")]
pub async fn request_erasure(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    act: Act<CounterRequestBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, new) = (app.grounds(), new_request(act.body, Asked::Erasure));
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            let (request, person) = enter(tx, &grounds, (&staff, policy::Act::RequestErasure), new).await?;
            Ok::<_, CounterError>(asked_view(&request, &person))
        })
    })
    .await
}

/// The erasures that wait for the caller, an approver who didn't enter them and isn't close to whom they are about; oldest first.
#[utoipa::path(
    tag = "people", operation_id = "list_erasures", params(WaitingQuery),
    responses((status = 200, body = Page<WaitingErasureView>))
)]
#[get("/people/erasures")]
pub async fn list_erasures(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<WaitingQuery>,
) -> Result<Answer<Page<WaitingErasureView>>, Problem> {
    let (store, grounds) = (app.store.read(app.district()), app.grounds());
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let after = after.map(|key| key.parse::<RequestId>()).transpose().map_err(|_| BadCursor)?;
    let (found, total) = waiting(&store, &grounds, &staff, (after, query.limit.into())).await?;
    let full = found.len() >= query.limit.get();
    let next = found.last().filter(|_| full).map(|(last, _)| last.id.to_string());
    let items = found.iter().map(|(request, person)| waiting_view(request, person, &grounds)).collect();
    Ok(Answer(Page::cut(items, total, next.as_deref())))
}

/// Erases, by an approver who read the card too and didn't enter it; what the law makes us keep is named.
#[utoipa::path(
    tag = "people", operation_id = "confirm_erasure", request_body = ConfirmationBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = ErasureView))
)]
#[post("/people/erasures/{id}/confirm")]
pub async fn confirm_erasure(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<Uuid>,
    act: Act<ConfirmationBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, read) = (app.grounds(), (RequestId::new(*id), act.body.citizen_id));
    let done = once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let kept = confirm(tx, &grounds, &staff, read).await?;
            Ok::<_, CounterError>(ErasureView::of(kept, &grounds))
        })
    });
    let answer = done.await?;
    // What is done is done: the job settles it too.
    if let Err(error) = app.store.settle_erasure().await {
        tracing::error!(error = &error as &dyn std::error::Error, "an erasure isn't settled yet");
    }
    Ok(answer)
}

/// Refuses an erasure, by an approver who might confirm it; the person is told why.
#[utoipa::path(
    tag = "people", operation_id = "refuse_erasure", request_body = RefusalBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = ErasureAskedView))
)]
#[post("/people/erasures/{id}/refuse")]
pub async fn refuse_erasure(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<Uuid>,
    act: Act<RefusalBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, refusal) = (app.grounds(), (RequestId::new(*id), act.body.reason.into()));
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let (request, person) = refuse(tx, &grounds, &staff, refusal).await?;
            Ok::<_, CounterError>(asked_view(&request, &person))
        })
    })
    .await
}

fn new_request(body: CounterRequestBody, asked: Asked) -> NewRequest {
    NewRequest {
        id: RequestId::new(Uuid::now_v7()),
        asked,
        citizen_id: body.citizen_id,
        station: body.station,
        shown: body.shown.into(),
        scan: UploadId::new(body.scan),
    }
}

fn asked_view(request: &CounterRequest, person: &Person) -> ErasureAskedView {
    ErasureAskedView {
        id: request.id.as_uuid(),
        pending: request.waits(),
        refused: !request.waits() && !request.stands(),
        name: masked_name(person),
        scan: scan_of(request),
    }
}

fn waiting_view(request: &CounterRequest, person: &Person, grounds: &Grounds) -> WaitingErasureView {
    WaitingErasureView {
        id: request.id.as_uuid(),
        station: StationRef::of(&request.by.station, grounds),
        at: shown(request.at),
        until: grounds.second_word.last_day(request.at),
        role: request.by.role.into(),
        role_name: wording::role(request.by.role),
        name: masked_name(person),
    }
}

fn masked_name(person: &Person) -> Option<String> {
    person.name.as_deref().map(mask::name)
}

fn scan_of(request: &CounterRequest) -> String {
    format!("/api/v1/uploads/{}", request.scan)
}
