//! The second factor of staff: set up once, asked for with every password, and what helps who lost it.

use serde_json::{Value, json};

use super::story::word;
use crate::support::authenticator::Authenticator;
use crate::support::client::{Answer, Api};
use crate::support::pass::Door;
use crate::support::people::{DEMO_PASSWORD, enrol, sign_in_first, sign_in_staff, sign_in_with, try_password};
use crate::support::stand::Stand;

const WORK: &str = "/api/v1/work-items";
const OWN: &str = "每天走三里山路去镇上上班";

async fn sign_in(stand: &Stand, login: &str, password: &str, code: Option<&str>) -> Answer {
    stand.anyone().post("/api/v1/sessions/staff", json!({ "login": login, "password": password, "code": code })).await
}

async fn code_of(stand: &Stand, login: &str) -> String {
    Door::demo_code(&stand.anyone(), login).await.expect("a code")
}

async fn id_of(security: &Api, login: &str) -> String {
    let found = security.all(&format!("/api/v1/staff?q={login}")).await;
    word(found.iter().find(|staff| staff["login"] == login).expect("an account"), "id")
}

async fn deeds(stand: &Stand) -> Vec<Value> {
    let logged = stand.staff("shenji").await.all("/api/v1/audit?limit=100").await;
    logged.iter().filter(|entry| entry["refusal"].is_null()).map(|entry| entry["deed"].clone()).collect()
}

#[tokio::test]
async fn a_password_alone_lets_nobody_in_and_a_code_lets_in_once() {
    let stand = Stand::start().await;
    sign_in(&stand, "cunwu", DEMO_PASSWORD, None).await.problem(401, "second_factor_needed");
    let code = code_of(&stand, "cunwu").await;
    sign_in(&stand, "cunwu", "guess", Some(&code)).await.problem(401, "credentials_wrong");
    let session = sign_in(&stand, "cunwu", DEMO_PASSWORD, Some(&code)).await.expect(201).value();
    assert_eq!((&session["must_change_password"], &session["must_enrol_second_factor"]), (&json!(false), &json!(false)));
    sign_in(&stand, "cunwu", DEMO_PASSWORD, Some(&code)).await.problem(401, "second_factor_wrong");
    sign_in(&stand, "cunwu", DEMO_PASSWORD, Some(&code_of(&stand, "cunwu").await)).await.expect(201);
}

#[tokio::test]
async fn of_two_who_come_at_once_with_one_code_one_is_let_in() {
    let stand = Stand::start().await;
    let code = code_of(&stand, "cunwu").await;
    let crowd = (0..6).map(|_| sign_in(&stand, "cunwu", DEMO_PASSWORD, Some(&code)));
    let answers = futures_util::future::join_all(crowd).await;
    assert_eq!(answers.iter().filter(|answer| answer.status() == 201).count(), 1, "{answers:?}");
}

#[tokio::test]
async fn each_recovery_code_stands_in_for_a_lost_phone_once_and_brings_another_authenticator_in_force() {
    let stand = Stand::start().await;
    let opened = open(&stand, "li.qiang").await;
    let clerk = sign_in_with(&stand.anyone(), "li.qiang", &opened).await;
    let changed = clerk.put("/api/v1/me/password", json!({ "old": opened, "new": OWN })).await.expect(200).value();
    let clerk = stand.anyone().signed_in(&changed, Door::password("li.qiang", OWN));
    let (lost, codes) = enrol(&clerk, OWN, None).await;
    assert_eq!(codes.len(), 10);
    let typed = codes[0].to_uppercase().replace('-', " ");
    let session = sign_in(&stand, "li.qiang", OWN, Some(&typed)).await.expect(201).value();
    sign_in(&stand, "li.qiang", OWN, Some(&codes[0])).await.problem(401, "second_factor_wrong");

    let clerk = stand.anyone().signed_in(&session, Door::None);
    clerk.post("/api/v1/me/second-factor", json!({ "password": OWN })).await.problem(422, "second_factor_needed");
    stand.pass_a_minute().await;
    let (found, anew) = enrol(&clerk, OWN, Some(&codes[1])).await;
    for old in [&codes[2], &lost.next_code(&stand.anyone()).await] {
        sign_in(&stand, "li.qiang", OWN, Some(old)).await.problem(401, "second_factor_wrong");
    }
    sign_in(&stand, "li.qiang", OWN, Some(&anew[0])).await.expect(201);
    sign_in(&stand, "li.qiang", OWN, Some(&found.next_code(&stand.anyone()).await)).await.expect(201);
    let deeds = deeds(&stand).await;
    let count = |deed: &str| deeds.iter().filter(|done| **done == deed).count();
    assert_eq!((count("second_factor_enrolled"), count("recovery_code_used")), (2, 3), "{deeds:?}");
}

/// Opens an account of a clerk, and says its first password.
async fn open(stand: &Stand, login: &str) -> String {
    let grants = json!([{ "role": "clerk", "station": "511499101203-01" }]);
    let body = json!({ "login": login, "name": "李强", "citizen_id": "511499200506151238", "grants": grants });
    word(&stand.staff("anquan").await.post("/api/v1/staff", body).await.expect(201).value(), "first_password")
}

#[tokio::test]
async fn an_authenticator_is_in_force_once_it_has_shown_a_code_and_within_ten_minutes() {
    let stand = Stand::start().await;
    let first = open(&stand, "li.qiang").await;
    let clerk = sign_in_with(&stand.anyone(), "li.qiang", &first).await;
    let changed = clerk.put("/api/v1/me/password", json!({ "old": first, "new": OWN })).await.expect(200).value();
    let clerk = stand.anyone().signed_in(&changed, Door::password("li.qiang", OWN));
    let confirm = async |code: &str| clerk.put("/api/v1/me/second-factor", json!({ "code": code })).await;
    confirm("123456").await.problem(409, "second_factor_not_begun");
    let begin = json!({ "password": OWN });
    let made = clerk.post("/api/v1/me/second-factor", &begin).await.expect(200).value();
    let (secret, uri) = (word(&made, "secret"), word(&made, "uri"));
    assert!(uri.starts_with("otpauth://totp/") && uri.contains(&secret) && uri.contains("li.qiang"), "{uri}");
    confirm("000000").await.problem(422, "second_factor_wrong");
    let late = Authenticator::told(&secret);
    stand.at("2026-09-14T09:41:00+08:00").await;
    confirm(&late.next_code(&stand.anyone()).await).await.problem(409, "second_factor_not_begun");
    clerk.get(WORK).await.problem(403, "second_factor_must_enrol");
    let other = sign_in_with(&stand.anyone(), "li.qiang", OWN).await;
    enrol(&clerk, OWN, None).await;
    clerk.get(WORK).await.expect(200);
    other.get(WORK).await.problem(401, "token_invalid");
}

#[tokio::test]
async fn recovery_codes_are_made_anew_for_a_code_of_the_authenticator_and_no_other() {
    let stand = Stand::start().await;
    let clerk = stand.staff("cunwu").await;
    let renew = async |code: &str| clerk.post("/api/v1/me/second-factor/recovery-codes", json!({ "code": code })).await;
    renew("000000").await.problem(422, "second_factor_wrong");
    let answer = renew(&code_of(&stand, "cunwu").await).await.expect(200).value();
    let codes: Vec<_> = answer["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    renew(codes[0]).await.problem(422, "second_factor_wrong");
    sign_in(&stand, "cunwu", DEMO_PASSWORD, Some(codes[0])).await.expect(201);
    assert!(deeds(&stand).await.contains(&json!("recovery_codes_renewed")));
}

#[tokio::test]
async fn who_lost_phone_and_codes_is_helped_by_the_security_administrator_and_sets_up_another() {
    let stand = Stand::start().await;
    let (security, clerk) = (stand.staff("anquan").await, stand.staff("cunwu").await);
    let path = format!("/api/v1/staff/{}/second-factor", id_of(&security, "cunwu").await);
    security.delete(&path).await.expect(204);
    clerk.get(WORK).await.problem(401, "token_invalid");
    let session = try_password(&stand.anyone(), "cunwu", DEMO_PASSWORD).await.expect(201).value();
    assert_eq!(session["must_enrol_second_factor"], true);
    let clerk = stand.anyone().signed_in(&session, Door::None);
    clerk.get(WORK).await.problem(403, "second_factor_must_enrol");
    enrol(&clerk, DEMO_PASSWORD, None).await;
    clerk.get(WORK).await.expect(200);
    assert!(deeds(&stand).await.contains(&json!("second_factor_reset")));
}

#[tokio::test]
async fn the_last_administrator_who_lost_phone_and_codes_is_helped_on_the_command_line() {
    let stand = Stand::start().await;
    let security = stand.staff("anquan").await;
    stand.run_program(&["staff", "reset-second-factor", "--login", "anquan"]).expect("it is reset");
    security.get("/api/v1/staff").await.problem(401, "token_invalid");
    let session = try_password(&stand.anyone(), "anquan", DEMO_PASSWORD).await.expect(201).value();
    assert_eq!(session["must_enrol_second_factor"], true);
    let refused = stand.run_program(&["staff", "reset-second-factor", "--login", "nobody"]).unwrap_err();
    assert!(refused.contains("there is no account nobody"), "{refused}");
}

#[tokio::test]
async fn the_demo_tells_its_own_accounts_codes_and_nobody_elses() {
    let stand = Stand::start().await;
    let said = stand.run_program(&["demo-code", "cunwu"]).expect("a code");
    sign_in(&stand, "cunwu", DEMO_PASSWORD, Some(said.trim())).await.expect(201);
    sign_in_staff(&stand.anyone(), "cunwu").await;
    let used = stand.anyone().post("/demo/codes", json!({ "login": "cunwu" })).await;
    assert!((1..=30).contains(&used.header("retry-after").parse::<u64>().unwrap()), "{used}");
    used.problem(409, "demo_codes_used");
    assert!(stand.run_program(&["demo-code", "cunwu"]).unwrap_err().contains("wait"));

    let first = open(&stand, "li.qiang").await;
    sign_in_first(&stand.anyone(), "li.qiang", (&first, OWN)).await;
    for login in ["li.qiang", "nobody"] {
        stand.anyone().post("/demo/codes", json!({ "login": login })).await.problem(404, "demo_account_not_found");
        assert!(stand.run_program(&["demo-code", login]).unwrap_err().contains("no demo account"));
    }
}

#[tokio::test]
async fn a_demo_s_clock_that_is_put_back_locks_nobody_out() {
    let stand = Stand::start().await;
    stand.at("2026-12-01T09:00:00+08:00").await;
    sign_in_staff(&stand.anyone(), "cunwu").await;
    stand.at("2026-09-14T09:30:00+08:00").await;
    sign_in_staff(&stand.anyone(), "cunwu").await.get(WORK).await.expect(200);
}
