//! Taking a number, moving one forward, and giving it back.

use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use domain::ids::{StationCode, TicketId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{TicketView, placed};
use crate::app::App;
use crate::app::floor::{FloorError, WalkIn, favour, in_the_row, leave, take_from_phone, take_walk_in};
use crate::http::auth::{Caller, StaffMember, Villager};
use crate::http::cases::PersonBody;
use crate::http::idempotency::{Act, PlainAct, once};
use crate::http::plans::PlaceBody;
use crate::http::problem::Problem;
use crate::http::words::{ItemKind, Priority};

/// A number from the phone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeBody {
    kind: ItemKind,
    /// Where the phone is: looked at once, and kept nowhere.
    place: PlaceBody,
}

/// A number for somebody who stands at the counter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WalkInBody {
    kind: ItemKind,
    /// What the clerk saw that lets them go first; only the place in the row is kept of it. Default: `none`.
    priority: Option<Priority>,
    /// Who they are, where they say so.
    person: Option<PersonBody>,
}

/// What a clerk saw that lets somebody go first; only the place in the row is kept of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FavourBody {
    priority: Priority,
}

/// Takes a number at a station from a phone nearby, while it is open. One at a time; whose age the law favours stands further ahead.
#[utoipa::path(
    tag = "floor", operation_id = "take_ticket", request_body = TakeBody,
    params(("code" = String, Path, example = "511499101203-01"), ("Idempotency-Key" = String, Header)),
    responses((status = 201, body = TicketView))
)]
#[post("/stations/{code}/tickets")]
pub async fn take_one(app: Data<App>, me: Villager, code: Path<StationCode>, act: Act<TakeBody>) -> Result<HttpResponse, Problem> {
    let (grounds, code, TakeBody { kind, place }) = (app.grounds(), code.into_inner(), act.body);
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            let taken = take_from_phone(tx, &grounds, me.person, (&code, kind.into()), place.into()).await?;
            Ok::<_, FloorError>(placed(&taken, &grounds))
        })
    })
    .await
}

/// The number that the caller has now, with how many stand before it: one at most.
#[utoipa::path(tag = "floor", operation_id = "list_own_tickets", responses((status = 200, body = Vec<TicketView>)))]
#[get("/me/tickets")]
pub async fn list_own_tickets(app: Data<App>, me: Villager) -> Result<Answer<Vec<TicketView>>, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let Some(ticket) = view.live_ticket_of(me.person).await? else { return Ok(Answer(Vec::new())) };
    Ok(Answer(vec![placed(&in_the_row(&view, &grounds, ticket).await?, &grounds)]))
}

/// Gives a number back: one's own, or at the counter a visitor's.
#[utoipa::path(
    tag = "floor", operation_id = "leave_ticket", params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = TicketView))
)]
#[post("/tickets/{id}/leave")]
pub async fn leave_one(app: Data<App>, caller: Caller, id: Path<TicketId>, act: PlainAct) -> Result<HttpResponse, Problem> {
    let (grounds, id) = (app.grounds(), *id);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let left = leave(tx, &grounds, caller.actor(grounds.today()), id).await?;
            Ok::<_, FloorError>(placed(&left, &grounds))
        })
    })
    .await
}

/// Moves a waiting number forward, since its person is seen to go before others: to where it would stand had that been seen when it was
/// taken. It is never moved backwards.
#[utoipa::path(
    tag = "floor", operation_id = "favour_ticket", request_body = FavourBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = TicketView))
)]
#[post("/tickets/{id}/priority")]
pub async fn favour_one(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    id: Path<TicketId>,
    act: Act<FavourBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id, priority) = (app.grounds(), *id, act.body.priority.into());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, FloorError>(placed(&favour(tx, &grounds, &staff, id, priority).await?, &grounds)) })
    })
    .await
}

/// Gives somebody at the station a number, whoever they are; who the law favours stands further ahead.
#[utoipa::path(
    tag = "floor", operation_id = "take_walk_in", request_body = WalkInBody,
    params(("code" = String, Path, example = "511499101203-01"), ("Idempotency-Key" = String, Header)),
    responses((status = 201, body = TicketView))
)]
#[post("/stations/{code}/walk-ins")]
pub async fn take_for_walk_in(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    code: Path<StationCode>,
    act: Act<WalkInBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, code, WalkInBody { kind, priority, person }) = (app.grounds(), code.into_inner(), act.body);
    let priority = priority.map_or(domain::floor::Priority::None, domain::floor::Priority::from);
    let walk_in = WalkIn { kind: kind.into(), priority, person: person.map(Into::into) };
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move { Ok::<_, FloorError>(placed(&take_walk_in(tx, &grounds, &staff, &code, walk_in).await?, &grounds)) })
    })
    .await
}
