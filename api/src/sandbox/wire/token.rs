//! Access tokens.

use std::net::IpAddr;

use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Parameters, answer, parameter};
use crate::sandbox::Sandbox;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::{Credentials, Refresh};

const GRANT: &str = "client_credential";

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: Option<String>,
    appid: Option<String>,
    secret: Option<String>,
    #[serde(default)]
    force_refresh: bool,
}

pub(super) async fn stable(sandbox: Data<Sandbox>, request: HttpRequest, body: Bytes) -> HttpResponse {
    // What is not JSON has no appid: WeChat says so too.
    let asked: Result<TokenRequest, Refusal> = serde_json::from_slice(&body).map_err(|_| Refusal::MissingAppid);
    let given = asked.and_then(|asked| {
        let credentials = Credentials { appid: asked.appid.as_deref(), secret: asked.secret.as_deref() };
        let refresh = if asked.force_refresh { Refresh::Forced } else { Refresh::Stable };
        give(&sandbox, (asked.grant_type.as_deref(), &credentials), refresh, from(&request))
    });
    answer(ContentType::json(), given)
}

pub(super) async fn old_style(sandbox: Data<Sandbox>, request: HttpRequest, query: Parameters) -> HttpResponse {
    let credentials = Credentials { appid: parameter(&query, "appid"), secret: parameter(&query, "secret") };
    let given = give(&sandbox, (parameter(&query, "grant_type"), &credentials), Refresh::OldStyle, from(&request));
    answer(ContentType::json(), given)
}

fn give(
    sandbox: &Sandbox,
    (grant, credentials): (Option<&str>, &Credentials<'_>),
    refresh: Refresh,
    from: Option<IpAddr>,
) -> Result<Value, Refusal> {
    if grant != Some(GRANT) {
        return Err(Refusal::WrongGrantType);
    }
    let (token, expires_in) = sandbox.world().token(credentials, refresh, (from, sandbox.now()))?;
    Ok(json!({ "access_token": token, "expires_in": expires_in }))
}

fn from(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|address| address.ip())
}
