//! Watching: lists and pages are told what changed, and whoever comes back has missed nothing.

use serde_json::{Value, json};

use super::staff::{change, deciders};
use super::story::{CERTIFICATE, Story, TOWN_SERVICE, TOWN_STATION, VILLAGE_STATION, accept, granted, word};
use crate::support::live::{Watching, ask_for_ticket};
use crate::support::stand::Stand;

/// Of the village of the line.
const POINT: &str = "511499101203-11";
const NEXT_TOWN: &str = "511499102000-01";
/// 惠农补贴面积核实公示证明: a notice hangs for five working days.
const PUBLICISED: &str = "C034";

fn queue(station: &str) -> Vec<String> {
    vec![format!("queue:{station}")]
}

fn hall(station: &str) -> Vec<String> {
    vec![format!("hall:{station}")]
}

fn page(case: &str) -> Vec<String> {
    vec![format!("case:{case}")]
}

async fn began(mut watching: Watching) -> Watching {
    assert_eq!(watching.next().await["event"], "hello");
    watching
}

fn about(frame: &Value) -> (&str, &str) {
    (frame["what"].as_str().expect("what"), frame["id"].as_str().expect("id"))
}

/// The next updates, by topic.
async fn told(watching: &mut Watching, count: usize) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for _ in 0..count {
        let update = watching.next().await;
        told.push((word(&update, "topic"), word(&update, "what")));
    }
    told.sort_by_key(|(topic, _)| [VILLAGE_STATION, POINT, TOWN_STATION].map(|station| !topic.ends_with(station)));
    told
}

#[tokio::test]
async fn a_clerks_list_is_told_of_what_comes_in_and_what_a_colleague_takes() {
    let story = Story::begin().await;
    let mut list = began(Watching::events(&story.staff("cunzhang").await, &queue(VILLAGE_STATION), None).await).await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let arrived = list.update("arrived").await;
    assert_eq!(arrived["topic"], queue(VILLAGE_STATION)[0]);
    let held = case.held_by("cunwu").await;
    assert_eq!(about(&list.next().await), ("claimed", held.work_item.as_str()));
    assert_eq!(arrived["id"], json!(held.work_item));
    held.tries(accept()).await.expect(200);
    assert_eq!(about(&list.next().await), ("closed", held.work_item.as_str()));
}

#[tokio::test]
async fn a_clerks_list_is_told_when_a_lease_runs_out() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let held = case.held_by("cunwu").await;
    // A colleague who comes in later: their session is to outlast the wait.
    story.at("2026-09-14T09:50:00+08:00").await;
    let mut list = began(Watching::events(&story.staff("cunzhang").await, &queue(VILLAGE_STATION), None).await).await;
    story.at("2026-09-14T10:10:00+08:00").await;
    assert_eq!(about(&list.next().await), ("returned", held.work_item.as_str()));
}

/// With nobody left who may decide, a certificate of 平桥村 rises to the district, where it is opened to the whole line.
#[tokio::test]
async fn the_lists_of_a_whole_line_are_told_of_work_that_is_opened_to_it_and_what_becomes_of_it() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.done_by("cunwu", accept()).await;
    let security = story.staff("anquan").await;
    let deciders = deciders(&security).await;
    for (_, id) in &deciders {
        change(&security, id, json!({ "disabled": true })).await.expect(200);
    }
    // The last but one is for who watches: their session is to outlast the wait.
    for instant in ["2026-09-14T10:31:00+08:00", "2026-09-14T11:32:00+08:00", "2026-09-14T12:15:00+08:00"] {
        story.at(instant).await;
    }
    let line = [VILLAGE_STATION, POINT, TOWN_STATION];
    let topics: Vec<_> = [line.as_slice(), &[NEXT_TOWN]].concat().into_iter().flat_map(queue).collect();
    let mut lists = began(Watching::events(&story.staff("duban").await, &topics, None).await).await;
    story.at("2026-09-14T12:33:00+08:00").await;
    let at_each = |what: &'static str| line.map(|station| (queue(station)[0].clone(), what.to_owned()));
    assert_eq!(told(&mut lists, 3).await, at_each("arrived"));

    let (_, head) = deciders.iter().find(|(login, _)| login == "cunzhang").expect("the head of the village");
    change(&story.staff("anquan").await, head, json!({ "disabled": false })).await.expect(200);
    let held = case.held_by("cunzhang").await;
    assert_eq!(told(&mut lists, 3).await, at_each("claimed"));
    held.tries(granted()).await.expect(200);
    let mut after = told(&mut lists, 4).await;
    let next_step = (queue(VILLAGE_STATION)[0].clone(), "arrived".to_owned());
    after.retain(|told| *told != next_step);
    assert_eq!(after, at_each("closed"));
}

#[tokio::test]
async fn a_clerks_list_is_told_when_a_notice_has_hung_its_time() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", PUBLICISED, "nearby").await;
    case.done_by("cunwu", accept()).await;
    case.done_by("cunwu", json!({ "kind": "open_publicity" })).await;
    let hung = case.work_item(&story.staff("cunwu").await).await;
    story.at("2026-09-20T23:50:00+08:00").await;
    let mut list = began(Watching::events(&story.staff("cunzhang").await, &queue(VILLAGE_STATION), None).await).await;
    story.at("2026-09-21T00:10:00+08:00").await;
    assert_eq!(about(&list.next().await), ("returned", hung.as_str()));
    story.stand.run_jobs().await;
    let held = case.held_by("cunwu").await;
    assert_eq!(about(&list.next().await), ("claimed", held.work_item.as_str()), "it was told once");
}

#[tokio::test]
async fn the_page_of_a_case_is_told_when_the_case_goes_on_over_a_socket_too() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let person = story.villager("wang-dama").await;
    let mut pages = [
        began(Watching::events(&person, &page(&case.id), None).await).await,
        began(Watching::socket(&person, &page(&case.id), None).await).await,
    ];
    case.done_by("cunwu", accept()).await;
    let mut told = Vec::new();
    for page in &mut pages {
        told.push(page.update("changed").await);
    }
    assert_eq!(told[0], told[1], "the same over both");
    assert_eq!(about(&told[0]), ("changed", case.id.as_str()));
    // What changed, the page asks for.
    assert_eq!(person.get(&case.path("")).await.expect(200).value()["stage"], "decide");
}

#[tokio::test]
async fn whoever_comes_back_is_told_what_came_since_and_all_of_it() {
    let story = Story::begin().await;
    let head = story.staff("cunzhang").await;
    let mut list = began(Watching::socket(&head, &queue(VILLAGE_STATION), None).await).await;
    let first = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let arrived = list.update("arrived").await;
    let last = list.last.clone();
    drop(list);
    // The line is down.
    let held = first.held_by("cunwu").await;
    held.tries(accept()).await.expect(200);
    story.submit("zhang-wei", TOWN_SERVICE, "nearby").await;
    let mut list = began(Watching::events(&head, &queue(VILLAGE_STATION), Some(&last)).await).await;
    let (mut seen, mut sequences) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let update = list.next().await;
        sequences.push(update["sequence"].clone());
        seen.push((update["what"].clone(), update["id"] == arrived["id"]));
    }
    assert_eq!(seen, [(json!("claimed"), true), (json!("closed"), true), (json!("arrived"), false)]);
    // And from the middle.
    let from = sequences[0].as_str().expect("a sequence");
    let mut again = began(Watching::events(&head, &queue(VILLAGE_STATION), Some(from)).await).await;
    assert_eq!(again.next().await["sequence"], sequences[1]);
}

#[tokio::test]
async fn a_restart_of_the_service_loses_no_update() {
    let mut story = Story::begin().await;
    let mut list = began(Watching::events(&story.staff("cunzhang").await, &queue(VILLAGE_STATION), None).await).await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    list.update("arrived").await;
    let last = list.last.clone();
    case.held_by("cunwu").await;
    story.restart().await;
    let mut list = began(Watching::events(&story.staff("cunzhang").await, &queue(VILLAGE_STATION), Some(&last)).await).await;
    assert_eq!(list.next().await["what"], "claimed");
}

#[tokio::test]
async fn a_service_that_stops_says_goodbye() {
    let mut stand = Stand::start().await;
    let mut board = began(Watching::events(&stand.anyone(), &hall(VILLAGE_STATION), None).await).await;
    stand.stop_and_restart();
    assert_eq!(board.next().await, json!({ "event": "bye", "why": "stopping" }));
    assert_eq!(board.frame().await, None);
}

#[tokio::test]
async fn what_is_not_known_here_any_more_begins_anew() {
    let stand = Stand::start().await;
    let mut board = Watching::events(&stand.anyone(), &hall(VILLAGE_STATION), Some("9000000000000-0")).await;
    assert_eq!(board.next().await["event"], "reset");
}

#[tokio::test]
async fn a_ticket_is_good_once_and_for_half_a_minute() {
    let stand = Stand::start().await;
    let anyone = stand.anyone();
    let entry = |ticket: &Value| format!("/api/v1/live/socket?ticket={}", ticket["ticket"].as_str().expect("a ticket"));
    let upgrade = async |path: &str| {
        let ask = anyone.ask(reqwest::Method::GET, path).header("Upgrade", "websocket").header("Connection", "Upgrade");
        ask.header("Sec-WebSocket-Version", "13").header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").send().await
    };
    let ticket = ask_for_ticket(&anyone, &hall(VILLAGE_STATION)).await.expect(201).value();
    let place = anyone.base_url().replacen("http", "ws", 1);
    let (_socket, _) = tokio_tungstenite::connect_async(format!("{place}{}", entry(&ticket))).await.expect("the first time");
    upgrade(&entry(&ticket)).await.problem(401, "live_ticket_invalid");
    let late = ask_for_ticket(&anyone, &hall(VILLAGE_STATION)).await.expect(201).value();
    stand.at("2026-09-14T09:31:00+08:00").await;
    upgrade(&entry(&late)).await.problem(401, "live_ticket_invalid");
    anyone.get(&entry(&late)).await.problem(400, "no_websocket");
}

#[tokio::test]
async fn only_who_may_see_a_thing_may_watch_it() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let (anyone, stranger) = (story.stand.anyone(), story.villager("zhang-wei").await);
    ask_for_ticket(&anyone, &hall(VILLAGE_STATION)).await.expect(201);
    ask_for_ticket(&anyone, &queue(VILLAGE_STATION)).await.problem(401, "token_missing");
    ask_for_ticket(&anyone, &page(&case.id)).await.problem(401, "token_missing");
    ask_for_ticket(&stranger, &page(&case.id)).await.problem(404, "case_not_found");
    ask_for_ticket(&stranger, &queue(VILLAGE_STATION)).await.problem(403, "staff_only");
    ask_for_ticket(&story.staff("cunwu").await, &queue(TOWN_STATION)).await.problem(403, "out_of_scope");
    let mixed = [queue(VILLAGE_STATION), queue(TOWN_STATION)].concat();
    ask_for_ticket(&story.staff("cunwu").await, &mixed).await.problem(403, "out_of_scope");
    ask_for_ticket(&story.staff("duban").await, &mixed).await.expect(201);
    ask_for_ticket(&anyone, &hall("511499999999-01")).await.problem(404, "station_not_found");
    ask_for_ticket(&anyone, &[]).await.problem(422, "topics_unfit");
}

#[tokio::test]
async fn whoever_may_not_see_it_any_more_is_shown_out() {
    let stand = Stand::with(&[("BIANMIN__LIVE__HEARTBEAT_SECS", "1")]).await;
    let clerk = stand.staff("cunwu").await;
    let mut list = began(Watching::events(&clerk, &queue(VILLAGE_STATION), None).await).await;
    assert_eq!(list.frame().await.expect("a sign of life")["event"], "alive");
    let change = json!({ "old": crate::support::people::DEMO_PASSWORD, "new": "a quiet morning by the river" });
    clerk.put("/api/v1/me/password", change).await.ok();
    assert_eq!(list.next().await, json!({ "event": "bye", "why": "not_allowed" }));
    assert_eq!(list.frame().await, None);
}

#[tokio::test]
async fn whoever_signs_out_is_shown_out() {
    let stand = Stand::with(&[("BIANMIN__LIVE__HEARTBEAT_SECS", "1")]).await;
    let clerk = stand.staff("cunwu").await;
    let elsewhere = clerk.once_more().await;
    let mut list = began(Watching::events(&clerk, &queue(VILLAGE_STATION), None).await).await;
    let mut other = began(Watching::socket(&elsewhere, &queue(VILLAGE_STATION), None).await).await;
    let ticket = ask_for_ticket(&clerk, &queue(VILLAGE_STATION)).await.expect(201).value();
    clerk.delete("/api/v1/sessions/current").await.expect(204);
    let path = format!("/api/v1/live/events?ticket={}", ticket["ticket"].as_str().expect("a ticket"));
    stand.anyone().get(&path).await.problem(401, "live_ticket_invalid");
    assert_eq!(list.next().await, json!({ "event": "bye", "why": "not_allowed" }));
    assert_eq!(other.frame().await.expect("a sign of life")["event"], "alive", "that session goes on");
    elsewhere.delete("/api/v1/sessions").await.expect(204);
    assert_eq!(other.next().await, json!({ "event": "bye", "why": "not_allowed" }));
}

#[tokio::test]
async fn whoever_signs_out_is_told_of_nothing_that_comes_after() {
    // No sign of life shows them out, and what they were allowed a moment ago doesn't count.
    let settings = [("BIANMIN__LIVE__HEARTBEAT_SECS", "3600"), ("BIANMIN__LIVE__ASK_AGAIN_MS", "0")];
    let story = Story::on(Stand::with(&settings).await);
    let clerk = story.staff("cunwu").await;
    let mut list = began(Watching::events(&clerk, &queue(VILLAGE_STATION), None).await).await;
    let mut colleague = began(Watching::events(&story.staff("cunzhang").await, &queue(VILLAGE_STATION), None).await).await;
    clerk.delete("/api/v1/sessions/current").await.expect(204);
    story.submit("wang-dama", CERTIFICATE, "nearby").await;
    assert_eq!(colleague.next().await["event"], "update");
    assert_eq!(list.next().await, json!({ "event": "bye", "why": "not_allowed" }));
}

#[tokio::test]
async fn of_those_who_watch_as_one_person_the_newest_stay() {
    let stand = Stand::with(&[("BIANMIN__LIVE__STREAMS_OF_ONE_MAX", "1")]).await;
    let clerk = stand.staff("cunwu").await;
    let mut forgotten = began(Watching::events(&clerk, &queue(VILLAGE_STATION), None).await).await;
    let _newest = began(Watching::events(&clerk, &queue(VILLAGE_STATION), None).await).await;
    assert_eq!(forgotten.next().await, json!({ "event": "bye", "why": "replaced" }));
}

#[tokio::test]
async fn where_no_more_may_watch_one_is_told_to_look_by_oneself() {
    let stand = Stand::with(&[("BIANMIN__LIVE__STREAMS_MAX", "1")]).await;
    let _board = began(Watching::events(&stand.anyone(), &hall(VILLAGE_STATION), None).await).await;
    let clerk = stand.staff("cunwu").await;
    let ticket = ask_for_ticket(&clerk, &queue(VILLAGE_STATION)).await.expect(201).value();
    let path = format!("/api/v1/live/events?ticket={}", ticket["ticket"].as_str().expect("a ticket"));
    stand.anyone().get(&path).await.problem(503, "live_full");
}
