//! A span a request, and one line when it is answered. No personal data: the route's pattern stands for the path, and neither
//! query, headers, addresses nor bodies are logged.

use std::io::IsTerminal;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, ResponseError};
use tracing::{Span, field, info, info_span};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::EnvFilter;

use super::problem::answer_for;
use crate::settings::{Log, LogFormat};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A log filter that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("log.filter {0:?} can't be read")]
pub struct BadFilter(String);

/// Starts logging to stderr; stdout is kept for what commands answer.
pub fn start(log: &Log) -> Result<(), BadFilter> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|_| BadFilter(log.filter.clone()))?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Json => subscriber.json().flatten_event(true).with_current_span(true).with_span_list(false).init(),
        LogFormat::Text => subscriber.with_ansi(std::io::stderr().is_terminal()).init(),
    }
    Ok(())
}

/// The span of a request: `method`, `route`, `request_id`, and what becomes known later.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let route = request.match_pattern().unwrap_or_else(|| "unknown".into());
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        info_span!("request", http.method = %request.method(), http.route = %route, request_id = %id, actor = field::Empty)
    }

    fn on_request_end<B: MessageBody>(_: Span, _: &Result<ServiceResponse<B>, Error>) {}
}

/// Marks every answer with the request's id, turns whatever failed into a problem document, and writes the request's line.
pub async fn finish<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let id = request.extensions().get::<RequestId>().copied();
    let response = next.call(request).await?;
    let mut response = match (response.response().error().map(answer_for), id) {
        (Some(problem), Some(id)) => response.into_response(problem.with_instance(id).error_response()).map_into_right_body(),
        (Some(problem), None) => response.into_response(problem.error_response()).map_into_right_body(),
        (None, _) => response.map_into_left_body(),
    };
    if let Some(value) = id.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    info!(http.status = response.status().as_u16(), took_ms, "request answered");
    Ok(response)
}
