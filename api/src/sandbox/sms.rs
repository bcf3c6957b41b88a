//! The gateway of short messages in the sandbox: the protocol of `docs/sms-gateway.md`, with a page of what phones received, and faults on
//! demand. A number that ends in 0000 doesn't exist; whatever else is asked of it stands under `/__sandbox/sms`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::people::Phone;
use domain::time::Timestamp;
use infra::sms::{Receipt, ReceiptState, sign};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::pages::{escaped, page, shown};

/// Longer than any client waits.
const HANG: Duration = Duration::from_secs(60);
const MESSAGES_MAX: usize = 10_000;

/// How the gateway behaves from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mood {
    /// It takes messages and brings them; its receipt is pushed before it answers.
    #[default]
    Fine,
    /// It takes and brings them, and pushes nothing; asked, it knows no more than that they were sent.
    Silent,
    /// It takes them, and the phone is switched off.
    PhonesOff,
    /// 503, and takes nothing.
    Busy,
    /// Takes the message and never answers.
    TakesAndHangs,
    /// Answers nothing and takes nothing.
    Hangs,
    /// Its owner wants no messages.
    Blocked,
    /// Our key isn't known any more.
    KeyUnknown,
}

#[derive(Debug, Clone)]
struct Message {
    number: u32,
    to: String,
    signature: String,
    text: String,
    at: Timestamp,
    state: ReceiptState,
    /// How often it was handed in: it is one message.
    times: u32,
}

#[derive(Default)]
struct Gateway {
    mood: Mood,
    messages: BTreeMap<String, Message>,
}

/// The gateway and where it pushes its receipts.
pub(super) struct SmsSandbox {
    key: SecretString,
    receipts_url: Option<String>,
    http: reqwest::Client,
    gateway: Mutex<Gateway>,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl SmsSandbox {
    pub fn new(
        key: SecretString,
        receipts_url: Option<String>,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build()?;
        Ok(Self { key, receipts_url, http, gateway: Mutex::default(), now: Box::new(now) })
    }

    /// Every change is whole when it is seen: a panic elsewhere is no reason to stop.
    fn gateway(&self) -> MutexGuard<'_, Gateway> {
        self.gateway.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Pushes what is known of a message, signed; the status of the answer, where there is one.
    async fn push(&self, receipt: &Receipt) -> Option<u16> {
        let url = self.receipts_url.as_ref()?;
        let body = serde_json::to_vec(receipt).ok()?;
        let timestamp = (self.now)().timestamp().to_string();
        let request = self.http.post(url).header("X-Signature", sign(&self.key, &timestamp, &body)).header("X-Timestamp", timestamp);
        let answer = request.header("Content-Type", "application/json").body(body).send().await.ok()?;
        Some(answer.status().as_u16())
    }
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/sms/messages", web::post().to(take))
        .route("/sms/messages/{id}", web::get().to(ask))
        .route("/__sandbox/sms", web::get().to(index_page))
        .route("/__sandbox/sms/mood", web::post().to(set_mood))
        .route("/__sandbox/sms/receipts", web::post().to(push_receipt))
        .route("/__sandbox/sms/messages", web::get().to(messages));
}

#[derive(Deserialize)]
struct TakeBody {
    id: String,
    to: String,
    signature: String,
    text: String,
}

async fn take(sandbox: Data<SmsSandbox>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let mood = sandbox.gateway().mood;
    if !has_key(&sandbox, &request) || mood == Mood::KeyUnknown {
        return refused(StatusCode::UNAUTHORIZED, "key_unknown");
    }
    let Ok(message) = serde_json::from_slice::<TakeBody>(&body) else { return refused(StatusCode::BAD_REQUEST, "bad_body") };
    let same = request.headers().get("Idempotency-Key").is_some_and(|key| key.as_bytes() == message.id.as_bytes());
    match mood {
        _other if !same => return refused(StatusCode::BAD_REQUEST, "bad_id"),
        Mood::Busy => return refused(StatusCode::SERVICE_UNAVAILABLE, "busy"),
        Mood::Blocked => return refused(StatusCode::UNPROCESSABLE_ENTITY, "blocked"),
        Mood::Hangs => {
            tokio::time::sleep(HANG).await;
            return refused(StatusCode::SERVICE_UNAVAILABLE, "busy");
        }
        Mood::Fine | Mood::Silent | Mood::PhonesOff | Mood::TakesAndHangs | Mood::KeyUnknown => {}
    }
    let exists = message.to.parse::<Phone>().is_ok_and(|phone| phone.is_mobile() && !phone.as_str().ends_with("0000"));
    if !exists {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "bad_number");
    }
    brought(&sandbox, message, mood).await
}

async fn brought(sandbox: &SmsSandbox, message: TakeBody, mood: Mood) -> HttpResponse {
    let state = match mood {
        Mood::Fine => ReceiptState::Delivered,
        Mood::PhonesOff => ReceiptState::Failed,
        Mood::Silent | Mood::TakesAndHangs | Mood::Busy | Mood::Hangs | Mood::Blocked | Mood::KeyUnknown => ReceiptState::Sent,
    };
    let id = message.id.clone();
    let Some((number, is_new)) = kept(sandbox, message, state) else { return refused(StatusCode::SERVICE_UNAVAILABLE, "busy") };
    if is_new && state != ReceiptState::Sent {
        sandbox.push(&receipt(&id, state)).await;
    }
    if mood == Mood::TakesAndHangs {
        tokio::time::sleep(HANG).await;
    }
    HttpResponse::Accepted().json(json!({ "number": format!("sandbox-{number}") }))
}

/// The number of the message, and whether it is new; none where no more can be kept.
fn kept(sandbox: &SmsSandbox, TakeBody { id, to, signature, text }: TakeBody, state: ReceiptState) -> Option<(u32, bool)> {
    let at = (sandbox.now)();
    let mut gateway = sandbox.gateway();
    let number = u32::try_from(gateway.messages.len()).unwrap_or(u32::MAX);
    if let Some(known) = gateway.messages.get_mut(&id) {
        known.times += 1;
        return Some((known.number, false));
    }
    if gateway.messages.len() >= MESSAGES_MAX {
        return None;
    }
    gateway.messages.insert(id, Message { number, to, signature, text, at, state, times: 1 });
    Some((number, true))
}

async fn ask(sandbox: Data<SmsSandbox>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    if !has_key(&sandbox, &request) {
        return refused(StatusCode::UNAUTHORIZED, "key_unknown");
    }
    match sandbox.gateway().messages.get(id.as_str()) {
        Some(message) => HttpResponse::Ok().json(receipt(&id, message.state)),
        None => refused(StatusCode::NOT_FOUND, "unknown_id"),
    }
}

fn receipt(id: &str, state: ReceiptState) -> Receipt {
    let code = (state == ReceiptState::Failed).then(|| "switched_off".to_owned());
    Receipt { id: id.to_owned(), state, code }
}

fn has_key(sandbox: &SmsSandbox, request: &HttpRequest) -> bool {
    let expected = format!("Bearer {}", sandbox.key.expose_secret());
    request.headers().get("Authorization").is_some_and(|given| given.as_bytes() == expected.as_bytes())
}

fn refused(status: StatusCode, code: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "code": code }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoodBody {
    mood: Mood,
}

async fn set_mood(sandbox: Data<SmsSandbox>, body: Json<MoodBody>) -> Json<Value> {
    sandbox.gateway().mood = body.mood;
    Json(json!({ "mood": body.mood }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PushBody {
    id: String,
    state: ReceiptState,
}

/// What the phone says of a message from now on, pushed; how it was answered.
async fn push_receipt(sandbox: Data<SmsSandbox>, body: Json<PushBody>) -> Json<Value> {
    if let Some(message) = sandbox.gateway().messages.get_mut(&body.id) {
        message.state = body.state;
    }
    let status = sandbox.push(&receipt(&body.id, body.state)).await;
    Json(json!({ "answered": status }))
}

/// All that phones received, and how often each was handed in.
async fn messages(sandbox: Data<SmsSandbox>) -> Json<Value> {
    let gateway = sandbox.gateway();
    let all = gateway
        .messages
        .iter()
        .map(|(id, message)| json!({ "id": id, "to": message.to, "text": text(message), "state": message.state, "times": message.times }));
    Json(json!({ "messages": all.collect::<Vec<Value>>() }))
}

/// As the phone shows it.
fn text(message: &Message) -> String {
    format!("【{}】{}", message.signature, message.text)
}

async fn index_page(sandbox: Data<SmsSandbox>) -> HttpResponse {
    let mut body = String::from("<p><a href=\"/__sandbox\">微信沙箱</a></p><h1>短信沙箱</h1><p>这里代替短信网关，只用于演示和测试。</p>");
    let gateway = sandbox.gateway();
    let mut all: Vec<_> = gateway.messages.values().collect();
    all.sort_by_key(|message| std::cmp::Reverse(message.number));
    for message in all {
        let (to, at, text) = (escaped(&message.to), shown(message.at), escaped(&text(message)));
        body.write_fmt(format_args!("<section><h2>{to}</h2><time>{at}</time><p>{text}</p></section>")).ok();
    }
    page("短信沙箱", &body)
}
