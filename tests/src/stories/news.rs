//! News (通知): what a person is told on their phone, and of which cases nobody is told anything.

use serde_json::json;

use super::story::{CERTIFICATE, Story};

#[tokio::test]
async fn the_phone_shows_how_a_case_goes_on_from_its_submission_to_its_end() {
    let story = Story::begin().await;
    story.villager("wang-dama").await;
    story.allow_news("wang-dama").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.completed().await;
    story.stand.run_jobs().await;
    let mut news = story.news("wang-dama").await;
    news.sort();
    let mut told = ["已提交", "已受理", "待领取", "已办结"];
    told.sort_unstable();
    assert_eq!(news, told);
}

#[tokio::test]
async fn nobody_is_told_of_a_confidential_case() {
    let story = Story::begin().await;
    story.villager("wang-dama").await;
    story.allow_news("wang-dama").await;
    let case = story.submit("wang-dama", "C052", "nearby").await;
    let held = case.held_by("cunzhang").await;
    let station = json!({ "content": "登记内容", "handling": "协助报警", "receiver": "接待人" });
    let act = json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } });
    held.tries_with(act, station).await.expect(200);
    case.done_by("cunzhang", json!({ "kind": "hand_over", "to": { "kind": "subject" } })).await;
    story.stand.run_jobs().await;
    assert_eq!(story.news("wang-dama").await, Vec::<String>::new());
}

#[tokio::test]
async fn somebody_without_wechat_doesn_t_hold_up_the_news_of_others() {
    let story = Story::begin().await;
    story.villager("wang-dama").await;
    story.allow_news("wang-dama").await;
    let clerk = story.staff("cunwu").await;
    let person = json!({ "kind": "person", "name": "无手机老人", "citizen_id": "511499194403151237" });
    let order = story.order(&[CERTIFICATE], "nearby", person).await;
    story.open(&clerk, &order).await;
    story.submit("wang-dama", CERTIFICATE, "nearby").await;
    story.stand.run_jobs().await;
    assert_eq!(story.news("wang-dama").await, ["已提交"]);
    let left = story.stand.anyone().post("/demo/jobs", json!({})).await.expect(200).value();
    assert_eq!(left["news"]["put_off"], json!(0));
}
