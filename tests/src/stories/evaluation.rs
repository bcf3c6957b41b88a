//! Evaluation (好差评): one case, one review, by the person alone, and never by default.

use reqwest::Method;
use serde_json::json;

use super::story::{CERTIFICATE, Story};
use crate::support::client::Api;

const LEVELS: [&str; 5] = ["very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied", "very_dissatisfied"];
/// Name and citizen ID number of somebody who acts for another.
const AGENT: (&str, &str) = ("代办人", "511499200506151238");

#[tokio::test]
async fn each_of_the_five_levels_may_be_given_once_after_the_end() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    for level in LEVELS {
        let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
        let path = case.path("/evaluation");
        owner.post(&path, json!({ "level": level })).await.problem(409, "not_ended");
        case.completed().await;
        assert!(case.seen_by(&owner).await["evaluation"].is_null(), "nobody judged it yet");
        let given = owner.post(&path, json!({ "level": level, "text": "办得明白" })).await.expect(201).value();
        assert_eq!((&given["level"], &given["text"]), (&json!(level), &json!("办得明白")));
        owner.post(&path, json!({ "level": LEVELS[0] })).await.problem(409, "evaluated_already");
        assert_eq!(case.seen_by(&owner).await["evaluation"], level);
    }
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.completed().await;
    owner.post(&case.path("/evaluation"), json!({ "level": "perfect" })).await.problem(422, "unknown_value");
    owner.post(&case.path("/evaluation"), json!({ "level": LEVELS[0], "text": "好".repeat(501) })).await.problem(422, "text_too_long");
}

#[tokio::test]
async fn neither_a_stranger_nor_staff_nor_an_agent_judges_for_the_person() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let mut order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    let agent = newcomer(&story).await;
    let mandate = json!({
        "holder": { "name": AGENT.0, "citizen_id": AGENT.1 }, "scope": { "items": [CERTIFICATE] }, "until": "2026-12-31",
        "witnessing": { "kind": "in_app" },
    });
    order["mandate"] = owner.post("/api/v1/mandates", mandate).await.expect(201).value()["id"].clone();
    let case = story.open(&owner, &order).await;
    case.completed().await;
    let (path, judged) = (case.path("/evaluation"), json!({ "level": "satisfied" }));
    agent.post(&path, &judged).await.problem(403, "not_yours");
    story.villager("sun-jun").await.post(&path, &judged).await.problem(404, "case_not_found");
    assert!([401, 403].contains(&story.staff("cunwu").await.post(&path, &judged).await.status()));
    owner.post(&path, &judged).await.expect(201);
}

/// Somebody new in the service, with a phone and a profile.
async fn newcomer(story: &Story) -> Api {
    let newcomer = story.villager("dai-ban-ren").await;
    let profile = newcomer.get("/api/v1/me").await.expect(200);
    let update = json!({ "name": AGENT.0, "citizen_id": AGENT.1, "phone": "13900000001" });
    newcomer.ask(Method::PUT, "/api/v1/me").if_match(profile.etag()).json(update).send().await.expect(200);
    newcomer
}

#[tokio::test]
async fn a_case_that_was_taken_back_is_not_judged() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    owner.post(&case.path("/withdraw"), json!({})).await.expect(200);
    owner.post(&case.path("/evaluation"), json!({ "level": "satisfied" })).await.problem(409, "nothing_done");
}
