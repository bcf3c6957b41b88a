//! Accounts of staff: what the security administrator may not do, and what nobody else may.

use reqwest::Method;
use serde_json::{Value, json};

use super::vocabulary::{NOBODYS, STATION, VILLAGE, id_of, refused_alike};
use crate::support::client::{Answer, Api};
use crate::support::people::{Role, sign_in_first, try_password};
use crate::support::stand::Stand;

const DISTRICT: &str = "511499000000";
const CITIZEN_ID: &str = "511499200506151238";
const ANOTHER_ID: &str = "11010519491231002X";

fn account(login: &str, citizen_id: &str, grants: Value) -> Value {
    json!({ "login": login, "name": "新来者", "citizen_id": citizen_id, "phone": "13800005678", "grants": grants })
}

fn clerk() -> Value {
    json!([{ "role": "clerk", "station": STATION }])
}

async fn add(by: &Api, body: Value) -> Answer {
    by.post("/api/v1/staff", body).await
}

async fn change(by: &Api, id: &str, body: Value) -> Answer {
    let seen = by.get(&format!("/api/v1/staff/{id}")).await.expect(200).etag().to_owned();
    by.ask(Method::PATCH, &format!("/api/v1/staff/{id}")).if_match(&seen).json(body).send().await
}

async fn found(by: &Api, login: &str) -> String {
    let page = by.get(&format!("/api/v1/staff?q={login}")).await.expect(200).value();
    id_of(page["items"].as_array().unwrap().iter().find(|staff| staff["login"] == login).unwrap())
}

#[tokio::test]
async fn accounts_are_nobody_s_but_the_security_administrator_s() {
    let stand = Stand::start().await;
    let id = found(&stand.staff("anquan").await, "cunwu").await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::SecurityAdmin) {
        let (someone, code) = (stand.someone(role).await, if role == Role::Villager { "staff_only" } else { "role_missing" });
        someone.get("/api/v1/staff").await.problem(403, code);
        add(&someone, account("new.clerk", CITIZEN_ID, clerk())).await.problem(403, code);
        for id in [id.as_str(), NOBODYS] {
            someone.get(&format!("/api/v1/staff/{id}")).await.problem(403, code);
            someone.post(&format!("/api/v1/staff/{id}/password"), json!({})).await.problem(403, code);
            let change = someone.ask(Method::PATCH, &format!("/api/v1/staff/{id}")).if_match("\"1\"").json(json!({ "disabled": true }));
            change.send().await.problem(403, code);
        }
    }
}

#[tokio::test]
async fn an_account_that_never_was_is_not_there() {
    let stand = Stand::start().await;
    let security = stand.staff("anquan").await;
    security.get(&format!("/api/v1/staff/{NOBODYS}")).await.problem(404, "staff_not_found");
    security.post(&format!("/api/v1/staff/{NOBODYS}/password"), json!({})).await.problem(404, "staff_not_found");
    let change = security.ask(Method::PATCH, &format!("/api/v1/staff/{NOBODYS}")).if_match("\"1\"").json(json!({}));
    change.send().await.problem(404, "staff_not_found");
}

#[tokio::test]
async fn nobody_changes_their_own_account_nor_a_second_one_of_theirs() {
    let stand = Stand::start().await;
    let security = stand.staff("anquan").await;
    let own = found(&security, "anquan").await;
    let more = json!({ "grants": [{ "role": "system_admin", "division": DISTRICT }] });
    change(&security, &own, more).await.problem(403, "own_account");
    security.post(&format!("/api/v1/staff/{own}/password"), json!({})).await.problem(403, "own_account");

    let second = account("anquan.2", CITIZEN_ID, json!([{ "role": "security_admin", "division": DISTRICT }]));
    let opened = add(&security, second).await.expect(201).value();
    let colleague = signed_in(&stand, "anquan.2", &opened).await;
    add(&colleague, account("cunwu.2", CITIZEN_ID, clerk())).await.problem(403, "own_account");
    change(&colleague, &id_of(&opened), json!({ "disabled": true })).await.problem(403, "own_account");
    change(&colleague, &own, json!({ "disabled": true })).await.expect(200);
    security.get("/api/v1/staff").await.problem(401, "token_invalid");
}

/// Signs in with the first password and changes it.
async fn signed_in(stand: &Stand, login: &str, opened: &Value) -> Api {
    let first = opened["first_password"].as_str().unwrap();
    sign_in_first(&stand.anyone(), login, (first, "每天走三里山路去镇上上班")).await
}

#[tokio::test]
async fn an_administrator_holds_no_other_role_under_whatever_account() {
    let stand = Stand::start().await;
    let security = stand.staff("anquan").await;
    let both = json!([{ "role": "audit_admin", "division": DISTRICT }, { "role": "clerk", "station": STATION }]);
    add(&security, account("both", CITIZEN_ID, both)).await.problem(422, "administrator_and_more");
    let of_a_part = json!([{ "role": "system_admin", "division": VILLAGE }]);
    add(&security, account("part", CITIZEN_ID, of_a_part)).await.problem(422, "administrator_of_a_part");

    add(&security, account("first", CITIZEN_ID, clerk())).await.expect(201);
    let audit = || json!([{ "role": "audit_admin", "division": DISTRICT }]);
    add(&security, account("second", CITIZEN_ID, audit())).await.problem(422, "administrator_and_more");
    let second = id_of(&add(&security, account("second", CITIZEN_ID, json!([]))).await.expect(201).value());
    change(&security, &second, json!({ "grants": audit() })).await.problem(422, "administrator_and_more");
    change(&security, &found(&security, "first").await, json!({ "grants": [] })).await.expect(200);
    change(&security, &second, json!({ "grants": audit() })).await.expect(200);
}

#[tokio::test]
async fn what_is_wrong_with_a_new_account_is_told_by_its_own_code() {
    let stand = Stand::start().await;
    let security = stand.staff("anquan").await;
    add(&security, account("Has Space", CITIZEN_ID, clerk())).await.problem(422, "login_invalid");
    add(&security, account("cunwu", CITIZEN_ID, clerk())).await.problem(409, "login_taken");
    add(&security, account("new.clerk", "511499200506151230", clerk())).await.problem(422, "citizen_id_invalid");
    add(&security, account("new.clerk", CITIZEN_ID, json!([{ "role": "clerk" }]))).await.problem(422, "grant_place_invalid");
    let both = json!([{ "role": "clerk", "station": STATION, "division": VILLAGE }]);
    add(&security, account("new.clerk", CITIZEN_ID, both)).await.problem(422, "grant_place_invalid");
    let nowhere = json!([{ "role": "clerk", "station": "511499101299-01" }]);
    add(&security, account("new.clerk", CITIZEN_ID, nowhere)).await.problem(422, "place_not_found");
    add(&security, account("new.clerk", CITIZEN_ID, json!([{ "role": "mayor", "station": STATION }]))).await.problem(422, "unknown_value");
    add(&security, account("new.clerk", CITIZEN_ID, clerk())).await.expect(201);
    let other_name = json!({ "login": "other", "name": "另一人", "citizen_id": CITIZEN_ID, "grants": [] });
    add(&security, other_name).await.problem(422, "name_differs");
    let id = found(&security, "new.clerk").await;
    let stale = security.ask(Method::PATCH, &format!("/api/v1/staff/{id}")).if_match("\"9\"").json(json!({ "disabled": true }));
    stale.send().await.problem(412, "stale");
}

#[tokio::test]
async fn a_new_password_is_long_new_and_asked_for_with_the_old_one() {
    let stand = Stand::start().await;
    let clerk = stand.staff("cunwu").await;
    let change = |old: &str, new: &str| clerk.put("/api/v1/me/password", json!({ "old": old, "new": new }));
    let old = crate::support::people::DEMO_PASSWORD;
    change(old, "eleven-long").await.problem(422, "password_too_short");
    change(old, "aaaaaaaaaaaaaaaa").await.problem(422, "password_monotonous");
    change(old, "my-name-is-cunwu").await.problem(422, "password_has_login");
    change(old, old).await.problem(422, "password_unchanged");
    change(old, &"长".repeat(100)).await.problem(422, "password_monotonous");
    let long: String = ('a'..='z').cycle().take(257).collect();
    change(old, &long).await.problem(422, "password_too_long");
    change("not-the-old-one", "a quiet morning").await.problem(422, "old_password_wrong");
    stand.villager("wang-dama").await.put("/api/v1/me/password", json!({ "old": "a", "new": "b" })).await.problem(403, "staff_only");
}

/// Whoever got hold of a token guesses no password with it.
#[tokio::test]
async fn too_many_wrong_old_passwords_make_the_login_rest() {
    let stand = Stand::start().await;
    let clerk = stand.staff("cunwu").await;
    let guess = || clerk.put("/api/v1/me/password", json!({ "old": "a guess", "new": "a quiet morning" }));
    for _ in 0..10 {
        guess().await.problem(422, "old_password_wrong");
    }
    guess().await.problem(429, "too_many_attempts");
    try_password(&stand.anyone(), "cunwu", crate::support::people::DEMO_PASSWORD).await.problem(429, "too_many_attempts");
}

#[tokio::test]
async fn a_list_of_staff_is_searched_without_wild_cards_and_walked_by_its_cursor() {
    let stand = Stand::start().await;
    let security = stand.staff("anquan").await;
    add(&security, account("under_score", ANOTHER_ID, clerk())).await.expect(201);
    let logins = |answer: Answer| -> Vec<String> {
        let items = answer.expect(200).value()["items"].as_array().unwrap().clone();
        items.iter().map(|staff| staff["login"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(logins(security.get("/api/v1/staff?q=r_s").await), ["under_score"]);
    assert_eq!(logins(security.get("/api/v1/staff?q=UNDER").await), ["under_score"]);
    assert_eq!(logins(security.get("/api/v1/staff?q=%E6%96%B0%E6%9D%A5").await), ["under_score"]);
    assert_eq!(logins(security.get("/api/v1/staff?q=%25").await), Vec::<String>::new());
    let there = security.all(&format!("/api/v1/staff?station={STATION}&limit=1")).await;
    let there: Vec<_> = there.iter().map(|staff| staff["login"].as_str().unwrap()).collect();
    assert_eq!(there[..2], ["cunzhang", "cunwu"]);
    assert_eq!(there.last(), Some(&"under_score"));
    security.get("/api/v1/staff?cursor=bm9ib2R5").await.problem(400, "cursor_malformed");
    let text = security.get("/api/v1/staff?q=under_score").await.expect(200).text();
    assert!(!text.contains(ANOTHER_ID) && text.contains("110*************2X"), "numbers go out masked");
    refused_alike(
        &stand.staff("guanli").await.get("/api/v1/staff?q=under_score").await,
        &stand.staff("guanli").await.get("/api/v1/staff?q=nobody").await,
    );
}
