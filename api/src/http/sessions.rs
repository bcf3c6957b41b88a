//! Signing in: villagers with WeChat, staff with their password. A repetition is a new session and changes nothing else, so
//! these take no `Idempotency-Key`; a login code of WeChat works once anyway.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use chrono::{DateTime, FixedOffset};
use domain::ids::PersonId;
use domain::time;
use infra::tokens::Issued;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::Counted;
use super::body::{Json, Text};
use super::device::Device;
use super::problem::Problem;
use crate::app::{App, SignedIn};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WechatSignIn {
    /// What `wx.login` gave: five minutes old at most, good for one use.
    code: Text<128>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffSignIn {
    login: Text<64>,
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256)]
    password: SecretString,
}

#[derive(Serialize, ToSchema)]
pub struct SessionView {
    /// Goes into `Authorization: Bearer …`.
    token: String,
    expires_at: DateTime<FixedOffset>,
    /// The person who signed in; of a staff account, whom it names.
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    /// Nothing but `PUT /me/password` may be done before.
    must_change_password: bool,
}

/// Signs a villager in; the first time, that makes them known.
#[utoipa::path(
    tag = "sessions", operation_id = "sign_in_with_wechat", request_body = WechatSignIn,
    responses(
        (status = 201, body = SessionView),
        (status = 401, description = "登录码无效", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "不能登录", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "过于频繁", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "微信暂时不可用", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json")
    )
)]
#[post("/sessions/wechat")]
pub async fn wechat(app: Data<App>, Json(asked): Json<WechatSignIn>) -> Result<HttpResponse, Problem> {
    Ok(created(app.sign_in_with_wechat(asked.code.as_str(), app.clock.now()).await?))
}

/// Signs a staff member in.
#[utoipa::path(
    tag = "sessions", operation_id = "sign_in_staff", request_body = StaffSignIn,
    params(("X-Device" = Option<String>, Header, pattern = "^[A-Za-z0-9-]{16,64}$", description = "A number that the device made up itself.")),
    responses(
        (status = 201, body = SessionView),
        (status = 401, description = "账号或密码不对", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "过于频繁", body = crate::http::problem::ProblemDocument, content_type = "application/problem+json")
    )
)]
#[post("/sessions/staff")]
pub async fn staff(app: Data<App>, from: Counted, Device(device): Device, Json(asked): Json<StaffSignIn>) -> Result<HttpResponse, Problem> {
    Ok(created(app.sign_in_staff((asked.login.as_str(), &from.0), (asked.password, device), app.clock.now()).await?))
}

fn created(signed_in: SignedIn) -> HttpResponse {
    HttpResponse::Created().json(SessionView::from(signed_in))
}

impl From<SignedIn> for SessionView {
    fn from(signed_in: SignedIn) -> Self {
        let SignedIn { person, issued: Issued { token, claims }, must_change_password } = signed_in;
        let expires_at = claims.expires_at.with_timezone(&time::offset());
        Self { token: token.expose_secret().to_owned(), expires_at, person, must_change_password }
    }
}
