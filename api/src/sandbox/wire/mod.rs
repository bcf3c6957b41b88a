//! WeChat's own paths. Every answer is 200; a success of sign-in and token carries no `errcode`; sign-in calls its JSON `text/plain`.

mod content;
mod mini_code;
mod sign_in;
mod subscribe;
mod token;

use std::collections::HashMap;

use actix_web::http::header::ContentType;
use actix_web::web::{Query, ServiceConfig};
use actix_web::{HttpResponse, Resource, Route, web};
use domain::time::Timestamp;
use infra::wechat::Endpoint;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Sandbox;
use super::refusal::Refusal;

type Parameters = Query<HashMap<String, String>>;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at(Endpoint::Login.path(), web::get().to(sign_in::jscode2session)))
        .service(at(Endpoint::SessionCheck.path(), web::get().to(sign_in::check_session)))
        .service(at(Endpoint::SessionReset.path(), web::get().to(sign_in::reset_session)))
        .service(at(Endpoint::Phone.path(), web::post().to(sign_in::phone_number)))
        .service(at(Endpoint::Token.path(), web::post().to(token::stable)))
        .service(at("/cgi-bin/token", web::get().to(token::old_style)))
        .service(at(Endpoint::Send.path(), web::post().to(subscribe::send)))
        .service(at(Endpoint::MiniCode.path(), web::post().to(mini_code::draw)))
        .service(at(Endpoint::TextCheck.path(), web::post().to(content::check_text)))
        .service(at(Endpoint::MediaCheck.path(), web::post().to(content::check_media)));
}

fn at(path: &str, route: Route) -> Resource {
    web::resource(path).route(route).default_service(web::to(wrong_method))
}

async fn wrong_method() -> HttpResponse {
    answer(ContentType::json(), Err(Refusal::WrongMethod))
}

pub(super) fn answer(content_type: ContentType, outcome: Result<Value, Refusal>) -> HttpResponse {
    let body =
        outcome.unwrap_or_else(|refusal| json!({ "errcode": refusal.errcode(), "errmsg": format!("{} rid: {}", refusal.errmsg(), rid()) }));
    HttpResponse::Ok().content_type(content_type).body(body.to_string())
}

/// What every call with a token passes first.
fn admit(sandbox: &Sandbox, endpoint: Endpoint, query: &HashMap<String, String>, now: Timestamp) -> Result<(), Refusal> {
    let mut world = sandbox.world();
    world.check_token(parameter(query, "access_token"), now)?;
    world.take_quota(endpoint.path(), now)
}

fn parameter<'q>(query: &'q HashMap<String, String>, name: &str) -> Option<&'q str> {
    query.get(name).map(String::as_str).filter(|text| !text.is_empty())
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    if body.is_empty() {
        return Err(Refusal::EmptyBody);
    }
    serde_json::from_slice(body).map_err(|_| Refusal::BadJson)
}

/// Three groups of eight hexadecimal digits, as WeChat's trace ids are.
fn rid() -> String {
    let [one, two, three]: [u32; 3] = rand::random();
    format!("{one:08x}-{two:08x}-{three:08x}")
}
