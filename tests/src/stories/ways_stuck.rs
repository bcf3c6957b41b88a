//! What gets stuck on its way to people, and what becomes of it: each test leaves something behind as a crash, a silent carrier or an idle
//! station would.

use serde_json::{Value, json};

use super::story::{CERTIFICATE, Story, word};
use super::ways::{errands, gateway_is, no_consents, ready, run, short_messages, ways};

/// News that wait for the morning, of a certificate that waits for its owner.
async fn overnight(story: &Story) {
    story.at("2026-09-14T21:30:00+08:00").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.produced().await;
    run(story).await;
}

/// As a sender leaves it that dies with a message of each of these on its way.
fn died_sending(story: &Story, channel: &str) {
    story.stand.as_owner(&format!(
        "INSERT INTO outbox_tries (district, news, channel, person, case_id, state, attempts, begun_at, at, changed_at) \
         SELECT district, id, '{channel}', person, case_id, 'waiting', 1, at, at, at FROM outbox WHERE state = 'waiting'; \
         UPDATE outbox SET lease_until = at WHERE state = 'waiting';"
    ));
}

#[tokio::test]
async fn what_a_dead_sender_may_have_handed_to_wechat_is_not_sent_to_it_again_and_what_matters_goes_another_way() {
    let story = Story::begin().await;
    overnight(&story).await;
    died_sending(&story, "wechat");
    story.stand.as_owner(
        "UPDATE subscriptions SET in_flight = (SELECT id FROM outbox WHERE state = 'waiting' ORDER BY id LIMIT 1), \
         in_flight_since = (SELECT MAX(at) FROM outbox) \
         WHERE person = (SELECT person FROM outbox WHERE state = 'waiting' ORDER BY id LIMIT 1)",
    );
    story.at("2026-09-15T08:00:00+08:00").await;
    assert_eq!(story.news("wang-dama").await, Vec::<String>::new());
    let owner = story.villager("wang-dama").await;
    assert_eq!(ways(&owner, "已受理").await, ["微信通知是否发出不能确认"]);
    assert_eq!(ways(&owner, "待领取").await, ["微信通知是否发出不能确认", "短信已送达"]);
    let left = owner.get(super::ways::SUBSCRIPTIONS).await.expect(200).value();
    assert_eq!(left[0]["credit"], 100, "what nobody knows costs nothing");
    story.submit("wang-dama", CERTIFICATE, "nearby").await;
    run(&story).await;
    assert_eq!(ways(&owner, "已提交").await, ["微信通知已送达"], "nobody stands in the way of the next");
}

#[tokio::test]
async fn what_a_dead_sender_may_have_handed_to_the_gateway_is_handed_in_again_as_the_same() {
    let story = Story::begin().await;
    no_consents(&story);
    overnight(&story).await;
    died_sending(&story, "sms");
    story.at("2026-09-15T08:00:00+08:00").await;
    let sent = short_messages(&story).await;
    assert_eq!(sent.iter().filter(|message| word(message, "text").contains("待领取")).count(), 1, "{sent:#?}");
    assert_eq!(ways(&story.villager("wang-dama").await, "待领取").await, ["短信已送达"]);
}

#[tokio::test]
async fn a_message_that_the_gateway_took_without_answering_is_one_message_however_often_it_is_handed_in() {
    let mut story = Story::begin().await;
    story.stand.set("BIANMIN__SMS__TIMEOUT_SECS", "1");
    story.restart().await;
    story.stand.at("2026-09-14T09:30:00+08:00").await;
    gateway_is(&story, "takes_and_hangs").await;
    ready(&story).await;
    gateway_is(&story, "silent").await;
    let owner = story.villager("wang-dama").await;
    assert_eq!(ways(&owner, "待领取").await, ["正在发送短信"]);
    story.stand.at("2026-09-14T09:35:00+08:00").await;
    run(&story).await;
    let sent = short_messages(&story).await;
    assert_eq!((sent.len(), &sent[0]["times"]), (1, &json!(2)), "{sent:#?}");
    assert_eq!(ways(&owner, "待领取").await, ["已发短信，等待回执"]);
}

#[tokio::test]
async fn a_short_message_without_a_receipt_is_asked_for_and_in_the_end_the_person_is_called() {
    let story = Story::begin().await;
    gateway_is(&story, "silent").await;
    ready(&story).await;
    story.stand.at("2026-09-14T10:01:00+08:00").await;
    run(&story).await;
    let owner = story.villager("wang-dama").await;
    assert_eq!(ways(&owner, "待领取").await, ["已发短信，等待回执"]);
    story.at("2026-09-15T10:00:00+08:00").await;
    let owner = story.villager("wang-dama").await;
    assert_eq!(ways(&owner, "待领取").await, ["短信是否送达不能确认", "站点将电话或上门告知您"]);
    assert_eq!(short_messages(&story).await[0]["times"], 1, "it isn't sent again");
}

#[tokio::test]
async fn a_receipt_is_taken_from_the_gateway_alone_once_and_without_waiting() {
    let story = Story::begin().await;
    gateway_is(&story, "silent").await;
    ready(&story).await;
    let id = word(&short_messages(&story).await[0], "id");
    let forged = json!({ "id": id, "state": "delivered" });
    story.stand.anyone().post("/callbacks/sms", &forged).await.problem(400, "receipt_not_signed");
    let owner = story.villager("wang-dama").await;
    assert_eq!(ways(&owner, "待领取").await, ["已发短信，等待回执"]);
    let push = async |state: &str| {
        let pushed = story.stand.sandbox().post("/__sandbox/sms/receipts", json!({ "id": id, "state": state })).await;
        pushed.expect(200).value()["answered"].clone()
    };
    for state in ["delivered", "delivered", "failed"] {
        assert_eq!(push(state).await, json!(204), "{state}");
        assert_eq!(ways(&owner, "待领取").await, ["短信已送达"]);
    }
    run(&story).await;
    assert_eq!(errands(&story.staff("cunwu").await).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_gateway_that_is_busy_gets_the_message_later() {
    let story = Story::begin().await;
    gateway_is(&story, "busy").await;
    ready(&story).await;
    gateway_is(&story, "fine").await;
    assert_eq!(short_messages(&story).await, Vec::<Value>::new());
    story.stand.at("2026-09-14T09:35:00+08:00").await;
    run(&story).await;
    assert_eq!(ways(&story.villager("wang-dama").await, "待领取").await, ["短信已送达"]);
}

#[tokio::test]
async fn a_message_under_way_whose_sender_is_gone_holds_the_next_up_for_a_while_only() {
    let story = Story::begin().await;
    story.allow_news("wang-dama").await;
    story.submit("wang-dama", CERTIFICATE, "nearby").await;
    run(&story).await;
    story
        .stand
        .as_owner("UPDATE subscriptions SET in_flight = (SELECT id FROM outbox LIMIT 1), in_flight_since = '2026-09-14T01:31:00+00:00'");
    story.submit("wang-dama", CERTIFICATE, "nearby").await;
    run(&story).await;
    assert_eq!(story.news("wang-dama").await.len(), 1);
    story.stand.at("2026-09-14T09:55:00+08:00").await;
    run(&story).await;
    // The worker may have looked just before: then it looks again some seconds later.
    story.stand.at("2026-09-14T09:56:00+08:00").await;
    run(&story).await;
    assert_eq!(story.news("wang-dama").await.len(), 2);
}

#[tokio::test]
async fn an_errand_that_nobody_touches_is_told_to_the_supervisor_once() {
    let story = Story::begin().await;
    gateway_is(&story, "blocked").await;
    ready(&story).await;
    let id = word(&errands(&story.staff("cunwu").await).await[0], "id");
    story.at("2026-09-15T23:59:00+08:00").await;
    let told = async || {
        let all = story.staff("duban").await.all("/api/v1/me/messages").await;
        all.iter().filter(|message| message["errand"] == id.as_str()).map(|message| word(message, "hint")).collect::<Vec<_>>()
    };
    assert_eq!(told().await, Vec::<String>::new());
    story.at("2026-09-16T00:00:00+08:00").await;
    run(&story).await;
    assert_eq!(told().await, ["有群众待电话或上门告知，请督促站点"]);
}
