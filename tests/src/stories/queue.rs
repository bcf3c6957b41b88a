//! A clerk's queue: the next item, and what is handed on, put aside, escalated and assigned.

use reqwest::Method;
use serde_json::{Value, json};

use super::story::{CERTIFICATE, Story, TOWN_SERVICE, VILLAGE_STATION, accept, ask_for, says, word};
use crate::support::client::{Answer, Api};

/// The clerk of 平桥村 and its head, who does a clerk's work too.
const CLERK: &str = "cunwu";
const HEAD: &str = "cunzhang";
/// 党员组织关系接转: from the phone, at any station of the district; the town decides.
const DISTRICT_WIDE: &str = "T104";
/// A station at which nothing waits.
const IDLE: &str = "511499101207-01";
/// Watches over the whole district.
const SUPERVISOR: &str = "duban";

async fn next(hand: &Api) -> Answer {
    hand.post("/api/v1/work-items/claim", json!({ "station": VILLAGE_STATION })).await
}

/// The account of a colleague, out of those who may take the item.
async fn taker(by: &Api, work_item: &str) -> Value {
    let takers = by.get(&format!("/api/v1/work-items/{work_item}/takers")).await.expect(200).value();
    assert_eq!(takers.as_array().map(Vec::len), Some(1), "{takers:#}");
    takers[0].clone()
}

#[tokio::test]
async fn who_finishes_one_item_takes_the_next_in_the_same_step() {
    let story = Story::begin().await;
    let first = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let second = story.submit("zhang-wei", TOWN_SERVICE, "nearby").await;
    let held = first.held_by(CLERK).await;
    let body = json!({ "lease": held.lease, "act": accept(), "next": { "station": VILLAGE_STATION } });
    let acted = held.hand.post(&held.path("acts"), body).await.expect(200).value();
    assert_eq!((&acted["id"], &acted["next"]["case"]["id"]), (&json!(first.id), &json!(second.id)));
    let body = json!({ "lease": acted["next"]["lease"]["number"], "act": accept(), "next": {} });
    let path = format!("/api/v1/work-items/{}/acts", word(&acted["next"], "id"));
    let acted = held.hand.post(&path, body).await.expect(200).value();
    assert_eq!(acted["next"], Value::Null, "nothing else waits: the town goes on with both");
}

#[tokio::test]
async fn after_a_supplement_the_clerk_who_asked_for_it_comes_first_for_a_while() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    case.done_by(CLERK, ask_for(&[("土地流转合同", "请补齐双方签字")])).await;
    story.villager("wang-dama").await.post(&case.path("/supplement"), json!({})).await.expect(200);
    next(&story.staff(HEAD).await).await.problem(404, "nothing_waits");
    let held = next(&story.staff(CLERK).await).await.expect(200).value();
    assert_eq!(held["case"]["id"], json!(case.id));
}

#[tokio::test]
async fn what_nobody_who_knows_it_takes_goes_to_a_colleague() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    case.done_by(CLERK, ask_for(&[("土地流转合同", "请补齐双方签字")])).await;
    story.villager("wang-dama").await.post(&case.path("/supplement"), json!({})).await.expect(200);
    story.at("2026-09-14T14:00:00+08:00").await;
    let held = next(&story.staff(HEAD).await).await.expect(200).value();
    assert_eq!(held["case"]["id"], json!(case.id));
}

#[tokio::test]
async fn a_night_uses_up_nothing_of_the_time_for_which_an_item_is_kept() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    case.done_by(CLERK, ask_for(&[("土地流转合同", "请补齐双方签字")])).await;
    story.at("2026-09-14T16:45:00+08:00").await;
    story.villager("wang-dama").await.post(&case.path("/supplement"), json!({})).await.expect(200);
    story.at("2026-09-15T09:00:00+08:00").await;
    next(&story.staff(HEAD).await).await.problem(404, "nothing_waits");
    assert_eq!(next(&story.staff(CLERK).await).await.expect(200).value()["case"]["id"], json!(case.id));
}

#[tokio::test]
async fn an_item_is_given_to_a_colleague_who_may_take_it() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let held = case.held_by(CLERK).await;
    let head = taker(&held.hand, &held.work_item).await;
    let give = |to: &Value| json!({ "lease": held.lease, "to": to, "reason": "下午去县里开会" });
    let own = story.staff("zhenban").await.get("/api/v1/work-items").await.expect(200).value();
    assert!(own["items"].is_array());
    held.hand.post(&held.path("transfer"), give(&json!(uuid::Uuid::nil()))).await.problem(409, "taker_unable");
    held.hand.post(&held.path("transfer"), give(&head["account"])).await.expect(200);
    next(&held.hand).await.problem(404, "nothing_waits");
    let taken = next(&story.staff(HEAD).await).await.expect(200).value();
    assert_eq!(taken["case"]["id"], json!(case.id));
    held.tries(accept()).await.problem(409, "work_item_leased");
}

#[tokio::test]
async fn an_item_is_put_aside_until_before_it_is_due_and_comes_back_to_who_did_so() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let held = case.held_by(CLERK).await;
    let park = |until: &str| json!({ "lease": held.lease, "until": until, "reason": "等村里核实" });
    held.hand.post(&held.path("park"), park("2026-09-14T08:00:00+08:00")).await.problem(422, "park_not_later");
    held.hand.post(&held.path("park"), park("2026-09-30T08:00:00+08:00")).await.problem(409, "park_past_due");
    held.hand.post(&held.path("park"), park("2026-09-15T09:00:00+08:00")).await.expect(200);
    next(&held.hand).await.problem(404, "nothing_waits");
    story.at("2026-09-15T09:00:00+08:00").await;
    next(&story.staff(HEAD).await).await.problem(404, "nothing_waits");
    let back = next(&story.staff(CLERK).await).await.expect(200).value();
    assert_eq!(back["case"]["id"], json!(case.id));
}

#[tokio::test]
async fn who_cannot_go_on_calls_the_supervisor_who_gives_it_to_somebody() {
    let story = Story::begin().await;
    story.submit("zhang-wei", TOWN_SERVICE, "nearby").await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let held = case.held_by(CLERK).await;
    let call = json!({ "lease": held.lease, "reason": "合同真伪拿不准" });
    held.hand.post(&held.path("escalate"), call).await.expect(200);
    let waiting = story.staff(HEAD).await.get("/api/v1/work-items").await.expect(200).value();
    assert_eq!(waiting["items"][0]["case"]["id"], json!(case.id), "it comes forward: {waiting:#}");
    assert!(waiting["items"][0]["escalated_at"].is_string());

    let supervisor = story.staff(SUPERVISOR).await;
    let told = supervisor.get("/api/v1/me/messages").await.expect(200).value();
    assert!(told.to_string().contains("经办人上报"), "{told:#}");
    let takers = supervisor.get(&held.path("takers")).await.expect(200).value();
    let head = takers.as_array().expect("a list").iter().find(|taker| taker["name"] != Value::Null).expect("a taker");
    supervisor.post(&held.path("assign"), json!({ "to": head["account"], "reason": "请帮忙核实" })).await.expect(200);
}

#[tokio::test]
async fn a_supervisor_takes_an_item_from_who_sits_on_it() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let held = case.held_by(CLERK).await;
    let head = taker(&held.hand, &held.work_item).await;
    let assign = json!({ "to": head["account"], "reason": "经办人请假" });
    held.hand.post(&held.path("assign"), assign.clone()).await.problem(403, "role_missing");
    story.staff(SUPERVISOR).await.post(&held.path("assign"), assign).await.expect(200);
    let late = held.tries(accept()).await;
    late.problem(409, "lease_lost");
    let claim = held.hand.post(&held.path("claim"), json!({})).await;
    claim.problem(409, "work_item_assigned");
    let taken = next(&story.staff(HEAD).await).await.expect(200).value();
    assert_eq!(taken["case"]["id"], json!(case.id));
}

#[tokio::test]
async fn the_next_call_keeps_to_what_a_clerk_is_trained_for_until_it_waited_too_long() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let security = story.staff("anquan").await;
    let found = security.all("/api/v1/staff?q=cunwu").await;
    let path = format!("/api/v1/staff/{}", word(&found[0], "id"));
    let seen = security.get(&path).await.expect(200).etag().to_owned();
    let trained = security.ask(Method::PATCH, &path).if_match(&seen).json(json!({ "topics": ["tax"] })).send().await;
    assert_eq!(trained.expect(200).value()["topics"], json!(["tax"]));
    next(&story.staff(CLERK).await).await.problem(404, "nothing_waits");
    story.at("2026-09-14T14:30:00+08:00").await;
    next(&story.staff(CLERK).await).await.problem(404, "nothing_waits");
    // Four hours in which the station was open, from 09:30 to noon and from two on.
    story.at("2026-09-14T15:31:00+08:00").await;
    assert_eq!(next(&story.staff(CLERK).await).await.expect(200).value()["case"]["id"], json!(case.id));
}

#[tokio::test]
async fn a_station_with_nothing_to_do_accepts_for_another_what_is_handled_district_wide() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", DISTRICT_WIDE, "district").await;
    let idle = story.staff(&format!("{IDLE}.1")).await;
    let taken = idle.post("/api/v1/work-items/claim", json!({})).await.expect(200).value();
    assert_eq!((&taken["case"]["id"], &taken["station"]["code"]), (&json!(case.id), &json!(IDLE)));
    assert_ne!(taken["in_name_of"]["code"], json!(IDLE), "another station was chosen");
    let path = format!("/api/v1/work-items/{}/acts", word(&taken, "id"));
    idle.post(&path, json!({ "lease": taken["lease"]["number"], "act": accept() })).await.expect(200);
    says(&case.history(&story.villager("wang-dama").await).await, "以其名义办理");
}

#[tokio::test]
async fn who_finished_the_last_of_their_own_takes_over_what_another_station_shares() {
    let story = Story::begin().await;
    let own = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let held = own.held_by(CLERK).await;
    let shared = story.submit("zhang-wei", DISTRICT_WIDE, "district").await;
    let body = json!({ "lease": held.lease, "act": accept(), "next": {} });
    let acted = held.hand.post(&held.path("acts"), body).await.expect(200).value();
    assert_eq!(acted["next"]["case"]["id"], json!(shared.id));
}

#[tokio::test]
async fn what_a_clerk_gave_back_is_not_what_they_get_next() {
    let story = Story::begin().await;
    let first = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let second = story.submit("zhang-wei", TOWN_SERVICE, "nearby").await;
    let (clerk, head) = (story.staff(CLERK).await, story.staff(HEAD).await);
    let held = next(&clerk).await.expect(200).value();
    assert_eq!(held["case"]["id"], json!(first.id));
    let path = format!("/api/v1/work-items/{}/release", word(&held, "id"));
    clerk.post(&path, json!({ "lease": held["lease"]["number"] })).await.expect(200);
    assert_eq!(next(&clerk).await.expect(200).value()["case"]["id"], json!(second.id));
    next(&clerk).await.problem(404, "nothing_waits");
    assert_eq!(next(&head).await.expect(200).value()["case"]["id"], json!(first.id), "a colleague gets it");
}

#[tokio::test]
async fn what_waits_for_the_person_to_come_is_nobody_s_next_and_is_claimed_when_they_do() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.produced().await;
    story.at("2026-10-12T10:00:00+08:00").await;
    next(&story.staff(CLERK).await).await.problem(404, "nothing_waits");
    case.done_by(CLERK, json!({ "kind": "hand_over", "to": { "kind": "subject" } })).await;
    assert_eq!(case.seen_by(&story.villager("wang-dama").await).await["outcome"], json!("completed"));
}
