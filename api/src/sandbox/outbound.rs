//! Pushes to us: signed and encrypted, repeated up to three times while there is no answer in time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use domain::time::Timestamp;
use futures_util::future::join_all;
use infra::wechat::{Envelope, PushDoor};
use serde::Serialize;
use serde_json::{Value, json};
use tracing::warn;

use super::Sandbox;
use super::settings::PushTarget;
use super::world::{Checked, Flaw, Push, Verdict, What};

const REPETITIONS: u8 = 3;
const FETCH_WITHIN: Duration = Duration::from_secs(5);
const TOO_OLD: TimeDelta = TimeDelta::minutes(10);
const ANOTHER_APP: &str = "wx0000000000another";
const ANOTHER_KEY: &str = "anotheranotheranotheranotheranotheranothera";
const KEPT: usize = 1_000;

pub(super) struct Outbound {
    http: reqwest::Client,
    /// Held while pushes go out: whoever waits for them to be out waits for this.
    turn: tokio::sync::Mutex<()>,
    /// Of the next push.
    flaw: Mutex<Option<Flaw>>,
    /// What was pushed last.
    pushed: Mutex<VecDeque<Pushed>>,
}

/// A push that went out, with what each of its deliveries was answered; none: nothing in time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Pushed {
    #[serde(skip)]
    message: Value,
    event: Value,
    answers: Vec<Option<u16>>,
}

impl Pushed {
    fn of(message: &Value, answers: Vec<Option<u16>>) -> Self {
        Self { message: message.clone(), event: message.get("Event").cloned().unwrap_or_default(), answers }
    }
}

impl Outbound {
    pub(super) fn new() -> reqwest::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { http, turn: tokio::sync::Mutex::default(), flaw: Mutex::default(), pushed: Mutex::default() })
    }

    pub(super) fn spoil_the_next(&self, flaw: Flaw) {
        *self.flaw.lock().unwrap_or_else(PoisonError::into_inner) = Some(flaw);
    }

    fn flaw(&self) -> Option<Flaw> {
        self.flaw.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn pushed(&self) -> Vec<Pushed> {
        self.pushed.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn keep(&self, pushed: Pushed) {
        let mut kept = self.pushed.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(pushed);
        if kept.len() > KEPT {
            kept.pop_front();
        }
    }

    /// What lies there; none where it cannot be fetched.
    async fn fetch(&self, url: &str) -> Option<Vec<u8>> {
        let response = self.http.get(url).timeout(FETCH_WITHIN).send().await.ok()?.error_for_status().ok()?;
        response.bytes().await.ok().map(|bytes| bytes.to_vec())
    }
}

impl Sandbox {
    /// Tells what has come due. When it returns, that is out, and whatever went out beside it.
    pub(super) async fn push_what_is_due(&self) {
        let _turn = self.outbound.turn.lock().await;
        let now = self.now();
        let (due, appid, target) = {
            let mut world = self.world();
            (world.due(now), world.settings.appid.clone(), world.settings.push.clone())
        };
        // Without an address pushes go nowhere, as at WeChat.
        let Some(target) = target else { return };
        for Push { what, times, .. } in due {
            let message = match what {
                What::Event(message) => message,
                What::Verdict(checked) => self.verdict_on(&checked, &appid, now).await,
            };
            for _ in 0..times {
                self.push_one(&target, &appid, &message, now).await;
            }
        }
    }

    async fn verdict_on(&self, checked: &Checked, appid: &str, now: Timestamp) -> Value {
        let fetched = self.outbound.fetch(&checked.url).await;
        let verdict: Option<Verdict> = fetched.map(|bytes| self.world().judge(&String::from_utf8_lossy(&bytes)));
        checked.told(appid, verdict, now)
    }

    async fn push_one(&self, target: &PushTarget, appid: &str, message: &Value, now: Timestamp) {
        let flaw = self.outbound.flaw();
        let Some(door) = door(target, appid, flaw) else { return };
        let mut answers = Vec::new();
        for _ in 0..=REPETITIONS {
            let answer = self.push_once(target, (&door, flaw), message, now).await;
            answers.push(answer.map(|(status, _)| status));
            if answer.is_some_and(|(_, taken)| taken) {
                break;
            }
        }
        if answers.len() > usize::from(REPETITIONS) {
            warn!("a push of the WeChat sandbox was not taken");
        }
        self.outbound.keep(Pushed::of(message, answers));
    }

    /// Asks whoever is pushed to whether they know the token, as WeChat does when their address is set.
    pub(super) async fn asks_for_the_echo(&self) -> bool {
        let (now, appid, target) = {
            let world = self.world();
            (self.now(), world.settings.appid.clone(), world.settings.push.clone())
        };
        let Some(target) = target else { return false };
        let Some(door) = door(&target, &appid, None) else { return false };
        let (timestamp, nonce, echo) = (now.timestamp().to_string(), rand::random::<u32>().to_string(), rand::random::<u64>().to_string());
        let signature = door.signature(&[&timestamp, &nonce]);
        let asked = [("signature", &signature), ("timestamp", &timestamp), ("nonce", &nonce), ("echostr", &echo)];
        let answer = self.outbound.http.get(&target.url).query(&asked).timeout(FETCH_WITHIN).send().await;
        match answer.and_then(reqwest::Response::error_for_status) {
            Ok(answer) => answer.text().await.is_ok_and(|text| text == echo),
            Err(_) => false,
        }
    }

    /// Pushes once more what was pushed last, `times` at once; what each was answered.
    pub(super) async fn repeat_the_last(&self, times: usize) -> Vec<Option<u16>> {
        let _turn = self.outbound.turn.lock().await;
        let (now, appid, target) = {
            let world = self.world();
            (self.now(), world.settings.appid.clone(), world.settings.push.clone())
        };
        let (Some(target), Some(last)) = (target, self.outbound.pushed().pop()) else { return Vec::new() };
        let Some(door) = door(&target, &appid, None) else { return Vec::new() };
        let again = (0..times).map(|_| self.push_once(&target, (&door, None), &last.message, now));
        join_all(again).await.into_iter().map(|answer| answer.map(|(status, _)| status)).collect()
    }

    /// The status of the answer, and whether it was one: `success` or nothing, in time.
    async fn push_once(
        &self,
        target: &PushTarget,
        (door, flaw): (&PushDoor, Option<Flaw>),
        message: &Value,
        now: Timestamp,
    ) -> Option<(u16, bool)> {
        let signed_at = if flaw == Some(Flaw::OldTimestamp) { now - TOO_OLD } else { now };
        let nonce = rand::random::<u32>().to_string();
        let mut sealed = door.seal(message.to_string().as_bytes(), signed_at, &nonce).ok()?;
        if flaw == Some(Flaw::WrongSignature) {
            sealed.msg_signature = sealed.msg_signature.chars().rev().collect();
        }
        let request = self.outbound.http.post(&target.url).query(&query(door, &sealed, message));
        let body = json!({ "ToUserName": "gh_sandbox", "Encrypt": sealed.encrypt });
        let answer = request.json(&body).timeout(Duration::from_millis(target.answer_within_ms)).send().await.ok()?;
        let status = answer.status();
        let taken = answer.text().await.is_ok_and(|text| text.is_empty() || text == "success");
        Some((status.as_u16(), status.is_success() && taken))
    }
}

/// The door that the push goes through, or one that is not its receiver's.
fn door(target: &PushTarget, appid: &str, flaw: Option<Flaw>) -> Option<PushDoor> {
    let door = match flaw {
        Some(Flaw::WrongAppid) => target.door(ANOTHER_APP),
        Some(Flaw::WrongKey) => PushTarget { encoding_aes_key: ANOTHER_KEY.into(), ..target.clone() }.door(appid),
        Some(Flaw::WrongSignature | Flaw::OldTimestamp) | None => target.door(appid),
    };
    door.ok()
}

fn query(door: &PushDoor, sealed: &Envelope, message: &Value) -> [(&'static str, String); 6] {
    let timestamp = sealed.timestamp.to_string();
    let signature = door.signature(&[&timestamp, &sealed.nonce]);
    let openid = message.get("FromUserName").and_then(Value::as_str).unwrap_or_default();
    [
        ("signature", signature),
        ("timestamp", timestamp),
        ("nonce", sealed.nonce.clone()),
        ("openid", openid.to_owned()),
        ("encrypt_type", "aes".to_owned()),
        ("msg_signature", sealed.msg_signature.clone()),
    ]
}
