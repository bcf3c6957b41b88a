//! Where the gateway of short messages pushes its receipts. Its signature is its sign-in.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use infra::sms::Signed;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body;
use super::problem::Problem;
use crate::app::App;
use crate::app::news::take_receipt;

const TIMESTAMP: &str = "X-Timestamp";
const SIGNATURE: &str = "X-Signature";

/// What became of a message. It is read once its signature holds (`infra::sms::Receipt`).
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "it describes what is signed as a whole, and read by `infra::sms`")]
pub struct ReceiptBody {
    /// The message's, as we gave it.
    id: String,
    state: ReceiptState,
    /// Why it didn't arrive, in a word.
    code: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    Sent,
    Delivered,
    Failed,
}

/// Takes a receipt of a short message in, as `docs/sms-gateway.md` says. The same receipt again is answered alike.
#[utoipa::path(
    tag = "gateway", operation_id = "take_sms_receipt",
    params(("X-Timestamp" = Option<String>, Header), ("X-Signature" = Option<String>, Header)),
    request_body = ReceiptBody,
    responses((status = 204))
)]
#[post("/callbacks/sms")]
pub async fn take(app: Data<App>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let body = body::read(&request, &mut payload.into_inner()).await?;
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = Signed { timestamp: header(TIMESTAMP), signature: header(SIGNATURE), body: &body };
    take_receipt(&app, &signed).await?;
    Ok(HttpResponse::NoContent().finish())
}
