//! A hall's day: numbers, priority, calling, who isn't there, and how the hall and online work share a clerk.

use reqwest::Method;
use serde_json::{Value, json};

use super::story::{Story, TOWN_SERVICE, TOWN_STATION, VILLAGE_STATION, word};
use crate::support::client::{Answer, Api};
use crate::support::live::Watching;

/// Two clerks of the town's hall, and one of the village.
const TOWN_CLERK: &str = "zhenban";
const TOWN_COLLEAGUE: &str = "511499101000-01.4";
const VILLAGE_CLERK: &str = "cunwu";

pub fn path(station: &str, rest: &str) -> String {
    format!("/api/v1/stations/{station}/{rest}")
}

/// So many metres to the north of a station.
pub async fn north_of(api: &Api, station: &str, metres: f64) -> Value {
    let station = api.get(&format!("/api/v1/stations/{station}")).await.expect(200).value();
    json!({ "lat": station["lat"].as_f64().unwrap() + metres / 111_195.0, "lng": station["lng"] })
}

async fn take(villager: &Api, station: &str, kind: &str) -> Answer {
    let place = north_of(villager, station, 20.0).await;
    villager.post(&path(station, "tickets"), json!({ "kind": kind, "place": place })).await
}

pub async fn walk_in(clerk: &Api, station: &str, kind: &str) -> Value {
    clerk.post(&path(station, "walk-ins"), json!({ "kind": kind })).await.expect(201).value()
}

pub async fn open(clerk: &Api, station: &str, number: u16) {
    clerk.post(&path(station, "windows"), json!({ "number": number })).await.expect(201);
}

pub async fn next(clerk: &Api, station: &str) -> Answer {
    clerk.post(&path(station, "next"), json!({})).await
}

pub async fn act(clerk: &Api, ticket: &Value, act: Value) -> Answer {
    clerk.post(&format!("/api/v1/tickets/{}/acts", word(ticket, "id")), json!({ "act": act })).await
}

/// Calls the next number, serves it and lets it go.
async fn serve_next(clerk: &Api, station: &str) -> String {
    let given = next(clerk, station).await.expect(200).value();
    if given["kind"] == "work_item" {
        return "online".to_owned();
    }
    act(clerk, &given["ticket"], json!({ "kind": "begin" })).await.expect(200);
    act(clerk, &given["ticket"], json!({ "kind": "finish" })).await.expect(200);
    word(&given["ticket"], "number")
}

async fn board(story: &Story, station: &str) -> Value {
    story.stand.anyone().get(&path(station, "hall")).await.expect(200).value()
}

#[tokio::test]
async fn a_morning_at_a_hall() {
    let story = Story::begin().await;
    let (zhang, clerk) = (story.villager("zhang-wei").await, story.staff(TOWN_CLERK).await);
    let first = take(&zhang, TOWN_STATION, "town_service").await.expect(201).value();
    assert_eq!((&first["number"], &first["ahead"], &first["wait_min"]), (&json!("A001"), &json!(0), &json!(0)));
    let second = walk_in(&clerk, TOWN_STATION, "certificate").await;
    assert_eq!((&second["number"], &second["ahead"], &second["wait_min"]), (&json!("B001"), &json!(1), &json!(20)));
    next(&clerk, TOWN_STATION).await.problem(409, "window_not_open");
    open(&clerk, TOWN_STATION, 3).await;
    let called = next(&clerk, TOWN_STATION).await.expect(200).value();
    assert_eq!((&called["kind"], &called["ticket"]["number"]), (&json!("ticket"), &json!("A001")));
    let own = zhang.get("/api/v1/me/tickets").await.expect(200).value();
    assert_eq!((&own[0]["state"], &own[0]["window"]), (&json!("called"), &json!(3)));
    let seen = board(&story, TOWN_STATION).await;
    assert_eq!(seen["called"], json!([{ "number": "A001", "window": 3, "serving": false }]));
    assert_eq!((&seen["waiting"][2]["people"], &seen["windows"]), (&json!(1), &json!(1)));
    next(&clerk, TOWN_STATION).await.problem(409, "window_busy");
    act(&clerk, &first, json!({ "kind": "begin" })).await.expect(200);
    zhang.post(&format!("/api/v1/tickets/{}/leave", word(&first, "id")), json!({})).await.problem(409, "ticket_being_served");
    story.stand.at("2026-09-14T09:40:00+08:00").await;
    act(&clerk, &first, json!({ "kind": "finish" })).await.expect(200);
    assert_eq!(zhang.get("/api/v1/me/tickets").await.expect(200).value(), json!([]));
    walk_in(&clerk, TOWN_STATION, "town_service").await;
    let third = walk_in(&clerk, TOWN_STATION, "town_service").await;
    assert_eq!(third["wait_min"], json!(38), "a certificate as usual, a town service by the one that took ten minutes");
    clerk.post(&path(TOWN_STATION, "windows/close"), json!({})).await.expect(200);
    next(&clerk, TOWN_STATION).await.problem(409, "window_not_open");
}

#[tokio::test]
async fn a_window_is_called_only_to_what_it_serves_and_closed_only_when_nobody_is_there() {
    let story = Story::begin().await;
    let clerk = story.staff(TOWN_CLERK).await;
    let body = json!({ "number": 1, "serves": ["certificate"] });
    let window = clerk.post(&path(TOWN_STATION, "windows"), &body).await.expect(201).value();
    assert_eq!((&window["number"], &window["serves"]), (&json!(1), &json!(["certificate"])));
    story.staff(TOWN_COLLEAGUE).await.post(&path(TOWN_STATION, "windows"), &body).await.problem(409, "window_taken");
    let ninth = json!({ "number": 9 });
    story.staff(TOWN_COLLEAGUE).await.post(&path(TOWN_STATION, "windows"), ninth).await.problem(422, "window_not_found");
    walk_in(&clerk, TOWN_STATION, "town_service").await;
    walk_in(&clerk, TOWN_STATION, "certificate").await;
    let called = next(&clerk, TOWN_STATION).await.expect(200).value();
    assert_eq!(called["ticket"]["number"], json!("B001"));
    clerk.post(&path(TOWN_STATION, "windows/close"), json!({})).await.problem(409, "window_busy");
    let floor = story.staff("duban").await.get(&path(TOWN_STATION, "floor")).await.expect(200).value();
    assert_eq!((&floor["windows"][0]["ticket"]["number"], &floor["waiting"][0]["number"]), (&json!("B001"), &json!("A001")));
    assert!(floor["windows"][0]["clerk_name"].is_string() && floor["windows"][0]["since"].is_string());
}

#[tokio::test]
async fn who_the_law_favours_goes_before_those_of_the_half_hour_before_them_and_no_others() {
    let story = Story::begin().await;
    let clerk = story.staff(TOWN_CLERK).await;
    walk_in(&clerk, TOWN_STATION, "town_service").await;
    story.stand.at("2026-09-14T09:45:00+08:00").await;
    take(&story.villager("zhang-wei").await, TOWN_STATION, "town_service").await.expect(201);
    story.stand.at("2026-09-14T10:05:00+08:00").await;
    let elderly = take(&story.villager("wang-dama").await, TOWN_STATION, "town_service").await.expect(201).value();
    assert_eq!(elderly["ahead"], json!(1), "67 years old by her number; the first waits for 35 minutes already");
    let soldier = json!({ "kind": "town_service", "priority": "soldier" });
    let soldier = clerk.post(&path(TOWN_STATION, "walk-ins"), soldier).await.expect(201).value();
    assert_eq!(soldier["ahead"], json!(2));
    assert!(!soldier.to_string().contains("soldier"), "why somebody goes first is kept nowhere");
    open(&clerk, TOWN_STATION, 1).await;
    let mut called = Vec::new();
    for _ in 0..4 {
        called.push(serve_next(&clerk, TOWN_STATION).await);
    }
    assert_eq!(called, ["A001", "A003", "A004", "A002"]);
}

#[tokio::test]
async fn who_is_not_there_is_called_again_goes_back_once_and_loses_the_number_the_second_time() {
    let story = Story::begin().await;
    let (zhang, clerk) = (story.villager("zhang-wei").await, story.staff(TOWN_CLERK).await);
    let ticket = take(&zhang, TOWN_STATION, "town_service").await.expect(201).value();
    walk_in(&clerk, TOWN_STATION, "town_service").await;
    open(&clerk, TOWN_STATION, 1).await;
    next(&clerk, TOWN_STATION).await.expect(200);
    act(&clerk, &ticket, json!({ "kind": "not_there" })).await.problem(409, "recall_first");
    for times in [2, 3] {
        assert_eq!(act(&clerk, &ticket, json!({ "kind": "recall" })).await.expect(200).value()["called_times"], json!(times));
    }
    act(&clerk, &ticket, json!({ "kind": "recall" })).await.problem(409, "recalls_used_up");
    assert_eq!(act(&clerk, &ticket, json!({ "kind": "not_there" })).await.expect(200).value()["state"], json!("waiting"));
    assert_eq!(serve_next(&clerk, TOWN_STATION).await, "A002", "they went back behind who came after them");
    next(&clerk, TOWN_STATION).await.expect(200);
    act(&clerk, &ticket, json!({ "kind": "recall" })).await.expect(200);
    assert_eq!(act(&clerk, &ticket, json!({ "kind": "not_there" })).await.expect(200).value()["state"], json!("no_show"));
    assert_eq!(zhang.get("/api/v1/me/tickets").await.expect(200).value(), json!([]));
    act(&clerk, &ticket, json!({ "kind": "begin" })).await.problem(409, "ticket_over");
}

#[tokio::test]
async fn a_phone_takes_one_number_near_an_open_station_with_time_left_and_where_it_is_is_kept_nowhere() {
    let story = Story::begin().await;
    let zhang = story.villager("zhang-wei").await;
    let far = json!({ "kind": "certificate", "place": north_of(&zhang, TOWN_STATION, 700.0).await });
    zhang.post(&path(TOWN_STATION, "tickets"), far).await.problem(409, "out_of_reach");
    let mut near = north_of(&zhang, TOWN_STATION, 0.0).await;
    near["lat"] = json!(30.294_712_345);
    let body = json!({ "kind": "certificate", "place": near });
    zhang.post(&path(TOWN_STATION, "tickets"), &body).await.expect(201);
    zhang.post(&path(TOWN_STATION, "tickets"), &body).await.problem(409, "ticket_there_already");
    let kept = [story.stand.folder().join("server.log"), story.stand.folder().join("data/bianmin.db")];
    for file in kept.iter().filter(|file| file.exists()) {
        let bytes = std::fs::read(file).expect("it can be read");
        assert!(!bytes.windows(9).any(|part| part == b"712345000" || part == b".29471234"), "{}", file.display());
    }
    story.stand.at("2026-09-14T12:30:00+08:00").await;
    story.stand.villager("wang-dama").await.post(&path(TOWN_STATION, "tickets"), &body).await.problem(409, "station_closed");
    story.stand.at("2026-09-14T16:55:00+08:00").await;
    story.stand.villager("wang-dama").await.post(&path(TOWN_STATION, "tickets"), &body).await.problem(409, "too_late_today");
}

#[tokio::test]
async fn two_clerks_who_call_at_the_same_time_get_two_numbers() {
    let story = Story::begin().await;
    let (one, other) = (story.staff(TOWN_CLERK).await, story.staff(TOWN_COLLEAGUE).await);
    open(&one, TOWN_STATION, 1).await;
    open(&other, TOWN_STATION, 2).await;
    for _ in 0..12 {
        walk_in(&one, TOWN_STATION, "town_service").await;
    }
    let mut called = std::collections::BTreeSet::new();
    for _ in 0..6 {
        let (first, second) = tokio::join!(serve_next(&one, TOWN_STATION), serve_next(&other, TOWN_STATION));
        called.extend([first, second]);
    }
    assert_eq!(called.len(), 12);
}

#[tokio::test]
async fn by_turns_the_hall_and_online_work_share_a_clerk_as_the_supervisor_said() {
    let story = Story::begin().await;
    let (clerk, supervisor) = (story.staff(VILLAGE_CLERK).await, story.staff("duban").await);
    let rules = path(VILLAGE_STATION, "floor-rules");
    let seen = supervisor.get(&rules).await.expect(200);
    assert_eq!(seen.value()["policy"], json!({ "kind": "tickets_first" }));
    let change = json!({ "policy": { "kind": "by_turns", "tickets": 2, "online": 1 } });
    let edit = |body: Value| supervisor.ask(Method::PATCH, &rules).if_match(seen.etag()).json(body).send();
    edit(json!({ "policy": { "kind": "by_turns", "tickets": 2, "online": 0 } })).await.problem(422, "invalid_value");
    edit(change.clone()).await.expect(200);
    edit(change).await.problem(412, "stale");
    clerk.get(&rules).await.problem(403, "role_missing");
    story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    story.submit("zhang-wei", TOWN_SERVICE, "nearby").await;
    for _ in 0..3 {
        walk_in(&clerk, VILLAGE_STATION, "certificate").await;
    }
    open(&clerk, VILLAGE_STATION, 1).await;
    let mut given = Vec::new();
    for _ in 0..5 {
        given.push(serve_next(&clerk, VILLAGE_STATION).await);
    }
    assert_eq!(given, ["B001", "B002", "online", "B003", "online"]);
    next(&clerk, VILLAGE_STATION).await.problem(409, "nothing_waits");
}

#[tokio::test]
async fn a_number_that_waits_too_long_goes_before_online_work_also_where_that_comes_first() {
    let story = Story::begin().await;
    let (clerk, supervisor) = (story.staff(VILLAGE_CLERK).await, story.staff("duban").await);
    let rules = path(VILLAGE_STATION, "floor-rules");
    let seen = supervisor.get(&rules).await.expect(200);
    let change = json!({ "policy": { "kind": "online_first" }, "wait_max_min": 20 });
    supervisor.ask(Method::PATCH, &rules).if_match(seen.etag()).json(change).send().await.expect(200);
    for phone in ["wang-dama", "zhang-wei"] {
        story.submit(phone, TOWN_SERVICE, "nearby").await;
    }
    walk_in(&clerk, VILLAGE_STATION, "certificate").await;
    open(&clerk, VILLAGE_STATION, 1).await;
    assert_eq!(serve_next(&clerk, VILLAGE_STATION).await, "online");
    story.stand.at("2026-09-14T09:51:00+08:00").await;
    assert_eq!(serve_next(&clerk, VILLAGE_STATION).await, "B001");
    assert_eq!(serve_next(&clerk, VILLAGE_STATION).await, "online");
}

#[tokio::test]
async fn a_walk_ins_number_names_the_case_that_it_led_to() {
    let story = Story::begin().await;
    let clerk = story.staff(VILLAGE_CLERK).await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let ticket = walk_in(&clerk, VILLAGE_STATION, "town_service").await;
    open(&clerk, VILLAGE_STATION, 1).await;
    next(&clerk, VILLAGE_STATION).await.expect(200);
    act(&clerk, &ticket, json!({ "kind": "begin" })).await.expect(200);
    let nobodys = json!({ "kind": "finish", "case": uuid::Uuid::nil() });
    act(&clerk, &ticket, nobodys).await.problem(409, "case_not_found");
    let served = act(&clerk, &ticket, json!({ "kind": "finish", "case": case.id })).await.expect(200).value();
    assert_eq!((&served["state"], &served["case"]), (&json!("served"), &json!(case.id)));
}

#[tokio::test]
async fn a_number_is_its_persons_and_its_halls_and_nobody_elses() {
    let story = Story::begin().await;
    let (zhang, wang) = (story.villager("zhang-wei").await, story.villager("wang-dama").await);
    let (clerk, colleague, far) =
        (story.staff(TOWN_CLERK).await, story.staff(TOWN_COLLEAGUE).await, story.staff("511499101204-01.2").await);
    let ticket = take(&zhang, TOWN_STATION, "town_service").await.expect(201).value();
    let leave = format!("/api/v1/tickets/{}/leave", word(&ticket, "id"));
    for other in [&wang, &far] {
        other.post(&leave, json!({})).await.problem(404, "ticket_not_found");
    }
    act(&far, &ticket, json!({ "kind": "begin" })).await.problem(404, "ticket_not_found");
    far.post(&path(TOWN_STATION, "windows"), json!({ "number": 1 })).await.problem(403, "out_of_scope");
    next(&far, TOWN_STATION).await.problem(403, "out_of_scope");
    next(&zhang, TOWN_STATION).await.problem(403, "staff_only");
    open(&clerk, TOWN_STATION, 1).await;
    next(&clerk, TOWN_STATION).await.expect(200);
    act(&colleague, &ticket, json!({ "kind": "begin" })).await.problem(409, "ticket_of_colleague");
    assert_eq!(zhang.post(&leave, json!({})).await.expect(200).value()["state"], json!("left"));
}

#[tokio::test]
async fn what_a_hall_leaves_over_ends_after_it_has_closed() {
    let story = Story::begin().await;
    let clerk = story.staff(TOWN_CLERK).await;
    take(&story.villager("zhang-wei").await, TOWN_STATION, "town_service").await.expect(201);
    walk_in(&clerk, TOWN_STATION, "certificate").await;
    open(&clerk, TOWN_STATION, 1).await;
    story.at("2026-09-14T17:59:00+08:00").await;
    assert_eq!(story.villager("zhang-wei").await.get("/api/v1/me/tickets").await.expect(200).value()[0]["state"], json!("waiting"));
    story.at("2026-09-14T18:00:00+08:00").await;
    assert_eq!(story.villager("zhang-wei").await.get("/api/v1/me/tickets").await.expect(200).value(), json!([]));
    let seen = board(&story, TOWN_STATION).await;
    assert_eq!((&seen["windows"], &seen["waiting"][0]["people"], &seen["open_now"]), (&json!(0), &json!(0), &json!(false)));
    story.at("2026-09-15T09:30:00+08:00").await;
    let morning = walk_in(&story.staff(TOWN_CLERK).await, TOWN_STATION, "certificate").await;
    assert_eq!(morning["number"], json!("B001"), "the count begins anew each day");
}

#[tokio::test]
async fn who_watches_a_hall_is_told_of_each_number_and_window() {
    let story = Story::begin().await;
    let clerk = story.staff(TOWN_CLERK).await;
    let mut hall = Watching::events(&story.stand.anyone(), &[format!("hall:{TOWN_STATION}")], None).await;
    assert_eq!(hall.next().await["event"], "hello");
    walk_in(&clerk, TOWN_STATION, "certificate").await;
    assert_eq!(hall.update("arrived").await["id"], "B001");
    open(&clerk, TOWN_STATION, 2).await;
    assert_eq!(hall.update("arrived").await["id"], "2");
    serve_next(&clerk, TOWN_STATION).await;
    for what in ["claimed", "changed", "closed"] {
        assert_eq!(hall.update(what).await["id"], "B001");
    }
}

#[tokio::test]
async fn the_halls_screen_shows_numbers_and_no_names_to_anybody() {
    let story = Story::begin().await;
    let clerk = story.staff(TOWN_CLERK).await;
    take(&story.villager("zhang-wei").await, TOWN_STATION, "town_service").await.expect(201);
    open(&clerk, TOWN_STATION, 2).await;
    next(&clerk, TOWN_STATION).await.expect(200);
    let page = story.stand.anyone().get(&format!("/hall/511499/{TOWN_STATION}")).await.expect(200);
    assert!(page.header("content-type").starts_with("text/html") && page.header("content-security-policy").contains("script-src 'sha256-"));
    for shown in ["A001", "2号窗口", "请到窗口", "等候"] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    assert!(!page.text().contains("张伟") && !board(&story, TOWN_STATION).await.to_string().contains("张伟"));
    story.stand.anyone().get("/hall/511499/511499101999-01").await.expect(404);
    story.stand.anyone().get(&path("511499101999-01", "hall")).await.problem(404, "station_not_found");
}
