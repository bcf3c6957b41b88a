//! What is sent twice, and what was changed by somebody else in between.

use reqwest::Method;
use serde_json::json;

use super::vocabulary::{AT_ONCE, STATION, order, subject_myself};
use crate::support::people::Role;
use crate::support::stand::Stand;

const CASES: &str = "/api/v1/cases";

#[tokio::test]
async fn the_same_submission_sent_twice_opens_one_case_and_has_one_answer() {
    let stand = Stand::start().await;
    let api = stand.villager("wang-dama").await;
    let order = order(&api, AT_ONCE, "nearby", subject_myself()).await;
    let before = api.all(CASES).await.len();
    let send = || api.ask(Method::POST, CASES).key("k-1").json(&order).send();
    let (first, again) = (send().await.expect(201), send().await.expect(201));
    assert_eq!(first.text(), again.text());
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(api.all(CASES).await.len(), before + 1);
}

#[tokio::test]
async fn a_key_stands_for_one_request_of_one_person() {
    let stand = Stand::start().await;
    let (api, other) = (stand.villager("wang-dama").await, stand.villager("li-daye").await);
    let relative = |kinship: &str| json!({ "name": "应征青年", "citizen_id": "511499200506151238", "kinship": kinship });
    let send = |api: &crate::support::client::Api, body| api.ask(Method::POST, "/api/v1/me/relatives").key("k-1").json(body).send();
    send(&api, relative("child")).await.expect(201);
    send(&api, relative("parent")).await.problem(422, "idempotency_key_reused");
    send(&other, relative("parent")).await.expect(201);
    let elsewhere = api.ask(Method::POST, CASES).key("k-1").json(order(&api, AT_ONCE, "nearby", subject_myself()).await);
    elsewhere.send().await.problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn what_creates_or_acts_asks_for_a_key() {
    let stand = Stand::start().await;
    let api = stand.villager("wang-dama").await;
    let order = order(&api, AT_ONCE, "nearby", subject_myself()).await;
    api.ask(Method::POST, CASES).without_key().json(&order).send().await.problem(400, "idempotency_key_missing");
    for key in ["two words", &"k".repeat(65)] {
        api.ask(Method::POST, CASES).key(key).json(&order).send().await.problem(400, "idempotency_key_malformed");
    }
}

#[tokio::test]
async fn a_refusal_keeps_nothing_so_that_its_key_may_be_used_again() {
    let stand = Stand::start().await;
    let api = stand.villager("wang-dama").await;
    let good = order(&api, AT_ONCE, "nearby", subject_myself()).await;
    let mut bad = good.clone();
    bad["matters"][0]["answers"] = json!({});
    let send = |order| api.ask(Method::POST, CASES).key("k-1").json(order).send();
    send(bad).await.problem(422, "answers_invalid");
    send(good).await.expect(201);
}

#[tokio::test]
async fn an_edit_says_what_it_saw_and_never_overwrites_another_s_unseen() {
    let stand = Stand::start().await;
    let (supervisor, path) = (stand.someone(Role::Supervisor).await, format!("/api/v1/stations/{STATION}"));
    let seen = supervisor.get(&path).await.expect(200).etag().to_owned();
    let edit = |item: &str| json!({ "removed": [item] });
    supervisor.patch(&path, edit("C001")).await.problem(428, "if_match_missing");
    let against = |tag: &str, item: &str| supervisor.ask(Method::PATCH, &path).if_match(tag).json(edit(item)).send();
    against("*", "C001").await.problem(400, "if_match_malformed");
    against("W/\"1\"", "C001").await.problem(400, "if_match_malformed");
    against(&seen, "C001").await.expect(200);
    against(&seen, "C003").await.problem(412, "stale");
    let removed = supervisor.get(&path).await.expect(200).value()["removed"].clone();
    assert_eq!(removed, json!(["C001"]));
}

#[tokio::test]
async fn a_profile_that_was_saved_in_between_is_not_overwritten() {
    let stand = Stand::start().await;
    let api = stand.villager("wang-dama").await;
    let seen = api.get("/api/v1/me").await.expect(200).etag().to_owned();
    let save = |address: &str| {
        let profile = json!({ "name": "王桂芳", "phone": "13800005678", "registered": super::vocabulary::VILLAGE, "address": address });
        api.ask(Method::PUT, "/api/v1/me").if_match(&seen).json(profile).send()
    };
    save("平桥村3组13号").await.expect(200);
    save("平桥村3组14号").await.problem(412, "stale");
}
