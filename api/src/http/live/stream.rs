//! Server-sent events, for browsers.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, ContentEncoding, HeaderMap};
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::live::Sequence;
use futures_util::stream;
use russe::{Event, Message};
use tokio::sync::mpsc;

use super::EntryQuery;
use super::frame::FrameView;
use crate::app::App;
use crate::app::live::{Frame, follow};
use crate::http::address::Counted;
use crate::http::problem::Problem;

/// After which a browser comes back by itself; its ticket is used by then, so that a page's own code comes with a new one.
const RETRY: Duration = Duration::from_secs(3);

/// An event stream: `hello`, then `update` for each change, `alive` where nothing happens, `reset` where something was missed for good, `bye` at
/// the end. The id of each event is its sequence; `Last-Event-ID` counts like `after`.
#[utoipa::path(
    tag = "live", operation_id = "stream_live_events", params(EntryQuery),
    responses((status = 200, description = "事件流", content_type = "text/event-stream", body = FrameView))
)]
#[get("/live/events")]
pub async fn stream_events(app: Data<App>, from: Counted, request: HttpRequest, entry: Query<EntryQuery>) -> Result<HttpResponse, Problem> {
    let admitted = app.admit(&entry.ticket, &from.0).await?;
    let after = last_event(request.headers()).or(entry.after);
    let frames = follow(app.into_inner(), admitted, after);
    // Compressed, events would wait for one another.
    let mut response = HttpResponse::Ok();
    response.insert_header(ContentEncoding::Identity).insert_header((CACHE_CONTROL, "no-store")).insert_header(("X-Accel-Buffering", "no"));
    Ok(response.content_type("text/event-stream").streaming(events(frames)))
}

fn last_event(headers: &HeaderMap) -> Option<Sequence> {
    headers.get("Last-Event-ID")?.to_str().ok()?.parse().ok()
}

fn events(frames: mpsc::Receiver<Frame>) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(frames, |mut frames| async move {
        let frame = frames.recv().await?;
        Some((Ok(encoded(frame.into())), frames))
    })
}

fn encoded(frame: FrameView) -> Bytes {
    let id = frame.sequence().map(|sequence| sequence.to_string().into());
    let retry = matches!(frame, FrameView::Hello { .. }).then_some(RETRY);
    let data = serde_json::to_string(&frame).unwrap_or_default().into();
    let event = Event::Message(Message { data, event: Some(frame.name().into()), retry, id });
    event.into_bytestring().unwrap_or_default().into_bytes()
}
