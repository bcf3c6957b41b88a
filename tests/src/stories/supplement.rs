//! Supplements (补正): everything is asked for at once, in writing, and the clock knows it. Source: 行政许可法 32.

use serde_json::json;

use super::story::{CERTIFICATE, Story, TOWN_SERVICE, accept, ask_for, says};

#[tokio::test]
async fn before_acceptance_one_notice_lists_everything_and_what_was_given_is_accepted() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let wanted = [("居民身份证", "照片模糊，请重新拍摄"), ("案件受理通知书", "缺少，请提供复印件")];
    case.done_by("cunwu", ask_for(&wanted)).await;

    let seen = case.seen_by(&owner).await;
    assert_eq!((&seen["state"], &seen["notices"]), (&json!("supplementing"), &json!(["supplement"])));
    let notice = case.notice(&owner, "supplement").await;
    for words in ["一次性告知书", "居民身份证：照片模糊，请重新拍摄", "案件受理通知书：缺少，请提供复印件", "补正齐全之日起受理"]
    {
        assert!(notice.contains(words), "no {words} in {notice}");
    }
    // Ten working days: the Sunday before the holiday is worked, the Friday of the Mid-Autumn festival isn't.
    assert!(notice.contains("2026年9月28日前"), "{notice}");

    owner.post(&case.path("/supplement"), json!({ "answers": {} })).await.expect(200);
    assert_eq!(case.seen_by(&owner).await["state"], "open");
    case.done_by("cunwu", accept()).await;
    let history = case.history(&owner).await;
    says(&history, "一次性告知需补正的材料，请在2026-09-28前提交");
    says(&history, "已提交补正材料");
    says(&history, "已受理，承诺2个工作日内办结");
}

#[tokio::test]
async fn what_the_person_gives_is_there_for_whoever_handles_the_case() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.done_by("cunwu", ask_for(&[("案号", "请填写完整")])).await;
    let key = story.answers(CERTIFICATE).await.keys().next().expect("a field").clone();
    let photo = owner.upload("/api/v1/uploads", "card.png", "image/png", crate::walk::form::PHOTO.to_vec()).await.expect(201).value();
    let materials = json!([{ "material": "居民身份证", "upload": photo["id"] }]);
    owner.post(&case.path("/supplement"), json!({ "answers": {}, "materials": materials })).await.expect(200);
    let form = story.staff("cunwu").await.get(&case.path("/form")).await.expect(200).value();
    assert_eq!(form["materials"][0]["upload"], photo["id"]);
    assert!(form["answers"][&key].is_string(), "{form:#}");
}

#[tokio::test]
async fn after_acceptance_the_clock_stops_and_the_promise_moves() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let accepted = case.done_by("cunwu", accept()).await;
    assert_eq!(accepted["due_on"], "2026-09-20");
    case.done_by("zhenshen", ask_for(&[("流转合同", "缺少，请补交")])).await;
    let owner = story.villager("wang-dama").await;
    assert!(case.notice(&owner, "supplement").await.contains("不计入承诺时限"));

    story.at("2026-09-16T10:00:00+08:00").await;
    let owner = story.villager("wang-dama").await;
    owner.post(&case.path("/supplement"), json!({})).await.expect(200);
    let seen = case.seen_by(&owner).await;
    assert_eq!((&seen["state"], &seen["due_on"]), (&json!("open"), &json!("2026-09-22")), "two working days stood still");
    let history = case.history(&owner).await;
    says(&history, "时限暂停：");
    says(&history, "行政许可法》第三十二条");
    says(&history, "时限恢复计算：");
}

#[tokio::test]
async fn a_second_notice_is_refused_unless_a_new_fact_came_up() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let wanted = [("居民身份证", "请补交")];
    case.done_by("cunwu", ask_for(&wanted)).await;
    story.villager("wang-dama").await.post(&case.path("/supplement"), json!({})).await.expect(200);

    let held = case.held_by("cunwu").await;
    held.tries(ask_for(&wanted)).await.problem(409, "already_asked");
    let mut new_fact = ask_for(&wanted);
    new_fact["ground"] = json!("new_fact");
    held.tries(new_fact).await.expect(200);
}

#[tokio::test]
async fn a_notice_asks_for_something_and_says_what_is_wrong_with_it() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let held = case.held_by("cunwu").await;
    held.tries(ask_for(&[])).await.problem(422, "list_too_short");
    held.tries(ask_for(&[("居民身份证", " ")])).await.problem(422, "text_blank");
}

#[tokio::test]
async fn who_has_no_part_in_a_case_gives_nothing_for_it() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.done_by("cunwu", ask_for(&[("居民身份证", "请补交")])).await;
    let stranger = story.villager("wu-xiuying").await;
    stranger.post(&case.path("/supplement"), json!({})).await.problem(404, "case_not_found");
    story.staff("cunwu").await.post(&case.path("/supplement"), json!({})).await.expect(200);
}

#[tokio::test]
async fn a_case_whose_supplement_is_not_given_lapses_and_not_a_day_early() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.done_by("cunwu", ask_for(&[("居民身份证", "请补交")])).await;
    story.at("2026-09-28T23:00:00+08:00").await;
    assert_eq!(case.seen_by(&story.villager("wang-dama").await).await["state"], "supplementing");

    story.at("2026-09-29T00:30:00+08:00").await;
    let owner = story.villager("wang-dama").await;
    assert_eq!(case.seen_by(&owner).await["outcome"], "lapsed");
    says(&case.history(&owner).await, "逾期未补正，办件终止；备齐材料后可重新申请");
    assert!(case.notice(&owner, "concluded").await.contains("2026年9月28日"), "the last day is named");
    owner.post(&case.path("/supplement"), json!({})).await.problem(409, "not_at_this_stage");
}

#[tokio::test]
async fn five_working_days_without_a_word_accept_a_case_from_its_receipt() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    // The Sunday is worked, so it is the fifth day.
    story.at("2026-09-20T23:00:00+08:00").await;
    assert!(case.seen_by(&story.villager("wang-dama").await).await["accepted_at"].is_null());
    story.at("2026-09-21T09:00:00+08:00").await;
    let owner = story.villager("wang-dama").await;
    let seen = case.seen_by(&owner).await;
    assert_eq!((&seen["due_on"], &seen["notices"]), (&json!("2026-09-20"), &json!(["accepted"])), "the promise ran from the receipt");
    assert!(seen["accepted_at"].as_str().expect("accepted").starts_with("2026-09-14T09:30"), "{seen:#}");
    says(&case.history(&owner).await, "五个工作日内未告知补正，自收到之日起视为受理，承诺5个工作日内办结");
}
