//! Staff who sign in through the district's own identity provider.

use serde_json::{Value, json};

use super::staff::change;
use super::story::word;
use crate::support::client::Answer;
use crate::support::pass::Door;
use crate::support::provider::Provider;
use crate::support::stand::Stand;

const WORK: &str = "/api/v1/work-items";
const CLERK: (&str, &str) = ("u-7", "cunwu");

async fn begun(stand: &Stand) -> Value {
    stand.anyone().post("/api/v1/sessions/oidc/begin", json!({})).await.expect(200).value()
}

async fn back(stand: &Stand, state: &str, code: &str) -> Answer {
    stand.anyone().post("/api/v1/sessions/oidc", json!({ "state": state, "code": code })).await
}

/// There and back as somebody.
async fn sign_in(stand: &Stand, provider: &Provider, who: (&str, &str)) -> Answer {
    let begun = begun(stand).await;
    let code = provider.visited(&stand.anyone(), &begun, who).await;
    back(stand, &word(&begun, "state"), &code).await
}

#[tokio::test]
async fn the_provider_vouches_for_who_comes_and_neither_password_nor_code_is_asked_for() {
    let provider = Provider::start().await;
    let stand = Stand::with(&provider.settings()).await;
    let session = sign_in(&stand, &provider, CLERK).await.expect(201).value();
    let clerk = stand.anyone().signed_in(&session, Door::None);
    clerk.get(WORK).await.expect(200);
    // Found by the subject from now on, whatever the provider calls them.
    let renamed = sign_in(&stand, &provider, ("u-7", "wu.cun")).await.expect(201).value();
    assert_eq!(renamed["person"], session["person"]);
    let logged = stand.staff("shenji").await.all("/api/v1/audit?limit=100").await;
    assert_eq!(logged.iter().filter(|entry| entry["deed"] == "provider_bound").count(), 1);
    clerk.delete("/api/v1/sessions/current").await.expect(204);
    clerk.get(WORK).await.problem(401, "token_invalid");
}

#[tokio::test]
async fn a_new_colleague_with_a_first_password_works_at_once_after_the_provider_and_not_after_the_password() {
    let provider = Provider::start().await;
    let stand = Stand::with(&provider.settings()).await;
    let grants = json!([{ "role": "clerk", "station": "511499101203-01" }]);
    let body = json!({ "login": "li.qiang", "name": "李强", "citizen_id": "511499200506151238", "grants": grants });
    let opened = stand.staff("anquan").await.post("/api/v1/staff", body).await.expect(201).value();
    let session = sign_in(&stand, &provider, ("u-8", "li.qiang")).await.expect(201).value();
    assert_eq!((&session["must_change_password"], &session["must_enrol_second_factor"]), (&json!(false), &json!(false)));
    stand.anyone().signed_in(&session, Door::None).get(WORK).await.expect(200);
    let refreshed = crate::refusals::sessions::refresh(&stand.anyone(), &word(&session, "refresh_token")).await.expect(200).value();
    stand.anyone().signed_in(&refreshed, Door::None).get(WORK).await.expect(200);
    let door = Door::password("li.qiang", &word(&opened, "first_password"));
    let session = door.knock(&stand.anyone()).await.expect(201).value();
    stand.anyone().signed_in(&session, door).get(WORK).await.problem(403, "password_must_change");
}

#[tokio::test]
async fn who_has_no_open_account_or_whose_account_is_another_subject_s_stays_out() {
    let provider = Provider::start().await;
    let stand = Stand::with(&provider.settings()).await;
    sign_in(&stand, &provider, ("u-1", "nobody")).await.problem(403, "oidc_no_account");
    sign_in(&stand, &provider, CLERK).await.expect(201);
    sign_in(&stand, &provider, ("u-9", "cunwu")).await.problem(403, "oidc_bound_otherwise");
    let security = stand.staff("anquan").await;
    let found = security.all("/api/v1/staff?q=cunwu").await;
    let id = word(found.iter().find(|staff| staff["login"] == "cunwu").expect("an account"), "id");
    change(&security, &id, json!({ "disabled": true })).await.expect(200);
    sign_in(&stand, &provider, CLERK).await.problem(403, "oidc_no_account");
    // A closed account is bound to nobody: opened again, it may be somebody else's.
    change(&security, &id, json!({ "disabled": false })).await.expect(200);
    sign_in(&stand, &provider, ("u-9", "cunwu")).await.expect(201);
}

#[tokio::test]
async fn a_state_is_good_for_one_return_and_a_code_for_one_exchange() {
    let provider = Provider::start().await;
    let stand = Stand::with(&provider.settings()).await;
    back(&stand, "made-up", "made-up").await.problem(401, "oidc_state_unknown");
    let first = begun(&stand).await;
    let code = provider.visited(&stand.anyone(), &first, CLERK).await;
    back(&stand, &word(&first, "state"), "made-up").await.problem(401, "oidc_code_refused");
    back(&stand, &word(&first, "state"), &code).await.problem(401, "oidc_state_unknown");

    let (second, third) = (begun(&stand).await, begun(&stand).await);
    let code = provider.visited(&stand.anyone(), &second, CLERK).await;
    // Another browser's sign-in: its token was made for another nonce.
    back(&stand, &word(&third, "state"), &code).await.problem(401, "oidc_token_refused");
    back(&stand, &word(&second, "state"), &code).await.problem(401, "oidc_code_refused");
}

#[tokio::test]
async fn without_a_provider_there_is_no_such_door() {
    let stand = Stand::start().await;
    stand.anyone().post("/api/v1/sessions/oidc/begin", json!({})).await.problem(404, "oidc_not_set_up");
    back(&stand, "made-up", "made-up").await.problem(404, "oidc_not_set_up");
}

#[tokio::test]
async fn a_provider_that_is_away_shuts_its_own_door_alone() {
    let provider = Provider::start().await;
    let settings = provider.settings();
    let elsewhere = [("BIANMIN__OIDC__ISSUER", "http://127.0.0.1:9"), settings[1], settings[2]];
    let stand = Stand::with(&elsewhere).await;
    stand.anyone().post("/api/v1/sessions/oidc/begin", json!({})).await.problem(503, "oidc_unavailable");
    stand.staff("cunwu").await.get(WORK).await.expect(200);
}
