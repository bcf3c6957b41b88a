//! Requests of web pages from elsewhere (CORS): closed, but for the origins that the settings name. Tokens travel in a header and no
//! cookie exists, so nothing is asked with credentials. An origin that isn't named gets the same answers as nobody: the browser keeps
//! them from the page. Source: the Fetch standard, "CORS protocol".

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse};

use super::device::DEVICE_HEADER;
use super::idempotency::KEY_HEADER;
use crate::app::App;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
/// What a page may read of an answer beyond what browsers show anyway.
const EXPOSED: HeaderValue = HeaderValue::from_static("ETag, Retry-After, X-Request-Id, Idempotency-Replayed, Content-Disposition");
const ORIGIN: HeaderValue = HeaderValue::from_static("Origin");
const PREFLIGHT_HOLDS_SECS: HeaderValue = HeaderValue::from_static("600");

/// Middleware: answers the browser's question beforehand, and marks the answers that a named origin may read.
pub async fn of_named_origins(
    app: Data<App>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(origin) = named_origin(&app, &request) else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let asks_beforehand = *request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks_beforehand {
        request.into_response(HttpResponse::NoContent().finish())
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    if asks_beforehand {
        allow(response.headers_mut());
    }
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.append(header::VARY, ORIGIN);
    Ok(response)
}

fn named_origin(app: &App, request: &ServiceRequest) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    app.settings.edge.allowed_origins.0.iter().any(|named| named.as_str().as_bytes() == origin.as_bytes()).then(|| origin.clone())
}

fn allow(headers: &mut HeaderMap) {
    let asked = format!("Authorization, Content-Type, If-Match, If-None-Match, {KEY_HEADER}, {DEVICE_HEADER}");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_HOLDS_SECS);
    if let Ok(asked) = HeaderValue::from_str(&asked) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
}
