//! Watching over the queue: who holds what, how the work goes, what ran out in a month; and stations that help an overloaded one.

use serde_json::{Value, json};

use super::alerts::{SUPERVISOR, supervisor_of};
use super::story::{Story, TOWN_SERVICE, TOWN_STATION, VILLAGE, VILLAGE_STATION, accept, granted};
use crate::support::client::Api;

/// 党员组织关系接转: from the phone, at any station of the district.
const DISTRICT_WIDE: &str = "T104";
/// At the centre that such an application goes to thirteen work.
const MORE_THAN_ITS_CLERKS: usize = 14;

fn of_station<'a>(figures: &'a Value, station: &str) -> &'a Value {
    let all = figures.as_array().expect("a list");
    all.iter().find(|figures| figures["station"]["code"] == json!(station)).unwrap_or_else(|| panic!("no {station} in {figures:#}"))
}

#[tokio::test]
async fn a_supervisor_sees_who_holds_what_since_when_and_until_when() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let held = case.held_by("cunwu").await;
    story.stand.at("2026-09-14T09:40:00+08:00").await;
    held.hand.post(&held.path("extend"), json!({ "lease": held.lease })).await.expect(200);
    let leases = story.staff(SUPERVISOR).await.get("/api/v1/supervision/leases").await.expect(200).value();
    let lease = &leases["items"][0];
    assert_eq!((&leases["total"], &lease["case"]["id"]), (&json!(1), &json!(case.id)));
    // The stand's clock goes on while the test runs.
    assert!(lease["since"].as_str().is_some_and(|since| since.starts_with("2026-09-14T09:3")), "since the claim: {lease:#}");
    assert!(lease["until"].as_str().is_some_and(|until| until.starts_with("2026-09-14T10:1")), "until after the sign of life: {lease:#}");
    assert!(lease["name"].is_string() && lease["station"]["code"] == VILLAGE_STATION, "{lease:#}");
    let elsewhere = supervisor_of(&story, "511499102000").await;
    assert_eq!(elsewhere.get("/api/v1/supervision/leases").await.expect(200).value()["total"], 0);
    held.gives_back().await;
    let leases = story.staff(SUPERVISOR).await.get("/api/v1/supervision/leases").await.expect(200).value();
    assert_eq!(leases["total"], 0);
}

#[tokio::test]
async fn a_stations_work_is_told_in_figures_and_a_clerk_sees_their_own() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    story.submit("zhang-wei", TOWN_SERVICE, "nearby").await;
    story.at("2026-09-14T10:30:00+08:00").await;
    case.done_by("cunwu", accept()).await;
    let supervisor = supervisor_of(&story, VILLAGE).await;
    let figures = supervisor.get("/api/v1/supervision/stations?days=1").await.expect(200).value();
    let village = of_station(&figures, VILLAGE_STATION);
    assert_eq!((&village["waiting"], &village["held"], &village["late"]), (&json!(1), &json!(0), &json!(0)));
    assert_eq!(village["done"]["closed"], 1);
    let waited = village["done"]["waited_secs"].as_u64().expect("a mean");
    assert!((3500..3900).contains(&waited), "an hour, from ready to claimed: {waited}");
    assert!(
        figures.as_array().expect("a list").iter().all(|of| of["station"]["code"].as_str().is_some_and(|code| code.starts_with(VILLAGE)))
    );

    let path = format!("/api/v1/supervision/stations/{VILLAGE_STATION}/clerks");
    let clerks = supervisor.get(&path).await.expect(200).value();
    let all = clerks.as_array().expect("a list");
    assert!(all.len() > 1, "also who closed nothing: {clerks:#}");
    let busy: Vec<_> = all.iter().filter(|clerk| clerk["days"] != json!([])).collect();
    assert_eq!((busy.len(), &busy[0]["days"][0]["day"], &busy[0]["days"][0]["closed"]), (1, &json!("2026-09-14"), &json!(1)));
    let own = story.staff("cunwu").await.get("/api/v1/me/figures").await.expect(200).value();
    assert_eq!((&own["days"], &own["held"]), (&busy[0]["days"], &busy[0]["held"]));
    let town = format!("/api/v1/supervision/stations/{TOWN_STATION}/clerks");
    supervisor.get(&town).await.problem(403, "out_of_scope");
    story.staff("cunwu").await.get(&path).await.problem(403, "role_missing");
    story.stand.anyone().get(&path).await.problem(401, "token_missing");
}

#[tokio::test]
async fn the_months_list_names_what_was_late_by_whose_desk_and_how_late() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    story.at("2026-09-23T09:00:00+08:00").await;
    case.done_by("zhenshen", granted()).await;
    case.done_by("zhenban", json!({ "kind": "produce" })).await;
    let supervisor = story.staff(SUPERVISOR).await;
    let month = supervisor.get("/api/v1/supervision/overdue?month=2026-09").await.expect(200).value();
    let late = &month["items"][0];
    assert_eq!((&month["total"], &late["case"]["number"]), (&json!(1), &json!(case.number)));
    assert_eq!((&late["station"]["code"], &late["due_on"]), (&json!(TOWN_STATION), &json!("2026-09-20")));
    // 21, 22 and 23 September.
    assert_eq!((&late["working_days_late"], &late["ended"]), (&json!(3), &json!("已办好，待交付")));
    assert_eq!(month["totals"][0]["cases"], 1);
    let before = supervisor.get("/api/v1/supervision/overdue?month=2026-08").await.expect(200).value();
    let after = supervisor.get("/api/v1/supervision/overdue?month=2026-10").await.expect(200).value();
    assert_eq!((&before["total"], &after["total"]), (&json!(0), &json!(0)));

    let answer = supervisor.get("/api/v1/supervision/overdue/table?month=2026-09").await.expect(200);
    let text = String::from_utf8(answer.bytes().to_vec()).expect("UTF-8");
    assert!(text.starts_with("\u{feff}\"办件编号\",\"事项编码\",\"事项名称\""), "{text}");
    assert!(text.contains(&case.number) && text.contains("\"3\",\"已办好，待交付\"") && text.contains("\"合计\""), "{text}");
    assert!(!text.contains("王大妈") && !text.contains("\"王"), "nobody is named: {text}");
    let wrong = supervisor.get("/api/v1/supervision/overdue?month=2026-13").await;
    assert_eq!(wrong.status(), 400, "{wrong}");
}

async fn settle(by: &Api, items_per_clerk: u16) {
    let path = "/api/v1/supervision/thresholds";
    let seen = by.get(path).await.expect(200).etag().to_owned();
    let body = json!({ "yellow_percent": 20, "yellow_days": 1, "items_per_clerk": items_per_clerk });
    by.ask(reqwest::Method::PUT, path).if_match(&seen).json(body).send().await.expect(200);
}

#[tokio::test]
async fn a_station_with_work_of_its_own_helps_an_overloaded_one_with_what_is_more_urgent() {
    let story = Story::begin().await;
    let mut shared = Vec::new();
    for phone in ["wang-dama", "zhang-wei"].into_iter().cycle().take(MORE_THAN_ITS_CLERKS) {
        shared.push(story.submit(phone, DISTRICT_WIDE, "district").await);
    }
    let chosen = shared[0].seen_by(&story.villager("wang-dama").await).await["accepting"]["code"].clone();
    assert_ne!(chosen, json!(VILLAGE_STATION), "another station was chosen");
    story.at("2026-09-15T09:00:00+08:00").await;
    let own = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let next = async || {
        let clerk = story.staff("cunwu").await;
        clerk.post("/api/v1/work-items/claim", json!({ "station": VILLAGE_STATION })).await.expect(200).value()
    };
    let back = async |taken: &Value| {
        let path = format!("/api/v1/work-items/{}/release", taken["id"].as_str().expect("an id"));
        story.staff("cunwu").await.post(&path, json!({ "lease": taken["lease"]["number"] })).await.expect(200);
    };
    let first = next().await;
    assert_eq!(first["case"]["id"], json!(own.id), "nobody is overloaded");
    back(&first).await;

    settle(&story.staff("guanli").await, 1).await;
    story.stand.run_jobs().await;
    let figures = story.staff(SUPERVISOR).await.get("/api/v1/supervision/stations").await.expect(200).value();
    assert_eq!(of_station(&figures, chosen.as_str().expect("a code"))["overloaded"], true, "{figures:#}");
    let helped = next().await;
    assert_eq!((&helped["station"]["code"], &helped["in_name_of"]["code"]), (&json!(VILLAGE_STATION), &chosen));
    assert!(shared.iter().any(|case| helped["case"]["id"] == json!(case.id)), "{helped:#}");
    // What is done in one step with the next helps too.
    let path = format!("/api/v1/work-items/{}/acts", helped["id"].as_str().expect("an id"));
    let body = json!({ "lease": helped["lease"]["number"], "act": accept(), "next": { "station": VILLAGE_STATION } });
    let acted = story.staff("cunwu").await.post(&path, body).await.expect(200).value();
    assert_eq!(acted["next"]["in_name_of"]["code"], chosen, "{acted:#}");
}
