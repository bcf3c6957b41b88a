//! The calendar changes while cases are open: so many working days were promised, and they end on another day. The record keeps both.

use serde_json::{Value, json};

use super::story::{Story, TOWN_SERVICE, accept, says};

/// Another day of the year is off, or worked, than was said before.
async fn amend(story: &Story, change: impl FnOnce(&mut Vec<Value>)) {
    let admin = story.staff("guanli").await;
    let path = "/api/v1/calendar/2026";
    let answer = admin.get(path).await.expect(200);
    let (seen, year) = (answer.etag().to_owned(), answer.value());
    let mut holidays = year["holidays"].as_array().expect("days").clone();
    change(&mut holidays);
    let body = json!({ "holidays": holidays, "make_up_workdays": year["make_up_workdays"] });
    admin.ask(reqwest::Method::PUT, path).if_match(&seen).json(body).send().await.expect(200);
    story.stand.run_jobs().await;
}

#[tokio::test]
async fn a_day_more_off_moves_the_last_day_and_the_person_reads_both() {
    let story = Story::begin().await;
    story.allow_news("wang-dama").await;
    story.at("2026-09-24T09:00:00+08:00").await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    // 28, 29 and 30 September, 8 and 9 October.
    assert_eq!(case.done_by("cunwu", accept()).await["due_on"], "2026-10-09");
    let desk = story.staff("zhenshen").await;
    let waits = desk.all("/api/v1/work-items").await;
    assert_eq!(waits[0]["due_on"], "2026-09-29");

    amend(&story, |holidays| holidays.push(json!("2026-09-28"))).await;
    let owner = story.villager("wang-dama").await;
    assert_eq!(case.seen_by(&owner).await["due_on"], "2026-10-10");
    says(&case.history(&owner).await, "最后一天由2026-10-09改为2026-10-10");
    let clock = owner.get(&case.path("/clock")).await.expect(200).value();
    assert_eq!((&clock["moved"][0]["before"], &clock["moved"][0]["after"]), (&json!("2026-10-09"), &json!("2026-10-10")));
    assert_eq!(clock["promise"]["working_days"], 5, "what was promised stays");
    assert!(story.news("wang-dama").await.contains(&"时限有变".to_owned()));
    assert_eq!(desk.all("/api/v1/work-items").await[0]["due_on"], "2026-09-30", "what is open in the queue follows");

    let lines = case.history(&owner).await.len();
    story.stand.run_jobs().await;
    assert_eq!(case.history(&owner).await.len(), lines, "once");
    amend(&story, |holidays| holidays.retain(|day| day != "2026-09-28")).await;
    says(&case.history(&owner).await, "最后一天由2026-10-10改为2026-10-09");
    assert_eq!(desk.all("/api/v1/work-items").await[0]["due_on"], "2026-09-29");
}

#[tokio::test]
async fn what_was_left_before_the_change_is_answered_by_the_calendar_that_held_then() {
    let story = Story::begin().await;
    story.at("2026-09-24T09:00:00+08:00").await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    story.at("2026-09-30T09:00:00+08:00").await;
    let at = |instant: &str| case.path(&format!("/clock?at={}", instant.replace('+', "%2B")));
    let left = async |instant: &str| {
        let clock = story.villager("wang-dama").await.get(&at(instant)).await.expect(200).value();
        (clock["promise"]["due_on"].clone(), clock["promise"]["working_days_left"].clone())
    };
    assert_eq!(left("2026-09-29T10:00:00+08:00").await, (json!("2026-10-09"), json!(3)), "28 and 29 September have passed");

    amend(&story, |holidays| holidays.push(json!("2026-09-28"))).await;
    story.at("2026-09-30T10:00:00+08:00").await;
    assert_eq!(left("2026-09-29T10:00:00+08:00").await, (json!("2026-10-09"), json!(3)), "as it was then");
    assert_eq!(left("2026-09-30T10:00:00+08:00").await, (json!("2026-10-10"), json!(3)), "the 29th and the 30th");
}

#[tokio::test]
async fn what_was_red_by_the_old_calendar_is_lifted_and_no_list_calls_it_late() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    story.at("2026-09-21T09:00:00+08:00").await;
    let reds = async || {
        let supervisor = story.staff("duban").await;
        let month = supervisor.get("/api/v1/supervision/overdue?month=2026-09").await.expect(200).value();
        month["total"].as_u64()
    };
    assert_eq!(reds().await, Some(1));
    amend(&story, |holidays| holidays.push(json!("2026-09-17"))).await;
    assert_eq!(reds().await, Some(0));
    story.at("2026-09-22T09:00:00+08:00").await;
    assert_eq!(reds().await, Some(1), "and comes when the days are over");
}

#[tokio::test]
async fn a_case_that_nobody_accepted_has_no_last_day_to_move() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    amend(&story, |holidays| holidays.push(json!("2026-09-16"))).await;
    let owner = story.villager("wang-dama").await;
    assert!(!case.history(&owner).await.iter().any(|line| line.contains("节假日安排调整")));
    assert_eq!(case.seen_by(&owner).await["due_on"], Value::Null);
}
