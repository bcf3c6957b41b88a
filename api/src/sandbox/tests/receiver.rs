//! Who is pushed to: opens and keeps each push once, by its mark. Also has some pictures to fetch.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicUsize;

use actix_web::web::{Bytes, Data, Query};
use actix_web::{App, HttpResponse, HttpServer, web};
use infra::wechat::{PushDoor, PushQuery, PushSettings, Pushed};

use super::*;

const TOKEN: &str = "AAAAA";
const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

pub struct Receiver {
    pub base_url: String,
    state: Data<State>,
}

struct State {
    door: PushDoor,
    /// Of the sandbox; the test moves it.
    now_secs: AtomicI64,
    kept: Mutex<Kept>,
    deliveries: AtomicUsize,
    refused: AtomicUsize,
    /// How many of the next deliveries have no answer in time.
    silent_for: AtomicUsize,
}

#[derive(Default)]
struct Kept {
    marks: BTreeSet<String>,
    fresh: Vec<Pushed>,
}

impl Receiver {
    /// Starts one, and tells the sandbox to push to it.
    pub async fn start(bench: &Bench) -> Self {
        let settings = PushSettings { token: TOKEN.into(), encoding_aes_key: KEY.into() };
        let state = Data::new(State {
            door: PushDoor::new(&SandboxSettings::demo().appid, &settings).unwrap(),
            now_secs: AtomicI64::new(bench.now().timestamp()),
            kept: Mutex::default(),
            deliveries: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            silent_for: AtomicUsize::new(0),
        });
        let shared = state.clone();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let app = move || {
            App::new()
                .app_data(shared.clone())
                .route("/push", web::post().to(receive))
                .route("/good", web::get().to(async || "a picture of a garden"))
                .route("/bad", web::get().to(async || "a picture that says 赌博"))
        };
        tokio::spawn(HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run());
        let target = json!({ "url": format!("{base_url}/push"), "token": TOKEN, "encoding_aes_key": KEY, "answer_within_ms": 2_000 });
        bench.post("/__sandbox/push", target).await;
        Self { base_url, state }
    }

    /// What has come since the last look, each push once.
    pub fn take(&self, bench: &Bench) -> Vec<Pushed> {
        self.state.now_secs.store(bench.now().timestamp(), Ordering::SeqCst);
        std::mem::take(&mut self.state.kept.lock().unwrap().fresh)
    }

    pub fn deliveries(&self) -> usize {
        self.state.deliveries.load(Ordering::SeqCst)
    }

    pub fn refused(&self) -> usize {
        self.state.refused.load(Ordering::SeqCst)
    }

    pub fn stay_silent_for(&self, deliveries: usize) {
        self.state.silent_for.store(deliveries, Ordering::SeqCst);
    }
}

async fn receive(state: Data<State>, query: Query<PushQuery>, body: Bytes) -> HttpResponse {
    state.deliveries.fetch_add(1, Ordering::SeqCst);
    let told: i64 = query.timestamp.parse().unwrap_or_default();
    // The test moves the sandbox's clock on before it moves this one's: only what is older than the last look is old.
    let now = state.now_secs.load(Ordering::SeqCst).max(told);
    let Ok(pushed) = state.door.open(&query, &body, DateTime::from_timestamp(now, 0).unwrap()) else {
        state.refused.fetch_add(1, Ordering::SeqCst);
        return HttpResponse::Forbidden().finish();
    };
    let mut kept = state.kept.lock().unwrap();
    if kept.marks.insert(pushed.mark.clone()) {
        kept.fresh.push(pushed);
    }
    let silent = state.silent_for.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
    if silent { HttpResponse::InternalServerError().finish() } else { HttpResponse::Ok().body("success") }
}
