//! The way that news take (渠道): WeChat, a short message, an errand of the station; never at night, and never two ways at once.

use serde_json::{Value, json};

use super::story::{CERTIFICATE, Case, Story, VILLAGE, VILLAGE_STATION, ask_for, word};
use crate::support::client::Api;

pub const SUBSCRIPTIONS: &str = "/api/v1/me/subscriptions";

/// WeChat may bring nobody anything any more.
pub fn no_consents(story: &Story) {
    story.stand.as_owner("UPDATE subscriptions SET credit = 0");
}

pub async fn gateway_is(story: &Story, mood: &str) {
    story.stand.sandbox().post("/__sandbox/sms/mood", json!({ "mood": mood })).await.ok();
}

/// What the gateway took, with how often each was handed in.
pub async fn short_messages(story: &Story) -> Vec<Value> {
    let all = story.stand.sandbox().get("/__sandbox/sms/messages").await.expect(200).value();
    all["messages"].as_array().expect("messages").clone()
}

/// The ways that the message of that progress took, in words.
pub async fn ways(owner: &Api, progress: &str) -> Vec<String> {
    let all = owner.all("/api/v1/me/messages").await;
    let message = all.iter().find(|message| message["progress"] == progress);
    let message = message.unwrap_or_else(|| panic!("no {progress} in {all:#?}"));
    message["ways"].as_array().expect("ways").iter().map(|way| word(way, "sentence")).collect()
}

pub async fn errands(clerk: &Api) -> Vec<Value> {
    clerk.all(&format!("/api/v1/errands?station={VILLAGE_STATION}")).await
}

/// What is due goes out, and WeChat tells what became of its part. Some of it may have gone out by itself before.
pub async fn run(story: &Story) {
    story.stand.run_jobs().await;
    story.stand.wechat_pushes().await;
}

/// A certificate that waits for its owner at the village's station, whom WeChat may bring nothing.
pub async fn ready(story: &Story) -> Case<'_> {
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    no_consents(story);
    case.produced().await;
    run(story).await;
    case
}

#[tokio::test]
async fn a_paper_that_waits_is_told_by_short_message_where_wechat_may_not_and_progress_is_not() {
    let story = Story::begin().await;
    let case = ready(&story).await;
    let owner = story.villager("wang-dama").await;
    let sent = short_messages(&story).await;
    assert_eq!((sent.len(), &sent[0]["times"]), (1, &json!(1)), "{sent:#?}");
    let text = word(&sent[0], "text");
    assert!(text.contains(&case.number) && text.contains("待领取") && !text.contains("王桂芳"), "{text}");
    assert!(text.chars().count() <= 70, "{text}");
    assert_eq!(ways(&owner, "待领取").await, ["短信已送达"]);
    assert_eq!(ways(&owner, "已受理").await, Vec::<String>::new(), "it stands in the list alone");
    assert_eq!(errands(&story.staff("cunwu").await).await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_went_by_wechat_goes_no_other_way() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.produced().await;
    run(&story).await;
    assert_eq!(story.news("wang-dama").await, ["已提交", "已受理", "待领取"]);
    assert_eq!(ways(&story.villager("wang-dama").await, "待领取").await, ["微信通知已送达"]);
    assert_eq!(short_messages(&story).await, Vec::<Value>::new());
}

#[tokio::test]
async fn who_switched_their_phone_off_is_called_by_the_station_where_the_paper_waits() {
    let story = Story::begin().await;
    gateway_is(&story, "phones_off").await;
    let case = ready(&story).await;
    let (owner, clerk) = (story.villager("wang-dama").await, story.staff("cunwu").await);
    assert_eq!(ways(&owner, "待领取").await, ["短信未能送达", "站点将电话或上门告知您"]);
    let [errand] = errands(&clerk).await.try_into().expect("one errand");
    assert_eq!((&errand["case"], &errand["number"], &errand["progress"]), (&json!(case.id), &json!(case.number), &json!("待领取")));
    assert_eq!(errand["name"], "王**");

    let id = word(&errand, "id");
    let whole = clerk.post(&format!("/api/v1/errands/{id}/unmasked"), json!({})).await.expect(200).value();
    assert_eq!((&whole["name"], word(&whole, "phone").len()), (&json!("王桂芳"), 11));
    let looks = owner.all("/api/v1/me/lookups").await;
    assert!(looks.iter().any(|look| look["purpose"] == "contact"), "she sees who looked: {looks:#?}");

    let reached = clerk.post(&format!("/api/v1/errands/{id}/attempts"), json!({ "outcome": "reached_by_phone" })).await;
    assert_eq!(reached.expect(200).value()["state"], "reached");
    clerk.post(&format!("/api/v1/errands/{id}/attempts"), json!({ "outcome": "not_reached" })).await.problem(409, "errand_over");
    clerk.post(&format!("/api/v1/errands/{id}/unmasked"), json!({})).await.problem(409, "errand_over");
    assert_eq!(errands(&clerk).await, Vec::<Value>::new());
    assert_eq!(ways(&owner, "待领取").await, ["短信未能送达", "站点已告知您"]);
}

#[tokio::test]
async fn whom_nobody_reaches_is_tried_again_later_and_in_the_end_the_supervisor_is_told() {
    let story = Story::begin().await;
    gateway_is(&story, "blocked").await;
    ready(&story).await;
    let id = word(&errands(&story.staff("cunwu").await).await[0], "id");
    let not_reached = async || {
        let clerk = story.staff("cunwu").await;
        clerk.post(&format!("/api/v1/errands/{id}/attempts"), json!({ "outcome": "not_reached" })).await
    };
    for (due, next) in [("2026-09-14T13:3", "2026-09-14T13:45:00+08:00"), ("2026-09-14T17:4", "2026-09-14T18:00:00+08:00")] {
        let tried = not_reached().await.expect(200).value();
        assert!(tried["state"] == "waiting" && word(&tried, "due_at").starts_with(due), "{tried:#}");
        not_reached().await.problem(409, "errand_not_due");
        story.at(next).await;
    }
    let last = not_reached().await.expect(200).value();
    assert_eq!((&last["state"], last["attempts"].as_array().map(Vec::len)), (&json!("given_up"), Some(3)));
    let told = story.staff("duban").await.all("/api/v1/me/messages").await;
    assert!(told.iter().any(|message| message["errand"] == id.as_str() && message["hint"] == "站点多次联系不上群众，请协调"));
    assert_eq!(ways(&story.villager("wang-dama").await, "待领取").await.last().map(String::as_str), Some("站点没有联系上您"));
}

#[tokio::test]
async fn who_has_no_phone_is_called_or_visited_for_what_they_have_to_do_and_for_nothing_else() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    let person = json!({ "kind": "person", "name": "无手机老人", "citizen_id": "511499194403151237" });
    let order = story.order(&[CERTIFICATE], "nearby", person).await;
    let case = story.open(&clerk, &order).await;
    run(&story).await;
    assert_eq!(errands(&clerk).await, Vec::<Value>::new(), "that it was submitted");
    case.produced().await;
    run(&story).await;
    assert_eq!(errands(&clerk).await[0]["case"], json!(case.id));
    assert_eq!(short_messages(&story).await, Vec::<Value>::new());
}

#[tokio::test]
async fn nobody_runs_an_errand_to_their_own_kin_or_of_another_station() {
    let story = Story::begin().await;
    gateway_is(&story, "blocked").await;
    // Her husband is the village's clerk: the head, and a clerk of the town, do his work.
    let case = story.submit("he-xia", CERTIFICATE, "nearby").await;
    no_consents(&story);
    case.done_by("cunzhang", ask_for(&[("身份证", "请带原件")])).await;
    run(&story).await;
    let of_hers = |errands: &[Value]| errands.iter().filter(|errand| errand["case"] == case.id.as_str()).count();
    let (husband, head) = (errands(&story.staff("cunwu").await).await, errands(&story.staff("cunzhang").await).await);
    assert_eq!((of_hers(&husband), of_hers(&head)), (0, 1));
    let hers = format!("/api/v1/errands/{}/unmasked", word(&head[0], "id"));
    story.staff("cunwu").await.post(&hers, json!({})).await.problem(404, "errand_not_found");

    ready(&story).await;
    let id = word(&errands(&story.staff("cunwu").await).await[0], "id");
    let elsewhere = story.staff("511499101204-01.2").await;
    elsewhere.get(&format!("/api/v1/errands?station={VILLAGE_STATION}")).await.problem(403, "out_of_scope");
    for (path, body) in [("attempts", json!({ "outcome": "not_reached" })), ("unmasked", json!({}))] {
        elsewhere.post(&format!("/api/v1/errands/{id}/{path}"), body).await.problem(404, "errand_not_found");
    }
}

#[tokio::test]
async fn nothing_rings_at_night_and_in_the_morning_it_does() {
    let story = Story::begin().await;
    story.allow_news("wang-dama").await;
    story.at("2026-09-14T21:00:00+08:00").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.produced().await;
    run(&story).await;
    assert_eq!(story.news("wang-dama").await, Vec::<String>::new());
    story.at("2026-09-15T07:59:00+08:00").await;
    assert_eq!(story.news("wang-dama").await, Vec::<String>::new());
    story.at("2026-09-15T08:00:00+08:00").await;
    assert_eq!(story.news("wang-dama").await, ["已提交", "已受理", "待领取"]);
}

/// Somebody of the village with a phone number, who allows WeChat nothing yet.
pub async fn newcomer(story: &Story, phone: &str) -> Api {
    let owner = story.villager(phone).await;
    let seen = owner.get("/api/v1/me").await.expect(200).etag().to_owned();
    let profile = json!({
        "name": "孔新来", "citizen_id": "11010519491231002X", "phone": "13800005678",
        "registered": VILLAGE, "residence": VILLAGE,
    });
    owner.ask(reqwest::Method::PUT, "/api/v1/me").if_match(&seen).json(profile).send().await.expect(200);
    story.stand.tells_number(&owner, phone, "13800005678").await.expect(200);
    owner
}
