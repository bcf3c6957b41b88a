//! Plans (办理方案): how and where a matter is best handled, in every mode, and why a mode can't be. Creates nothing.

mod ask;
mod view;

use actix_web::web::{Data, Json as Answer};
use actix_web::{get, post};
use domain::routing::Ask;

use super::auth::{Anyone, Caller};
use super::body::Json;
use super::problem::Problem;
use crate::app::App;

pub use ask::{AskBody, ChosenBody, PlaceBody};
use view::{GroundsView, grounds_view};
pub use view::{PlansView, plans_view};

/// Answers ranked plans, best first, and a reason for each mode that has none. For a villager who is signed in, the profile
/// says where they are registered and live, unless the ask does.
#[utoipa::path(
    tag = "plans", operation_id = "plan", request_body = AskBody, responses((status = 200, body = PlansView))
)]
#[post("/plans")]
pub async fn plan(app: Data<App>, Anyone(caller): Anyone, Json(ask): Json<AskBody>) -> Result<Answer<PlansView>, Problem> {
    let asking = match caller {
        Some(Caller::Villager(person)) => Some(person),
        Some(Caller::Staff(_)) | None => None,
    };
    let (answer, grounds) = app.plans(Ask::from(ask), asking).await?;
    Ok(Answer(plans_view(&answer, &grounds)))
}

/// The grounds for special handling (特需特办) that the district honours, each with the papers of which one must be shown.
#[utoipa::path(tag = "plans", operation_id = "list_grounds", responses((status = 200, body = GroundsView)))]
#[get("/plans/grounds")]
pub async fn list_grounds(app: Data<App>) -> Answer<GroundsView> {
    Answer(grounds_view(&app.settings.routing.grounds))
}
