//! The line to the client, and what happens to it: mishaps strike here, around the calls, which know nothing of them.

use std::any::Any;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::http::header::ContentType;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse};

use super::Sandbox;
use super::mishaps::{Kind, Mishap, Side};
use super::refusal::Refusal;
use super::wire;

const GATEWAY_PAGE: &str =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>";

/// A second hand on the connection, to break it.
struct Line(TcpStream);

pub(super) fn keep(connection: &dyn Any, data: &mut Extensions) {
    let stream = connection.downcast_ref::<actix_web::rt::net::TcpStream>();
    if let Some(copy) = stream.and_then(|stream| stream.as_fd().try_clone_to_owned().ok()) {
        data.insert(Line(copy.into()));
    }
}

fn cut(request: &HttpRequest) {
    if let Some(Line(line)) = request.conn_data::<Line>() {
        // A line that is broken already stays so.
        line.shutdown(Shutdown::Both).ok();
    }
}

/// Calls of WeChat's own paths meet what the plan has for them.
pub(super) async fn with_mishaps(
    sandbox: Data<Sandbox>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let path = request.path().to_owned();
    // The gateway of short messages has moods of its own.
    if path.starts_with("/__sandbox") || path.starts_with("/sms/") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let _under_way = UnderWay::begin(&sandbox);
    let (mishap, delay) = {
        let mut mishaps = sandbox.mishaps();
        (mishaps.next(&path), Duration::from_millis(mishaps.delay_ms()))
    };
    match mishap {
        None => Ok(next.call(request).await?.map_into_boxed_body()),
        Some(Mishap { kind: Kind::Delay, side }) => delayed(request, next, (side, delay)).await,
        Some(Mishap { kind: Kind::Busy, .. }) => Ok(request.into_response(wire::answer(ContentType::json(), Err(Refusal::Busy)))),
        Some(Mishap { kind: Kind::Truncated, .. }) => truncated(next.call(request).await?.map_into_boxed_body()).await,
        Some(Mishap { kind, side: Side::Before }) => Ok(broken(kind, request.request().clone())),
        Some(Mishap { kind, side: Side::After }) => {
            let done = next.call(request).await?;
            Ok(broken(kind, done.request().clone()))
        }
    }
}

/// A call that is being worked on; its client may have gone.
struct UnderWay<'s>(&'s Sandbox);

impl<'s> UnderWay<'s> {
    fn begin(sandbox: &'s Sandbox) -> Self {
        sandbox.mishaps().under_way += 1;
        Self(sandbox)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.mishaps().under_way -= 1;
    }
}

async fn delayed(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    (side, delay): (Side, Duration),
) -> Result<ServiceResponse<BoxBody>, Error> {
    if side == Side::Before {
        tokio::time::sleep(delay).await;
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let done = next.call(request).await?.map_into_boxed_body();
    tokio::time::sleep(delay).await;
    Ok(done)
}

fn broken(kind: Kind, request: HttpRequest) -> ServiceResponse<BoxBody> {
    if kind == Kind::Reset {
        cut(&request);
    }
    ServiceResponse::new(request, HttpResponse::BadGateway().content_type(ContentType::html()).body(GATEWAY_PAGE))
}

/// Half of JSON. Of a picture nobody could tell: there the line breaks.
async fn truncated(done: ServiceResponse<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let (request, response) = done.into_parts();
    let (head, body) = response.into_parts();
    let body = to_bytes(body).await.map_err(actix_web::error::ErrorInternalServerError)?;
    if !body.starts_with(b"{") {
        cut(&request);
    }
    let half = body.slice(..body.len() / 2);
    Ok(ServiceResponse::new(request, head.set_body(half).map_into_boxed_body()))
}
