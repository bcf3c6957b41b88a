//! The client against a WeChat where things go wrong, from a seed: no message twice, none lost, credits right to the unit.

use std::collections::BTreeSet;

use infra::wechat::{Event, LoginError, MiniCode, PhoneError, Place, Scene, Suggest, TextVerdict};

use super::receiver::Receiver;
use super::*;

const USERS: [&str; 4] = ["wang-fang", "li-qiang", "zhang-min", "liu-yang"];
const MESSAGES: usize = 8;
const GRANTED: u32 = 12;
/// Enough for any run of bad luck of these seeds.
const ATTEMPTS: usize = 100;
/// The client waits less than a delay takes.
const TIMEOUT_MS: u64 = 1_000;
const DELAY_MS: u64 = 1_500;

/// A user, and what is known of the messages to them.
struct Addressee {
    user: &'static str,
    openid: Openid,
    /// What the client or WeChat's events have confirmed.
    confirmed: usize,
}

struct Sender<'a> {
    bench: &'a Bench,
    wechat: Wechat,
    receiver: Receiver,
    events: Vec<Openid>,
}

impl Sender<'_> {
    /// What an outbox does: again where it was surely not taken, and where that is open, first what WeChat tells of it.
    async fn send_surely(&mut self, to: &mut Addressee, message: &SubscribeMessage) {
        for _ in 0..ATTEMPTS {
            match self.wechat.send_subscribe(&to.openid, message, self.bench.now()).await {
                Ok(_) => break,
                Err(SendError::Open(_)) => {
                    if self.was_taken(to).await {
                        break;
                    }
                }
                Err(SendError::TryLater { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        to.confirmed += 1;
    }

    async fn was_taken(&mut self, to: &Addressee) -> bool {
        self.settle().await;
        self.events.iter().filter(|openid| **openid == to.openid).count() > to.confirmed
    }

    /// Until WeChat has done with every call and told of what it did.
    async fn settle(&mut self) {
        let bench = self.bench;
        eventually("every call is done with", async || bench.get_json("/__sandbox/calls").await["under_way"] == 0).await;
        bench.post("/__sandbox/deliver", json!({})).await;
        let sent = self.receiver.take(bench).into_iter().filter(|pushed| matches!(pushed.event, Event::Sent(_)));
        self.events.extend(sent.filter_map(|pushed| pushed.from));
    }

    /// Another code where one was lost.
    async fn sign_in_surely(&self, user: &'static str) -> Addressee {
        for _ in 0..ATTEMPTS {
            match self.wechat.code2session(&self.bench.code(user).await).await {
                Ok(session) => return Addressee { user, openid: session.openid, confirmed: 0 },
                Err(LoginError::Unavailable(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        panic!("never signed in")
    }
}

fn numbered(number: usize) -> SubscribeMessage {
    with("thing5", &format!("第{number}件"))
}

async fn no_message_is_lost_or_sent_twice(plan: Value) {
    let bench = bench().await;
    let receiver = Receiver::start(&bench).await;
    let wechat = hurried_client(&bench.base_url, "sandbox-secret", Shared::in_process(), TIMEOUT_MS);
    let mut sender = Sender { bench: &bench, wechat, receiver, events: Vec::new() };
    bench.mishaps(plan).await;
    for user in USERS {
        let mut to = sender.sign_in_surely(user).await;
        bench.accept(user, TEMPLATE, GRANTED).await;
        for number in 0..MESSAGES {
            sender.send_surely(&mut to, &numbered(number)).await;
        }
        sender.settle().await;
        let hints: Vec<String> = bench.messages(user).await.iter().map(|shown| shown["data"]["thing5"].to_string()).collect();
        let distinct: BTreeSet<&String> = hints.iter().collect();
        assert_eq!((hints.len(), distinct.len()), (MESSAGES, MESSAGES), "{user}");
        let left = GRANTED - u32::try_from(to.confirmed).unwrap();
        assert_eq!(bench.credit(to.user, TEMPLATE).await, left, "what the client reported is what WeChat took");
        assert_eq!(sender.events.iter().filter(|openid| **openid == to.openid).count(), MESSAGES);
    }
}

#[tokio::test]
async fn without_faults_no_message_is_lost_or_sent_twice_and_credits_are_right() {
    no_message_is_lost_or_sent_twice(json!({ "seed": 0, "per_mille": 0 })).await;
}

#[tokio::test]
async fn with_delays_resets_gateway_pages_halves_and_a_busy_wechat_no_message_is_lost_or_sent_twice_and_credits_are_right() {
    for seed in [1, 2, 3] {
        no_message_is_lost_or_sent_twice(json!({ "seed": seed, "per_mille": 300, "delay_ms": DELAY_MS })).await;
    }
}

#[tokio::test]
async fn with_each_fault_alone_at_every_other_call_no_message_is_lost_or_sent_twice() {
    for kind in ["reset", "bad_gateway", "truncated", "busy"] {
        no_message_is_lost_or_sent_twice(json!({ "seed": 5, "per_mille": 500, "kinds": [kind] })).await;
    }
}

#[tokio::test]
async fn with_faults_every_other_call_gives_its_answer_or_says_that_there_is_none() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    bench.mishaps(json!({ "seed": 11, "per_mille": 300, "kinds": ["reset", "bad_gateway", "truncated", "busy"] })).await;
    let (mut judged, mut drawn, mut phones) = (0, 0, 0);
    for n in 0..20 {
        let (text, expected) = if n % 2 == 0 { ("服务很好", Suggest::Pass) } else { ("赌博", Suggest::Risky) };
        if let Ok(verdict) = bench.wechat.check_text(&openid, (text, Place::Comment), bench.now()).await {
            assert!(matches!(verdict, TextVerdict::Judged { suggest, .. } if suggest == expected), "{verdict:?}");
            judged += 1;
        }
        let code = MiniCode::new(Scene::random(), None).unwrap();
        drawn += u32::from(bench.wechat.mini_code(&code, bench.now()).await.is_ok());
        match bench.wechat.phone_number(&bench.phone_code("wang-fang").await, None, bench.now()).await {
            Ok(phone) => {
                assert_eq!(phone.number, "13800138000");
                phones += 1;
            }
            Err(PhoneError::Unavailable(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    // Three attempts of ten, three of which fail, against one.
    assert!(judged >= 15 && drawn >= 15 && (5..20).contains(&phones), "{judged} {drawn} {phones}");
}

#[tokio::test]
async fn a_one_use_code_is_sent_once_whatever_becomes_of_it() {
    let bench = bench().await;
    bench.mishaps(json!({ "seed": 3, "per_mille": 1000, "kinds": ["reset", "busy", "truncated"] })).await;
    for user in USERS {
        assert!(matches!(bench.wechat.code2session(&bench.code(user).await).await, Err(LoginError::Unavailable(_))));
    }
    assert_eq!(bench.calls("/sns/jscode2session").await, 4);
    let path = "/wxa/business/getuserphonenumber";
    bench.mishaps(json!({ "seed": 3, "per_mille": 1000, "kinds": ["reset", "busy", "truncated"], "paths": [path] })).await;
    for user in USERS {
        let code = bench.phone_code(user).await;
        assert!(matches!(bench.wechat.phone_number(&code, None, bench.now()).await, Err(PhoneError::Unavailable(_))));
    }
    assert_eq!(bench.calls(path).await, 4);
}

/// What came of a row of sign-ins.
async fn story(seed: u64) -> Vec<bool> {
    let bench = bench().await;
    bench.mishaps(json!({ "seed": seed, "per_mille": 400, "kinds": ["reset", "bad_gateway", "truncated", "busy"] })).await;
    let mut story = Vec::new();
    for _ in 0..40 {
        story.push(bench.wechat.code2session(&bench.code("wang-fang").await).await.is_ok());
    }
    story
}

#[tokio::test]
async fn a_run_with_the_same_seed_repeats() {
    let told = story(21).await;
    assert!(told.contains(&true) && told.contains(&false));
    assert_eq!(told, story(21).await);
    assert_ne!(told, story(22).await);
}
