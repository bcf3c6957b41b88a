//! Claiming work, keeping the claim alive, giving the work back, on, aside or up.

use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use chrono::{DateTime, FixedOffset};
use domain::ids::{AccountId, StationCode, WorkItemId};
use domain::queue::WorkItem;
use futures_util::future::BoxFuture;
use infra::store::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{LeaseView, WorkItemView, lease, view};
use crate::app::queue::{self, Call, Holder, TakeError};
use crate::app::{App, Grounds};
use crate::http::auth::StaffMember;
use crate::http::body::Text;
use crate::http::cases::view::shown;
use crate::http::idempotency::{Act, Once, once};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimNextBody {
    /// One station of those that the caller works at; else all of them.
    #[schema(value_type = Option<String>)]
    station: Option<StationCode>,
}

impl ClaimNextBody {
    pub fn station(&self) -> Option<&StationCode> {
        self.station.as_ref()
    }
}

/// Claims the next item that the caller may take.
#[utoipa::path(
    tag = "work", operation_id = "claim_next_work_item", request_body = ClaimNextBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = WorkItemView))
)]
#[post("/work-items/claim")]
pub async fn claim_next_item(app: Data<App>, StaffMember(staff): StaffMember, act: Act<ClaimNextBody>) -> Result<HttpResponse, Problem> {
    let grounds = app.grounds();
    let call = Call::of(&app, &grounds, staff, act.body.station.as_ref());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let taken = queue::claim_next(tx, &grounds, call).await?;
            Ok::<_, TakeError>(view(&taken, &grounds))
        })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Claims one item.
#[utoipa::path(
    tag = "work", operation_id = "claim_work_item", request_body = Nothing,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = WorkItemView))
)]
#[post("/work-items/{id}/claim")]
pub async fn claim_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<Nothing>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id) = (app.grounds(), *id);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let taken = queue::claim(tx, &grounds, &staff, id).await?;
            Ok::<_, TakeError>(view(&taken, &grounds))
        })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaseBody {
    /// The number of the claim.
    lease: u32,
}

/// A sign of life: the lease runs anew from now.
#[utoipa::path(
    tag = "work", operation_id = "extend_work_item", request_body = LeaseBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = LeaseView))
)]
#[post("/work-items/{id}/extend")]
pub async fn extend_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<LeaseBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id, fence) = (app.grounds(), *id, act.body.lease);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let extended = queue::extend(tx, &grounds, Holder { staff: &staff, id, fence }).await?;
            Ok::<_, TakeError>(lease(&extended))
        })
    })
    .await
}

/// Gives an item back to its pool.
#[utoipa::path(
    tag = "work", operation_id = "release_work_item", request_body = LeaseBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = MovedView))
)]
#[post("/work-items/{id}/release")]
pub async fn release_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<LeaseBody>,
) -> Result<HttpResponse, Problem> {
    let (account, id, fence) = (staff.account, *id, act.body.lease);
    let answer = hand_on(&app, &act.once, move |tx, grounds| {
        Box::pin(async move { queue::release(tx, grounds, Holder { staff: &staff, id, fence }).await })
    });
    let answer = answer.await?;
    app.gave_back(account, id);
    Ok(answer)
}

/// An item that went back to its pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedView {
    id: Uuid,
    /// From when on it may be claimed.
    claimable_from: DateTime<FixedOffset>,
}

/// Gives an item back, on, aside or up, once.
async fn hand_on<F>(app: &App, once_only: &Once, change: F) -> Result<HttpResponse, Problem>
where
    F: for<'t> FnOnce(&'t Tx, &'t Grounds) -> BoxFuture<'t, Result<WorkItem, TakeError>> + Send + 'static,
{
    let grounds = app.grounds();
    once(app, once_only, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let item = change(tx, &grounds).await?;
            Ok::<_, TakeError>(MovedView { id: item.id.as_uuid(), claimable_from: shown(item.claimable_from()) })
        })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    /// The number of the claim.
    lease: u32,
    /// The colleague's account: one of `takers`.
    #[schema(value_type = Uuid)]
    to: AccountId,
    reason: Text<500>,
}

/// Gives an item to a colleague: it is kept for them for a while, and then goes to anybody of the pool.
#[utoipa::path(
    tag = "work", operation_id = "transfer_work_item", request_body = TransferBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = MovedView))
)]
#[post("/work-items/{id}/transfer")]
pub async fn transfer_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<TransferBody>,
) -> Result<HttpResponse, Problem> {
    let (id, TransferBody { lease: fence, to, reason }) = (*id, act.body);
    hand_on(&app, &act.once, move |tx, grounds| {
        Box::pin(async move { queue::transfer(tx, grounds, Holder { staff: &staff, id, fence }, to, reason.into_string()).await })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParkBody {
    /// The number of the claim.
    lease: u32,
    /// Later than now, and no later than the item is due.
    until: DateTime<FixedOffset>,
    reason: Text<500>,
}

/// Puts an item aside until then. Its deadline goes on.
#[utoipa::path(
    tag = "work", operation_id = "park_work_item", request_body = ParkBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = MovedView))
)]
#[post("/work-items/{id}/park")]
pub async fn park_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<ParkBody>,
) -> Result<HttpResponse, Problem> {
    let (id, ParkBody { lease: fence, until, reason }) = (*id, act.body);
    hand_on(&app, &act.once, move |tx, grounds| {
        Box::pin(async move { queue::park(tx, grounds, Holder { staff: &staff, id, fence }, until.to_utc(), reason.into_string()).await })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalateBody {
    /// The number of the claim.
    lease: u32,
    reason: Text<500>,
}

/// Calls the supervisor: the item goes back to its pool and forward in the order, and the supervisor sees it marked.
#[utoipa::path(
    tag = "work", operation_id = "escalate_work_item", request_body = EscalateBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = MovedView))
)]
#[post("/work-items/{id}/escalate")]
pub async fn escalate_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<EscalateBody>,
) -> Result<HttpResponse, Problem> {
    let (account, id, EscalateBody { lease: fence, reason }) = (staff.account, *id, act.body);
    let answer = hand_on(&app, &act.once, move |tx, grounds| {
        Box::pin(async move { queue::escalate(tx, grounds, Holder { staff: &staff, id, fence }, reason.into_string()).await })
    });
    let answer = answer.await?;
    app.gave_back(account, id);
    Ok(answer)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// The account of who is to have it: one of `takers`.
    #[schema(value_type = Uuid)]
    to: AccountId,
    reason: Text<500>,
}

/// Gives an item to somebody, whoever holds it now.
#[utoipa::path(
    tag = "work", operation_id = "assign_work_item", request_body = AssignBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = MovedView))
)]
#[post("/work-items/{id}/assign")]
pub async fn assign_item(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<WorkItemId>,
    act: Act<AssignBody>,
) -> Result<HttpResponse, Problem> {
    let (id, AssignBody { to, reason }) = (*id, act.body);
    hand_on(&app, &act.once, move |tx, grounds| {
        Box::pin(async move { queue::assign(tx, grounds, &staff, id, to, reason.into_string()).await })
    })
    .await
}

/// Somebody who may take an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakerView {
    #[schema(value_type = Uuid)]
    account: AccountId,
    name: Option<String>,
    /// How many items they hold now.
    holds: u64,
}

/// Who at the item's desk may take it, the caller left out.
#[utoipa::path(
    tag = "work", operation_id = "list_work_item_takers", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Vec<TakerView>))
)]
#[get("/work-items/{id}/takers")]
pub async fn list_takers(app: Data<App>, StaffMember(staff): StaffMember, id: Path<WorkItemId>) -> Result<Answer<Vec<TakerView>>, Problem> {
    let takers = queue::takers(&app.store.read(app.district()), &app.grounds(), &staff, *id).await?;
    let takers = takers.into_iter().map(|taker| TakerView { account: taker.account, name: taker.name, holds: taker.holds });
    Ok(Answer(takers.collect()))
}
