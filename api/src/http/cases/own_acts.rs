//! What the person does on their case, or a clerk at the counter for them.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, http::StatusCode, post};
use domain::case::Fee;
use domain::catalogue::Answers;
use domain::ids::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::submit::{MaterialBody, submitter};
use super::view::{CaseLineView, line_of_file};
use crate::app::App;
use crate::app::cases::{Given, HandedIn, pay_fee as record_fee, supplement, withdraw};
use crate::app::reviews::{WORDS_WRITTEN, judge_service};
use crate::http::auth::{Caller, StaffMember, Villager};
use crate::http::body::{self, Text};
use crate::http::device::Device;
use crate::http::idempotency::{Act, PlainAct, once};
use crate::http::problem::Problem;
use crate::http::words::Satisfaction;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupplementBody {
    /// Only what changes, by field key.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    answers: Answers,
    #[serde(default, deserialize_with = "body::list::<_, _, 0, 60>")]
    #[schema(max_items = 60)]
    materials: Vec<MaterialBody>,
}

/// Gives what was asked for, in one go.
#[utoipa::path(
    tag = "cases", operation_id = "supplement_case", request_body = SupplementBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = CaseLineView))
)]
#[post("/cases/{id}/supplement")]
pub async fn supplement_case(app: Data<App>, caller: Caller, id: Path<CaseId>, act: Act<SupplementBody>) -> Result<HttpResponse, Problem> {
    let (by, grounds, id) = (submitter(caller), app.grounds(), *id);
    let given = Given { answers: act.body.answers, materials: act.body.materials.into_iter().map(HandedIn::from).collect() };
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let file = supplement(tx, &grounds, &by, id, given).await?;
            Ok::<_, Problem>(line_of_file(&file, &grounds))
        })
    })
    .await
}

/// Takes the application back, as long as it isn't decided.
#[utoipa::path(
    tag = "cases", operation_id = "withdraw_case", params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = CaseLineView))
)]
#[post("/cases/{id}/withdraw")]
pub async fn withdraw_case(app: Data<App>, caller: Caller, id: Path<CaseId>, act: PlainAct) -> Result<HttpResponse, Problem> {
    let (by, grounds, id) = (submitter(caller), app.grounds(), *id);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let file = withdraw(tx, &grounds, &by, id).await?;
            Ok::<_, Problem>(line_of_file(&file, &grounds))
        })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeBody {
    #[schema(minimum = 0)]
    amount_fen: i64,
    receipt_no: Text<40>,
}

/// Records a fee that was paid at the counter.
#[utoipa::path(
    tag = "cases", operation_id = "pay_case_fee", request_body = FeeBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = CaseLineView))
)]
#[post("/cases/{id}/fee")]
pub async fn pay_fee(
    app: Data<App>,
    StaffMember(clerk): StaffMember,
    id: Path<CaseId>,
    act: Act<FeeBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id) = (app.grounds(), *id);
    let fee = Fee { amount_fen: act.body.amount_fen, receipt_no: act.body.receipt_no.into_string() };
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let file = record_fee(tx, &grounds, &clerk, id, fee).await?;
            Ok::<_, Problem>(line_of_file(&file, &grounds))
        })
    })
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluationBody {
    level: Satisfaction,
    #[serde(default)]
    text: Option<Text<500>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EvaluationView {
    level: Satisfaction,
    level_name: &'static str,
    text: String,
}

/// Judges the service, once a case.
#[utoipa::path(
    tag = "cases", operation_id = "evaluate_case", request_body = EvaluationBody,
    params(
        ("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header),
        ("X-Device" = Option<String>, Header, pattern = "^[A-Za-z0-9-]{16,64}$", description = "A number that the device made up itself.")
    ),
    responses((status = 201, body = EvaluationView))
)]
#[post("/cases/{id}/evaluation")]
pub async fn evaluate_case(
    app: Data<App>,
    villager: Villager,
    id: Path<CaseId>,
    Device(device): Device,
    act: Act<EvaluationBody>,
) -> Result<HttpResponse, Problem> {
    let (grounds, id) = (app.grounds(), *id);
    let judged = (act.body.level.into(), act.body.text.map(Text::into_string).unwrap_or_default());
    let answer = once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move {
            let evaluation = judge_service(tx, &grounds, villager.person, id, (judged, device.as_deref())).await?;
            let level_name = crate::wording::satisfaction(evaluation.level);
            Ok::<_, Problem>(EvaluationView { level: evaluation.level.into(), level_name, text: evaluation.text })
        })
    })
    .await;
    app.shared.notify(WORDS_WRITTEN).await;
    answer
}
