//! What these scenarios say again and again: file a case, look for its work, ask for something that somebody else owns.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::client::{Answer, Api};
use crate::support::stand::Stand;
use crate::walk::form;

pub const VILLAGE: &str = "511499101203";
pub const STATION: &str = "511499101203-01";
/// Instant: whoever takes it in decides it.
pub const AT_ONCE: &str = "C001";
/// Accepted by one, decided by another, both at the village station.
pub const DECIDED: &str = "C003";
/// A case, a work item, a file that never was: of the form of the real ones.
pub const NOBODYS: &str = "018f3d0e-7c1a-7b60-9c3e-0a1b2c3d4e5f";

pub fn subject_myself() -> Value {
    json!({ "kind": "myself" })
}

/// The order for `item` in `mode`, as the plans of the moment allow it.
pub async fn order(person: &Api, item: &str, mode: &str, subject: Value) -> Value {
    let ask = json!({ "items": [item], "registered": VILLAGE, "residence": VILLAGE });
    let plans = person.post("/api/v1/plans", &ask).await.expect(200).value();
    let plan = plans["plans"].as_array().unwrap().iter().find(|plan| plan["mode"] == mode);
    let chosen = plan.unwrap_or_else(|| panic!("no plan in {mode}: {plans:#}"))["chosen"].clone();
    let schema = person.get(&format!("/api/v1/items/{item}/form")).await.expect(200).value();
    let matter = json!({ "item": item, "answers": form::filled(&schema, "applicant") });
    json!({ "ask": ask, "chosen": chosen, "subject": subject, "matters": [matter] })
}

/// A case that the person has just submitted for themself: its id.
pub async fn file(person: &Api, item: &str, mode: &str) -> String {
    let order = order(person, item, mode, subject_myself()).await;
    id_of(&person.submit(&order).await.expect(201).value()["cases"][0])
}

pub fn id_of(thing: &Value) -> String {
    thing["id"].as_str().unwrap_or_else(|| panic!("no id: {thing:#}")).to_owned()
}

/// The clerk of the station that the case lies with: a point of the village, its station, its town or the district, as the item and the load of
/// the day have it.
pub async fn who_takes_in(stand: &Stand, owner: &Api, case: &str) -> Api {
    let seen = owner.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
    match seen["accepting"]["code"].as_str().unwrap() {
        STATION => stand.staff("cunwu").await,
        "511499101000-01" => stand.staff("zhenban").await,
        "511499000000-01" => stand.staff("quban").await,
        "511499101203-11" => stand.staff("dianyuan").await,
        point => stand.staff(&format!("{point}.1")).await,
    }
}

/// What is open on a case, as staff who may read it see.
pub async fn work_on(staff: &Api, case: &str) -> String {
    let seen = staff.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
    seen["work_item"].as_str().unwrap_or_else(|| panic!("nothing is open: {seen:#}")).to_owned()
}

pub async fn claim(staff: &Api, work_item: &str) -> Answer {
    staff.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await
}

/// Claims the work that is open on the case and does it.
pub async fn act(staff: &Api, case: &str, act: Value) -> Answer {
    let work_item = work_on(staff, case).await;
    let lease = claim(staff, &work_item).await.expect(200).value()["lease"]["number"].clone();
    staff.post(&format!("/api/v1/work-items/{work_item}/acts"), json!({ "lease": lease, "act": act })).await
}

pub async fn accept(staff: &Api, case: &str) {
    act(staff, case, json!({ "kind": "accept" })).await.expect(200);
}

/// Whether a list names the case, or the work on it. To whom the list itself is closed, it names nothing.
pub async fn lists(api: &Api, path: &str, case: &str) -> bool {
    if api.get(path).await.status() == 403 {
        return false;
    }
    api.all(path).await.iter().any(|entry| entry["id"] == case || entry["case"]["id"] == case)
}

/// One thing to ask about something that somebody else owns.
pub struct Attempt {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
}

impl Attempt {
    pub fn get(path: String) -> Attempt {
        Attempt { method: Method::GET, path, body: None }
    }

    pub fn post(path: String, body: Value) -> Attempt {
        Attempt { method: Method::POST, path, body: Some(body) }
    }

    pub async fn by(&self, api: &Api) -> Answer {
        let ask = api.ask(self.method.clone(), &self.path);
        match &self.body {
            Some(body) => ask.json(body).send().await,
            None => ask.send().await,
        }
    }
}

/// All that may be read of a case.
pub fn reads(case: &str) -> Vec<Attempt> {
    let paths = ["", "/history", "/form", "/notices/accepted", "/notices/concluded", "/delivery", "/delivery?for_whom=person"];
    let mut reads: Vec<_> = paths.iter().map(|path| Attempt::get(format!("/api/v1/cases/{case}{path}"))).collect();
    reads.push(Attempt::get(format!("/api/v1/cases/{case}/documents/{NOBODYS}")));
    reads
}

/// What its person does on a case.
pub fn own_acts(case: &str) -> Vec<Attempt> {
    [("supplement", json!({})), ("withdraw", json!({}))]
        .into_iter()
        .map(|(act, body)| Attempt::post(format!("/api/v1/cases/{case}/{act}"), body))
        .collect()
}

/// What a clerk does on a work item that they hold.
pub fn work(work_item: &str) -> Vec<Attempt> {
    let acts = [
        ("claim", json!({})),
        ("extend", json!({ "lease": 1 })),
        ("release", json!({ "lease": 1 })),
        ("acts", json!({ "lease": 1, "act": { "kind": "accept" } })),
    ];
    acts.into_iter().map(|(act, body)| Attempt::post(format!("/api/v1/work-items/{work_item}/{act}"), body)).collect()
}

/// Goes on only if `api` is refused everything, in the same words for what there is as for what never was: because it isn't there
/// for them, or because none of their roles does this at all.
pub async fn expect_nothing_there(api: &Api, real: &[Attempt], never: &[Attempt]) {
    for (real, never) in real.iter().zip(never) {
        refused_alike(&real.by(api).await, &never.by(api).await);
    }
}

#[track_caller]
pub fn refused_alike(of_real: &Answer, of_never: &Answer) {
    let words = |answer: &Answer| (answer.status(), answer.value()["code"].clone(), answer.value()["detail"].clone());
    assert_eq!(words(of_real), words(of_never), "{of_real}\n{of_never}");
    assert!(of_real.status() == 404 || of_real.value()["code"] == "role_missing", "{of_real}");
}
