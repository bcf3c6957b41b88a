//! Who neither guesses codes nor takes anybody's second factor away.

use serde_json::json;

use crate::support::client::Api;
use crate::support::pass::Door;
use crate::support::people::{DEMO_PASSWORD, Role};
use crate::support::stand::Stand;

const RECOVERY_CODES: &str = "/api/v1/me/second-factor/recovery-codes";

async fn factor_of(security: &Api, login: &str) -> String {
    let found = security.all(&format!("/api/v1/staff?q={login}")).await;
    let account = found.iter().find(|staff| staff["login"] == login).expect("an account");
    format!("/api/v1/staff/{}/second-factor", account["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn nobody_but_the_security_administrator_takes_a_second_factor_away_and_never_their_own() {
    let stand = Stand::start().await;
    let security = stand.staff("anquan").await;
    let (path, own) = (factor_of(&security, "cunwu").await, factor_of(&security, "anquan").await);
    stand.anyone().delete(&path).await.problem(401, "token_missing");
    stand.someone(Role::Villager).await.delete(&path).await.problem(403, "staff_only");
    for role in [Role::Clerk, Role::Approver, Role::Supervisor, Role::SystemAdmin, Role::AuditAdmin] {
        stand.someone(role).await.delete(&path).await.problem(403, "role_missing");
    }
    security.delete(&own).await.problem(403, "own_account");
    security.delete(&format!("/api/v1/staff/{}/second-factor", uuid::Uuid::new_v4())).await.problem(404, "staff_not_found");
    stand.staff("cunwu").await.get("/api/v1/work-items").await.expect(200);
}

#[tokio::test]
async fn whoever_got_hold_of_a_token_changes_no_authenticator_with_it() {
    let stand = Stand::start().await;
    let thief = stand.staff("cunwu").await;
    let begin = async |body: serde_json::Value| thief.post("/api/v1/me/second-factor", body).await;
    begin(json!({ "password": "guess" })).await.problem(422, "password_wrong");
    begin(json!({ "password": DEMO_PASSWORD })).await.problem(422, "second_factor_needed");
    begin(json!({ "password": DEMO_PASSWORD, "code": "000000" })).await.problem(422, "second_factor_wrong");
    stand.someone(Role::Villager).await.post("/api/v1/me/second-factor", json!({ "password": "a" })).await.problem(403, "staff_only");
}

/// Passwords, codes at signing in and codes asked for by what was opened are one count.
#[tokio::test]
async fn wrong_codes_make_the_login_rest_as_wrong_passwords_do() {
    let stand = Stand::with(&[("BIANMIN__RATES__FAILED_SIGN_INS__FREE", "4")]).await;
    let clerk = stand.staff("cunwu").await;
    let sign_in = async |body: serde_json::Value| stand.anyone().post("/api/v1/sessions/staff", body).await;
    sign_in(json!({ "login": "cunwu", "password": DEMO_PASSWORD })).await.problem(401, "second_factor_needed");
    let guess = json!({ "login": "cunwu", "password": DEMO_PASSWORD, "code": "000000" });
    sign_in(guess.clone()).await.problem(401, "second_factor_wrong");
    clerk.post(RECOVERY_CODES, json!({ "code": "000000" })).await.problem(422, "second_factor_wrong");
    clerk.put("/api/v1/me/password", json!({ "old": "guess", "new": "a quiet morning" })).await.problem(422, "old_password_wrong");
    let code = Door::demo_code(&stand.anyone(), "cunwu").await.expect("a code");
    let right = json!({ "login": "cunwu", "password": DEMO_PASSWORD, "code": code });
    sign_in(right.clone()).await.problem(429, "too_many_attempts");
    clerk.post(RECOVERY_CODES, json!({ "code": code })).await.problem(429, "too_many_attempts");
    stand.at("2026-09-14T09:31:10+08:00").await;
    let code = Door::demo_code(&stand.anyone(), "cunwu").await.expect("a code");
    sign_in(json!({ "login": "cunwu", "password": DEMO_PASSWORD, "code": code })).await.expect(201);
    sign_in(guess).await.problem(401, "second_factor_wrong");
}
