//! The provider of face checks in the sandbox: the protocol of `docs/face-check.md`. Who is sent to its page says there what the camera would
//! have seen; whatever else is asked of it stands under `/__sandbox/face`.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Form, Json, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::people::FaceState;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::pages::{escaped, page};

const CHECKS_MAX: usize = 10_000;

/// How the provider behaves from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mood {
    #[default]
    Fine,
    /// 503.
    Busy,
    /// Our key isn't known any more.
    KeyUnknown,
    /// It has forgotten all checks.
    Forgetful,
}

#[derive(Debug, Clone)]
struct Check {
    name: String,
    citizen_id: String,
    state: FaceState,
}

#[derive(Default)]
struct Provider {
    mood: Mood,
    checks: BTreeMap<Uuid, Check>,
}

pub(super) struct FaceSandbox {
    key: SecretString,
    provider: Mutex<Provider>,
}

impl FaceSandbox {
    pub fn new(key: SecretString) -> Self {
        Self { key, provider: Mutex::default() }
    }

    /// Every change is whole when it is seen: a panic elsewhere is no reason to stop.
    fn provider(&self) -> MutexGuard<'_, Provider> {
        self.provider.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/face/checks", web::post().to(begin))
        .route("/face/checks/{id}", web::get().to(result))
        .route("/__sandbox/face/{id}", web::get().to(show))
        .route("/__sandbox/face/{id}", web::post().to(answer))
        .route("/__sandbox/face-mood", web::post().to(set_mood));
}

#[derive(Deserialize)]
struct BeginBody {
    id: Uuid,
    name: String,
    citizen_id: String,
}

async fn begin(sandbox: Data<FaceSandbox>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if let Some(refused) = refused(&sandbox, &request) {
        return refused;
    }
    let Ok(BeginBody { id, name, citizen_id }) = serde_json::from_slice(&body) else { return code(StatusCode::BAD_REQUEST, "bad_body") };
    let mut provider = sandbox.provider();
    if provider.checks.len() >= CHECKS_MAX {
        return code(StatusCode::SERVICE_UNAVAILABLE, "busy");
    }
    provider.checks.entry(id).or_insert(Check { name, citizen_id, state: FaceState::Waiting });
    let host = request.connection_info().host().to_owned();
    HttpResponse::Created().json(json!({ "url": format!("http://{host}/__sandbox/face/{id}") }))
}

async fn result(sandbox: Data<FaceSandbox>, request: HttpRequest, id: Path<Uuid>) -> HttpResponse {
    if let Some(refused) = refused(&sandbox, &request) {
        return refused;
    }
    let provider = sandbox.provider();
    match provider.checks.get(&id).filter(|_| provider.mood != Mood::Forgetful) {
        Some(check) => HttpResponse::Ok().json(json!({ "id": *id, "state": check.state })),
        None => code(StatusCode::NOT_FOUND, "unknown_id"),
    }
}

fn refused(sandbox: &FaceSandbox, request: &HttpRequest) -> Option<HttpResponse> {
    let expected = format!("Bearer {}", sandbox.key.expose_secret());
    let has_key = request.headers().get("Authorization").is_some_and(|given| given.as_bytes() == expected.as_bytes());
    match sandbox.provider().mood {
        Mood::Busy => Some(code(StatusCode::SERVICE_UNAVAILABLE, "busy")),
        Mood::KeyUnknown => Some(code(StatusCode::UNAUTHORIZED, "key_unknown")),
        Mood::Fine | Mood::Forgetful => (!has_key).then(|| code(StatusCode::UNAUTHORIZED, "key_unknown")),
    }
}

fn code(status: StatusCode, code: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "code": code }))
}

/// What the person sees in the place of a camera.
async fn show(sandbox: Data<FaceSandbox>, id: Path<Uuid>) -> HttpResponse {
    let Some(check) = sandbox.provider().checks.get(&id).cloned() else { return HttpResponse::NotFound().finish() };
    let choice = |state: &str, label: &str| format!("<button name=\"state\" value=\"{state}\">{label}</button> ");
    let choices = if check.state == FaceState::Waiting {
        let all = [("passed", "是本人"), ("differs", "不是本人"), ("not_alive", "是照片"), ("given_up", "不认了")];
        let buttons: String = all.iter().map(|(state, label)| choice(state, label)).collect();
        format!("<form method=\"post\">{buttons}</form>")
    } else {
        "<p>已认过，请回到原来的页面。</p>".to_owned()
    };
    let (name, number) = (escaped(&check.name), escaped(&check.citizen_id));
    page("人脸核验沙箱", &format!("<h1>人脸核验沙箱</h1><p>这里代替摄像头，只用于演示和测试。</p><p>{name} {number}</p>{choices}"))
}

#[derive(Deserialize)]
struct AnswerForm {
    state: FaceState,
}

/// What the camera saw; the first answer stands.
async fn answer(sandbox: Data<FaceSandbox>, id: Path<Uuid>, form: Form<AnswerForm>) -> HttpResponse {
    match sandbox.provider().checks.get_mut(&id) {
        Some(check) if check.state == FaceState::Waiting => check.state = form.state,
        Some(_answered) => {}
        None => return HttpResponse::NotFound().finish(),
    }
    HttpResponse::SeeOther().insert_header(("Location", format!("/__sandbox/face/{id}"))).finish()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoodBody {
    mood: Mood,
}

async fn set_mood(sandbox: Data<FaceSandbox>, body: Json<MoodBody>) -> Json<Value> {
    sandbox.provider().mood = body.mood;
    Json(json!({ "mood": body.mood }))
}
