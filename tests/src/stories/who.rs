//! Who may handle a case (回避): nobody their own, their household's or a relative's; what nobody present may take rises.

use serde_json::json;

use super::facts::edit;
use super::story::{CERTIFICATE, Story, TOWN_STATION, VILLAGE_STATION, accept, granted, says};

#[tokio::test]
async fn a_clerk_neither_sees_nor_takes_the_case_of_their_spouse_and_the_head_does() {
    let story = Story::begin().await;
    let case = story.submit("he-xia", "C001", "nearby").await;
    let (clerk, head) = (story.staff("cunwu").await, story.staff("cunzhang").await);
    clerk.get(&case.path("")).await.problem(404, "case_not_found");
    let work_item = case.work_item(&head).await;
    clerk.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await.problem(403, "close_case");
    let listed = clerk.all("/api/v1/work-items").await;
    assert!(listed.iter().all(|item| item["case"]["id"] != case.id.as_str()), "it isn't offered to them either");
    case.done_by("cunzhang", json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } })).await;
}

#[tokio::test]
async fn who_accepted_does_not_decide_so_the_case_of_the_clerk_s_spouse_rises_to_the_town() {
    let story = Story::begin().await;
    let case = story.submit("he-xia", CERTIFICATE, "nearby").await;
    case.done_by("cunzhang", accept()).await;
    let head = story.staff("cunzhang").await;
    let work_item = case.work_item(&head).await;
    head.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await.problem(403, "acceptor_may_not_decide");

    story.at("2026-09-14T10:31:00+08:00").await;
    let owner = story.villager("he-xia").await;
    assert_eq!(case.seen_by(&owner).await["station"]["code"], TOWN_STATION);
    case.done_by("zhenshen", granted()).await;
    assert_eq!(case.seen_by(&owner).await["stage"], "produce");
}

#[tokio::test]
async fn what_nobody_at_the_village_may_decide_rises_after_its_time_and_the_history_says_so() {
    let story = Story::begin().await;
    let case = story.submit("cunzhang-jia", CERTIFICATE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    story.staff("cunzhang").await.get(&case.path("")).await.problem(404, "case_not_found");

    story.at("2026-09-14T10:20:00+08:00").await;
    assert_eq!(case.seen_by(&story.villager("cunzhang-jia").await).await["station"]["code"], VILLAGE_STATION, "its hour isn't over");
    story.at("2026-09-14T10:31:00+08:00").await;
    let owner = story.villager("cunzhang-jia").await;
    says(&case.history(&owner).await, "平桥村便民服务站无合适人员可办，由柳河镇便民服务中心以其名义办理");
    let seen = case.seen_by(&owner).await;
    let deciding = seen["steps"].as_array().expect("steps").iter().find(|step| step["stage"] == "decide").expect("a decision");
    assert_eq!((&deciding["station"]["code"], &deciding["in_name_of"]["code"]), (&json!(TOWN_STATION), &json!(VILLAGE_STATION)));

    case.done_by("zhenshen", granted()).await;
    case.done_by("cunwu", json!({ "kind": "produce" })).await;
    case.done_by("cunwu", json!({ "kind": "hand_over", "to": { "kind": "subject" } })).await;
    assert_eq!(case.seen_by(&owner).await["outcome"], "completed");
}

#[tokio::test]
async fn what_lies_at_a_station_whose_staff_are_all_recorded_as_absent_rises_and_not_while_one_is_there() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let staff = story.stand.anyone().get(&format!("/api/v1/stations/{VILLAGE_STATION}")).await.expect(200).value()["staff"].as_u64();
    let staff = staff.expect("a number");
    let away = |staff: u64| json!([{ "from": "2026-09-14T09:40:00+08:00", "until": "2026-09-14T17:00:00+08:00", "staff": staff }]);
    let stands_at = async || case.seen_by(&story.villager("wang-dama").await).await["station"]["code"].clone();
    edit(&story, "duban", VILLAGE_STATION, json!({ "absences": away(staff - 1) })).await;
    story.at("2026-09-14T11:00:00+08:00").await;
    assert_eq!(stands_at().await, VILLAGE_STATION, "one is there");
    edit(&story, "duban", VILLAGE_STATION, json!({ "absences": away(staff) })).await;
    story.at("2026-09-14T11:01:00+08:00").await;
    assert_eq!(stands_at().await, TOWN_STATION);
}

#[tokio::test]
async fn what_somebody_present_may_take_stays_where_it_is() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    story.at("2026-09-15T16:00:00+08:00").await;
    assert_eq!(case.seen_by(&story.villager("wang-dama").await).await["station"]["code"], VILLAGE_STATION);
}

#[tokio::test]
async fn a_work_item_is_in_one_pair_of_hands_until_it_is_given_back() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let held = case.held_by("cunwu").await;
    let head = story.staff("cunzhang").await;
    let claim = format!("/api/v1/work-items/{}/claim", held.work_item);
    head.post(&claim, json!({})).await.problem(409, "work_item_leased");
    held.gives_back().await;
    head.post(&claim, json!({})).await.expect(200);
}

#[tokio::test]
async fn a_lease_that_ran_out_acts_no_more() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let held = case.held_by("cunwu").await;
    story.stand.at("2026-09-14T10:05:00+08:00").await;
    held.tries(accept()).await.problem(409, "lease_lost");
    let anew = case.held_by("cunzhang").await;
    held.tries(accept()).await.problem(409, "work_item_leased");
    anew.tries(accept()).await.expect(200);
}
