//! Alerts (黄牌、红牌): yellow before a clock runs out, red after, each dated when it was due; red stays with the supervisor until they
//! say what is done.

use serde_json::{Value, json};

use super::story::{Case, Story, TOWN_SERVICE, accept, ask_for, granted, says};
use crate::support::client::Api;
use crate::support::people::sign_in_first;

/// Watches over the whole district.
pub(super) const SUPERVISOR: &str = "duban";
const PASSWORD: &str = "每天走三里山路去镇上上班";

/// Somebody who watches over one division alone.
pub(super) async fn supervisor_of(story: &Story, division: &str) -> Api {
    let security = story.staff("anquan").await;
    let login = format!("watch.{division}");
    let grants = json!([{ "role": "supervisor", "division": division }]);
    let body = json!({ "login": login, "name": "应征青年", "citizen_id": "11010519491231002X", "grants": grants });
    let opened = security.post("/api/v1/staff", body).await.expect(201).value();
    let first = opened["first_password"].as_str().expect("a first password");
    sign_in_first(&story.stand.anyone(), &login, (first, PASSWORD)).await
}

/// What was raised of the promise of a case.
async fn of_promise(supervisor: &Api, case: &Case<'_>, state: &str) -> Vec<Value> {
    let all = supervisor.all(&format!("/api/v1/alerts?state={state}")).await;
    all.into_iter().filter(|alert| alert["case"]["id"] == json!(case.id) && alert["cause"] == "promise").collect()
}

/// `yellow 2026-09-18T00:00 -`, the latest first. The stand's clock goes on while a test runs: to the minute.
fn told(alerts: &[Value]) -> Vec<String> {
    let word = |value: &Value| value.as_str().map_or_else(|| "-".to_owned(), |text| text.chars().take(16).collect());
    alerts.iter().map(|alert| [&alert["colour"], &alert["raised_at"], &alert["ended_at"]].map(word).join(" ")).collect()
}

/// Five working days from Monday, the 14th; Sunday the 20th is worked, and the last of them.
async fn accepted(story: &Story) -> Case<'_> {
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    assert_eq!(case.done_by("cunwu", accept()).await["due_on"], "2026-09-20");
    case
}

#[tokio::test]
async fn yellow_comes_before_the_promise_ends_and_red_after_until_somebody_says_what_is_done() {
    let story = Story::begin().await;
    let case = accepted(&story).await;
    story.at("2026-09-17T23:59:00+08:00").await;
    assert_eq!(told(&of_promise(&story.staff(SUPERVISOR).await, &case, "all").await), [""; 0]);
    // The job runs late; the alert is dated when it was due.
    story.at("2026-09-18T10:30:00+08:00").await;
    let supervisor = story.staff(SUPERVISOR).await;
    let alerts = of_promise(&supervisor, &case, "to_see_to").await;
    assert_eq!(told(&alerts), ["yellow 2026-09-18T00:00 -"]);
    assert_eq!((&alerts[0]["sentence"], &alerts[0]["due_on"]), (&json!("黄牌：承诺时限将到"), &json!("2026-09-20")));
    let held = case.held_by("zhenshen").await;
    assert_eq!(held.hand.get("/api/v1/work-items/held").await.expect(200).value()[0]["alert"], "yellow");
    held.gives_back().await;

    story.at("2026-09-22T09:00:00+08:00").await;
    let supervisor = story.staff(SUPERVISOR).await;
    let alerts = of_promise(&supervisor, &case, "all").await;
    assert_eq!(told(&alerts), ["red 2026-09-21T00:00 -", "yellow 2026-09-18T00:00 2026-09-21T00:00"]);
    let messages = supervisor.get("/api/v1/me/messages").await.expect(200).value().to_string();
    assert!(messages.contains("黄牌预警") && messages.contains("红牌超期"), "{messages}");

    case.done_by("zhenshen", granted()).await;
    case.done_by("zhenban", json!({ "kind": "produce" })).await;
    let red = of_promise(&supervisor, &case, "to_see_to").await;
    assert_eq!(red.len(), 1, "over, and still to be answered for: {red:#?}");
    assert_eq!(told(&red), ["red 2026-09-21T00:00 2026-09-22T09:00"]);
    let path = format!("/api/v1/alerts/{}/acknowledge", red[0]["id"].as_str().expect("an id"));
    let measure = json!({ "measure": "已约谈经办人，并向申请人说明" });
    let noted = supervisor.post(&path, &measure).await.expect(200).value();
    assert_eq!(noted["acknowledged"]["measure"], "已约谈经办人，并向申请人说明");
    supervisor.post(&path, &measure).await.problem(409, "alert_acknowledged");
    assert_eq!(of_promise(&supervisor, &case, "to_see_to").await.len(), 0);
    assert_eq!(of_promise(&supervisor, &case, "acknowledged").await.len(), 1);
    let public = case.seen_by(&story.villager("wang-dama").await).await.to_string();
    assert!(!public.contains("约谈") && !public.contains("acknowledged"), "{public}");
}

#[tokio::test]
async fn a_supplement_lifts_yellow_and_it_comes_again() {
    let story = Story::begin().await;
    let case = accepted(&story).await;
    story.at("2026-09-18T09:00:00+08:00").await;
    case.done_by("zhenshen", ask_for(&[("流转合同", "缺少，请补交")])).await;
    let supervisor = story.staff(SUPERVISOR).await;
    let lifted = "yellow 2026-09-18T00:00 2026-09-18T09:00";
    assert_eq!(told(&of_promise(&supervisor, &case, "all").await), [lifted]);

    story.at("2026-09-22T10:00:00+08:00").await;
    story.villager("wang-dama").await.post(&case.path("/supplement"), json!({})).await.expect(200);
    story.stand.run_jobs().await;
    let supervisor = story.staff(SUPERVISOR).await;
    assert_eq!(told(&of_promise(&supervisor, &case, "all").await), ["yellow 2026-09-22T10:00 -", lifted]);
}

#[tokio::test]
async fn how_much_was_left_is_answered_for_every_past_instant() {
    let story = Story::begin().await;
    let case = accepted(&story).await;
    story.at("2026-09-16T09:00:00+08:00").await;
    case.done_by("zhenshen", ask_for(&[("流转合同", "缺少，请补交")])).await;
    story.at("2026-09-18T10:00:00+08:00").await;
    let owner = story.villager("wang-dama").await;
    owner.post(&case.path("/supplement"), json!({})).await.expect(200);
    let at = async |instant: &str| {
        let instant = instant.replace('+', "%2B");
        owner.get(&case.path(&format!("/clock?at={instant}"))).await.expect(200).value()
    };
    assert_eq!(at("2026-09-14T09:00:00+08:00").await["state"], "not_started");
    // When asked, the state, the days left and the last day.
    let table = [
        ("2026-09-14T18:00:00+08:00", "running", 5, "2026-09-20"),
        ("2026-09-16T08:00:00+08:00", "running", 3, "2026-09-20"),
        ("2026-09-17T12:00:00+08:00", "stopped", 3, "2026-09-21"),
        ("2026-09-18T12:00:00+08:00", "running", 3, "2026-09-22"),
        ("2030-01-01T00:00:00+08:00", "running", 3, "2026-09-22"),
    ];
    for (instant, state, left, due) in table {
        let clock = at(instant).await;
        let promise = &clock["promise"];
        let found = (&clock["state"], &promise["working_days_left"], &promise["due_on"]);
        assert_eq!(found, (&json!(state), &json!(left), &json!(due)), "at {instant}");
    }
    let stop = at("2026-09-18T12:00:00+08:00").await["stops"][0].clone();
    assert!(stop["reason"] == "supplement" && stop["from"].as_str().is_some_and(|from| from.starts_with("2026-09-16T09:00")), "{stop}");
    assert!(stop["legal_basis"].as_str().is_some_and(|basis| basis.contains("行政许可法》第三十二条")), "{stop}");
    story.villager("wu-xiuying").await.get(&case.path("/clock")).await.problem(404, "case_not_found");
}

#[tokio::test]
async fn who_watches_over_another_division_sees_and_answers_for_none_of_it() {
    let story = Story::begin().await;
    let case = accepted(&story).await;
    story.at("2026-09-22T09:00:00+08:00").await;
    let of_district = of_promise(&story.staff(SUPERVISOR).await, &case, "to_see_to").await;
    let elsewhere = supervisor_of(&story, "511499102000").await;
    assert_eq!(elsewhere.all("/api/v1/alerts?state=all").await.len(), 0);
    let path = format!("/api/v1/alerts/{}/acknowledge", of_district[0]["id"].as_str().expect("an id"));
    elsewhere.post(&path, json!({ "measure": "与我无关" })).await.problem(404, "alert_not_found");
    let month = elsewhere.get("/api/v1/supervision/overdue?month=2026-09").await.expect(200).value();
    assert_eq!((&month["total"], &month["totals"]), (&json!(0), &json!([])));
    let clerk = story.staff("cunwu").await;
    clerk.get("/api/v1/alerts").await.problem(403, "role_missing");
}

#[tokio::test]
async fn supervisors_of_the_district_settle_when_somebody_is_warned() {
    let story = Story::begin().await;
    let case = accepted(&story).await;
    story.at("2026-09-16T09:00:00+08:00").await;
    let supervisor = story.staff(SUPERVISOR).await;
    assert_eq!(of_promise(&supervisor, &case, "all").await.len(), 0);
    let path = "/api/v1/supervision/thresholds";
    let seen = supervisor.get(path).await.expect(200).etag().to_owned();
    let earlier = json!({ "yellow_percent": 60, "yellow_days": 1, "items_per_clerk": 20 });
    let put = |api: Api, tag: String| {
        let body = earlier.clone();
        async move { api.ask(reqwest::Method::PUT, path).if_match(&tag).json(body).send().await }
    };
    put(story.staff("cunwu").await, seen.clone()).await.problem(403, "role_missing");
    put(supervisor.clone(), seen.clone()).await.expect(200);
    put(supervisor.clone(), seen).await.problem(412, "stale");
    story.stand.run_jobs().await;
    // Three of five days left: from the 16th on.
    assert_eq!(told(&of_promise(&supervisor, &case, "all").await), ["yellow 2026-09-16T00:00 -"]);
}

#[tokio::test]
async fn a_call_for_the_supervisor_stands_in_their_list_until_the_step_went_on() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let held = case.held_by("cunwu").await;
    held.hand.post(&held.path("escalate"), json!({ "lease": held.lease, "reason": "合同真伪拿不准" })).await.expect(200);
    let supervisor = story.staff(SUPERVISOR).await;
    let calls = supervisor.all("/api/v1/alerts").await;
    let found = (&calls[0]["cause"], &calls[0]["colour"], &calls[0]["reason"], &calls[0]["ended_at"]);
    assert_eq!(found, (&json!("escalated"), &json!("red"), &json!("合同真伪拿不准"), &Value::Null));
    let moves = supervisor.get(&case.path("/moves")).await.expect(200).value();
    assert_eq!((&moves[0]["kind"], &moves[0]["reason"]), (&json!("escalated"), &json!("合同真伪拿不准")));
    case.done_by("cunwu", accept()).await;
    let calls = supervisor.all("/api/v1/alerts").await;
    assert!(calls[0]["ended_at"].is_string(), "{calls:#?}");
    story.villager("wang-dama").await.get(&case.path("/moves")).await.problem(403, "staff_only");
    says(&case.history(&story.villager("wang-dama").await).await, "已受理");
}

async fn settle(by: &Api, yellow_percent: u8, yellow_days: u16) {
    let path = "/api/v1/supervision/thresholds";
    let seen = by.get(path).await.expect(200).etag().to_owned();
    let body = json!({ "yellow_percent": yellow_percent, "yellow_days": yellow_days, "items_per_clerk": 20 });
    by.ask(reqwest::Method::PUT, path).if_match(&seen).json(body).send().await.expect(200);
}

#[tokio::test]
async fn what_looser_thresholds_do_not_warn_of_is_lifted_and_comes_again_with_stricter_ones() {
    let story = Story::begin().await;
    let case = accepted(&story).await;
    story.at("2026-09-18T10:30:00+08:00").await;
    let (supervisor, admin) = (story.staff(SUPERVISOR).await, story.staff("guanli").await);
    let to_see_to = async || told(&of_promise(&supervisor, &case, "to_see_to").await);
    assert_eq!(to_see_to().await, ["yellow 2026-09-18T00:00 -"]);
    settle(&admin, 0, 0).await;
    story.stand.run_jobs().await;
    assert_eq!(to_see_to().await, [""; 0], "it is yellow on the last day alone");
    settle(&admin, 20, 1).await;
    story.stand.run_jobs().await;
    assert_eq!(to_see_to().await, ["yellow 2026-09-18T00:00 -"], "the same one");
}
