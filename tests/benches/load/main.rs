//! How much the server bears: each kind of request from some clients at once, for a fixed number of requests, beside the bare
//! `/livez` of the same run; and what a WeChat that hangs is to those who ask for something else. Quote the ratios; the absolute numbers
//! are this machine's at this hour.
//!
//! `make bench` builds the server for release and runs this on SQLite. `BIANMIN_BENCH_REQUESTS` (default 2000) and
//! `BIANMIN_BENCH_CLIENTS` (default 16) say how much.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that can't go on has failed")]

mod hanging;
#[path = "../../src/support/mod.rs"]
mod support;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::client::Api;
use support::people::sign_in_staff;
use support::stand::Stand;

const VILLAGE: &str = "511499101204";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let stand = Stand::start().await;
    let (anyone, villager) = (stand.anyone(), stand.villager("wu-xiuying").await);
    let clerk = sign_in_staff(&anyone, &format!("{VILLAGE}-01.2")).await;
    let many = Load { requests: setting("BIANMIN_BENCH_REQUESTS", 2000), clients: setting("BIANMIN_BENCH_CLIENTS", 16) };
    let few = Load { requests: many.requests / 4, ..many };
    let order = Arc::new(order(&anyone).await);

    let bare = many.measure(&anyone, &order, live).await;
    let runs = [
        ("GET /livez", bare.clone()),
        ("GET /items?q=", many.measure(&anyone, &order, search).await),
        ("POST /plans", few.measure(&anyone, &order, plan).await),
        ("POST /cases", few.measure(&villager, &order, submit).await),
        ("POST /work-items/claim", few.measure(&clerk, &order, claim).await),
    ];

    println!("{:<24} {:>10} {:>10} {:>10} {:>12}", "request", "a second", "p50 ms", "p99 ms", "of /livez");
    for (name, run) in &runs {
        println!("{name:<24} {:>10.0} {:>10.2} {:>10.2} {:>11.3}x", run.rate, run.p50_ms, run.p99_ms, run.rate / bare.rate);
    }
    hanging::compare(&stand, few, &order).await;
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

#[derive(Clone, Copy)]
struct Load {
    requests: usize,
    clients: usize,
}

#[derive(Clone)]
struct Run {
    rate: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Load {
    /// Sends all requests, each client its next when its last was answered.
    async fn measure<Fut>(self, api: &Api, order: &Arc<Value>, request: fn(Api, Arc<Value>) -> Fut) -> Run
    where
        Fut: Future<Output = ()> + Send + 'static,
    {
        let started = Instant::now();
        let took = self.time(api, order, request).await;
        let whole = started.elapsed();
        let ms = |part: usize| part_ms(&took, part);
        Run { rate: f64::from(u32::try_from(took.len()).expect("few")) / whole.as_secs_f64(), p50_ms: ms(50), p99_ms: ms(99) }
    }

    /// How long each request took, in order.
    async fn time<Fut>(self, api: &Api, order: &Arc<Value>, request: fn(Api, Arc<Value>) -> Fut) -> Vec<Duration>
    where
        Fut: Future<Output = ()> + Send + 'static,
    {
        let sent = Arc::new(AtomicUsize::new(0));
        let one = || tokio::spawn(client((api.clone(), Arc::clone(order)), Arc::clone(&sent), self.requests, request));
        let clients: Vec<_> = (0..self.clients).map(|_| one()).collect();
        let mut took = Vec::new();
        for client in clients {
            took.extend(client.await.expect("a client ends"));
        }
        took.sort_unstable();
        took
    }
}

fn part_ms(took: &[Duration], percent: usize) -> f64 {
    took[(took.len() * percent / 100).min(took.len() - 1)].as_secs_f64() * 1000.0
}

async fn client<Fut: Future<Output = ()>>(
    (api, order): (Api, Arc<Value>),
    sent: Arc<AtomicUsize>,
    requests: usize,
    request: fn(Api, Arc<Value>) -> Fut,
) -> Vec<Duration> {
    let mut took = Vec::new();
    while sent.fetch_add(1, Ordering::Relaxed) < requests {
        let started = Instant::now();
        request(api.clone(), Arc::clone(&order)).await;
        took.push(started.elapsed());
    }
    took
}

async fn live(anyone: Api, _: Arc<Value>) {
    anyone.get("/livez").await.ok();
}

async fn search(anyone: Api, _: Arc<Value>) {
    anyone.get("/api/v1/items?q=dibao&limit=10").await.ok();
}

fn ask() -> Value {
    json!({ "items": ["C001"], "registered": VILLAGE, "residence": VILLAGE })
}

async fn plan(anyone: Api, _: Arc<Value>) {
    anyone.post("/api/v1/plans", ask()).await.ok();
}

async fn order(anyone: &Api) -> Value {
    let plans = anyone.post("/api/v1/plans", ask()).await.ok().value();
    let nearby = plans["plans"].as_array().unwrap().iter().find(|plan| plan["mode"] == "nearby").unwrap();
    let answers = json!({
        "village_group": "3组", "membership_basis": "原始取得", "household_members": 4, "use_for": "申请宅基地"
    });
    json!({ "ask": ask(), "chosen": nearby["chosen"], "subject": { "kind": "myself" }, "matters": [{ "item": "C001", "answers": answers }] })
}

async fn submit(villager: Api, order: Arc<Value>) {
    villager.post("/api/v1/cases", &*order).await.expect(201);
}

async fn claim(clerk: Api, _: Arc<Value>) {
    clerk.post("/api/v1/work-items/claim", json!({})).await.expect(200);
}
