//! WeChat's own paths. Every answer is 200; a success of sign-in and token carries no `errcode`; sign-in calls its JSON `text/plain`.

use std::collections::{BTreeMap, HashMap};

use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data, Query, ServiceConfig};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Sandbox;
use super::fault::Fault;
use super::world::{Credentials, Outgoing, Refresh};

type Parameters = Query<HashMap<String, String>>;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/sns/jscode2session", web::get().to(jscode2session))
        .service(web::resource("/cgi-bin/stable_token").route(web::post().to(stable_token)).default_service(web::to(wrong_method)))
        .service(
            web::resource("/cgi-bin/message/subscribe/send").route(web::post().to(subscribe_send)).default_service(web::to(wrong_method)),
        );
}

async fn wrong_method() -> HttpResponse {
    answer(ContentType::json(), Err(Fault::WrongMethod))
}

async fn jscode2session(sandbox: Data<Sandbox>, query: Parameters) -> HttpResponse {
    answer(ContentType::plaintext(), login(&sandbox, &query))
}

fn login(sandbox: &Sandbox, query: &HashMap<String, String>) -> Result<Value, Fault> {
    let parameter = |name| query.get(name).map(String::as_str).filter(|text| !text.is_empty());
    if parameter("grant_type").is_some_and(|grant| grant != "authorization_code") {
        return Err(Fault::WrongGrantType);
    }
    let credentials = Credentials { appid: parameter("appid"), secret: parameter("secret") };
    let session = sandbox.world().login(&credentials, parameter("js_code"), sandbox.now())?;
    Ok(json!({ "openid": session.openid, "session_key": session.session_key }))
}

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: Option<String>,
    appid: Option<String>,
    secret: Option<String>,
    #[serde(default)]
    force_refresh: bool,
}

async fn stable_token(sandbox: Data<Sandbox>, body: Bytes) -> HttpResponse {
    answer(ContentType::json(), token(&sandbox, &body))
}

fn token(sandbox: &Sandbox, body: &[u8]) -> Result<Value, Fault> {
    // What is not JSON has no appid: WeChat says so too.
    let request: TokenRequest = serde_json::from_slice(body).map_err(|_| Fault::MissingAppid)?;
    if request.grant_type.as_deref() != Some("client_credential") {
        return Err(Fault::WrongGrantType);
    }
    let credentials = Credentials { appid: request.appid.as_deref(), secret: request.secret.as_deref() };
    let refresh = if request.force_refresh { Refresh::Forced } else { Refresh::Stable };
    let (token, expires_in) = sandbox.world().token(&credentials, refresh, sandbox.now())?;
    Ok(json!({ "access_token": token, "expires_in": expires_in }))
}

#[derive(Deserialize)]
struct SendRequest {
    touser: String,
    template_id: String,
    page: Option<String>,
    data: BTreeMap<String, SendValue>,
}

#[derive(Deserialize)]
struct SendValue {
    value: String,
}

async fn subscribe_send(sandbox: Data<Sandbox>, query: Parameters, body: Bytes) -> HttpResponse {
    answer(ContentType::json(), send(&sandbox, query.get("access_token").map(String::as_str), &body))
}

fn send(sandbox: &Sandbox, token: Option<&str>, body: &[u8]) -> Result<Value, Fault> {
    let (mut world, now) = (sandbox.world(), sandbox.now());
    world.check_token(token, now)?;
    if body.is_empty() {
        return Err(Fault::EmptyBody);
    }
    let request: SendRequest = serde_json::from_slice(body).map_err(|_| Fault::BadJson)?;
    let data = request.data.into_iter().map(|(key, text)| (key, text.value)).collect();
    world.send(Outgoing { touser: request.touser, template_id: request.template_id, page: request.page, data }, now)?;
    Ok(json!({ "errcode": 0, "errmsg": "ok" }))
}

fn answer(content_type: ContentType, outcome: Result<Value, Fault>) -> HttpResponse {
    let body =
        outcome.unwrap_or_else(|fault| json!({ "errcode": fault.errcode(), "errmsg": format!("{} rid: {}", fault.errmsg(), rid()) }));
    HttpResponse::Ok().content_type(content_type).body(body.to_string())
}

/// Three groups of eight hexadecimal digits, as WeChat's trace ids are.
fn rid() -> String {
    let [one, two, three]: [u32; 3] = rand::random();
    format!("{one:08x}-{two:08x}-{three:08x}")
}
