//! A socket, for mini programs, which have no server-sent events. It sends frames as JSON texts and wants nothing of the other side but
//! signs of life.

use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use actix_ws::{CloseCode, CloseReason, Message, MessageStream, Session};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::{Duration, Instant};

use super::EntryQuery;
use super::frame::FrameView;
use crate::app::App;
use crate::app::live::{Frame, follow};
use crate::http::address::Counted;
use crate::http::problem::Problem;

/// Of what the other side may send.
const FRAME_BYTES_MAX: usize = 1024;

/// A socket with the frames of the event stream as JSON texts, each with its `event` and its `sequence`.
#[utoipa::path(
    tag = "live", operation_id = "open_live_socket", params(EntryQuery),
    responses((status = 101, description = "已升级为 WebSocket"))
)]
#[get("/live/socket")]
pub async fn open_socket(
    app: Data<App>,
    from: Counted,
    request: HttpRequest,
    entry: Query<EntryQuery>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    // Before the ticket is used.
    let (response, session, incoming) = actix_ws::handle(&request, body).map_err(|_| Problem::no_upgrade())?;
    let admitted = app.admit(&entry.ticket, &from.0).await?;
    let silence_max = app.settings.live.heartbeat() * 2;
    let frames = follow(app.into_inner(), admitted, entry.after);
    actix_web::rt::spawn(pass_on(session, incoming.max_frame_size(FRAME_BYTES_MAX), frames, silence_max));
    Ok(response)
}

/// Until either side leaves, or the other side has given no sign of life for `silence_max`, though it was asked for one.
async fn pass_on(mut session: Session, mut incoming: MessageStream, mut frames: mpsc::Receiver<Frame>, silence_max: Duration) {
    let mut heard_at = Instant::now();
    let why = loop {
        tokio::select! {
            frame = frames.recv() => {
                let Some(frame) = frame.map(FrameView::from) else { break CloseCode::Normal };
                let text = serde_json::to_string(&frame).unwrap_or_default();
                if session.text(text).await.is_err() {
                    return;
                }
                // What makes the other side show that it is there.
                if matches!(frame, FrameView::Alive { .. }) {
                    if heard_at.elapsed() > silence_max {
                        break CloseCode::Away;
                    }
                    if session.ping(b"").await.is_err() {
                        return;
                    }
                }
            }
            message = incoming.next() => {
                heard_at = Instant::now();
                match message {
                Some(Ok(Message::Ping(bytes))) => {
                    if session.pong(&bytes).await.is_err() {
                        return;
                    }
                }
                Some(Ok(Message::Pong(_) | Message::Text(_) | Message::Nop)) => {}
                Some(Ok(Message::Binary(_) | Message::Continuation(_))) => break CloseCode::Unsupported,
                Some(Ok(Message::Close(_))) | None => break CloseCode::Normal,
                Some(Err(_)) => break CloseCode::Protocol,
                }
            },
        }
    };
    // The other side may be gone.
    let _closed = session.close(Some(CloseReason::from(why))).await;
}
