//! Idle time at windows and what is late, by station and by clerk: for who watches over them, and for each clerk about themself.

use serde_json::{Value, json};

use super::alerts::supervisor_of;
use super::hall::{Hall, TOWN_CLERK, TOWN_COLLEAGUE};
use super::story::{Story, TOWN_SERVICE, TOWN_STATION, VILLAGE, VILLAGE_STATION, accept};
use crate::support::client::Api;

const CLERK: &str = "cunwu";
const TOWN: &str = "511499101000";

/// Minutes at windows, and idle ones. The stand's clock goes on while a test runs: to the minute.
fn minutes(figures: &Value) -> (u64, u64) {
    let of = |key: &str| (figures[key].as_u64().unwrap_or_else(|| panic!("no {key} in {figures:#}")) + 30) / 60;
    (of("at_window_secs"), of("idle_secs"))
}

async fn own(story: &Story, login: &str) -> Value {
    story.staff(login).await.get("/api/v1/me/figures?days=1").await.expect(200).value()
}

/// The minutes of a clerk's only day at a window.
async fn own_minutes(story: &Story, login: &str) -> (u64, u64) {
    let own = own(story, login).await;
    assert_eq!(own["days"].as_array().map(Vec::len), Some(1), "{own:#}");
    minutes(&own["days"][0])
}

async fn by_station(supervisor: &Api, station: &str) -> Value {
    let all = supervisor.get("/api/v1/supervision/stations?days=1").await.expect(200).value();
    let all = all.as_array().expect("a list");
    all.iter().find(|of| of["station"]["code"] == station).unwrap_or_else(|| panic!("no {station} in {all:#?}")).clone()
}

async fn by_clerk(supervisor: &Api, station: &str) -> Vec<Value> {
    let all = supervisor.get(&format!("/api/v1/supervision/stations/{station}/clerks?days=1")).await.expect(200).value();
    all.as_array().expect("a list").clone()
}

async fn clock(story: &Story, wall: &str) {
    story.at(&format!("2026-09-14T{wall}:00+08:00")).await;
}

async fn close(hall: &Hall, clerk: &Api) {
    clerk.post(&hall.path("windows/close"), json!({})).await.expect(200);
}

#[tokio::test]
async fn a_morning_at_a_window_counts_each_idle_minute_and_none_that_a_number_or_a_work_item_took() {
    let hall = Hall::in_the_village().await;
    let story = &hall.story;
    let first = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let second = story.submit("zhang-wei", TOWN_SERVICE, "nearby").await;
    let clerk = async || story.staff(CLERK).await;

    clock(story, "09:40").await;
    hall.open(&clerk().await, 1).await;
    // A number from 09:45 to 10:05, and an item from 09:55 to 10:10: busy for 25 minutes.
    clock(story, "09:45").await;
    let number = hall.walk_in(&clerk().await, "certificate").await;
    assert_eq!(hall.next(&clerk().await).await.expect(200).value()["kind"], "ticket");
    clock(story, "09:48").await;
    hall.act(&clerk().await, &number, json!({ "kind": "recall" })).await.expect(200);
    clock(story, "09:50").await;
    hall.act(&clerk().await, &number, json!({ "kind": "begin" })).await.expect(200);
    assert_eq!(own_minutes(story, CLERK).await, (10, 5), "while a number is served");
    clock(story, "09:55").await;
    let mut held = first.held_by(CLERK).await;
    clock(story, "10:05").await;
    hall.act(&clerk().await, &number, json!({ "kind": "finish" })).await.expect(200);
    assert_eq!(own_minutes(story, CLERK).await, (25, 5), "while an item is held");
    clock(story, "10:10").await;
    held.hand = clerk().await;
    held.tries(accept()).await.expect(200);
    // Somebody who isn't there: five minutes.
    clock(story, "10:15").await;
    let missed = hall.walk_in(&clerk().await, "certificate").await;
    hall.next(&clerk().await).await.expect(200);
    clock(story, "10:18").await;
    hall.act(&clerk().await, &missed, json!({ "kind": "recall" })).await.expect(200);
    clock(story, "10:20").await;
    assert_eq!(hall.act(&clerk().await, &missed, json!({ "kind": "not_there" })).await.expect(200).value()["state"], "waiting");
    // An item that is given back: ten.
    clock(story, "10:30").await;
    let mut held = second.held_by(CLERK).await;
    clock(story, "10:40").await;
    held.hand = clerk().await;
    held.gives_back().await;
    // A claim that runs out after thirty, which nobody notes before the next one; and that one: ten.
    clock(story, "10:50").await;
    second.held_by(CLERK).await;
    story.stand.at("2026-09-14T11:25:00+08:00").await;
    let again = story.stand.staff(CLERK).await.post("/api/v1/work-items/claim", json!({ "station": VILLAGE_STATION })).await;
    let again = again.expect(200).value();
    assert_eq!(again["case"]["id"], json!(second.id));
    clock(story, "11:35").await;
    let release = format!("/api/v1/work-items/{}/release", again["id"].as_str().expect("an id"));
    clerk().await.post(&release, json!({ "lease": again["lease"]["number"] })).await.expect(200);
    clock(story, "11:40").await;
    close(&hall, &clerk().await).await;

    clock(story, "12:00").await;
    assert_eq!(own_minutes(story, CLERK).await, (120, 40));
    let supervisor = supervisor_of(story, VILLAGE).await;
    assert_eq!(minutes(&by_station(&supervisor, VILLAGE_STATION).await["windows"]), (120, 40));
    let clerks = by_clerk(&supervisor, VILLAGE_STATION).await;
    let sat: Vec<_> = clerks.iter().filter(|clerk| clerk["days"] != json!([])).collect();
    assert_eq!((sat.len(), &sat[0]["days"]), (1, &own(story, CLERK).await["days"]), "who sat nowhere has no days: {clerks:#?}");

    // After noon they sit again; what goes on counts up to now.
    clock(story, "13:30").await;
    hall.open(&clerk().await, 1).await;
    clock(story, "14:00").await;
    second.held_by(CLERK).await;
    clock(story, "14:10").await;
    assert_eq!(own_minutes(story, CLERK).await, (160, 70));
    let tomorrow = story.staff(CLERK).await.get("/api/v1/me/figures?days=1&to=2026-09-15").await.expect(200).value();
    assert_eq!(tomorrow["days"], json!([]));
}

#[tokio::test]
async fn a_halls_idle_time_is_that_of_all_its_windows_and_ends_when_what_is_left_open_is_closed() {
    let hall = Hall::in_town().await;
    let story = &hall.story;
    clock(story, "15:00").await;
    hall.open(&story.staff(TOWN_CLERK).await, 1).await;
    clock(story, "15:30").await;
    hall.open(&story.staff(TOWN_COLLEAGUE).await, 2).await;
    hall.walk_in(&story.staff(TOWN_COLLEAGUE).await, "certificate").await;
    hall.next(&story.staff(TOWN_COLLEAGUE).await).await.expect(200);
    clock(story, "16:00").await;
    let supervisor = supervisor_of(story, TOWN).await;
    assert_eq!(minutes(&by_station(&supervisor, TOWN_STATION).await["windows"]), (90, 60), "a colleague's number is a colleague's work");
    assert_eq!(own_minutes(story, TOWN_CLERK).await, (60, 60));
    assert_eq!(own_minutes(story, TOWN_COLLEAGUE).await, (30, 0));
    // The hall closes at 17:00, and what is left over ends an hour later.
    clock(story, "18:00").await;
    clock(story, "20:00").await;
    let supervisor = supervisor_of(story, "511499000000").await;
    assert_eq!(minutes(&by_station(&supervisor, TOWN_STATION).await["windows"]), (330, 180));
    assert_eq!(minutes(&by_station(&supervisor, VILLAGE_STATION).await["windows"]), (0, 0), "nobody sat there");
}

#[tokio::test]
async fn a_claim_that_runs_out_at_a_window_leaves_its_holder_idle_from_then_on() {
    let hall = Hall::in_the_village().await;
    let story = &hall.story;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    clock(story, "10:00").await;
    hall.open(&story.staff(CLERK).await, 1).await;
    case.held_by(CLERK).await;
    clock(story, "10:20").await;
    assert_eq!(own_minutes(story, CLERK).await, (20, 0));
    story.stand.at("2026-09-14T10:40:00+08:00").await;
    assert_eq!(own_minutes(story, CLERK).await, (40, 10), "nobody has noted it yet");
    clock(story, "11:00").await;
    assert_eq!(own_minutes(story, CLERK).await, (60, 30));
}

#[tokio::test]
async fn what_was_closed_late_and_what_is_held_beyond_its_day_is_told_by_clerk_and_by_station() {
    let story = Story::begin().await;
    let mut cases = Vec::new();
    for phone in ["wang-dama", "zhang-wei", "wang-dama"] {
        cases.push(story.submit(phone, TOWN_SERVICE, "nearby").await);
    }
    // Each is to be accepted by the end of the 15th.
    cases[0].done_by(CLERK, accept()).await;
    story.at("2026-09-16T09:00:00+08:00").await;
    cases[1].done_by(CLERK, accept()).await;
    cases[2].held_by(CLERK).await;
    let own = story.staff(CLERK).await.get("/api/v1/me/figures?days=3").await.expect(200).value();
    assert_eq!((&own["held"], &own["held_late"]), (&json!(1), &json!(1)));
    let days: Vec<_> = own["days"].as_array().expect("a list").iter().map(|of| [&of["day"], &of["closed"], &of["closed_late"]]).collect();
    assert_eq!(days, [[&json!("2026-09-14"), &json!(1), &json!(0)], [&json!("2026-09-16"), &json!(1), &json!(1)]]);
    let supervisor = supervisor_of(&story, VILLAGE).await;
    let clerks = by_clerk(&supervisor, VILLAGE_STATION).await;
    let late: Vec<_> = clerks.iter().filter(|clerk| clerk["held_late"] != json!(0)).collect();
    assert_eq!((late.len(), &late[0]["held"], &late[0]["days"][0]["closed_late"]), (1, &json!(1), &json!(1)));
    let station = by_station(&supervisor, VILLAGE_STATION).await;
    assert_eq!((&station["late"], &station["done"]["closed"], &station["done"]["closed_late"]), (&json!(1), &json!(1), &json!(1)));
}

#[tokio::test]
async fn a_clerk_sees_their_own_idle_time_alone_and_a_hall_shows_nobodys() {
    let hall = Hall::in_town().await;
    let story = &hall.story;
    hall.open(&story.staff(TOWN_CLERK).await, 1).await;
    hall.open(&story.staff(TOWN_COLLEAGUE).await, 2).await;
    clock(story, "10:00").await;
    assert_eq!(own(story, TOWN_CLERK).await["days"].as_array().map(Vec::len), Some(1), "one window, their own");
    let clerks = format!("/api/v1/supervision/stations/{TOWN_STATION}/clerks");
    let clerk = story.staff(TOWN_CLERK).await;
    clerk.get(&clerks).await.problem(403, "role_missing");
    clerk.get("/api/v1/supervision/stations").await.problem(403, "role_missing");
    supervisor_of(story, VILLAGE).await.get(&clerks).await.problem(403, "out_of_scope");
    story.stand.anyone().get("/api/v1/me/figures").await.problem(401, "token_missing");
    for public in [hall.path("hall"), format!("/api/v1/stations/{TOWN_STATION}"), format!("/hall/511499/{TOWN_STATION}")] {
        let shown = story.stand.anyone().get(&public).await.expect(200);
        assert!(!shown.text().contains("idle") && !shown.text().contains("空闲"), "{public}: {}", shown.text());
    }
}
