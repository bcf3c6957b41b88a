//! An outside body tests or appraises (检验、检测、鉴定): the promise stands, and so does what the station gives itself. Source: 行政许可法 45.

use serde_json::{Value, json};

use super::story::{Story, TOWN_SERVICE, TOWN_STATION, accept, granted};
use crate::support::client::{Answer, Api};

/// Decides for the town.
const APPROVER: &str = "zhenshen";
const SUPERVISOR: &str = "duban";

async fn next(hand: &Api) -> Answer {
    hand.post("/api/v1/work-items/claim", json!({ "station": TOWN_STATION })).await
}

#[tokio::test]
async fn what_waits_for_an_outside_body_is_neither_late_nor_anybodys_next_and_due_anew_afterwards() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    case.done_by(APPROVER, json!({ "kind": "pause" })).await;
    let town = story.staff(APPROVER).await;
    next(&town).await.problem(404, "nothing_waits");
    let waits = town.all("/api/v1/work-items").await;
    assert_eq!((&waits[0]["due_on"], &waits[0]["case"]["id"]), (&Value::Null, &json!(case.id)), "{waits:#?}");

    story.at("2026-09-28T10:00:00+08:00").await;
    let supervisor = story.staff(SUPERVISOR).await;
    let alerts = supervisor.all("/api/v1/alerts?state=all").await;
    assert!(!alerts.iter().any(|alert| alert["case"]["id"] == json!(case.id)), "the station isn't late: {alerts:#?}");

    case.done_by(APPROVER, json!({ "kind": "resume" })).await;
    let taken = next(&story.staff(APPROVER).await).await.expect(200).value();
    assert_eq!((&taken["case"]["id"], &taken["due_on"]), (&json!(case.id), &json!("2026-09-30")), "two working days from today");
    let path = format!("/api/v1/work-items/{}/acts", taken["id"].as_str().expect("an id"));
    let act = json!({ "lease": taken["lease"]["number"], "act": granted() });
    story.staff(APPROVER).await.post(&path, act).await.expect(200);
}
