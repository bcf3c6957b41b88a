//! Sign-in, session keys, phone numbers.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};
use infra::wechat::Endpoint;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Parameters, admit, answer, parameter, read};
use crate::sandbox::Sandbox;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::Credentials;

pub(super) async fn jscode2session(sandbox: Data<Sandbox>, query: Parameters) -> HttpResponse {
    answer(ContentType::plaintext(), login(&sandbox, &query))
}

fn login(sandbox: &Sandbox, query: &HashMap<String, String>) -> Result<Value, Refusal> {
    if parameter(query, "grant_type").is_some_and(|grant| grant != "authorization_code") {
        return Err(Refusal::WrongGrantType);
    }
    let credentials = Credentials { appid: parameter(query, "appid"), secret: parameter(query, "secret") };
    let session = sandbox.world().login(&credentials, parameter(query, "js_code"), sandbox.now())?;
    Ok(json!({ "openid": session.openid, "session_key": session.session_key }))
}

pub(super) async fn check_session(sandbox: Data<Sandbox>, query: Parameters) -> HttpResponse {
    let checked = signed(&sandbox, Endpoint::SessionCheck, &query)
        .and_then(|(openid, signature)| sandbox.world().check_session(openid, signature))
        .map(|()| json!({ "errcode": 0, "errmsg": "ok" }));
    answer(ContentType::json(), checked)
}

pub(super) async fn reset_session(sandbox: Data<Sandbox>, query: Parameters) -> HttpResponse {
    let reset = signed(&sandbox, Endpoint::SessionReset, &query)
        .and_then(|(openid, signature)| sandbox.world().reset_session(openid, signature))
        .map(|session| json!({ "errcode": 0, "errmsg": "ok", "openid": session.openid, "session_key": session.session_key }));
    answer(ContentType::json(), reset)
}

fn signed<'q>(sandbox: &Sandbox, endpoint: Endpoint, query: &'q HashMap<String, String>) -> Result<(&'q str, &'q str), Refusal> {
    admit(sandbox, endpoint, query, sandbox.now())?;
    if parameter(query, "sig_method") != Some("hmac_sha256") {
        return Err(Refusal::BadSignature);
    }
    let openid = parameter(query, "openid").ok_or(Refusal::UnknownUser)?;
    Ok((openid, parameter(query, "signature").ok_or(Refusal::BadSignature)?))
}

#[derive(Deserialize)]
struct PhoneRequest {
    code: String,
    openid: Option<String>,
}

pub(super) async fn phone_number(sandbox: Data<Sandbox>, query: Parameters, body: Bytes) -> HttpResponse {
    let now = sandbox.now();
    let number = admit(&sandbox, Endpoint::Phone, &query, now)
        .and_then(|()| read::<PhoneRequest>(&body))
        .and_then(|request| sandbox.world().phone_number(&request.code, request.openid.as_deref(), now));
    answer(ContentType::json(), number)
}
