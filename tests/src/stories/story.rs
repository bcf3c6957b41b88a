//! What a story is told with: the people of 平桥村 and its line, the cases that they hand in, and the hands that work on them.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use crate::support::client::{Answer, Api};
use crate::support::stand::Stand;
use crate::walk::form;
use crate::walk::paper::text_of;

/// 平桥村, where `wang-dama`, `zhang-wei` and `he-xia` are at home.
pub const VILLAGE: &str = "511499101203";
pub const VILLAGE_STATION: &str = "511499101203-01";
pub const TOWN_STATION: &str = "511499101000-01";
/// 社区推荐公民担任诉讼代理人证明: accepted, decided and produced by the village, collected or brought; nothing that the station fills.
pub const CERTIFICATE: &str = "C050";
/// 农村土地经营权流转合同备案: for a household; accepted in the village, decided by the town in five working days.
pub const TOWN_SERVICE: &str = "T064";

/// What the sandbox calls the template by which news are sent.
pub const PROGRESS: &str = "sandbox-case-progress";

/// A stand on which somebody is at home at each desk, signed in once.
pub struct Story {
    pub stand: Stand,
    signed_in: Mutex<HashMap<String, Api>>,
}

impl Story {
    pub async fn begin() -> Story {
        Story::on(Stand::start().await)
    }

    pub fn on(stand: Stand) -> Story {
        Story { stand, signed_in: Mutex::default() }
    }

    pub async fn villager(&self, phone: &str) -> Api {
        let mut signed_in = self.signed_in.lock().await;
        if let Some(known) = signed_in.get(phone) {
            return known.clone();
        }
        let api = self.stand.villager(phone).await;
        signed_in.insert(phone.to_owned(), api.clone());
        api
    }

    pub async fn staff(&self, login: &str) -> Api {
        let mut signed_in = self.signed_in.lock().await;
        if let Some(known) = signed_in.get(login) {
            return known.clone();
        }
        let api = self.stand.staff(login).await;
        signed_in.insert(login.to_owned(), api.clone());
        api
    }

    /// Time passes, and what is due by then is done. Sessions end meanwhile.
    pub async fn at(&self, instant: &str) {
        self.stand.at(instant).await;
        self.signed_in.lock().await.clear();
        self.stand.run_jobs().await;
    }

    /// The power fails, and comes back.
    pub async fn restart(&mut self) {
        self.stand.crash_and_restart();
        self.signed_in.lock().await.clear();
    }

    /// A villager of 平桥村 hands in one item for themself, or their household, from its plan in this mode.
    pub async fn submit(&self, phone: &str, item: &str, mode: &str) -> Case<'_> {
        let villager = self.villager(phone).await;
        let audience = self.stand.anyone().get(&format!("/api/v1/items/{item}")).await.expect(200).value()["audience"].clone();
        let for_a_person = audience.as_array().expect("a list").iter().any(|whom| whom == "person");
        let whom = if for_a_person { "myself" } else { "my_household" };
        let order = self.order(&[item], mode, json!({ "kind": whom })).await;
        self.open(&villager, &order).await
    }

    /// The case that a submission opened.
    pub async fn open(&self, by: &Api, order: &Value) -> Case<'_> {
        let submitted = by.submit(order).await.expect(201).value();
        self.case(&submitted["cases"][0])
    }

    pub fn case(&self, line: &Value) -> Case<'_> {
        Case { story: self, id: word(line, "id"), number: word(line, "number") }
    }

    /// A submission as the person's phone makes it: the plan of that mode, and each form filled.
    pub async fn order(&self, items: &[&str], mode: &str, subject: Value) -> Value {
        let ask = json!({ "items": items, "registered": VILLAGE, "residence": VILLAGE });
        let chosen = self.chosen(&ask, mode).await;
        let mut matters = Vec::new();
        for item in items {
            matters.push(json!({ "item": item, "answers": self.answers(item).await }));
        }
        json!({ "ask": ask, "chosen": chosen, "subject": subject, "matters": matters })
    }

    pub async fn chosen(&self, ask: &Value, mode: &str) -> Value {
        let answer = self.stand.anyone().post("/api/v1/plans", ask).await.expect(200).value();
        let plans = answer["plans"].as_array().expect("plans");
        let plan = plans.iter().find(|plan| plan["mode"] == mode);
        plan.unwrap_or_else(|| panic!("no plan in {mode}: {answer:#}"))["chosen"].clone()
    }

    /// What the applicant fills of an item's form.
    pub async fn answers(&self, item: &str) -> Map<String, Value> {
        let schema = self.stand.anyone().get(&format!("/api/v1/items/{item}/form")).await.expect(200).value();
        form::filled(&schema, "applicant")
    }

    /// The news on somebody's phone: how a case stands, one for each message.
    pub async fn news(&self, phone: &str) -> Vec<String> {
        let shown = self.stand.sandbox().get(&format!("/__sandbox/inbox?user={phone}")).await.expect(200).value();
        shown["messages"].as_array().expect("messages").iter().map(|message| word(&message["data"], "phrase3")).collect()
    }

    /// Its owner allows the service to send them some news: WeChat counts it, and pushes it.
    pub async fn allow_news(&self, phone: &str) {
        self.villager(phone).await;
        let consent = json!({ "user": phone, "template_ids": [PROGRESS], "answer": "accept", "times": 8 });
        self.stand.sandbox().post("/__sandbox/answer", consent).await.ok();
        self.stand.wechat_pushes().await;
    }
}

/// A case on its way.
pub struct Case<'a> {
    story: &'a Story,
    pub id: String,
    pub number: String,
}

/// A work item in somebody's hands.
pub struct Held {
    pub hand: Api,
    pub work_item: String,
    pub lease: Value,
}

impl Held {
    /// Acts, whatever comes of it.
    pub async fn tries(&self, act: Value) -> Answer {
        self.tries_with(act, json!({})).await
    }

    /// Acts, with fields of the form that the station fills.
    pub async fn tries_with(&self, act: Value, answers: Value) -> Answer {
        self.hand.post(&self.path("acts"), self.body(act, answers)).await
    }

    pub fn path(&self, what: &str) -> String {
        format!("/api/v1/work-items/{}/{what}", self.work_item)
    }

    pub fn body(&self, act: Value, answers: Value) -> Value {
        json!({ "lease": self.lease, "answers": answers, "act": act })
    }

    /// Puts it back into its pool.
    pub async fn gives_back(self) {
        self.hand.post(&self.path("release"), json!({ "lease": self.lease })).await.expect(200);
    }
}

impl Case<'_> {
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/cases/{}{rest}", self.id)
    }

    /// As `who` sees it.
    pub async fn seen_by(&self, who: &Api) -> Value {
        who.get(&self.path("")).await.expect(200).value()
    }

    /// What is open in the queue, as a member of staff sees it.
    pub async fn work_item(&self, hand: &Api) -> String {
        word(&self.seen_by(hand).await, "work_item")
    }

    /// Claims what is open.
    pub async fn held_by(&self, login: &str) -> Held {
        let hand = self.story.staff(login).await;
        let work_item = self.work_item(&hand).await;
        let claimed = hand.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await.expect(200).value();
        Held { hand, work_item, lease: claimed["lease"]["number"].clone() }
    }

    /// Claims what is open, and does it.
    pub async fn done_by(&self, login: &str, act: Value) -> Value {
        self.held_by(login).await.tries(act).await.expect(200).value()
    }

    /// The certificate of 平桥村: accepted by the clerk, decided by the head, produced; it waits to be handed over.
    pub async fn produced(&self) {
        self.done_by("cunwu", accept()).await;
        self.done_by("cunzhang", granted()).await;
        self.done_by("cunwu", json!({ "kind": "produce" })).await;
    }

    pub async fn completed(&self) {
        self.produced().await;
        self.done_by("cunwu", json!({ "kind": "hand_over", "to": { "kind": "subject" } })).await;
    }

    /// Its history as its owner reads it, a sentence an event.
    pub async fn history(&self, owner: &Api) -> Vec<String> {
        let lines = owner.get(&self.path("/history")).await.expect(200).value();
        lines.as_array().expect("a list").iter().map(|line| word(line, "sentence")).collect()
    }

    /// What a notice says, without blanks.
    pub async fn notice(&self, owner: &Api, kind: &str) -> String {
        let pdf = owner.get(&self.path(&format!("/notices/{kind}"))).await.expect(200);
        text_of(pdf.bytes())
    }
}

pub fn accept() -> Value {
    json!({ "kind": "accept" })
}

pub fn granted() -> Value {
    json!({ "kind": "decide", "verdict": { "kind": "granted" } })
}

pub fn refused(reason: &str, basis: &str) -> Value {
    json!({ "kind": "decide", "verdict": { "kind": "refused", "reason": reason, "basis": basis } })
}

/// One notice that tells everything: what, and how it must be.
pub fn ask_for(wanted: &[(&str, &str)]) -> Value {
    let wanted: Vec<_> = wanted.iter().map(|(what, requirement)| json!({ "what": what, "requirement": requirement })).collect();
    json!({ "kind": "ask_supplement", "wanted": wanted, "ground": "first_notice" })
}

pub fn word(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value:#}")).to_owned()
}

/// That one of the sentences says this.
#[track_caller]
pub fn says(history: &[String], words: &str) {
    assert!(history.iter().any(|sentence| sentence.contains(words)), "nothing says {words}: {history:#?}");
}
