//! The production client against the sandbox, over real HTTP, on a clock that the test moves.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta};
use futures_util::future::join_all;
use infra::shared::Shared;
use infra::wechat::{LoginError, Openid, SendError, SubscribeMessage, Wechat, WechatSettings};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::*;

const TEMPLATE: &str = "sandbox-case-progress";
const START: i64 = 1_788_235_200;

struct Bench {
    base_url: String,
    clock: Arc<AtomicI64>,
    shared: Shared,
    wechat: Wechat,
    phone: reqwest::Client,
}

fn client(base_url: &str, secret: &str, shared: Shared) -> Wechat {
    let appid = SandboxSettings::demo().appid;
    let settings: WechatSettings = serde_json::from_value(json!({ "base_url": base_url, "appid": appid, "secret": secret })).unwrap();
    Wechat::new(settings, shared).unwrap()
}

async fn bench() -> Bench {
    bench_with(SandboxSettings::demo()).await
}

async fn bench_with(settings: SandboxSettings) -> Bench {
    let clock = Arc::new(AtomicI64::new(START));
    let hands = Arc::clone(&clock);
    let now = move || DateTime::from_timestamp(hands.load(Ordering::SeqCst), 0).unwrap();
    let running = start("127.0.0.1:0".parse().unwrap(), settings, now).await.unwrap();
    let shared = Shared::in_process();
    let wechat = client(&running.base_url, "sandbox-secret", shared.clone());
    Bench { base_url: running.base_url, clock, shared, wechat, phone: reqwest::Client::builder().no_proxy().build().unwrap() }
}

impl Bench {
    fn now(&self) -> Timestamp {
        DateTime::from_timestamp(self.clock.load(Ordering::SeqCst), 0).unwrap()
    }

    fn pass(&self, time: TimeDelta) {
        self.clock.fetch_add(time.num_seconds(), Ordering::SeqCst);
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let response = self.phone.post(format!("{}{path}", self.base_url)).json(&body).send().await.unwrap();
        response.json().await.unwrap()
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        self.phone.get(format!("{}{path}", self.base_url)).send().await.unwrap()
    }

    async fn code(&self, phone: &str) -> String {
        let answer = self.post(&format!("/sandbox/phones/{phone}/code"), json!({})).await;
        answer["code"].as_str().unwrap().to_owned()
    }

    async fn openid(&self, phone: &str) -> Openid {
        self.wechat.code2session(&self.code(phone).await).await.unwrap().openid
    }

    async fn consent(&self, phone: &str, count: u32) {
        let answer = self.post(&format!("/sandbox/phones/{phone}/subscriptions"), json!({ "template_id": TEMPLATE, "count": count })).await;
        assert_eq!(answer["template_id"], TEMPLATE);
    }

    async fn messages(&self, phone: &str) -> Vec<Value> {
        let answer: Value = self.get(&format!("/sandbox/phones/{phone}/messages")).await.json().await.unwrap();
        answer["messages"].as_array().unwrap().clone()
    }

    async fn send(&self, to: &Openid, message: &SubscribeMessage) -> Result<(), SendError> {
        self.wechat.send_subscribe(to, message, self.now()).await
    }

    async fn cached_token(&self) -> Option<Value> {
        let key = format!("wechat.token.{}", SandboxSettings::demo().appid);
        self.shared.get(&key).await.map(|text| serde_json::from_str(&text).unwrap())
    }

    async fn token_asks(&self) -> u64 {
        let answer: Value = self.get("/sandbox/token").await.json().await.unwrap();
        answer["ask_count"].as_u64().unwrap()
    }

    /// Another system of the same app refreshes by force: every token before it dies at once.
    async fn force_refresh(&self) {
        let settings = SandboxSettings::demo();
        let body = json!({
            "grant_type": "client_credential", "appid": settings.appid, "secret": settings.secret.expose_secret(), "force_refresh": true
        });
        assert_eq!(self.post("/cgi-bin/stable_token", body).await["expires_in"], 7200);
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
    SubscribeMessage {
        template_id: TEMPLATE.to_owned(),
        page: Some("pages/case/detail?id=1".to_owned()),
        data: data.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
    }
}

fn with(key: &str, value: &str) -> SubscribeMessage {
    let mut message = progress();
    message.data.insert(key.to_owned(), value.to_owned());
    message
}

#[tokio::test]
async fn a_phone_known_from_the_start_takes_the_messages_that_it_allowed_before() {
    let settings = SandboxSettings { phones: vec!["wang-dama".to_owned()], consents_at_start: 1, ..SandboxSettings::demo() };
    let openid = settings.openid_of("wang-dama").unwrap();
    let bench = bench_with(settings).await;
    bench.send(&openid, &progress()).await.unwrap();
    assert!(matches!(bench.send(&openid, &progress()).await, Err(SendError::RefusedByUser)));
    assert_eq!(bench.openid("wang-dama").await, openid);
}

#[tokio::test]
async fn a_phone_signs_in_and_is_the_same_user_each_time() {
    let bench = bench().await;
    let (first, again, other) = (bench.openid("wang-fang").await, bench.openid("wang-fang").await, bench.openid("li-qiang").await);
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert_eq!(first.as_str().len(), 28);
}

#[tokio::test]
async fn a_login_code_works_once_and_for_five_minutes() {
    let bench = bench().await;
    let code = bench.code("wang-fang").await;
    assert!(bench.wechat.code2session(&code).await.is_ok());
    assert!(matches!(bench.wechat.code2session(&code).await, Err(LoginError::CodeInvalid)));

    let old = bench.code("wang-fang").await;
    bench.pass(TimeDelta::minutes(5));
    assert!(matches!(bench.wechat.code2session(&old).await, Err(LoginError::CodeInvalid)));
    for noise in ["", "never-minted", "验证码"] {
        assert!(matches!(bench.wechat.code2session(noise).await, Err(LoginError::CodeInvalid)), "{noise}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_a_fault_of_configuration_and_does_not_cost_the_code() {
    let bench = bench().await;
    let code = bench.code("wang-fang").await;
    let mistaken = client(&bench.base_url, "not-the-secret", Shared::in_process());
    let Err(LoginError::Misconfigured(refusal)) = mistaken.code2session(&code).await else { panic!("accepted") };
    assert_eq!((refusal.errcode, refusal.rid.is_some()), (40125, true));
    assert!(bench.wechat.code2session(&code).await.is_ok());
}

#[tokio::test]
async fn wechat_out_of_reach_is_told_without_its_address_or_our_secret() {
    let nowhere = client("http://127.0.0.1:1", "sandbox-secret", Shared::in_process());
    let Err(error) = nowhere.code2session("code").await else { panic!("reached") };
    assert!(matches!(error, LoginError::Unavailable(_)));
    let told = format!("{error:?}");
    assert!(!told.contains("sandbox-secret") && !told.contains("jscode2session"), "{told}");
}

#[tokio::test]
async fn a_message_reaches_the_phone_as_often_as_its_user_has_agreed() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    assert!(matches!(bench.send(&openid, &progress()).await, Err(SendError::RefusedByUser)));
    bench.consent("wang-fang", 2).await;
    bench.send(&openid, &progress()).await.unwrap();
    bench.send(&openid, &progress()).await.unwrap();
    assert!(matches!(bench.send(&openid, &progress()).await, Err(SendError::RefusedByUser)));

    let messages = bench.messages("wang-fang").await;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0]["data"]["thing2"], "城乡居民养老保险参保登记");
    assert_eq!(messages[0]["received_at"], "2026-09-01T12:00:00+08:00");
}

#[tokio::test]
async fn a_bad_value_names_its_key_and_costs_no_consent() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.consent("wang-fang", 1).await;
    for (key, value) in [("phrase3", "received"), ("thing5", ""), ("thing9", "没有这一项")] {
        let Err(SendError::BadMessage(refusal)) = bench.send(&openid, &with(key, value)).await else { panic!("{key} accepted") };
        assert_eq!((refusal.errcode, refusal.about.as_deref()), (47003, Some(key)));
    }
    let missing = SubscribeMessage { data: BTreeMap::new(), ..progress() };
    assert!(matches!(bench.send(&openid, &missing).await, Err(SendError::BadMessage(_))));
    bench.send(&openid, &progress()).await.unwrap();
}

#[tokio::test]
async fn an_unknown_user_or_template_is_told_apart() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    let stranger: Openid = "oNobody".parse().unwrap();
    assert!(matches!(bench.send(&stranger, &progress()).await, Err(SendError::UnknownUser)));
    let other = SubscribeMessage { template_id: "deleted".to_owned(), ..progress() };
    assert!(matches!(bench.send(&openid, &other).await, Err(SendError::Misconfigured(refusal)) if refusal.errcode == 40037));
}

#[tokio::test]
async fn a_message_whose_page_is_not_released_goes_out_without_it() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.consent("wang-fang", 1).await;
    let message = SubscribeMessage { page: Some("pages/not/released".to_owned()), ..progress() };
    bench.send(&openid, &message).await.unwrap();
    assert_eq!(bench.messages("wang-fang").await[0]["page"], Value::Null);
}

#[tokio::test]
async fn many_senders_at_once_ask_for_one_token_at_first_and_at_each_renewal() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.consent("wang-fang", 100).await;
    let message = progress();
    for asked in 1..=2 {
        let sent = join_all((0..50).map(|_| bench.send(&openid, &message))).await;
        assert!(sent.iter().all(Result::is_ok));
        assert_eq!(bench.token_asks().await, asked);
        bench.pass(TimeDelta::seconds(7200 - 200));
    }
    assert_eq!(bench.messages("wang-fang").await.len(), 100);
}

#[tokio::test]
async fn a_token_is_kept_until_five_minutes_before_its_end_and_then_renewed() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.consent("wang-fang", 4).await;
    bench.send(&openid, &progress()).await.unwrap();
    let first = bench.cached_token().await.unwrap();
    bench.pass(TimeDelta::seconds(7200 - 301));
    bench.send(&openid, &progress()).await.unwrap();
    assert_eq!(bench.cached_token().await.unwrap(), first);
    bench.pass(TimeDelta::seconds(1));
    bench.send(&openid, &progress()).await.unwrap();
    assert_ne!(bench.cached_token().await.unwrap()["token"], first["token"]);
    bench.pass(TimeDelta::days(1));
    bench.send(&openid, &progress()).await.unwrap();
}

#[tokio::test]
async fn a_token_that_died_before_its_time_is_replaced_and_the_message_still_arrives() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.consent("wang-fang", 2).await;
    bench.send(&openid, &progress()).await.unwrap();
    bench.force_refresh().await;
    bench.send(&openid, &progress()).await.unwrap();
    assert_eq!(bench.messages("wang-fang").await.len(), 2);
}

#[tokio::test]
async fn without_the_right_secret_no_message_goes_out_and_nothing_is_cached() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    let mistaken = client(&bench.base_url, "not-the-secret", bench.shared.clone());
    let sent = mistaken.send_subscribe(&openid, &progress(), bench.now()).await;
    assert!(matches!(sent, Err(SendError::Misconfigured(refusal)) if refusal.errcode == 40125));
    assert_eq!(bench.cached_token().await, None);
}

#[tokio::test]
async fn the_wire_is_as_strict_as_wechat() {
    let bench = bench().await;
    let errcode = async |path: &str, body: Value| bench.post(path, body).await["errcode"].clone();
    assert_eq!(errcode("/cgi-bin/message/subscribe/send", json!({})).await, 41001);
    assert_eq!(errcode("/cgi-bin/message/subscribe/send?access_token=x", json!({})).await, 40001);
    assert_eq!(errcode("/cgi-bin/stable_token", json!("text")).await, 41002);
    assert_eq!(errcode("/cgi-bin/stable_token", json!({ "grant_type": "password" })).await, 40002);
    assert_eq!(errcode("/cgi-bin/stable_token", json!({ "grant_type": "client_credential", "appid": "wx", "secret": "x" })).await, 40013);
    let by_get: Value = bench.get("/cgi-bin/stable_token").await.json().await.unwrap();
    assert_eq!(by_get["errcode"], 43002);
    let login = bench.get("/sns/jscode2session?appid=wx").await;
    assert!(login.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert!(login.text().await.unwrap().contains("41004"));
}

#[tokio::test]
async fn the_page_shows_in_chinese_what_the_phone_received_and_escapes_it() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.consent("wang-fang", 1).await;
    bench.send(&openid, &with("thing5", "<b>请带\"原件\"</b>")).await.unwrap();
    let page = bench.get("/sandbox/phones/wang-fang").await.text().await.unwrap();
    assert!(page.contains("办件进度通知") && page.contains("办理进度") && page.contains("2026年9月1日 12:00"));
    assert!(page.contains("&lt;b&gt;请带&quot;原件&quot;") && !page.contains("<b>"));
    assert!(bench.get("/sandbox").await.text().await.unwrap().contains("wang-fang"));
}

#[tokio::test]
async fn a_phone_or_template_that_is_unknown_is_refused_in_plain_words() {
    let bench = bench().await;
    assert_eq!(bench.get("/sandbox/phones/nobody/messages").await.status(), 404);
    let bad_name = bench.post("/sandbox/phones/%E7%8E%8B/code", json!({})).await;
    assert!(bad_name["error"].as_str().unwrap().contains("手机名"));
    let unknown = bench.post("/sandbox/phones/a/subscriptions", json!({ "template_id": "x", "count": 1 })).await;
    assert!(unknown["error"].as_str().unwrap().contains("模板"));
}

#[tokio::test]
async fn a_template_with_a_key_of_no_kind_stops_the_start() {
    let mut settings = SandboxSettings::demo();
    settings.templates[0].keys.insert("picture1".to_owned(), "照片".to_owned());
    let started = start("127.0.0.1:0".parse().unwrap(), settings, Timestamp::default).await;
    assert!(matches!(started, Err(SandboxError::Template(BadTemplateKey { key, .. })) if key == "picture1"));
}
