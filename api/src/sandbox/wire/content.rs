//! Content safety.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};
use infra::wechat::{Endpoint, TEXT_CHARS_MAX};
use serde::Deserialize;
use serde_json::Value;

use super::{Parameters, admit, answer, read};
use crate::sandbox::Sandbox;
use crate::sandbox::refusal::Refusal;

const VERSION: u8 = 2;

#[derive(Deserialize)]
struct TextRequest {
    version: u8,
    openid: String,
    scene: u8,
    content: String,
}

#[derive(Deserialize)]
struct MediaRequest {
    version: u8,
    openid: String,
    scene: u8,
    media_url: String,
    media_type: u8,
}

pub(super) async fn check_text(sandbox: Data<Sandbox>, query: Parameters, body: Bytes) -> HttpResponse {
    answer(ContentType::json(), text(&sandbox, &query, &body))
}

fn text(sandbox: &Sandbox, query: &HashMap<String, String>, body: &[u8]) -> Result<Value, Refusal> {
    let now = sandbox.now();
    admit(sandbox, Endpoint::TextCheck, query, now)?;
    let request: TextRequest = read(body)?;
    check_form(request.version, request.scene)?;
    // Escaped Chinese is taken for what it looks like: gibberish.
    let is_escaped = body.windows(2).any(|pair| pair == br"\u");
    if is_escaped || request.content.is_empty() || request.content.chars().count() > TEXT_CHARS_MAX {
        return Err(Refusal::BadArgument);
    }
    sandbox.world().check_text(&request.openid, &request.content, now)
}

pub(super) async fn check_media(sandbox: Data<Sandbox>, query: Parameters, body: Bytes) -> HttpResponse {
    answer(ContentType::json(), media(&sandbox, &query, &body))
}

fn media(sandbox: &Sandbox, query: &HashMap<String, String>, body: &[u8]) -> Result<Value, Refusal> {
    let now = sandbox.now();
    admit(sandbox, Endpoint::MediaCheck, query, now)?;
    let request: MediaRequest = read(body)?;
    check_form(request.version, request.scene)?;
    // WeChat wants https; here the file may lie beside the sandbox.
    let is_web = request.media_url.starts_with("https://") || request.media_url.starts_with("http://");
    if !is_web || !(1..=2).contains(&request.media_type) {
        return Err(Refusal::BadArgument);
    }
    sandbox.world().check_media(&request.openid, &request.media_url, now)
}

fn check_form(version: u8, scene: u8) -> Result<(), Refusal> {
    match (version, scene) {
        (VERSION, 1..=4) => Ok(()),
        (VERSION, _) => Err(Refusal::BadScene),
        _ => Err(Refusal::BadArgument),
    }
}
