//! The five ends of a case, each seen by its owner, in the history and in the notice that belongs to it.

use serde_json::json;

use super::story::{CERTIFICATE, Case, Story, TOWN_SERVICE, accept, ask_for, granted, refused, says};

async fn ended_as(story: &Story, case: &Case<'_>, outcome: &str) -> Vec<String> {
    let owner = story.villager("wang-dama").await;
    let seen = case.seen_by(&owner).await;
    assert_eq!((&seen["state"], &seen["outcome"]), (&json!("ended"), &json!(outcome)));
    assert!(seen["ended_at"].is_string() && seen["stage"].is_null() && seen["station"].is_null(), "{seen:#}");
    case.history(&owner).await
}

#[tokio::test]
async fn a_completed_case_gives_its_result_and_says_how() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.completed().await;
    let history = ended_as(&story, &case, "completed").await;
    for words in ["提交申请，办件编号", "已受理", "决定：同意", "结果文书已制作", "结果已交付本人", "办结"]
    {
        says(&history, words);
    }
    let owner = story.villager("wang-dama").await;
    assert!(case.notice(&owner, "accepted").await.contains("受理通知书"));
    assert!(case.notice(&owner, "concluded").await.contains("社区推荐公民担任诉讼代理人证明"));
}

#[tokio::test]
async fn a_rejected_case_says_why_on_what_ground_and_where_to_turn() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    case.done_by("cunzhang", refused("被推荐人不是本村居民", "《中华人民共和国民事诉讼法》第六十一条")).await;
    says(&ended_as(&story, &case, "rejected").await, "决定：不同意，理由和救济途径见《办结通知书》");
    let notice = case.notice(&story.villager("wang-dama").await, "concluded").await;
    for words in ["办结通知书", "被推荐人不是本村居民", "民事诉讼法》第六十一条", "向柳河镇", "人民法院"]
    {
        assert!(notice.contains(words), "no {words} in {notice}");
    }
}

#[tokio::test]
async fn a_town_s_refusal_names_review_and_court_with_their_periods() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    case.done_by("zhenshen", refused("档案中没有首次领证的记录", "办事指南")).await;
    let notice = case.notice(&story.villager("wang-dama").await, "concluded").await;
    assert!(notice.contains("六十日内向青禾区") && notice.contains("六个月内"), "{notice}");
}

#[tokio::test]
async fn a_refusal_without_a_reason_is_none() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    case.held_by("cunzhang").await.tries(refused("  ", "依据")).await.problem(422, "text_blank");
}

#[tokio::test]
async fn what_is_not_accepted_says_where_to_go_instead() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let act = json!({ "kind": "not_accept", "reason": "推荐的是另一个村的居民", "go_to": "高渡村便民服务站" });
    case.done_by("cunwu", act).await;
    says(&ended_as(&story, &case, "not_accepted").await, "不予受理，理由和去处见《不予受理通知书》");
    let owner = story.villager("wang-dama").await;
    let notice = case.notice(&owner, "not_accepted").await;
    assert!(notice.contains("推荐的是另一个村的居民") && notice.contains("请向高渡村便民服务站提出"), "{notice}");
    owner.get(&case.path("/notices/concluded")).await.problem(404, "notice_not_found");
}

#[tokio::test]
async fn a_villager_takes_their_case_back_until_it_is_decided() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    story.villager("wu-xiuying").await.post(&case.path("/withdraw"), json!({})).await.problem(404, "case_not_found");
    owner.post(&case.path("/withdraw"), json!({})).await.expect(200);
    says(&ended_as(&story, &case, "withdrawn").await, "申请已撤回");
    assert!(case.notice(&owner, "concluded").await.contains("重新申请"));

    let decided = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    decided.done_by("cunwu", accept()).await;
    decided.done_by("cunzhang", granted()).await;
    owner.post(&decided.path("/withdraw"), json!({})).await.problem(409, "decided_already");
}

#[tokio::test]
async fn who_holds_a_case_that_was_taken_back_learns_it() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let held = case.held_by("cunwu").await;
    story.villager("wang-dama").await.post(&case.path("/withdraw"), json!({})).await.expect(200);
    held.tries(accept()).await.problem(409, "not_held");
}

#[tokio::test]
async fn a_lapsed_case_may_be_handed_in_anew() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.done_by("cunwu", ask_for(&[("居民身份证", "请补交")])).await;
    story.at("2026-09-29T09:30:00+08:00").await;
    says(&ended_as(&story, &case, "lapsed").await, "逾期未补正");
    let again = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    assert_ne!(again.number, case.number);
}
