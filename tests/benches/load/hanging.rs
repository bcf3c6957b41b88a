//! What a WeChat that hangs is to those who ask for something else: the same requests while people sign in with WeChat and news go out
//! through it, with one that answers and with one that takes every call and never answers within its time, turn by turn in one run.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::support::client::Api;
use super::support::stand::Stand;
use super::{Load, part_ms, plan, search, submit};

/// The sandbox's template of how a case stands.
const PROGRESS: &str = "sandbox-case-progress";
const TURNS: usize = 5;
/// People who sign in with WeChat all the while, each again and again.
const SIGNING_IN: usize = 8;
const PAUSE: Duration = Duration::from_millis(250);
/// Longer than any call to WeChat may take.
const FOR_EVER_MS: u64 = 60_000;

pub async fn compare(stand: &Stand, load: Load, order: &Arc<Value>) {
    let (anyone, villager) = (stand.anyone(), stand.villager("wu-xiuying").await);
    let load = Load { requests: load.requests / 2, ..load };
    let mut took: [[Vec<Duration>; 3]; 2] = Default::default();
    for _ in 0..TURNS {
        for (hangs, took) in [false, true].into_iter().zip(&mut took) {
            allow_news(stand, load.requests).await;
            sandbox_hangs(stand, hangs).await;
            let mut signing_in = sign_in_all_the_while(stand);
            took[0].extend(load.time(&anyone, order, search).await);
            took[1].extend(load.time(&anyone, order, plan).await);
            took[2].extend(load.time(&villager, order, submit).await);
            assert!(signing_in.try_join_next().is_none(), "somebody who signs in has fallen over");
        }
    }
    sandbox_hangs(stand, false).await;
    let calls = stand.sandbox().get("/__sandbox/calls").await.expect(200).value();
    let [mut answers, mut hangs] = took;
    println!("\n{:<24} {:>14} {:>14} {:>10}", "p99 ms, WeChat that", "answers", "hangs", "ratio");
    for (name, (answers, hangs)) in ["GET /items?q=", "POST /plans", "POST /cases"].into_iter().zip(answers.iter_mut().zip(&mut hangs)) {
        answers.sort_unstable();
        hangs.sort_unstable();
        let (answers, hangs) = (part_ms(answers, 99), part_ms(hangs, 99));
        println!("{name:<24} {answers:>14.2} {hangs:>14.2} {:>9.2}x", hangs / answers);
    }
    println!("{} calls to WeChat were left hanging", calls["mishaps"]);
}

/// So many messages: WeChat counts them, and pushes that to us.
async fn allow_news(stand: &Stand, times: usize) {
    let answer = json!({ "user": "wu-xiuying", "template_ids": [PROGRESS], "answer": "accept", "times": times });
    stand.sandbox().post("/__sandbox/answer", answer).await.ok();
    stand.wechat_pushes().await;
}

async fn sandbox_hangs(stand: &Stand, hangs: bool) {
    let per_mille = if hangs { 1000 } else { 0 };
    let plan = json!({ "seed": 1, "per_mille": per_mille, "kinds": ["delay"], "delay_ms": FOR_EVER_MS });
    stand.sandbox().post("/__sandbox/mishaps", plan).await.ok();
}

/// Ends with what it gives back.
fn sign_in_all_the_while(stand: &Stand) -> JoinSet<()> {
    let mut people = JoinSet::new();
    for number in 0..SIGNING_IN {
        people.spawn(sign_in_again_and_again(stand.anyone(), stand.sandbox(), format!("bench-{number}")));
    }
    people
}

async fn sign_in_again_and_again(anyone: Api, sandbox: Api, phone: String) {
    loop {
        let minted = sandbox.post("/__sandbox/login", json!({ "user": phone })).await.expect(200).value();
        let answer = anyone.post("/api/v1/sessions/wechat", json!({ "code": minted["code"] })).await;
        assert!([201, 503].contains(&answer.status()), "{}", answer.text());
        tokio::time::sleep(PAUSE).await;
    }
}
