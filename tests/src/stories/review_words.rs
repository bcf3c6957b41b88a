//! The words of a bad review are looked through (内容检查) before those whom it names read them; the review counts whatever they are, and
//! none of them is lost.

use serde_json::{Value, json};

use super::rectification::{NEXT_WEEK, closing, colleague, naming, reached, rectification};
use super::story::{CERTIFICATE, Case, Story, word};
use crate::support::client::Api;

const CHECK: &str = "/wxa/msg_sec_check";
const FINE: &str = "等了一个上午，没有人说明原因";
/// The sandbox's words: what WeChat would hide, and what it would have people look at.
const RISKY: &str = "上班时间都在赌博";
const DOUBTFUL: &str = "以后加我微信说";

async fn completed(story: &Story) -> Case<'_> {
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.completed().await;
    case
}

async fn writes(owner: &Api, case: &Case<'_>, text: &str) {
    owner.post(&case.path("/evaluation"), json!({ "level": "dissatisfied", "text": text })).await.expect(201);
}

async fn reviewed<'a>(story: &'a Story, text: &str) -> Case<'a> {
    let case = completed(story).await;
    writes(&story.villager("wang-dama").await, &case, text).await;
    story.stand.run_jobs().await;
    case
}

/// How it stands with her words, as she is told.
async fn told(story: &Story, case: &Case<'_>) -> (String, String) {
    let own = story.villager("wang-dama").await.get(&case.path("/rectification")).await.expect(200).value();
    (word(&own["words"], "state"), word(&own["words"], "sentence"))
}

/// What the clerk reads whom the review names, once it is closed.
async fn read_by_the_named(story: &Story) -> Value {
    naming(&story.staff("cunwu").await).await[0]["text"].clone()
}

/// Rectified and closed by a colleague, who reads the words in any case.
async fn rectified(story: &Story, text: &str) -> (Api, String) {
    let colleague = colleague(story).await;
    let path = rectification(&colleague).await;
    assert_eq!(colleague.get(&path).await.expect(200).value()["text"], text);
    colleague.post(&format!("{path}/contacts"), reached()).await.expect(200);
    colleague.post(&format!("{path}/close"), closing()).await.expect(200);
    (colleague, path)
}

async fn checks_asked(story: &Story) -> u64 {
    let calls = story.stand.sandbox().get("/__sandbox/calls").await.expect(200).value();
    calls["paths"][CHECK].as_u64().unwrap_or_default()
}

#[tokio::test]
async fn what_passes_the_check_is_read_by_those_whom_the_review_names() {
    let story = Story::begin().await;
    let case = reviewed(&story, FINE).await;
    assert_eq!(told(&story, &case).await.0, "shown");
    rectified(&story, FINE).await;
    story.at(NEXT_WEEK).await;
    assert_eq!(read_by_the_named(&story).await, FINE);
}

#[tokio::test]
async fn what_is_risky_is_hidden_from_them_counts_all_the_same_and_a_supervisor_may_say_otherwise() {
    let story = Story::begin().await;
    let case = reviewed(&story, RISKY).await;
    let (state, sentence) = told(&story, &case).await;
    assert!(state == "hidden" && sentence.contains("评价照常计入"), "{state}: {sentence}");
    let (colleague, path) = rectified(&story, RISKY).await;
    story.at(NEXT_WEEK).await;
    assert_eq!(read_by_the_named(&story).await, Value::Null);
    let (look, show) = (format!("{path}/words"), json!({ "look": "show" }));
    colleague.post(&look, &show).await.problem(404, "rectification_not_found");
    story.staff("cunzhang").await.post(&look, &show).await.problem(404, "rectification_not_found");
    story.staff("cunwu").await.post(&look, &show).await.problem(403, "role_missing");
    story.villager("wang-dama").await.post(&look, &show).await.expect(403);
    let looked = story.staff("duban").await.post(&look, &show).await.expect(200).value();
    assert_eq!((&looked["words"], &looked["level"]), (&json!("shown"), &json!("dissatisfied")));
    assert_eq!(read_by_the_named(&story).await, RISKY);
}

#[tokio::test]
async fn what_wechat_would_have_people_look_at_waits_for_the_supervisor() {
    let story = Story::begin().await;
    let case = reviewed(&story, DOUBTFUL).await;
    assert_eq!(told(&story, &case).await.0, "held");
    let (_colleague, path) = rectified(&story, DOUBTFUL).await;
    story.at(NEXT_WEEK).await;
    assert_eq!(read_by_the_named(&story).await, Value::Null);
    let supervisor = story.staff("duban").await;
    supervisor.post(&format!("{path}/words"), json!({ "look": "hide" })).await.expect(200);
    assert_eq!(read_by_the_named(&story).await, Value::Null);
    assert_eq!(told(&story, &case).await.0, "hidden");
}

#[tokio::test]
async fn while_wechat_can_t_be_asked_nothing_is_shown_and_later_it_is_asked_again() {
    let story = Story::begin().await;
    let case = completed(&story).await;
    let down = json!({ "seed": 1, "per_mille": 1000, "kinds": ["bad_gateway"], "paths": [CHECK] });
    story.stand.sandbox().post("/__sandbox/mishaps", down).await.ok();
    writes(&story.villager("wang-dama").await, &case, FINE).await;
    story.stand.run_jobs().await;
    assert_eq!(told(&story, &case).await.0, "unchecked");
    story.stand.sandbox().post("/__sandbox/mishaps", json!({ "seed": 1, "per_mille": 0 })).await.ok();
    story.stand.at("2026-09-14T10:30:00+08:00").await;
    story.stand.run_jobs().await;
    assert_eq!(told(&story, &case).await.0, "shown");
}

#[tokio::test]
async fn the_words_of_somebody_who_wasn_t_in_the_mini_program_lately_are_for_people() {
    let story = Story::begin().await;
    let case = completed(&story).await;
    let owner = story.villager("wang-dama").await;
    story.stand.at("2026-09-14T12:00:00+08:00").await;
    writes(&owner, &case, FINE).await;
    story.stand.run_jobs().await;
    assert_eq!(told(&story, &case).await.0, "held");
}

#[tokio::test]
async fn the_words_about_a_sealed_case_and_praise_go_to_nobody_outside() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let praised = completed(&story).await;
    owner.post(&praised.path("/evaluation"), json!({ "level": "satisfied", "text": FINE })).await.expect(201);
    let case = story.submit("wang-dama", "C052", "nearby").await;
    let station = json!({ "content": "登记内容", "handling": "协助报警", "receiver": "接待人" });
    let act = json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } });
    case.held_by("cunzhang").await.tries_with(act, station).await.expect(200);
    case.done_by("cunzhang", json!({ "kind": "hand_over", "to": { "kind": "subject" } })).await;
    writes(&owner, &case, FINE).await;
    story.stand.run_jobs().await;
    assert_eq!((told(&story, &case).await.0.as_str(), checks_asked(&story).await), ("held", 0));
}
