//! One set of promises, held by both forms; Redis is a real server of the test's own.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::*;

const HOUR: Duration = Duration::from_secs(3600);
const PATIENCE: Duration = Duration::from_secs(20);

struct RedisServer {
    process: Child,
    port: u16,
}

impl RedisServer {
    async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { process: Self::spawn(port), port };
        server.wait_until_it_answers().await;
        server
    }

    fn spawn(port: u16) -> Child {
        Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server must be installed for this test (Debian: apt-get install redis-server)")
    }

    async fn wait_until_it_answers(&self) {
        eventually("redis-server answers", async || self.connection().await.is_some()).await;
    }

    async fn connection(&self) -> Option<redis::aio::MultiplexedConnection> {
        redis::Client::open(self.url()).unwrap().get_multiplexed_async_connection().await.ok()
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Another instance of the service on this server.
    fn instance(&self) -> Shared {
        Shared::redis(&RedisSettings { url: self.url().into(), prefix: "test".to_owned(), timeout_ms: 500 }).unwrap()
    }

    fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
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

async fn within_patience(what: impl Future<Output = ()>) {
    tokio::time::timeout(PATIENCE, what).await.expect("woken in time");
}

async fn keeps_replaces_and_removes_values(shared: &Shared) {
    assert_eq!(shared.get("wechat.token").await, None);
    shared.set("wechat.token", "a", HOUR).await;
    shared.set("wechat.token", "b", HOUR).await;
    assert_eq!(shared.get("wechat.token").await.as_deref(), Some("b"));
    shared.remove("wechat.token").await;
    assert_eq!(shared.get("wechat.token").await, None);
}

async fn gives_a_key_to_one_owner_and_takes_it_from_nobody_else(shared: &Shared) {
    assert!(shared.claim("turn", "li", HOUR).await);
    assert!(!shared.claim("turn", "zhang", HOUR).await && !shared.claim("turn", "li", HOUR).await);
    shared.remove_if("turn", "zhang").await;
    assert!(!shared.claim("turn", "zhang", HOUR).await);
    shared.remove_if("turn", "li").await;
    assert!(shared.claim("turn", "zhang", HOUR).await);
    shared.remove_if("turn", "zhang").await;
}

/// By the clock that is passed in: nobody waits here.
async fn lets_a_burst_through_and_then_what_the_rate_gives(shared: &Shared) {
    let (rate, start) = (Rate::new(60, 3), Timestamp::UNIX_EPOCH + chrono::Duration::days(20_000));
    for _ in 0..3 {
        shared.take("rate.read.li", rate, start).await.unwrap();
    }
    assert_eq!(shared.take("rate.read.li", rate, start).await, Err(TooOften(Duration::from_secs(60))));
    shared.take("rate.read.zhang", rate, start).await.unwrap();
    let later = start + chrono::Duration::seconds(45);
    assert_eq!(shared.take("rate.read.li", rate, later).await, Err(TooOften(Duration::from_secs(15))));
    shared.take("rate.read.li", rate, start + chrono::Duration::seconds(60)).await.unwrap();
    assert!(shared.take("rate.read.li", rate, start + chrono::Duration::seconds(60)).await.is_err());
    let moved_back = start - chrono::Duration::days(60);
    shared.take("rate.read.li", rate, moved_back).await.unwrap();
}

/// Those who come at once are counted one after another.
async fn lets_the_free_attempts_through_and_then_one_for_each_rest(shared: &Shared) {
    let rule = BackOff { free: 3, rest_max: chrono::Duration::minutes(60) };
    let start = Timestamp::UNIX_EPOCH + chrono::Duration::days(20_000);
    let crowd = futures_util::future::join_all((0..8).map(|_| shared.attempt("attempts.li", rule, start))).await;
    assert_eq!(crowd.iter().filter(|through| through.is_ok()).count(), 3, "{crowd:?}");
    let minute = chrono::Duration::minutes(1);
    assert_eq!(shared.may_attempt("attempts.li", rule, start).await, Err(Rests(minute)));
    shared.attempt("attempts.zhang", rule, start).await.unwrap();
    shared.may_attempt("attempts.li", rule, start + minute).await.unwrap();
    shared.attempt("attempts.li", rule, start + minute).await.unwrap();
    assert_eq!(shared.attempt("attempts.li", rule, start + minute).await, Err(Rests(minute * 2)));
    shared.forget_attempts("attempts.li").await;
    shared.attempt("attempts.li", rule, start + minute).await.unwrap();
}

async fn wakes_the_subscribers_of_the_channel_alone(shared: &Shared) {
    let (mut outbox, mut clocks) = (shared.subscribe("outbox"), shared.subscribe("clocks"));
    shared.notify("outbox").await;
    shared.notify("outbox").await;
    within_patience(outbox.woken()).await;
    shared.notify("clocks").await;
    within_patience(clocks.woken()).await;
    assert!(!outbox.0.has_changed().unwrap(), "two calls before the look are one wake-up");
}

async fn holds_every_promise(shared: Shared) {
    keeps_replaces_and_removes_values(&shared).await;
    gives_a_key_to_one_owner_and_takes_it_from_nobody_else(&shared).await;
    lets_a_burst_through_and_then_what_the_rate_gives(&shared).await;
    lets_the_free_attempts_through_and_then_one_for_each_rest(&shared).await;
    wakes_the_subscribers_of_the_channel_alone(&shared).await;
}

#[tokio::test]
async fn in_process_state_holds_every_promise() {
    holds_every_promise(Shared::in_process()).await;
}

#[tokio::test]
async fn redis_state_holds_every_promise() {
    let server = RedisServer::start().await;
    holds_every_promise(settled(&server).await).await;
}

/// An instance whose listener has connected: its first round wakes everyone once, which would disturb a count of wake-ups.
async fn settled(server: &RedisServer) -> Shared {
    let shared = server.instance();
    let mut first = shared.subscribe("settling");
    within_patience(first.woken()).await;
    shared
}

#[test]
fn a_value_dies_at_the_end_of_its_time_to_live() {
    let (mut entries, now) = (local::Entries::default(), Instant::now());
    entries.set("code", "1".to_owned(), HOUR, now);
    assert_eq!(entries.get("code", now + HOUR - Duration::from_millis(1)), Some("1"));
    assert_eq!(entries.get("code", now + HOUR), None);
}

#[test]
fn a_full_memory_keeps_what_it_has_until_that_dies() {
    let (mut entries, now) = (local::Entries::default(), Instant::now());
    for key in 0..100_000 {
        entries.set(&key.to_string(), String::new(), HOUR, now);
    }
    entries.set("one more", String::new(), HOUR, now);
    assert_eq!((entries.get("one more", now), entries.get("0", now)), (None, Some("")));
    entries.set("one more", String::new(), HOUR, now + HOUR);
    assert_eq!(entries.get("one more", now + HOUR), Some(""));
}

#[tokio::test]
async fn redis_forgets_values_and_rates_by_itself() {
    let server = RedisServer::start().await;
    let shared = server.instance();
    shared.set("value", "1", HOUR).await;
    let mut connection = server.connection().await.unwrap();
    shared.take("rate", Rate::new(1, 1), Timestamp::UNIX_EPOCH).await.unwrap();
    assert!(shared.claim("turn", "li", HOUR).await);
    for key in ["test:value", "test:rate", "test:turn"] {
        let left: i64 = redis::cmd("PTTL").arg(key).query_async(&mut connection).await.unwrap();
        assert!((1..=3_600_000).contains(&left), "{key} lives {left} ms");
    }
}

#[tokio::test]
async fn instances_on_one_redis_share_values_and_wake_each_other() {
    let server = RedisServer::start().await;
    let (one, two) = (settled(&server).await, settled(&server).await);
    let mut waiting = two.subscribe("outbox");
    one.set("wechat.token", "a", HOUR).await;
    one.notify("outbox").await;
    within_patience(waiting.woken()).await;
    assert_eq!(two.get("wechat.token").await.as_deref(), Some("a"));
    let rate = Rate::new(60, 2);
    one.take("rate.li", rate, Timestamp::UNIX_EPOCH).await.unwrap();
    two.take("rate.li", rate, Timestamp::UNIX_EPOCH).await.unwrap();
    assert!(one.take("rate.li", rate, Timestamp::UNIX_EPOCH).await.is_err());
}

#[tokio::test]
async fn without_redis_an_instance_goes_on_alone_and_returns_to_it() {
    let mut server = RedisServer::start().await;
    let shared = settled(&server).await;
    shared.set("token", "before", HOUR).await;
    server.stop();
    holds_every_promise(shared.clone()).await;
    shared.set("token", "alone", HOUR).await;
    assert_eq!(shared.get("token").await.as_deref(), Some("alone"));

    server.process = RedisServer::spawn(server.port);
    server.wait_until_it_answers().await;
    let other = server.instance();
    eventually("both see the same value again", async || {
        shared.set("token", "after", HOUR).await;
        other.get("token").await.as_deref() == Some("after")
    })
    .await;
}

#[tokio::test]
async fn a_url_that_is_none_is_refused_without_being_quoted() {
    let settings = RedisSettings { url: "http://:secret@host".into(), prefix: "test".to_owned(), timeout_ms: 500 };
    let error = Shared::redis(&settings).err().unwrap();
    assert!(!format!("{error:?} {error}").contains("secret"));
}
