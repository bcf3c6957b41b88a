//! Another plan for a case that nobody has accepted yet: what there is now, and what is chosen of it.

use actix_web::web::{Data, Json as Answer, Path};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use domain::ids::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::submit::submitter;
use super::view::{CaseLineView, line_of_file};
use crate::app::App;
use crate::app::cases::choose_anew;
use crate::http::auth::Caller;
use crate::http::idempotency::{Act, once, repetition};
use crate::http::plans::{ChosenBody, PlansView, plans_view};
use crate::http::problem::Problem;

/// One of the plans, as `GET /cases/{id}/plans` answered it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceBody {
    chosen: ChosenBody,
}

/// The plans that there are now for a case, from the ask that it was submitted with.
#[utoipa::path(
    tag = "cases", operation_id = "list_case_plans", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = PlansView))
)]
#[get("/cases/{id}/plans")]
pub async fn list_case_plans(app: Data<App>, caller: Caller, id: Path<CaseId>) -> Result<Answer<PlansView>, Problem> {
    let (by, grounds) = (submitter(caller), app.grounds());
    let answer = app.case_plans(&grounds, &by, *id).await.map_err(|error| Problem::not_chosen(error, &grounds))?;
    Ok(Answer(plans_view(&answer, &grounds)))
}

/// Chooses another plan for a case, as long as nobody has accepted it: it goes to the station of that plan.
#[utoipa::path(
    tag = "cases", operation_id = "choose_case_plan", request_body = ChoiceBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = CaseLineView))
)]
#[post("/cases/{id}/plan")]
pub async fn choose_case_plan(app: Data<App>, caller: Caller, id: Path<CaseId>, act: Act<ChoiceBody>) -> Result<HttpResponse, Problem> {
    if let Some(answer) = repetition(&app, &act.once).await? {
        return Ok(answer);
    }
    let (by, grounds, id, chosen) = (submitter(caller), app.grounds(), *id, act.body.chosen.into());
    let plan = app.plan_anew(&grounds, &by, id, chosen).await.map_err(|error| Problem::not_chosen(error, &grounds))?;
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let file = choose_anew(tx, &grounds, &by, id, plan).await.map_err(|error| Problem::not_chosen(error, &grounds))?;
            Ok::<_, Problem>(line_of_file(&file, &grounds))
        })
    })
    .await
}
