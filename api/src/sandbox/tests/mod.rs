//! The production client against the sandbox, over real HTTP, on a clock that the test moves.

mod codes;
mod content;
mod faults;
mod messages;
mod mini_codes;
mod pages;
mod pushes;
mod receiver;
mod tokens;
mod wire;

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::DateTime;
use infra::shared::Shared;
use infra::wechat::{Openid, SendError, SubscribeMessage, Wechat, WechatSettings};
use serde_json::{Value, json};

use super::*;

const TEMPLATE: &str = "sandbox-case-progress";
const REMINDER: &str = "sandbox-service-reminder";
/// 2026-09-01 12:00 in Beijing.
const START: i64 = 1_788_235_200;
const PATIENCE: Duration = Duration::from_secs(20);

struct Bench {
    base_url: String,
    shared: Shared,
    wechat: Wechat,
    phone: reqwest::Client,
    /// As far as the test has moved the sandbox's clock.
    ahead_secs: AtomicI64,
}

/// Another instance of the service.
fn client(base_url: &str, secret: &str, shared: Shared) -> Wechat {
    hurried_client(base_url, secret, shared, 5_000)
}

fn hurried_client(base_url: &str, secret: &str, shared: Shared, timeout_ms: u64) -> Wechat {
    let appid = SandboxSettings::demo().appid;
    let settings = json!({ "base_url": base_url, "appid": appid, "secret": secret, "timeout_ms": timeout_ms });
    let settings: WechatSettings = serde_json::from_value(settings).unwrap();
    Wechat::new(settings, shared).unwrap()
}

async fn bench() -> Bench {
    bench_with(SandboxSettings::demo()).await
}

async fn bench_with(settings: SandboxSettings) -> Bench {
    let now = || DateTime::from_timestamp(START, 0).unwrap();
    let running = start("127.0.0.1:0".parse().unwrap(), settings, now).await.unwrap();
    let shared = Shared::in_process();
    let wechat = client(&running.base_url, "sandbox-secret", shared.clone());
    let phone = reqwest::Client::builder().no_proxy().build().unwrap();
    Bench { base_url: running.base_url, shared, wechat, phone, ahead_secs: AtomicI64::new(0) }
}

impl Bench {
    fn now(&self) -> Timestamp {
        DateTime::from_timestamp(START + self.ahead_secs.load(Ordering::SeqCst), 0).unwrap()
    }

    async fn pass(&self, time: TimeDelta) {
        self.ahead_secs.fetch_add(time.num_seconds(), Ordering::SeqCst);
        self.post("/__sandbox/clock", json!({ "advance_s": time.num_seconds() })).await;
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let response = self.phone.post(format!("{}{path}", self.base_url)).json(&body).send().await.unwrap();
        response.json().await.unwrap()
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        self.phone.get(format!("{}{path}", self.base_url)).send().await.unwrap()
    }

    async fn get_json(&self, path: &str) -> Value {
        self.get(path).await.json().await.unwrap()
    }

    async fn code(&self, user: &str) -> String {
        self.post("/__sandbox/login", json!({ "user": user })).await["code"].as_str().unwrap().to_owned()
    }

    async fn phone_code(&self, user: &str) -> String {
        let answer = self.post("/__sandbox/phone", json!({ "user": user, "phone": "13800138000" })).await;
        answer["code"].as_str().unwrap().to_owned()
    }

    async fn openid(&self, user: &str) -> Openid {
        self.wechat.code2session(&self.code(user).await).await.unwrap().openid
    }

    async fn accept(&self, user: &str, template_id: &str, times: u32) -> Value {
        let answer = json!({ "user": user, "template_ids": [template_id], "answer": "accept", "times": times });
        self.post("/__sandbox/answer", answer).await["credits"][template_id].clone()
    }

    async fn credit(&self, user: &str, template_id: &str) -> Value {
        self.get_json(&format!("/__sandbox/credits?user={user}")).await[template_id].clone()
    }

    async fn messages(&self, user: &str) -> Vec<Value> {
        self.get_json(&format!("/__sandbox/inbox?user={user}")).await["messages"].as_array().unwrap().clone()
    }

    async fn send(&self, to: &Openid, message: &SubscribeMessage) -> Result<(), SendError> {
        self.wechat.send_subscribe(to, message, self.now()).await.map(drop)
    }

    async fn calls(&self, path: &str) -> u64 {
        self.get_json("/__sandbox/calls").await["paths"][path].as_u64().unwrap_or_default()
    }

    async fn token_calls(&self) -> u64 {
        self.calls("/cgi-bin/stable_token").await
    }

    async fn mishaps(&self, plan: Value) {
        self.post("/__sandbox/mishaps", plan).await;
    }
}

/// Asks again until the answer is yes; fails with what was hoped for.
async fn eventually(hope: &str, mut ask: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !ask().await {
        assert!(start.elapsed() < PATIENCE, "not in time: {hope}");
        tokio::task::yield_now().await;
    }
}

fn progress() -> SubscribeMessage {
    let data = [
        ("character_string1", "511499-26-000017-K"),
        ("thing2", "城乡居民养老保险参保登记"),
        ("phrase3", "已受理"),
        ("time4", "2026年9月1日 12:00"),
        ("thing5", "请留意后续通知"),
    ];
    SubscribeMessage { template_id: TEMPLATE.to_owned(), page: Some("pages/case/detail?id=1".to_owned()), data: owned(data) }
}

fn reminder() -> SubscribeMessage {
    let data = [("thing1", "高龄津贴年审"), ("date2", "2026-09-10"), ("thing3", "请带身份证")];
    SubscribeMessage { template_id: REMINDER.to_owned(), page: None, data: owned(data) }
}

fn owned<const N: usize>(data: [(&str, &str); N]) -> BTreeMap<String, String> {
    data.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn with(key: &str, value: &str) -> SubscribeMessage {
    let mut message = progress();
    message.data.insert(key.to_owned(), value.to_owned());
    message
}

#[tokio::test]
async fn wechat_out_of_reach_is_told_without_its_address_or_our_secret() {
    let nowhere = client("http://127.0.0.1:1", "sandbox-secret", Shared::in_process());
    let Err(error) = nowhere.code2session("code").await else { panic!("reached") };
    assert!(matches!(error, infra::wechat::LoginError::Unavailable(_)));
    let told = format!("{error:?}");
    assert!(!told.contains("sandbox-secret") && !told.contains("jscode2session"), "{told}");
}

#[tokio::test]
async fn a_template_with_a_key_of_no_kind_stops_the_start() {
    let mut settings = SandboxSettings::demo();
    settings.templates[0].keys.insert("picture1".to_owned(), "照片".to_owned());
    let started = start("127.0.0.1:0".parse().unwrap(), settings, Timestamp::default).await;
    assert!(matches!(started, Err(SandboxError::Settings(BadSettings::TemplateKey { key, .. })) if key == "picture1"));
}
