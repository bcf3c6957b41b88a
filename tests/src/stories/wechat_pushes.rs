//! What WeChat pushes (消息推送): what people allow and turn off, and what became of messages; each push once, and no other's.

use serde_json::{Value, json};

use super::story::{CERTIFICATE, PROGRESS, Story, word};
use super::ways::{SUBSCRIPTIONS, newcomer, no_consents, run, short_messages, ways};
use crate::support::client::Api;
use crate::support::stand::{Pushed, Stand};

const PUSHES: &str = "/callbacks/wechat";

/// What somebody does on their phone, told by WeChat.
async fn taps(story: &Story, path: &str, tap: Value) {
    story.stand.sandbox().post(path, tap).await.ok();
    story.stand.wechat_pushes().await;
}

async fn answers(story: &Story, answer: &str, times: u32) {
    let tap = json!({ "user": "wang-dama", "template_ids": [PROGRESS], "answer": answer, "times": times });
    taps(story, "/__sandbox/answer", tap).await;
}

async fn credit(owner: &Api) -> Value {
    owner.get(SUBSCRIPTIONS).await.expect(200).value()[0]["credit"].clone()
}

/// The last push comes again, so many times at once; what each was answered.
async fn repeated(story: &Story, times: u32) -> Value {
    story.stand.sandbox().post("/__sandbox/repeat", json!({ "times": times })).await.expect(200).value()["answers"].clone()
}

/// What each delivery of the last push was answered.
async fn last_answered(story: &Story) -> Value {
    let pushed = story.stand.sandbox().get("/__sandbox/pushed").await.expect(200).value();
    pushed["pushes"].as_array().and_then(|pushes| pushes.last()).expect("a push")["answers"].clone()
}

#[tokio::test]
async fn each_tap_is_pushed_and_buys_one_message_and_the_ledger_is_right_to_the_unit() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    no_consents(&story);
    answers(&story, "accept", 2).await;
    assert_eq!(credit(&owner).await, 2);
    answers(&story, "reject", 1).await;
    assert_eq!(credit(&owner).await, 2, "what was bought before stays");
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.produced().await;
    run(&story).await;
    assert_eq!(story.news("wang-dama").await, ["已提交", "已受理"]);
    assert_eq!(ways(&owner, "已受理").await, ["微信通知已送达"]);
    assert_eq!(ways(&owner, "待领取").await, ["短信已送达"]);
    let left = owner.get(SUBSCRIPTIONS).await.expect(200).value();
    assert_eq!(left, json!([{ "template": PROGRESS, "kind": "one_time", "credit": 0, "ask": true }]));
}

#[tokio::test]
async fn what_is_turned_off_in_the_settings_is_used_up_and_concerns_nobody_else() {
    let story = Story::begin().await;
    let (owner, other) = (story.villager("wang-dama").await, story.villager("zhang-wei").await);
    let before = credit(&other).await;
    answers(&story, "accept", 3).await;
    taps(&story, "/__sandbox/turn_off", json!({ "user": "wang-dama", "template_ids": [PROGRESS, "sandbox-service-reminder"] })).await;
    assert_eq!((credit(&owner).await, credit(&other).await), (json!(0), before));
}

#[tokio::test]
async fn a_tap_that_wechat_pushes_isn_t_counted_again_when_the_phone_tells_it_too() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    no_consents(&story);
    answers(&story, "accept", 1).await;
    for outcome in ["accept", "acceptWithAudio", "reject", "ban"] {
        let told = owner.post(SUBSCRIPTIONS, json!({ "template": PROGRESS, "outcome": outcome })).await.expect(200).value();
        assert_eq!(told["credit"], 1, "{outcome}");
    }
    owner.post(SUBSCRIPTIONS, json!({ "template": "another", "outcome": "accept" })).await.problem(422, "template_not_found");
}

#[tokio::test]
async fn where_wechat_pushes_nothing_the_phone_s_word_counts() {
    let wechat = Stand::start().await;
    let story = Story::on(Stand::beside(&wechat, Pushed::Nowhere).await);
    let owner = story.villager("wang-dama").await;
    no_consents(&story);
    let dialog = async |outcome: &str| owner.post(SUBSCRIPTIONS, json!({ "template": PROGRESS, "outcome": outcome })).await;
    for (outcome, credit) in [("accept", 1), ("reject", 1), ("acceptWithAudio", 2), ("ban", 2), ("filter", 2)] {
        assert_eq!(dialog(outcome).await.expect(200).value()["credit"], json!(credit), "{outcome}");
    }
    story.stand.anyone().post(PUSHES, json!({})).await.problem(404, "route_not_found");
    story.stand.anyone().get(PUSHES).await.problem(404, "route_not_found");

    // A phone that WeChat has no consent of, whatever it told us.
    let owner = newcomer(&story, "kong-shouji").await;
    for _ in 0..3 {
        owner.post(SUBSCRIPTIONS, json!({ "template": PROGRESS, "outcome": "accept" })).await.expect(200);
    }
    let case = story.submit("kong-shouji", CERTIFICATE, "nearby").await;
    story.stand.run_jobs().await;
    assert_eq!(ways(&owner, "已提交").await, ["微信通知未能送达"]);
    assert_eq!(credit(&owner).await, 0);
    case.produced().await;
    story.stand.run_jobs().await;
    assert_eq!(ways(&owner, "待领取").await, ["已发短信，等待回执"], "it isn't tried in vain again");
}

#[tokio::test]
async fn a_push_that_comes_again_counts_once_also_at_once_and_at_another_instance() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    no_consents(&story);
    answers(&story, "accept", 1).await;
    assert_eq!(last_answered(&story).await, json!([200]));
    assert_eq!(repeated(&story, 8).await, json!([200, 200, 200, 200, 200, 200, 200, 200]));
    assert_eq!(credit(&owner).await, 1);
    if let Some(second) = story.stand.second_instance() {
        story.stand.push_to(second.anyone().base_url()).await;
        assert_eq!(repeated(&story, 4).await, json!([200, 200, 200, 200]));
        assert_eq!(credit(&owner).await, 1);
    }
}

#[tokio::test]
async fn a_push_that_comes_first_to_many_at_once_counts_once() {
    let wechat = Stand::start().await;
    let mut story = Story::on(Stand::beside(&wechat, Pushed::ToIt).await);
    no_consents(&story);
    story.stand.crash();
    answers(&story, "accept", 1).await;
    assert_eq!(last_answered(&story).await, json!([null, null, null, null]), "nobody is there");
    story.restart().await;
    story.stand.push_to(story.stand.anyone().base_url()).await;
    assert_eq!(repeated(&story, 8).await, json!([200, 200, 200, 200, 200, 200, 200, 200]));
    assert_eq!(credit(&story.villager("wang-dama").await).await, 1);
}

#[tokio::test]
async fn a_push_that_was_counted_before_a_power_cut_isn_t_counted_after_it() {
    let wechat = Stand::start().await;
    let mut story = Story::on(Stand::beside(&wechat, Pushed::ToIt).await);
    no_consents(&story);
    answers(&story, "accept", 1).await;
    assert_eq!(credit(&story.villager("wang-dama").await).await, 1);
    story.restart().await;
    story.stand.push_to(story.stand.anyone().base_url()).await;
    assert_eq!(repeated(&story, 2).await, json!([200, 200]));
    assert_eq!(credit(&story.villager("wang-dama").await).await, 1);
}

#[tokio::test]
async fn what_isn_t_wechat_s_is_refused_without_saying_why_and_changes_nothing() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    no_consents(&story);
    for flaw in ["wrong_signature", "old_timestamp", "wrong_appid", "wrong_key"] {
        story.stand.sandbox().post("/__sandbox/flaw", json!({ "flaw": flaw })).await.ok();
        answers(&story, "accept", 1).await;
        assert_eq!(last_answered(&story).await, json!([400, 400, 400, 400]), "{flaw}");
        assert_eq!(credit(&owner).await, 0, "{flaw}");
    }
    let anyone = story.stand.anyone();
    let body = json!({ "ToUserName": "gh_1", "Encrypt": "jn1L23DB" });
    let plain = json!({ "FromUserName": "oUser", "MsgType": "event", "Event": "subscribe_msg_popup_event" });
    let query = "signature=0&timestamp=1789349400&nonce=1&msg_signature=0";
    let mut told = Vec::new();
    for (path, body) in [(PUSHES.to_owned(), &body), (format!("{PUSHES}?{query}"), &body), (format!("{PUSHES}?{query}"), &plain)] {
        told.push(anyone.post(&path, body).await.problem(400, "push_not_genuine").detail);
    }
    for path in [PUSHES.to_owned(), format!("{PUSHES}?{query}&echostr=1")] {
        told.push(anyone.get(&path).await.problem(400, "push_not_genuine").detail);
    }
    let xml = anyone.ask(reqwest::Method::POST, PUSHES).raw("text/xml", "<!DOCTYPE xml><xml/>").send().await;
    told.push(xml.problem(400, "push_not_genuine").detail);
    assert!(told.iter().all(|detail| *detail == told[0]), "{told:?}");
    answers(&story, "accept", 1).await;
    assert_eq!(credit(&owner).await, 1, "the next without a flaw counts");
}

#[tokio::test]
async fn the_address_is_proved_to_be_ours_when_it_is_set() {
    let stand = Stand::start().await;
    assert_eq!(stand.sandbox().post("/__sandbox/set_up", json!({})).await.expect(200).value()["echoed"], true);
}

#[tokio::test]
async fn what_wechat_took_and_couldn_t_deliver_goes_another_way_if_it_matters() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    story.allow_news("wang-dama").await;
    let before = credit(&owner).await.as_i64().expect("a number");
    story.stand.sandbox().post("/__sandbox/losses", json!({ "user": "wang-dama", "are_lost": true })).await.ok();
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.produced().await;
    run(&story).await;
    run(&story).await;
    assert_eq!(ways(&owner, "已受理").await, ["微信通知未能送达"], "that stands in the list alone");
    assert_eq!(ways(&owner, "待领取").await, ["微信通知未能送达", "短信已送达"]);
    let sent = short_messages(&story).await;
    assert!(sent.len() == 1 && word(&sent[0], "text").contains("待领取"), "{sent:#?}");
    assert_eq!(credit(&owner).await, before - 3, "each was taken, and cost a consent");
    repeated(&story, 4).await;
    run(&story).await;
    assert_eq!(short_messages(&story).await.len(), 1, "nobody is told twice");
}

#[tokio::test]
async fn what_is_left_open_by_a_lost_answer_is_settled_by_wechat_s_event_and_costs_one_consent() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    story.allow_news("wang-dama").await;
    let before = credit(&owner).await.as_i64().expect("a number");
    // From this seed WeChat does what it is asked, and its answer gets lost.
    let lost = json!({
        "seed": 1, "per_mille": 1000, "kinds": ["bad_gateway"], "paths": ["/cgi-bin/message/subscribe/send"],
    });
    story.stand.sandbox().post("/__sandbox/mishaps", lost).await.ok();
    story.submit("wang-dama", CERTIFICATE, "nearby").await;
    run(&story).await;
    assert_eq!(story.news("wang-dama").await, ["已提交"]);
    assert_eq!(ways(&owner, "已提交").await, ["微信通知已送达"]);
    assert_eq!(credit(&owner).await, before - 1);
}
