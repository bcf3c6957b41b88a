//! Live updates: a ticket by POST, and with it, once, an event stream (browsers) or a socket (mini programs). No token stands in a URL.

mod frame;
mod socket;
mod stream;

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use chrono::{DateTime, FixedOffset};
use domain::live::{Sequence, Topic};
use domain::policy::Actor;
use domain::time::{local_date, offset};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use socket::open_socket;
pub use stream::stream_events;

use super::auth::{Anyone, Current};
use super::body::Json;
use super::problem::Problem;
use crate::app::App;

/// What one ticket is for.
const TOPICS_MAX: usize = 32;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveTicketBody {
    /// What to watch: `queue:` and a station's code for the work there, `case:` and a case's id, `review:` and a case's id for
    /// what becomes of one's bad review of it, `hall:` and a station's code for its tickets and windows, `errands:` and a station's
    /// code for whom it has to call or visit.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 32, example = json!(["hall:511499101203-01"]))]
    topics: Vec<Topic>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LiveTicketView {
    /// Good for one use.
    ticket: String,
    expires_at: DateTime<FixedOffset>,
}

/// How one comes to watch.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntryQuery {
    #[param(pattern = "^[0-9a-f]{64}$", min_length = 64, max_length = 64)]
    ticket: String,
    /// The last sequence that is known; what came after it is told first. Without it, what comes from now on.
    #[param(value_type = Option<String>, pattern = "^(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,8})$", example = "4711-0")]
    after: Option<Sequence>,
}

/// A ticket to watch some topics, good for one use within half a minute. Halls are open to anyone; work to who works or watches over
/// there; a case to who may see it. A repetition gives another ticket and changes nothing else, so this takes no `Idempotency-Key`.
#[utoipa::path(
    tag = "live", operation_id = "give_live_ticket", request_body = LiveTicketBody,
    responses(
        (status = 201, body = LiveTicketView),
        (status = 404, description = "没有找到", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json")
    )
)]
#[post("/live/tickets")]
pub async fn give_ticket(
    app: Data<App>,
    Anyone(caller): Anyone,
    session: Option<Current>,
    Json(body): Json<LiveTicketBody>,
) -> Result<HttpResponse, Problem> {
    if body.topics.is_empty() || body.topics.len() > TOPICS_MAX {
        return Err(Problem::topics_unfit(TOPICS_MAX));
    }
    let today = local_date(app.clock.now());
    let actor = caller.as_ref().map_or(Actor::Anyone, |caller| caller.actor(today));
    let given = app.give_live_ticket((actor, session.map(|Current(session)| session.id)), body.topics).await?;
    Ok(HttpResponse::Created().json(LiveTicketView { ticket: given.ticket, expires_at: given.expires_at.with_timezone(&offset()) }))
}
