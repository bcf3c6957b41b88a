//! What a district edits while it runs: the hours of a station, and the working days of a year.

use serde_json::{Value, json};

use super::story::{CERTIFICATE, Story, TOWN_SERVICE, VILLAGE, VILLAGE_STATION, accept, word};
use crate::support::client::{Answer, Api};

async fn accepted_in_plan(story: &Story) -> String {
    let ask = json!({ "items": [CERTIFICATE], "registered": VILLAGE });
    let answer = story.stand.anyone().post("/api/v1/plans", ask).await.expect(200).value();
    let nearby = answer["plans"].as_array().expect("plans").iter().find(|plan| plan["mode"] == "nearby").expect("a plan");
    let accept = nearby["steps"].as_array().expect("steps").iter().find(|step| step["kind"] == "accept");
    word(accept.unwrap_or_else(|| panic!("nobody accepts: {nearby:#}")), "from")
}

async fn edit(who: &Api, path: &str, etag: &str, change: Value) -> Answer {
    who.ask(reqwest::Method::PATCH, path).if_match(etag).json(change).send().await
}

#[tokio::test]
async fn plans_keep_to_the_hours_that_a_supervisor_sets_for_a_station() {
    let story = Story::begin().await;
    assert!(accepted_in_plan(&story).await.starts_with("2026-09-14T"), "it is Monday, and they are open");
    let path = format!("/api/v1/stations/{VILLAGE_STATION}");
    let seen = story.stand.anyone().get(&path).await.expect(200);
    let thursdays = json!({ "hours": [{ "days": [4], "open": "14:00", "close": "17:00" }] });
    let clerk = story.staff("cunwu").await;
    assert_eq!(edit(&clerk, &path, seen.etag(), thursdays.clone()).await.status(), 403);

    let supervisor = story.staff("duban").await;
    let edited = edit(&supervisor, &path, seen.etag(), thursdays.clone()).await.expect(200);
    assert!(accepted_in_plan(&story).await.starts_with("2026-09-17T14:00"));
    assert_eq!(edited.value()["open_now"], false);
    edit(&supervisor, &path, seen.etag(), thursdays).await.problem(412, "stale");
}

#[tokio::test]
async fn a_promise_into_a_year_without_holidays_is_provisional_until_an_administrator_loads_them() {
    let story = Story::begin().await;
    story.at("2026-12-29T09:30:00+08:00").await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    let owner = story.villager("wang-dama").await;
    let before = case.seen_by(&owner).await;
    assert_eq!((&before["due_on"], &before["provisional"]), (&json!("2027-01-05"), &json!(true)));

    let (path, year) = ("/api/v1/calendar/2027", json!({ "holidays": ["2027-01-01", "2027-01-02", "2027-01-03"], "make_up_workdays": [] }));
    let seen = story.stand.anyone().get(path).await.expect(200);
    assert_eq!(seen.value()["loaded"], false);
    let load = |who: Api| {
        let request = who.ask(reqwest::Method::PUT, path).if_match(seen.etag()).json(&year);
        async move { request.send().await }
    };
    assert_eq!(load(story.staff("duban").await).await.status(), 403);
    load(story.staff("guanli").await).await.expect(200);
    let after = case.seen_by(&owner).await;
    assert_eq!((&after["due_on"], &after["provisional"]), (&json!("2027-01-06"), &json!(false)));
}
