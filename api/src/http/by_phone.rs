//! Signing in without WeChat: a code by short message, then a session. Codes are asked for again, and a sign-in repeated, at will: an earlier
//! code is good no more, and a code works once; so neither takes an `Idempotency-Key`.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use chrono::{DateTime, FixedOffset};
use domain::people::Phone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::Counted;
use super::body::{Json, Text};
use super::device::OnDevice;
use super::instant::shown;
use super::problem::Problem;
use super::sessions::{SessionView, created};
use crate::app::App;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SmsCodeRequest {
    /// A mobile number.
    #[schema(value_type = String, example = "13800005678")]
    phone: Phone,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SmsCodeView {
    /// The code is good until then.
    ends_at: DateTime<FixedOffset>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneSignIn {
    #[schema(value_type = String, example = "13800005678")]
    phone: Phone,
    /// From the newest short message.
    #[schema(value_type = String, min_length = 1, max_length = 6, example = "123456")]
    code: Text<6>,
}

/// Sends a code to a phone, to sign in with or to show that it is one's own. Whoever asks is told the same for every number.
#[utoipa::path(
    tag = "sessions", operation_id = "send_sms_code", request_body = SmsCodeRequest,
    responses(
        (status = 202, body = SmsCodeView),
        (status = 429, description = "过于频繁", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "短信暂时不可用", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json")
    )
)]
#[post("/sessions/phone/codes")]
pub async fn send_code(app: Data<App>, from: Counted, Json(asked): Json<SmsCodeRequest>) -> Result<HttpResponse, Problem> {
    let sent = app.send_sms_code(&asked.phone, &from.0, app.clock.now()).await?;
    Ok(HttpResponse::Accepted().json(SmsCodeView { ends_at: shown(sent.ends_at) }))
}

/// Signs in whoever reads the code on the phone; the first time, that makes them known.
#[utoipa::path(
    tag = "sessions", operation_id = "sign_in_by_phone", request_body = PhoneSignIn,
    responses(
        (status = 201, body = SessionView),
        (status = 401, description = "验证码不对或已失效", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "过于频繁", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json")
    )
)]
#[post("/sessions/phone")]
pub async fn sign_in(app: Data<App>, OnDevice(device): OnDevice, Json(asked): Json<PhoneSignIn>) -> Result<HttpResponse, Problem> {
    Ok(created(app.sign_in_by_phone((asked.phone, asked.code.into_string()), device, app.clock.now()).await?))
}
