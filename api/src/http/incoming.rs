//! What may come in: the head's size, the body's size by its class, and the time that a body may take. What is announced too large is
//! refused before it is read; what grows too large or dribbles in is cut off, and its connection closed.
//! Units: bytes, seconds of real time. Errors reach the handler as the payload's; `body::fault_of` reads them.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage};
use futures_util::{FutureExt, Stream, StreamExt};
use tokio::time::Sleep;

use super::problem::Problem;
use super::routes::{Class, refuse};
use crate::app::App;
use crate::settings::{Limits, Settings};

/// What a form adds to the file in it.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// Why a head isn't looked at any further.
#[derive(Debug, PartialEq, Eq)]
pub enum HeadFault {
    UriTooLong { bytes_max: usize },
    HeadersTooLarge { bytes_max: usize },
    TooManyParameters { parameters_max: usize },
}

/// Middleware: checks the head, and watches over the body.
pub async fn limited(
    app: Data<App>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Err(fault) = check_head(&request, &app.settings.limits) {
        return refuse(request, fault.into());
    }
    let class = request.extensions().get::<Class>().copied().unwrap_or(Class::Write);
    let (bytes_max, within) = limits_of(class, &app.settings);
    if announced(&request).is_some_and(|bytes| bytes > bytes_max) {
        return refuse(request, too_large(class, &app.settings));
    }
    match request.take_payload() {
        Payload::None => {}
        payload => {
            let payload = Rc::new(RefCell::new(payload));
            request.extensions_mut().insert(Unread(Rc::clone(&payload)));
            let watched = Watched { payload, left: bytes_max, deadline: Box::pin(tokio::time::sleep(within)) };
            request.set_payload(Payload::Stream { payload: watched.boxed_local() });
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn check_head(request: &ServiceRequest, limits: &Limits) -> Result<(), HeadFault> {
    let uri = request.uri();
    let uri_bytes = uri.path().len() + uri.query().map_or(0, |query| query.len() + 1);
    if uri_bytes > limits.uri_bytes_max {
        return Err(HeadFault::UriTooLong { bytes_max: limits.uri_bytes_max });
    }
    let header_bytes: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if header_bytes > limits.header_bytes_max {
        return Err(HeadFault::HeadersTooLarge { bytes_max: limits.header_bytes_max });
    }
    let parameters = uri.query().map_or(0, |query| query.split('&').count());
    if parameters > limits.query_parameters_max {
        return Err(HeadFault::TooManyParameters { parameters_max: limits.query_parameters_max });
    }
    Ok(())
}

/// How much may come, and for how long.
fn limits_of(class: Class, settings: &Settings) -> (usize, Duration) {
    let body = Duration::from_secs(settings.limits.body_secs);
    match class {
        Class::Upload => (settings.uploads.file_bytes_max + FORM_BYTES_MAX, Duration::from_secs(settings.uploads.receive_secs)),
        Class::SignIn => (settings.limits.sign_in_bytes_max, body),
        Class::Unlimited | Class::Read | Class::Write | Class::Search | Class::Check => (settings.limits.json_bytes_max, body),
    }
}

fn too_large(class: Class, settings: &Settings) -> Problem {
    match class {
        Class::Upload => Problem::file_too_large(settings.uploads.file_bytes_max),
        Class::Unlimited | Class::SignIn | Class::Read | Class::Write | Class::Search | Class::Check => {
            super::body::BodyFault::TooLarge.into()
        }
    }
}

fn announced(request: &ServiceRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

type Shared = Rc<RefCell<Payload>>;

/// What a request still brings while it is answered. The framework would wait for the end of a chunked body that nobody holds any
/// more, for ever if need be; of one that is held it closes the connection.
struct Unread(#[expect(dead_code, reason = "it is held, and read by whoever reads the body")] Shared);

/// Middleware: holds what wasn't read until the answer is sent. Outermost of what sees a body.
pub async fn hold_unread(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let unread = response.request().extensions_mut().remove::<Unread>();
    Ok(match unread {
        Some(unread) => response.map_body(|_, body| BoxBody::new(Holding { body, _unread: unread })),
        None => response,
    })
}

struct Holding {
    body: BoxBody,
    _unread: Unread,
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

/// A body that is counted and timed while it comes in.
struct Watched {
    payload: Shared,
    left: usize,
    deadline: Pin<Box<Sleep>>,
}

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.deadline.poll_unpin(cx).is_ready() {
            return Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))));
        }
        let polled = self.payload.borrow_mut().poll_next_unpin(cx);
        match polled {
            Poll::Ready(Some(Ok(chunk))) => Poll::Ready(Some(match self.left.checked_sub(chunk.len()) {
                Some(left) => {
                    self.left = left;
                    Ok(chunk)
                }
                None => Err(PayloadError::Overflow),
            })),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn limits() -> Limits {
        Limits { uri_bytes_max: 40, header_bytes_max: 30, query_parameters_max: 3, ..Limits::default() }
    }

    fn check(uri: &str, header: Option<(&'static str, &'static str)>) -> Result<(), HeadFault> {
        let request = TestRequest::get().uri(uri);
        let request = match header {
            Some(header) => request.insert_header(header),
            None => request,
        };
        check_head(&request.to_srv_request(), &limits())
    }

    #[test]
    fn a_head_is_measured_whole() {
        assert_eq!(check("/api/v1/items?kind=x&limit=1&q=abcdefghi", None), Ok(()));
        assert_eq!(check("/api/v1/items?kind=x&limit=1&q=abcdefghij", None), Err(HeadFault::UriTooLong { bytes_max: 40 }));
        assert_eq!(check("/i?a=1&b=2&c=3&d=4", None), Err(HeadFault::TooManyParameters { parameters_max: 3 }));
        assert_eq!(check("/i", Some(("x-note", "abcdefghijklmnopqrstuvwx"))), Ok(()));
        assert_eq!(check("/i", Some(("x-note", "abcdefghijklmnopqrstuvwxy"))), Err(HeadFault::HeadersTooLarge { bytes_max: 30 }));
    }
}
