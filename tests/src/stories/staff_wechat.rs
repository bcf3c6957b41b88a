//! A WeChat bound to a staff account: it stands in for the password, and for nothing else.

use serde_json::{Value, json};

use super::staff::change;
use super::story::word;
use crate::support::client::{Answer, Api};
use crate::support::pass::Door;
use crate::support::people::{DEMO_PASSWORD, try_password};
use crate::support::stand::Stand;

const BINDING: &str = "/api/v1/me/wechat";
const WORK: &str = "/api/v1/work-items";
/// Whose phone it is doesn't matter to an account.
const PHONE: &str = "wang-dama";

async fn login_code(stand: &Stand, phone: &str) -> String {
    word(&stand.sandbox().post("/__sandbox/login", json!({ "user": phone })).await.expect(200).value(), "code")
}

async fn bind(stand: &Stand, staff: &Api, phone: &str) -> Answer {
    staff.put(BINDING, json!({ "code": login_code(stand, phone).await })).await
}

async fn sign_in(stand: &Stand, phone: &str, second_factor: Option<&str>) -> Answer {
    let body = json!({ "code": login_code(stand, phone).await, "second_factor": second_factor });
    stand.anyone().post("/api/v1/sessions/staff/wechat", body).await
}

async fn code_of(stand: &Stand, login: &str) -> Option<String> {
    Door::demo_code(&stand.anyone(), login).await
}

async fn id_of(security: &Api, login: &str) -> String {
    let found = security.all(&format!("/api/v1/staff?q={login}")).await;
    word(found.iter().find(|staff| staff["login"] == login).expect("an account"), "id")
}

#[tokio::test]
async fn a_bound_wechat_stands_in_for_the_password_and_the_code_is_asked_for_still() {
    let stand = Stand::start().await;
    let clerk = stand.staff("cunwu").await;
    sign_in(&stand, PHONE, None).await.problem(401, "wechat_not_bound");
    bind(&stand, &clerk, PHONE).await.expect(204);
    sign_in(&stand, PHONE, None).await.problem(401, "second_factor_needed");
    sign_in(&stand, PHONE, Some("000000")).await.problem(401, "second_factor_wrong");
    let code = code_of(&stand, "cunwu").await.expect("a code");
    let session = sign_in(&stand, PHONE, Some(&code)).await.expect(201).value();
    let on_the_phone = stand.anyone().signed_in(&session, Door::None);
    on_the_phone.get(WORK).await.expect(200);
    sign_in(&stand, PHONE, Some(&code)).await.problem(401, "second_factor_wrong");
    on_the_phone.delete(BINDING).await.expect(204);
    on_the_phone.delete(BINDING).await.expect(204);
    sign_in(&stand, PHONE, None).await.problem(401, "wechat_not_bound");
    let logged = stand.staff("shenji").await.all("/api/v1/audit?limit=100").await;
    let count = |deed: &str| logged.iter().filter(|entry| entry["deed"] == deed).count();
    assert_eq!((count("wechat_bound"), count("wechat_unbound")), (1, 1));
}

#[tokio::test]
async fn the_same_phone_is_a_villager_s_at_the_villagers_door_and_staff_s_at_theirs() {
    let stand = Stand::start().await;
    let (villager, clerk) = (stand.villager(PHONE).await, stand.staff("cunwu").await);
    let me = villager.get("/api/v1/me").await.expect(200).value()["id"].clone();
    bind(&stand, &clerk, PHONE).await.expect(204);
    let again = stand.villager(PHONE).await;
    assert_eq!(again.get("/api/v1/me").await.expect(200).value()["id"], me);
    again.get(WORK).await.problem(403, "staff_only");
    let code = code_of(&stand, "cunwu").await;
    let session = sign_in(&stand, PHONE, code.as_deref()).await.expect(201).value();
    assert_ne!(session["person"], me);
    stand.anyone().signed_in(&session, Door::None).get("/api/v1/me").await.problem(403, "villagers_only");
}

#[tokio::test]
async fn one_wechat_is_bound_to_one_account_and_one_account_to_one_wechat() {
    let stand = Stand::start().await;
    let (clerk, head) = (stand.staff("cunwu").await, stand.staff("cunzhang").await);
    bind(&stand, &clerk, PHONE).await.expect(204);
    bind(&stand, &head, PHONE).await.problem(409, "wechat_bound_elsewhere");
    bind(&stand, &clerk, "li-daye").await.expect(204);
    sign_in(&stand, PHONE, None).await.problem(401, "wechat_not_bound");
    sign_in(&stand, "li-daye", code_of(&stand, "cunwu").await.as_deref()).await.expect(201);
    bind(&stand, &head, PHONE).await.expect(204);
    clerk.put(BINDING, json!({ "code": "made-up" })).await.problem(422, "login_code_invalid");
    stand.villager("zhang-wei").await.put(BINDING, json!({ "code": "a" })).await.problem(403, "staff_only");
    // The code of another's authenticator helps nobody.
    let others = code_of(&stand, "cunzhang").await;
    sign_in(&stand, "li-daye", others.as_deref()).await.problem(401, "second_factor_wrong");
}

#[tokio::test]
async fn a_reset_password_and_a_closed_account_end_the_binding() {
    let stand = Stand::start().await;
    let security = stand.staff("anquan").await;
    for (login, phone) in [("cunwu", PHONE), ("cunzhang", "li-daye")] {
        bind(&stand, &stand.staff(login).await, phone).await.expect(204);
    }
    let (clerk, head) = (id_of(&security, "cunwu").await, id_of(&security, "cunzhang").await);
    let reset: Value = security.post(&format!("/api/v1/staff/{clerk}/password"), json!({})).await.expect(200).value();
    change(&security, &head, json!({ "disabled": true })).await.expect(200);
    change(&security, &head, json!({ "disabled": false })).await.expect(200);
    for phone in [PHONE, "li-daye"] {
        sign_in(&stand, phone, Some("000000")).await.problem(401, "wechat_not_bound");
    }
    try_password(&stand.anyone(), "cunwu", &word(&reset, "first_password")).await.expect(201);
    try_password(&stand.anyone(), "cunzhang", DEMO_PASSWORD).await.expect(201);
}
