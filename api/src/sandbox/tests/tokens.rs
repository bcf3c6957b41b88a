//! The access token: kept, renewed, replaced, and asked for by one among many.

use std::net::IpAddr;
use std::process::{Child, Command, Stdio};

use futures_util::future::join_all;
use infra::shared::RedisSettings;
use infra::wechat::{CheckError, Place};
use secrecy::ExposeSecret;

use super::*;

const AT_ONCE: usize = 200;

/// A Redis of a test's own.
struct Redis {
    process: Child,
    port: u16,
}

impl Redis {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server must be installed for this test (Debian: apt-get install redis-server)");
        Self { process, port }
    }

    async fn instance(&self, base_url: &str) -> (Wechat, Shared) {
        let url = format!("redis://127.0.0.1:{}", self.port);
        let shared = Shared::redis(&RedisSettings { url: url.into(), prefix: "test".to_owned(), timeout_ms: 500 }).unwrap();
        (client(base_url, "sandbox-secret", shared.clone()), shared)
    }

    /// Two instances that see each other's values.
    async fn two_instances(&self, base_url: &str) -> (Wechat, Wechat) {
        let ((one, here), (two, there)) = (self.instance(base_url).await, self.instance(base_url).await);
        eventually("both instances reach Redis", async || {
            here.set("seen", "yes", PATIENCE).await;
            there.get("seen").await.is_some()
        })
        .await;
        (one, two)
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Two hundred calls at once, of the instances in turn; each must go well.
async fn call_all_at_once(bench: &Bench, instances: &[&Wechat], openid: &Openid) {
    let asked = (0..AT_ONCE).map(|n| instances[n % instances.len()].check_text(openid, ("服务很好", Place::Comment), bench.now()));
    for asked in join_all(asked).await {
        asked.unwrap();
    }
}

async fn bench_with_a_user() -> (Bench, Openid) {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    assert_eq!(bench.accept("wang-fang", REMINDER, 1).await, true);
    (bench, openid)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_calls_at_a_token_s_end_cause_one_refresh_across_two_instances() {
    let redis = Redis::start();
    let (bench, openid) = bench_with_a_user().await;
    let (one, two) = redis.two_instances(&bench.base_url).await;
    call_all_at_once(&bench, &[&one, &two], &openid).await;
    assert_eq!(bench.token_calls().await, 1, "there was none at first");

    bench.pass(TimeDelta::seconds(7200)).await;
    call_all_at_once(&bench, &[&one, &two], &openid).await;
    assert_eq!(bench.token_calls().await, 2, "the first has ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_redis_gone_each_instance_refreshes_once_at_most_and_nothing_fails() {
    let mut redis = Redis::start();
    let (bench, openid) = bench_with_a_user().await;
    let (one, two) = redis.two_instances(&bench.base_url).await;
    call_all_at_once(&bench, &[&one, &two], &openid).await;
    redis.kill();
    bench.pass(TimeDelta::seconds(7200)).await;
    let before = bench.token_calls().await;
    call_all_at_once(&bench, &[&one, &two], &openid).await;
    let refreshed = bench.token_calls().await - before;
    assert!((1..=2).contains(&refreshed), "{refreshed} refreshes of two instances");
}

#[tokio::test]
async fn in_its_overlap_a_token_is_renewed_once_beside_calls_that_do_not_wait() {
    let (bench, openid) = bench_with_a_user().await;
    call_all_at_once(&bench, &[&bench.wechat], &openid).await;
    bench.pass(TimeDelta::seconds(7200 - 301)).await;
    call_all_at_once(&bench, &[&bench.wechat], &openid).await;
    assert_eq!(bench.token_calls().await, 1, "its overlap has not begun");
    bench.pass(TimeDelta::seconds(1)).await;
    call_all_at_once(&bench, &[&bench.wechat], &openid).await;
    eventually("renewed", async || bench.token_calls().await == 2).await;
    bench.pass(TimeDelta::seconds(300)).await;
    call_all_at_once(&bench, &[&bench.wechat], &openid).await;
    assert_eq!(bench.token_calls().await, 2, "the new one goes on");
}

#[tokio::test]
async fn while_wechat_gives_no_new_token_the_old_one_is_used_to_its_end() {
    let (bench, openid) = bench_with_a_user().await;
    bench.send(&openid, &reminder()).await.unwrap();
    bench.mishaps(json!({ "seed": 1, "per_mille": 1000, "kinds": ["bad_gateway"], "paths": ["/cgi-bin/stable_token"] })).await;
    bench.pass(TimeDelta::seconds(7200 - 200)).await;
    call_all_at_once(&bench, &[&bench.wechat], &openid).await;
    eventually("asked three times and no more", async || bench.token_calls().await == 4).await;
    call_all_at_once(&bench, &[&bench.wechat], &openid).await;
    assert_eq!(bench.token_calls().await, 4);
}

#[tokio::test]
async fn many_that_wait_for_a_token_share_its_failure() {
    let (bench, openid) = bench_with_a_user().await;
    bench.mishaps(json!({ "seed": 1, "per_mille": 1000, "kinds": ["busy"], "paths": ["/cgi-bin/stable_token"] })).await;
    let asked = (0..AT_ONCE).map(|_| bench.wechat.check_text(&openid, ("服务很好", Place::Comment), bench.now()));
    assert!(join_all(asked).await.iter().all(|asked| matches!(asked, Err(CheckError::Unavailable(_)))));
    assert_eq!(bench.token_calls().await, 3, "three attempts of one");
    bench.mishaps(json!({ "seed": 1, "per_mille": 0 })).await;
    call_all_at_once(&bench, &[&bench.wechat], &openid).await;
}

/// Another system of the same app refreshes by force: every token before it dies at once.
async fn force_refresh(bench: &Bench) -> Value {
    let settings = SandboxSettings::demo();
    let secret = settings.secret.expose_secret();
    let body = json!({ "grant_type": "client_credential", "appid": settings.appid, "secret": secret, "force_refresh": true });
    bench.post("/cgi-bin/stable_token", body).await
}

#[tokio::test]
async fn a_token_that_died_before_its_time_is_replaced_once_and_every_call_still_goes_well() {
    let (bench, openid) = bench_with_a_user().await;
    bench.send(&openid, &reminder()).await.unwrap();
    assert_eq!(force_refresh(&bench).await["expires_in"], 7200);
    let before = bench.token_calls().await;
    call_all_at_once(&bench, &[&bench.wechat], &openid).await;
    assert_eq!(bench.token_calls().await - before, 1);
}

#[tokio::test]
async fn a_refresh_by_force_is_for_emergencies() {
    let bench = bench().await;
    assert_eq!(force_refresh(&bench).await["expires_in"], 7200);
    assert_eq!(force_refresh(&bench).await["errcode"], 45011, "thirty seconds apart");
    for _ in 1..20 {
        bench.pass(TimeDelta::seconds(30)).await;
        assert_eq!(force_refresh(&bench).await["expires_in"], 7200);
    }
    bench.pass(TimeDelta::seconds(30)).await;
    assert_eq!(force_refresh(&bench).await["errcode"], 45009, "twenty a day");
    bench.pass(TimeDelta::days(1)).await;
    assert_eq!(force_refresh(&bench).await["expires_in"], 7200);
}

#[tokio::test]
async fn old_style_tokens_end_each_other_and_leave_the_stable_one_alone() {
    let (bench, openid) = bench_with_a_user().await;
    bench.send(&openid, &reminder()).await.unwrap();
    let old_style = async || {
        let path = "/cgi-bin/token?grant_type=client_credential&appid=wx0000000000sandbox&secret=sandbox-secret";
        bench.get_json(path).await["access_token"].as_str().unwrap().to_owned()
    };
    let send = async |token: &str| {
        bench.post(&format!("/cgi-bin/message/subscribe/send?access_token={token}"), json!({})).await["errcode"].clone()
    };
    let (first, second) = (old_style().await, old_style().await);
    assert_eq!((send(&first).await, send(&second).await), (json!(47001), json!(47001)), "both work for five minutes");
    bench.pass(TimeDelta::minutes(5)).await;
    assert_eq!((send(&first).await, send(&second).await), (json!(42001), json!(47001)));
    bench.send(&openid, &reminder()).await.unwrap();
    assert_eq!(bench.token_calls().await, 1);
}

#[tokio::test]
async fn from_an_address_that_is_not_allowed_no_token_is_given_and_the_address_is_named() {
    let (bench, openid) = bench_with_a_user().await;
    bench.post("/__sandbox/whitelist", json!({ "addresses": ["203.0.113.7"] })).await;
    let Err(SendError::Misconfigured(refusal)) = bench.send(&openid, &reminder()).await else { panic!("given") };
    assert_eq!((refusal.errcode, refusal.about.map(|ip| ip.parse::<IpAddr>().unwrap().is_loopback())), (40164, Some(true)));
    bench.post("/__sandbox/whitelist", json!({ "addresses": ["127.0.0.1"] })).await;
    bench.send(&openid, &reminder()).await.unwrap();
}

#[tokio::test]
async fn without_the_right_secret_no_message_goes_out_and_nothing_is_kept() {
    let (bench, openid) = bench_with_a_user().await;
    let mistaken = client(&bench.base_url, "not-the-secret", bench.shared.clone());
    let sent = mistaken.send_subscribe(&openid, &reminder(), bench.now()).await;
    assert!(matches!(sent, Err(SendError::Misconfigured(refusal)) if refusal.errcode == 40125));
    assert_eq!(bench.shared.get("wechat.token.wx0000000000sandbox").await, None);
}
