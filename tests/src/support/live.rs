//! Somebody who watches: comes with a ticket, over an event stream as a browser does or over a socket as a mini program does, and
//! hears what is sent.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::client::{Answer, Api};

/// How long an update may take on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Watching {
    frames: BoxStream<'static, Value>,
    /// The last sequence that was heard.
    pub last: String,
}

pub async fn ask_for_ticket(api: &Api, topics: &[String]) -> Answer {
    api.post("/api/v1/live/tickets", json!({ "topics": topics })).await
}

async fn entry(api: &Api, topics: &[String], after: Option<&str>) -> String {
    let ticket = ask_for_ticket(api, topics).await.expect(201).value();
    let after = after.map(|after| format!("&after={after}")).unwrap_or_default();
    format!("ticket={}{after}", ticket["ticket"].as_str().expect("a ticket"))
}

impl Watching {
    /// Over an event stream; the first frame says where it begins.
    pub async fn events(api: &Api, topics: &[String], after: Option<&str>) -> Watching {
        let url = format!("{}/api/v1/live/events?{}", api.base_url(), entry(api, topics, after).await);
        let response = reqwest::get(url).await.expect("an answer");
        assert_eq!((response.status().as_u16(), &response.headers()["content-type"]), (200, &"text/event-stream".parse().unwrap()));
        let chunks = response.bytes_stream().filter_map(|chunk| async move { chunk.ok().map(|chunk| chunk.to_vec()) });
        Watching { frames: frames_of(chunks.boxed()), last: String::new() }
    }

    /// Over a socket.
    pub async fn socket(api: &Api, topics: &[String], after: Option<&str>) -> Watching {
        let place = api.base_url().replacen("http", "ws", 1);
        let url = format!("{place}/api/v1/live/socket?{}", entry(api, topics, after).await);
        let (socket, _) = tokio_tungstenite::connect_async(url).await.expect("a socket");
        let texts = socket.filter_map(|message| async move {
            match message {
                Ok(Message::Text(text)) => Some(serde_json::from_str(&text).expect("JSON")),
                Ok(_sign_of_life) => None,
                Err(_closed) => None,
            }
        });
        Watching { frames: texts.boxed(), last: String::new() }
    }

    /// The next frame, whatever it is; none where the other side has ended it.
    pub async fn frame(&mut self) -> Option<Value> {
        let frame = tokio::time::timeout(PATIENCE, self.frames.next()).await.expect("something within a minute")?;
        if let Some(sequence) = frame["sequence"].as_str() {
            self.last = sequence.to_owned();
        }
        Some(frame)
    }

    /// The next frame that isn't a sign of life.
    pub async fn next(&mut self) -> Value {
        let news = async {
            loop {
                let frame = self.frame().await.expect("it goes on");
                if frame["event"] != "alive" {
                    return frame;
                }
            }
        };
        tokio::time::timeout(PATIENCE, news).await.expect("more than signs of life within a minute")
    }

    /// The next update of a kind.
    pub async fn update(&mut self, what: &str) -> Value {
        loop {
            let frame = self.next().await;
            assert_eq!(frame["event"], "update", "{frame}");
            if frame["what"] == what {
                return frame;
            }
        }
    }
}

/// Events are parted by empty lines; what counts in each is its data.
fn frames_of(chunks: BoxStream<'static, Vec<u8>>) -> BoxStream<'static, Value> {
    let events = futures_util::stream::unfold((chunks, String::new()), |(mut chunks, mut text)| async move {
        loop {
            if let Some((event, rest)) = text.split_once("\n\n") {
                let frame = frame_of(event);
                text = rest.to_owned();
                return Some((frame, (chunks, text)));
            }
            text.push_str(&String::from_utf8(chunks.next().await?).expect("UTF-8"));
        }
    });
    events.boxed()
}

fn frame_of(event: &str) -> Value {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let frame: Value = serde_json::from_str(field("data:").expect("data")).expect("JSON");
    assert_eq!(frame["event"].as_str(), field("event:"), "{event}");
    assert_eq!(frame["sequence"].as_str(), field("id:"), "{event}");
    frame
}
