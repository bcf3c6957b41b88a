//! A hall's day: numbers, priority, calling, who isn't there, and how the hall and online work share a clerk.

use reqwest::Method;
use serde_json::{Value, json};

use super::hall::{FAR_CLERK, Hall, SUPERVISOR, TOWN_CLERK, TOWN_COLLEAGUE, VILLAGE_CLERK};
use super::story::{TOWN_SERVICE, word};

#[tokio::test]
async fn a_morning_at_a_hall() {
    let hall = Hall::in_town().await;
    let (zhang, clerk) = (hall.story.villager("zhang-wei").await, hall.story.staff(TOWN_CLERK).await);
    let first = hall.take(&zhang, "town_service").await.expect(201).value();
    assert_eq!((&first["number"], &first["ahead"], &first["wait_min"]), (&json!("A001"), &json!(0), &json!(0)));
    let second = hall.walk_in(&clerk, "certificate").await;
    assert_eq!((&second["number"], &second["ahead"], &second["wait_min"]), (&json!("B001"), &json!(1), &json!(20)));
    hall.next(&clerk).await.problem(409, "window_not_open");
    hall.open(&clerk, 3).await;
    let called = hall.next(&clerk).await.expect(200).value();
    assert_eq!((&called["kind"], &called["ticket"]["number"]), (&json!("ticket"), &json!("A001")));
    let own = zhang.get("/api/v1/me/tickets").await.expect(200).value();
    assert_eq!((&own[0]["state"], &own[0]["window"]), (&json!("called"), &json!(3)));
    let seen = hall.board().await;
    assert_eq!(seen["called"], json!([{ "number": "A001", "window": 3, "serving": false }]));
    assert_eq!((&seen["waiting"][2]["people"], &seen["windows"]), (&json!(1), &json!(1)));
    hall.next(&clerk).await.problem(409, "window_busy");
    hall.act(&clerk, &first, json!({ "kind": "begin" })).await.expect(200);
    zhang.post(&format!("/api/v1/tickets/{}/leave", word(&first, "id")), json!({})).await.problem(409, "ticket_being_served");
    hall.story.stand.at("2026-09-14T09:40:00+08:00").await;
    hall.act(&clerk, &first, json!({ "kind": "finish" })).await.expect(200);
    assert_eq!(zhang.get("/api/v1/me/tickets").await.expect(200).value(), json!([]));
    hall.walk_in(&clerk, "town_service").await;
    let third = hall.walk_in(&clerk, "town_service").await;
    assert_eq!(third["wait_min"], json!(38), "a certificate as usual, a town service by the one that took ten minutes");
    clerk.post(&hall.path("windows/close"), json!({})).await.expect(200);
    hall.next(&clerk).await.problem(409, "window_not_open");
}

#[tokio::test]
async fn a_window_is_called_only_to_what_it_serves_and_a_clerk_sits_at_one_that_nobody_has() {
    let hall = Hall::in_town().await;
    let clerk = hall.story.staff(TOWN_CLERK).await;
    let body = json!({ "number": 1, "serves": ["certificate"] });
    let window = clerk.post(&hall.path("windows"), &body).await.expect(201).value();
    assert_eq!((&window["number"], &window["serves"]), (&json!(1), &json!(["certificate"])));
    hall.story.staff(TOWN_COLLEAGUE).await.post(&hall.path("windows"), &body).await.problem(409, "window_taken");
    let ninth = json!({ "number": 9 });
    hall.story.staff(TOWN_COLLEAGUE).await.post(&hall.path("windows"), ninth).await.problem(422, "window_not_found");
    hall.walk_in(&clerk, "town_service").await;
    hall.walk_in(&clerk, "certificate").await;
    let called = hall.next(&clerk).await.expect(200).value();
    assert_eq!(called["ticket"]["number"], json!("B001"));
    let floor = hall.floor(&hall.story.staff(SUPERVISOR).await).await;
    assert_eq!((&floor["windows"][0]["ticket"]["number"], &floor["waiting"][0]["number"]), (&json!("B001"), &json!("A001")));
    assert!(floor["windows"][0]["clerk_name"].is_string() && floor["windows"][0]["since"].is_string());
}

#[tokio::test]
async fn who_the_law_favours_goes_before_those_of_the_half_hour_before_them_and_no_others() {
    let hall = Hall::in_town().await;
    let clerk = hall.story.staff(TOWN_CLERK).await;
    hall.walk_in(&clerk, "town_service").await;
    hall.story.stand.at("2026-09-14T09:45:00+08:00").await;
    hall.take(&hall.story.villager("zhang-wei").await, "town_service").await.expect(201);
    hall.story.stand.at("2026-09-14T10:05:00+08:00").await;
    let elderly = hall.take(&hall.story.villager("wang-dama").await, "town_service").await.expect(201).value();
    assert_eq!(elderly["ahead"], json!(1), "67 years old by her number; the first waits for 35 minutes already");
    let soldier = json!({ "kind": "town_service", "priority": "soldier" });
    let soldier = clerk.post(&hall.path("walk-ins"), soldier).await.expect(201).value();
    assert_eq!(soldier["ahead"], json!(2));
    assert!(!soldier.to_string().contains("soldier"), "why somebody goes first is kept nowhere");
    hall.open(&clerk, 1).await;
    let mut called = Vec::new();
    for _ in 0..4 {
        called.push(hall.serve_next(&clerk).await);
    }
    assert_eq!(called, ["A001", "A003", "A004", "A002"]);
}

#[tokio::test]
async fn who_is_not_there_is_called_again_goes_back_once_and_loses_the_number_the_second_time() {
    let hall = Hall::in_town().await;
    let (zhang, clerk) = (hall.story.villager("zhang-wei").await, hall.story.staff(TOWN_CLERK).await);
    let ticket = hall.take(&zhang, "town_service").await.expect(201).value();
    hall.walk_in(&clerk, "town_service").await;
    hall.open(&clerk, 1).await;
    hall.next(&clerk).await.expect(200);
    hall.act(&clerk, &ticket, json!({ "kind": "not_there" })).await.problem(409, "recall_first");
    for times in [2, 3] {
        assert_eq!(hall.act(&clerk, &ticket, json!({ "kind": "recall" })).await.expect(200).value()["called_times"], json!(times));
    }
    hall.act(&clerk, &ticket, json!({ "kind": "recall" })).await.problem(409, "recalls_used_up");
    assert_eq!(hall.act(&clerk, &ticket, json!({ "kind": "not_there" })).await.expect(200).value()["state"], json!("waiting"));
    assert_eq!(hall.serve_next(&clerk).await, "A002", "they went back behind who came after them");
    hall.next(&clerk).await.expect(200);
    hall.act(&clerk, &ticket, json!({ "kind": "recall" })).await.expect(200);
    assert_eq!(hall.act(&clerk, &ticket, json!({ "kind": "not_there" })).await.expect(200).value()["state"], json!("no_show"));
    assert_eq!(zhang.get("/api/v1/me/tickets").await.expect(200).value(), json!([]));
    hall.act(&clerk, &ticket, json!({ "kind": "begin" })).await.problem(409, "ticket_over");
}

#[tokio::test]
async fn a_phone_takes_one_number_near_an_open_station_with_time_left_and_where_it_is_is_kept_nowhere() {
    let hall = Hall::in_town().await;
    let zhang = hall.story.villager("zhang-wei").await;
    let far = json!({ "kind": "certificate", "place": hall.north(700.0).await });
    zhang.post(&hall.path("tickets"), far).await.problem(409, "out_of_reach");
    let mut near = hall.north(0.0).await;
    near["lat"] = json!(30.294_712_345);
    let body = json!({ "kind": "certificate", "place": near });
    zhang.post(&hall.path("tickets"), &body).await.expect(201);
    zhang.post(&hall.path("tickets"), &body).await.problem(409, "ticket_there_already");
    let kept = [hall.story.stand.folder().join("server.log"), hall.story.stand.folder().join("data/bianmin.db")];
    for file in kept.iter().filter(|file| file.exists()) {
        let bytes = std::fs::read(file).expect("it can be read");
        assert!(!bytes.windows(9).any(|part| part == b"712345000" || part == b".29471234"), "{}", file.display());
    }
    hall.story.stand.at("2026-09-14T12:30:00+08:00").await;
    hall.story.stand.villager("wang-dama").await.post(&hall.path("tickets"), &body).await.problem(409, "station_closed");
    hall.story.stand.at("2026-09-14T16:55:00+08:00").await;
    hall.story.stand.villager("wang-dama").await.post(&hall.path("tickets"), &body).await.problem(409, "too_late_today");
}

#[tokio::test]
async fn two_clerks_who_call_at_the_same_time_get_two_numbers() {
    let hall = Hall::in_town().await;
    let (one, other) = (hall.story.staff(TOWN_CLERK).await, hall.story.staff(TOWN_COLLEAGUE).await);
    hall.open(&one, 1).await;
    hall.open(&other, 2).await;
    for _ in 0..12 {
        hall.walk_in(&one, "town_service").await;
    }
    let mut called = std::collections::BTreeSet::new();
    for _ in 0..6 {
        let (first, second) = tokio::join!(hall.serve_next(&one), hall.serve_next(&other));
        called.extend([first, second]);
    }
    assert_eq!(called.len(), 12);
}

#[tokio::test]
async fn by_turns_the_hall_and_online_work_share_a_clerk_as_the_supervisor_said() {
    let hall = Hall::in_the_village().await;
    let (clerk, supervisor) = (hall.story.staff(VILLAGE_CLERK).await, hall.story.staff(SUPERVISOR).await);
    let rules = hall.path("floor-rules");
    let seen = supervisor.get(&rules).await.expect(200);
    assert_eq!(seen.value()["policy"], json!({ "kind": "tickets_first" }));
    let change = json!({ "policy": { "kind": "by_turns", "tickets": 2, "online": 1 } });
    let edit = |body: Value| supervisor.ask(Method::PATCH, &rules).if_match(seen.etag()).json(body).send();
    edit(json!({ "policy": { "kind": "by_turns", "tickets": 2, "online": 0 } })).await.problem(422, "invalid_value");
    edit(change.clone()).await.expect(200);
    edit(change).await.problem(412, "stale");
    clerk.get(&rules).await.problem(403, "role_missing");
    hall.story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    hall.story.submit("zhang-wei", TOWN_SERVICE, "nearby").await;
    for _ in 0..3 {
        hall.walk_in(&clerk, "certificate").await;
    }
    hall.open(&clerk, 1).await;
    let mut given = Vec::new();
    for _ in 0..5 {
        given.push(hall.serve_next(&clerk).await);
    }
    assert_eq!(given, ["B001", "B002", "online", "B003", "online"]);
    hall.next(&clerk).await.problem(409, "nothing_waits");
}

#[tokio::test]
async fn a_number_that_waits_too_long_goes_before_online_work_also_where_that_comes_first() {
    let hall = Hall::in_the_village().await;
    let clerk = hall.story.staff(VILLAGE_CLERK).await;
    hall.set(json!({ "policy": { "kind": "online_first" }, "wait_max_min": 20 })).await.expect(200);
    for phone in ["wang-dama", "zhang-wei"] {
        hall.story.submit(phone, TOWN_SERVICE, "nearby").await;
    }
    hall.walk_in(&clerk, "certificate").await;
    hall.open(&clerk, 1).await;
    assert_eq!(hall.serve_next(&clerk).await, "online");
    hall.story.stand.at("2026-09-14T09:51:00+08:00").await;
    assert_eq!(hall.serve_next(&clerk).await, "B001");
    assert_eq!(hall.serve_next(&clerk).await, "online");
}

#[tokio::test]
async fn a_walk_ins_number_names_the_case_that_it_led_to() {
    let hall = Hall::in_the_village().await;
    let clerk = hall.story.staff(VILLAGE_CLERK).await;
    let case = hall.story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let ticket = hall.walk_in(&clerk, "town_service").await;
    hall.open(&clerk, 1).await;
    hall.next(&clerk).await.expect(200);
    hall.act(&clerk, &ticket, json!({ "kind": "begin" })).await.expect(200);
    let nobodys = json!({ "kind": "finish", "case": uuid::Uuid::nil() });
    hall.act(&clerk, &ticket, nobodys).await.problem(409, "case_not_found");
    let served = hall.act(&clerk, &ticket, json!({ "kind": "finish", "case": case.id })).await.expect(200).value();
    assert_eq!((&served["state"], &served["case"]), (&json!("served"), &json!(case.id)));
}

#[tokio::test]
async fn a_number_is_its_persons_and_its_halls_and_nobody_elses() {
    let hall = Hall::in_town().await;
    let (zhang, wang) = (hall.story.villager("zhang-wei").await, hall.story.villager("wang-dama").await);
    let (clerk, colleague, far) =
        (hall.story.staff(TOWN_CLERK).await, hall.story.staff(TOWN_COLLEAGUE).await, hall.story.staff(FAR_CLERK).await);
    let ticket = hall.take(&zhang, "town_service").await.expect(201).value();
    let leave = format!("/api/v1/tickets/{}/leave", word(&ticket, "id"));
    for other in [&wang, &far] {
        other.post(&leave, json!({})).await.problem(404, "ticket_not_found");
    }
    hall.act(&far, &ticket, json!({ "kind": "begin" })).await.problem(404, "ticket_not_found");
    far.post(&hall.path("windows"), json!({ "number": 1 })).await.problem(403, "out_of_scope");
    hall.next(&far).await.problem(403, "out_of_scope");
    hall.next(&zhang).await.problem(403, "staff_only");
    hall.open(&clerk, 1).await;
    hall.next(&clerk).await.expect(200);
    hall.act(&colleague, &ticket, json!({ "kind": "begin" })).await.problem(409, "ticket_of_colleague");
    assert_eq!(zhang.post(&leave, json!({})).await.expect(200).value()["state"], json!("left"));
}

#[tokio::test]
async fn what_a_hall_leaves_over_ends_after_it_has_closed() {
    let hall = Hall::in_town().await;
    let clerk = hall.story.staff(TOWN_CLERK).await;
    hall.take(&hall.story.villager("zhang-wei").await, "town_service").await.expect(201);
    hall.walk_in(&clerk, "certificate").await;
    hall.open(&clerk, 1).await;
    hall.story.at("2026-09-14T17:59:00+08:00").await;
    assert_eq!(hall.story.villager("zhang-wei").await.get("/api/v1/me/tickets").await.expect(200).value()[0]["state"], json!("waiting"));
    hall.story.at("2026-09-14T18:00:00+08:00").await;
    assert_eq!(hall.story.villager("zhang-wei").await.get("/api/v1/me/tickets").await.expect(200).value(), json!([]));
    let seen = hall.board().await;
    assert_eq!((&seen["windows"], &seen["waiting"][0]["people"], &seen["open_now"]), (&json!(0), &json!(0), &json!(false)));
    hall.story.at("2026-09-15T09:30:00+08:00").await;
    let morning = hall.walk_in(&hall.story.staff(TOWN_CLERK).await, "certificate").await;
    assert_eq!(morning["number"], json!("B001"), "the count begins anew each day");
}

#[tokio::test]
async fn who_watches_a_hall_is_told_of_each_number_and_window() {
    let hall = Hall::in_town().await;
    let clerk = hall.story.staff(TOWN_CLERK).await;
    let mut screen = hall.watched().await;
    hall.walk_in(&clerk, "certificate").await;
    assert_eq!(screen.update("arrived").await["id"], "B001");
    hall.open(&clerk, 2).await;
    assert_eq!(screen.update("arrived").await["id"], "2");
    hall.serve_next(&clerk).await;
    for what in ["claimed", "changed", "closed"] {
        assert_eq!(screen.update(what).await["id"], "B001");
    }
}

#[tokio::test]
async fn the_halls_screen_shows_numbers_and_no_names_to_anybody() {
    let hall = Hall::in_town().await;
    let clerk = hall.story.staff(TOWN_CLERK).await;
    hall.take(&hall.story.villager("zhang-wei").await, "town_service").await.expect(201);
    hall.open(&clerk, 2).await;
    hall.next(&clerk).await.expect(200);
    let page = hall.story.stand.anyone().get(&format!("/hall/511499/{}", hall.station)).await.expect(200);
    assert!(page.header("content-type").starts_with("text/html") && page.header("content-security-policy").contains("script-src 'sha256-"));
    for shown in ["A001", "2号窗口", "请到窗口", "等候"] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    assert!(!page.text().contains("张伟") && !hall.board().await.to_string().contains("张伟"));
    hall.story.stand.anyone().get("/hall/511499/511499101999-01").await.expect(404);
    hall.story.stand.anyone().get("/api/v1/stations/511499101999-01/hall").await.problem(404, "station_not_found");
}
