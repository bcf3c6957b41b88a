//! How often who may ask what.

use reqwest::Method;
use serde_json::json;

use crate::support::client::{Answer, Api};
use crate::support::pass::Door;
use crate::support::people::{DEMO_PASSWORD, Role, sign_in_staff, try_password};
use crate::support::stand::Stand;

const ITEM: &str = "/api/v1/items/C001";
const PROFILE: &str = "/api/v1/me";
/// A proxy on the loopback, where the tests stand too.
const LOOPBACK: (&str, &str) = ("BIANMIN__EDGE__TRUSTED_PROXIES", "127.0.0.1, ::1");

fn person(class: &str) -> String {
    format!("BIANMIN__RATES__PERSON__{class}")
}

fn address(class: &str) -> String {
    format!("BIANMIN__RATES__ADDRESS__{class}")
}

/// Seconds to wait, as a refusal for asking too often says in words and in its header.
fn refused(answer: &Answer) -> u64 {
    let problem = answer.problem(429, "rate_limited");
    let secs = answer.header("retry-after").to_owned();
    assert!(problem.detail.contains(&format!("{secs} 秒")), "{answer}");
    secs.parse().unwrap()
}

#[tokio::test]
async fn a_person_who_asks_too_often_waits_and_goes_on_when_the_time_is_over() {
    let stand = Stand::with(&[(&person("READ"), "6 per hour, burst 3")]).await;
    let villager = stand.someone(Role::Villager).await;
    for _ in 0..3 {
        villager.get(PROFILE).await.expect(200);
    }
    let wait = refused(&villager.get(PROFILE).await);
    assert!((590..=600).contains(&wait), "{wait}");
    stand.at("2026-09-14T09:41:00+08:00").await;
    villager.get(PROFILE).await.expect(200);
    refused(&villager.get(PROFILE).await);
}

#[tokio::test]
async fn one_person_s_haste_is_nobody_else_s_wait() {
    let stand = Stand::with(&[(&person("READ"), "1 per hour, burst 1")]).await;
    let (hasty, other) = (stand.villager("wang-dama").await, stand.villager("li-daye").await);
    hasty.get(PROFILE).await.expect(200);
    refused(&hasty.get(PROFILE).await);
    other.get(PROFILE).await.expect(200);
    let again = stand.villager("wang-dama").await;
    refused(&again.get(PROFILE).await);
    stand.anyone().get(ITEM).await.expect(200);
}

#[tokio::test]
async fn each_class_of_operations_is_counted_by_itself() {
    let once = "1 per hour, burst 1";
    let classes = ["READ", "WRITE", "UPLOAD", "SEARCH"].map(person);
    let stand = Stand::with(&classes.each_ref().map(|class| (class.as_str(), once))).await;
    let villager = stand.someone(Role::Villager).await;
    let ask = json!({ "items": ["C001"], "registered": "511499101203", "residence": "511499101203" });
    let photo = || crate::walk::form::PHOTO.to_vec();
    let relative = json!({ "name": "应征青年", "citizen_id": "511499200506151238", "kinship": "child" });
    villager.get(PROFILE).await.expect(200);
    villager.post("/api/v1/plans", &ask).await.expect(200);
    villager.upload("/api/v1/uploads", "photo.png", "image/png", photo()).await.expect(201);
    villager.post("/api/v1/me/relatives", &relative).await.expect(201);
    refused(&villager.get(PROFILE).await);
    refused(&villager.get("/api/v1/items?q=dibao").await);
    refused(&villager.upload("/api/v1/uploads", "photo.png", "image/png", photo()).await);
    refused(&villager.post("/api/v1/me/relatives", &relative).await);
}

#[tokio::test]
async fn an_address_is_counted_before_anybody_signs_in_and_health_and_the_document_never_are() {
    let once = "1 per hour, burst 1";
    let stand = Stand::with(&[(&address("READ"), once), (&address("SIGN_IN"), once), (&address("CHECK"), once)]).await;
    let anyone = stand.anyone();
    anyone.get(ITEM).await.expect(200);
    refused(&anyone.get(ITEM).await);
    // Not even a token is looked at.
    refused(&anyone.with_token("garbage").get(PROFILE).await);
    refused(&anyone.get("/no-such-thing").await);
    let guess = json!({ "login": "cunwu", "password": "guess" });
    anyone.post("/api/v1/sessions/staff", &guess).await.problem(401, "credentials_wrong");
    refused(&anyone.post("/api/v1/sessions/staff", &guess).await);
    let page = format!("/c/511499/{}", "0".repeat(32));
    anyone.get(&page).await.expect(404);
    refused(&anyone.get(&page).await);
    for _ in 0..5 {
        anyone.get("/livez").await.expect(200);
        anyone.get("/readyz").await.expect(200);
        anyone.get("/api/openapi.json").await.expect(200);
    }
}

async fn from(api: &Api, forwarded_for: &str) -> Answer {
    api.ask(Method::GET, ITEM).header("X-Forwarded-For", forwarded_for).send().await
}

#[tokio::test]
async fn whoever_is_no_proxy_of_ours_is_not_believed_about_addresses() {
    let stand = Stand::with(&[(&address("READ"), "1 per hour, burst 1")]).await;
    from(&stand.anyone(), "198.51.100.1").await.expect(200);
    refused(&from(&stand.anyone(), "198.51.100.2").await);
}

#[tokio::test]
async fn behind_a_proxy_of_ours_each_client_is_counted_by_itself_whatever_it_claims() {
    let stand = Stand::with(&[(&address("READ"), "1 per hour, burst 1"), LOOPBACK]).await;
    let anyone = stand.anyone();
    from(&anyone, "198.51.100.1").await.expect(200);
    from(&anyone, "198.51.100.2").await.expect(200);
    refused(&from(&anyone, "203.0.113.7, 198.51.100.1").await);
    from(&anyone, "2001:db8:1:2::1").await.expect(200);
    refused(&from(&anyone, "2001:db8:1:2::2").await);
}

async fn guess(stand: &Stand, login: &str) -> Answer {
    stand.anyone().post("/api/v1/sessions/staff", json!({ "login": login, "password": "guess" })).await
}

fn rests(answer: &Answer, minutes: u64) {
    assert!(answer.problem(429, "too_many_attempts").detail.contains(&format!(" {minutes} 分钟")), "{answer}");
    let secs = answer.header("retry-after").parse::<u64>().unwrap();
    assert!((minutes * 60 - 20..=minutes * 60).contains(&secs), "{answer}");
}

#[tokio::test]
async fn a_login_rests_after_too_many_wrong_passwords_and_a_right_one_in_time_forgets_them() {
    let stand = Stand::with(&[("BIANMIN__RATES__FAILED_SIGN_INS__FREE", "3")]).await;
    for _ in 0..2 {
        guess(&stand, "cunwu").await.problem(401, "credentials_wrong");
    }
    sign_in_staff(&stand.anyone(), "cunwu").await;
    for _ in 0..3 {
        guess(&stand, "cunwu").await.problem(401, "credentials_wrong");
    }
    // Right or wrong, known or not: the answer is the same.
    for _ in 0..3 {
        guess(&stand, "nobody").await.problem(401, "credentials_wrong");
    }
    rests(&guess(&stand, "nobody").await, 1);
    rests(&try_password(&stand.anyone(), "cunwu", DEMO_PASSWORD).await, 1);
    sign_in_staff(&stand.anyone(), "cunzhang").await;
    stand.at("2026-09-14T09:32:00+08:00").await;
    sign_in_staff(&stand.anyone(), "cunwu").await;
}

#[tokio::test]
async fn each_wrong_password_after_a_rest_makes_the_next_one_twice_as_long_up_to_the_limit() {
    let limits = [("BIANMIN__RATES__FAILED_SIGN_INS__FREE", "1"), ("BIANMIN__RATES__FAILED_SIGN_INS__REST_MINUTES_MAX", "4")];
    let stand = Stand::with(&limits).await;
    guess(&stand, "cunwu").await.problem(401, "credentials_wrong");
    for (at, minutes) in [("09:31:30", 2), ("09:34:00", 4), ("09:38:30", 4)] {
        stand.at(&format!("2026-09-14T{at}+08:00")).await;
        guess(&stand, "cunwu").await.problem(401, "credentials_wrong");
        rests(&guess(&stand, "cunwu").await, minutes);
    }
    stand.at("2026-09-14T09:43:00+08:00").await;
    sign_in_staff(&stand.anyone(), "cunwu").await;
    guess(&stand, "cunwu").await.problem(401, "credentials_wrong");
    rests(&guess(&stand, "cunwu").await, 1);
}

#[tokio::test]
async fn who_guesses_at_a_login_from_elsewhere_does_not_lock_its_owner_out_until_the_whole_world_guesses() {
    let limits = [("BIANMIN__RATES__FAILED_SIGN_INS__FREE", "2"), ("BIANMIN__RATES__FAILED_SIGN_INS_ANYWHERE__FREE", "5")];
    let stand = Stand::with(&[limits[0], limits[1], LOOPBACK]).await;
    let sign_in = async |from: &str, password: &str| {
        let code = Door::demo_code(&stand.anyone(), "cunwu").await;
        let ask = stand.anyone().ask(Method::POST, "/api/v1/sessions/staff").header("X-Forwarded-For", from);
        ask.json(json!({ "login": "cunwu", "password": password, "code": code })).send().await
    };
    for _ in 0..2 {
        sign_in("203.0.113.7", "guess").await.problem(401, "credentials_wrong");
    }
    sign_in("203.0.113.7", DEMO_PASSWORD).await.problem(429, "too_many_attempts");
    sign_in("198.51.100.1", DEMO_PASSWORD).await.expect(201);
    for n in 11..=15 {
        sign_in(&format!("203.0.113.{n}"), "guess").await.problem(401, "credentials_wrong");
    }
    sign_in("198.51.100.1", DEMO_PASSWORD).await.problem(429, "too_many_attempts");
}

#[tokio::test]
async fn a_clock_that_is_moved_back_locks_nobody_out() {
    let stand = Stand::with(&[(&person("READ"), "1 per hour, burst 1")]).await;
    stand.at("2026-12-01T09:00:00+08:00").await;
    stand.someone(Role::Villager).await.get(PROFILE).await.expect(200);
    stand.at("2026-09-14T09:30:00+08:00").await;
    stand.someone(Role::Villager).await.get(PROFILE).await.expect(200);
}

/// Whether a number is known here can't be hidden from who names somebody by it: so nobody goes through a list of them.
#[tokio::test]
async fn who_names_one_number_after_another_waits_whether_it_is_known_or_not_and_is_in_the_log() {
    let stand = Stand::with(&[("BIANMIN__RATES__PEOPLE_NAMED", "1 per hour, burst 2")]).await;
    let (curious, other) = (stand.villager("wang-dama").await, stand.villager("li-daye").await);
    let relative = |citizen_id: &str| json!({ "name": "应征青年", "citizen_id": citizen_id, "kinship": "child" });
    let (unknown, known) = ("511499200506151238", "511499194403151237");
    let mandate = json!({
        "holder": { "name": "应征青年", "citizen_id": unknown }, "scope": { "items": ["C001"] }, "until": "2026-12-31",
        "witnessing": { "kind": "in_app" },
    });
    other.post("/api/v1/me/relatives", json!({ "name": "无手机老人", "citizen_id": known, "kinship": "parent" })).await.expect(201);
    curious.post("/api/v1/me/relatives", relative(known)).await.problem(422, "relative_name_differs");
    curious.post("/api/v1/mandates", &mandate).await.expect(201);
    for number in [unknown, known] {
        refused(&curious.post("/api/v1/me/relatives", relative(number)).await);
    }
    refused(&curious.post("/api/v1/mandates", &mandate).await);
    let log = stand.someone(Role::AuditAdmin).await.all("/api/v1/audit?limit=100&deed=request").await;
    for operation in ["record_relative", "give_mandate"] {
        let in_haste = |entry: &serde_json::Value| {
            let refusal = &entry["refusal"];
            refusal["operation"] == operation && refusal["problem"] == "rate_limited" && entry["by"]["kind"] == "person"
        };
        assert!(log.iter().any(in_haste), "{operation}: {log:#?}");
    }
    other.post("/api/v1/me/relatives", relative(unknown)).await.expect(201);
    stand.at("2026-09-14T10:31:00+08:00").await;
    let curious = stand.villager("wang-dama").await;
    curious.post("/api/v1/me/relatives", relative(unknown)).await.expect(201);
}
