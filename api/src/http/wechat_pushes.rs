//! Where WeChat pushes what it tells by itself (消息推送). Its signature is its sign-in; WeChat puts it into the query.

use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use infra::wechat::PushQuery;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body;
use super::problem::Problem;
use crate::app::App;
use crate::app::news;

const PLAIN: &str = "text/plain; charset=utf-8";

/// A push in WeChat's safe mode. It is read once its signature holds (`infra::wechat::PushDoor`).
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "it describes what is signed as a whole, and read by `infra::wechat`")]
pub struct PushBody {
    /// What is pushed, encrypted.
    #[serde(rename = "Encrypt")]
    encrypt: String,
}

/// Proves to WeChat, when the address is set there, that it is ours.
#[utoipa::path(
    tag = "gateway", operation_id = "echo_wechat",
    params(
        ("signature" = Option<String>, Query), ("timestamp" = Option<String>, Query), ("nonce" = Option<String>, Query),
        ("echostr" = Option<String>, Query)
    ),
    responses((status = 200, description = "What WeChat sent", body = String, content_type = "text/plain"))
)]
#[get("/callbacks/wechat")]
pub async fn echo(app: Data<App>, query: Query<PushQuery>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().content_type(PLAIN).body(news::echo(&app, &query)?.to_owned()))
}

/// Takes a push of WeChat's in: what people allow, and what became of messages. The same push again is answered alike.
#[utoipa::path(
    tag = "gateway", operation_id = "take_wechat_push",
    params(
        ("timestamp" = Option<String>, Query), ("nonce" = Option<String>, Query), ("msg_signature" = Option<String>, Query)
    ),
    request_body = PushBody,
    responses((status = 200, description = "`success`", body = String, content_type = "text/plain"))
)]
#[post("/callbacks/wechat")]
pub async fn take(app: Data<App>, request: HttpRequest, query: Query<PushQuery>, payload: Payload) -> Result<HttpResponse, Problem> {
    // WeChat doesn't say reliably of what type it is.
    let body = body::read_whatever(&request, &mut payload.into_inner()).await?;
    news::take_push(&app, &query, &body).await?;
    Ok(HttpResponse::Ok().content_type(PLAIN).body("success"))
}
