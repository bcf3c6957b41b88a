//! The life of an account: opened, signed in to with the first password, changed, closed; and what that does to the work.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

use super::story::{CERTIFICATE, Story, accept, word};
use crate::support::client::{Answer, Api};
use crate::support::pass::Door;
use crate::support::people::{enrol, sign_in_first, sign_in_with, try_password};

const STATION: &str = "511499101203-01";
const CITIZEN_ID: &str = "511499200506151238";
const CHOSEN: &str = "每天走三里山路去镇上上班";

fn newcomer(grants: Value) -> Value {
    json!({ "login": "li.qiang", "name": "李强", "citizen_id": CITIZEN_ID, "phone": "13800005678", "grants": grants })
}

fn at_the_station(role: &str) -> Value {
    json!([{ "role": role, "station": STATION }])
}

pub(super) async fn change(security: &Api, id: &str, body: Value) -> Answer {
    let path = format!("/api/v1/staff/{id}");
    let seen = security.get(&path).await.expect(200).etag().to_owned();
    security.ask(Method::PATCH, &path).if_match(&seen).json(body).send().await
}

/// Login and id of everybody in the line of 平桥村 who may decide.
pub(super) async fn deciders(security: &Api) -> Vec<(String, String)> {
    let mut deciders = Vec::new();
    for station in [STATION, "511499101000-01", "511499000000-01"] {
        for entry in security.all(&format!("/api/v1/staff?station={station}&limit=100")).await {
            if entry["grants"].as_array().expect("grants").iter().any(|grant| grant["role"] == "approver") {
                deciders.push((word(&entry, "login"), word(&entry, "id")));
            }
        }
    }
    deciders
}

async fn ids(security: &Api, query: &str) -> Vec<(String, String)> {
    let found = security.all(&format!("/api/v1/staff?{query}")).await;
    found.iter().map(|staff| (word(staff, "login"), word(staff, "id"))).collect()
}

#[tokio::test]
async fn a_new_colleague_changes_the_first_password_and_works_until_the_account_is_closed() {
    let story = Story::begin().await;
    let (anyone, security) = (story.stand.anyone(), story.staff("anquan").await);
    let request = security.ask(Method::POST, "/api/v1/staff").key("one").json(newcomer(at_the_station("clerk")));
    let opened = request.send().await.expect(201).value();
    let first = opened["first_password"].as_str().expect("a first password").to_owned();
    assert_eq!((&opened["must_change_password"], &opened["grants"][0]["role_name"]), (&json!(true), &json!("工作人员")));
    let again = security.ask(Method::POST, "/api/v1/staff").key("one").json(newcomer(at_the_station("clerk"))).send().await;
    assert_eq!(again.expect(201).value()["first_password"], json!(null), "it is answered once");

    let session = try_password(&anyone, "li.qiang", &first).await.expect(201).value();
    assert_eq!((&session["must_change_password"], &session["must_enrol_second_factor"]), (&json!(true), &json!(true)));
    let begins = anyone.signed_in(&session, Door::password("li.qiang", &first));
    for path in ["/api/v1/work-items", "/api/v1/me/messages", "/api/v1/items"] {
        begins.get(path).await.problem(403, "password_must_change");
    }
    begins.post("/api/v1/me/second-factor", json!({ "password": first })).await.problem(403, "password_must_change");
    let changed = begins.put("/api/v1/me/password", json!({ "old": first, "new": CHOSEN })).await.expect(200).value();
    begins.get("/api/v1/work-items").await.problem(401, "token_invalid");
    try_password(&anyone, "li.qiang", &first).await.problem(401, "credentials_wrong");
    let clerk = anyone.signed_in(&changed, Door::password("li.qiang", CHOSEN));
    for path in ["/api/v1/work-items", "/api/v1/me/messages", "/api/v1/items", "/api/v1/sessions"] {
        clerk.get(path).await.problem(403, "second_factor_must_enrol");
    }
    let (app, _) = enrol(&clerk, CHOSEN, None).await;
    clerk.get("/api/v1/work-items").await.expect(200);
    let door = |password: &str| Door::with_app("li.qiang", password, Arc::clone(&app));

    let id = opened["id"].as_str().expect("an id");
    change(&security, id, json!({ "grants": [{ "role": "courier", "division": "511499101000" }] })).await.expect(200);
    clerk.get("/api/v1/work-items").await.problem(403, "role_missing");
    clerk.get("/api/v1/deliveries").await.expect(200);
    change(&security, id, json!({ "disabled": true })).await.expect(200);
    clerk.get("/api/v1/deliveries").await.problem(401, "token_invalid");
    try_password(&anyone, "li.qiang", CHOSEN).await.problem(401, "credentials_wrong");
    change(&security, id, json!({ "disabled": false })).await.expect(200);
    let session = door(CHOSEN).knock(&anyone).await.expect(201).value();
    assert_eq!((&session["must_change_password"], &session["must_enrol_second_factor"]), (&json!(false), &json!(false)));
    let clerk = anyone.signed_in(&session, door(CHOSEN));

    let reset = security.post(&format!("/api/v1/staff/{id}/password"), json!({})).await.expect(200).value();
    clerk.get("/api/v1/deliveries").await.problem(401, "token_invalid");
    story.stand.pass_a_minute().await;
    let door = door(reset["first_password"].as_str().expect("a password"));
    let anew = anyone.signed_in(&door.knock(&anyone).await.expect(201).value(), door);
    anew.get("/api/v1/deliveries").await.problem(403, "password_must_change");
}

#[tokio::test]
async fn an_account_names_its_person_so_that_their_own_case_is_kept_from_them() {
    let story = Story::begin().await;
    let security = story.staff("anquan").await;
    let owner = story.villager("xin-shou-ji").await;
    let profile = json!({ "name": "李强", "citizen_id": CITIZEN_ID, "phone": "13800005678", "registered": "511499101203" });
    let seen = owner.get("/api/v1/me").await.expect(200).etag().to_owned();
    owner.ask(Method::PUT, "/api/v1/me").if_match(&seen).json(profile).send().await.expect(200);
    story.stand.tells_number(&owner, "xin-shou-ji", "13800005678").await.expect(200);
    let opened = security.post("/api/v1/staff", newcomer(at_the_station("approver"))).await.expect(201).value();
    let first = opened["first_password"].as_str().expect("a first password").to_owned();
    let clerk = sign_in_first(&story.stand.anyone(), "li.qiang", (&first, CHOSEN)).await;

    let (own, others) = (story.submit("xin-shou-ji", CERTIFICATE, "nearby").await, story.submit("wang-dama", CERTIFICATE, "nearby").await);
    clerk.get(&others.path("")).await.expect(200);
    clerk.get(&own.path("")).await.problem(404, "case_not_found");
    let work_item = own.work_item(&story.staff("cunwu").await).await;
    clerk.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await.problem(403, "own_case");
}

/// With every other account closed that could decide in the line, the one that is left may not accept: nobody would be left to decide.
#[tokio::test]
async fn the_only_one_of_a_line_who_may_decide_does_not_accept() {
    let story = Story::begin().await;
    let security = story.staff("anquan").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let (head, clerk) = (story.staff("cunzhang").await, story.staff("cunwu").await);
    for (login, id) in deciders(&security).await {
        if login != "cunzhang" {
            change(&security, &id, json!({ "disabled": true })).await.expect(200);
        }
    }
    let work_item = case.work_item(&head).await;
    let claim = format!("/api/v1/work-items/{work_item}/claim");
    head.post(&claim, json!({})).await.problem(403, "only_decider");
    let listed = head.all("/api/v1/work-items").await;
    assert!(listed.iter().all(|item| item["id"] != work_item.as_str()), "it isn't offered to them either");
    clerk.post(&claim, json!({})).await.expect(200);

    let (_, town) = ids(&security, "q=zhenshen").await.into_iter().next().expect("the town's approver");
    change(&security, &town, json!({ "disabled": false })).await.expect(200);
    let another = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    another.done_by("cunzhang", accept()).await;
}

#[tokio::test]
async fn the_first_security_administrator_of_a_deployment_is_opened_on_the_command_line() {
    let story = Story::begin().await;
    let add = |login: &str, more: &[&str]| {
        let person = ["--login", login, "--name", "李强", "--citizen-id", CITIZEN_ID];
        let arguments: Vec<_> = ["staff", "add"].into_iter().chain(person).chain(more.iter().copied()).collect();
        story.stand.run_program(&arguments)
    };
    let said = add("first.admin", &["--role", "security_admin", "--division", "511499000000"]).expect("an account");
    let first = said.trim().rsplit(' ').next().expect("the password");
    let begins = sign_in_with(&story.stand.anyone(), "first.admin", first).await;
    begins.get("/api/v1/staff").await.problem(403, "password_must_change");
    let admin = sign_in_first(&story.stand.anyone(), "first.admin", (first, CHOSEN)).await;
    admin.get("/api/v1/staff?q=first").await.expect(200);
    for wrong in [&["--role", "mayor", "--division", "511499000000"][..], &["--role", "clerk"], &["--role", "clerk", "--station", STATION]]
    {
        assert!(add("first.admin.2", wrong).is_err(), "{wrong:?}");
    }
}

#[tokio::test]
async fn what_is_done_to_an_account_stands_in_the_audit_log() {
    let story = Story::begin().await;
    let (security, audit) = (story.staff("anquan").await, story.staff("shenji").await);
    let opened = security.post("/api/v1/staff", newcomer(at_the_station("clerk"))).await.expect(201).value();
    let id = opened["id"].as_str().expect("an id");
    change(&security, id, json!({ "grants": at_the_station("approver") })).await.expect(200);
    security.post(&format!("/api/v1/staff/{id}/password"), json!({})).await.expect(200);
    change(&security, id, json!({ "disabled": true })).await.expect(200);
    let entries = audit.all("/api/v1/audit?limit=100").await;
    let of_account = entries.iter().filter(|entry| entry["on"]["kind"] == "account" && entry["on"]["id"] == id);
    let mut deeds: Vec<_> = of_account.map(|entry| entry["deed"].as_str().expect("a deed")).collect();
    deeds.reverse();
    let expected = ["account_opening", "role_grant", "role_grant", "role_withdrawal", "password_reset", "account_closing"];
    assert_eq!(deeds, expected);
    assert!(entries.iter().all(|entry| !entry.to_string().contains("李强") && !entry.to_string().contains(CITIZEN_ID)));
}
