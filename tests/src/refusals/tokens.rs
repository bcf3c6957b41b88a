//! Who asks: without a token, with one that is none, with one of another kind, with one that ran out.

use reqwest::Method;
use serde_json::{Value, json};

use super::vocabulary::NOBODYS;
use crate::support::client::Api;
use crate::support::people::Role;
use crate::support::stand::{START, Stand};

/// After every token's hour.
const THREE_HOURS_LATER: &str = "2026-09-14T12:30:00+08:00";

/// Every operation of the served document that needs a token, with a path that could be.
async fn guarded(api: &Api) -> Vec<(Method, String)> {
    let document = api.get("/api/openapi.json").await.expect(200).value();
    let mut guarded = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(_, operation)| operation["responses"].is_object()) {
            if operation["security"].is_null() && path.starts_with("/api/v1/") {
                guarded.push((method.to_uppercase().parse().unwrap(), concrete(path)));
            }
        }
    }
    guarded
}

fn concrete(path: &str) -> String {
    let places = [("{id}", NOBODYS), ("{document}", NOBODYS), ("{delivery}", NOBODYS), ("{leg}", "bring"), ("{kind}", "accepted")];
    let named = [("{code}", super::vocabulary::STATION), ("{year}", "2027")];
    places.iter().chain(&named).fold(path.to_owned(), |path, (place, value)| path.replace(place, value))
}

#[tokio::test]
async fn nobody_gets_anywhere_without_signing_in() {
    let stand = Stand::start().await;
    let anyone = stand.anyone();
    let guarded = guarded(&anyone).await;
    assert!(guarded.len() > 30, "the document guards {guarded:?}");
    for (method, path) in guarded {
        let answer = anyone.ask(method, &path).send().await;
        answer.problem(401, "token_missing");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn what_is_no_token_of_ours_opens_nothing_not_even_what_is_public() {
    let stand = Stand::start().await;
    let signed_in = stand.someone(Role::Villager).await;
    let (head, signature) = signed_in.token().rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", head.split('.').nth(1).unwrap());
    for token in ["garbage", "a.b.c", &forged, &unsigned, head] {
        for path in ["/api/v1/me", "/api/v1/items"] {
            stand.anyone().with_token(token).get(path).await.problem(401, "token_invalid");
        }
    }
    let basic = stand.anyone().ask(Method::GET, "/api/v1/me").header("Authorization", "Basic d2FuZzp3YW5n").send().await;
    basic.problem(401, "token_invalid");
}

#[tokio::test]
async fn a_token_runs_out_with_the_clock() {
    let stand = Stand::start().await;
    let (villager, clerk) = (stand.someone(Role::Villager).await, stand.someone(Role::Clerk).await);
    stand.at(THREE_HOURS_LATER).await;
    villager.get("/api/v1/me").await.problem(401, "token_expired");
    clerk.get("/api/v1/work-items").await.problem(401, "token_expired");
    clerk.get("/api/v1/items").await.problem(401, "token_expired");
    let from_later = stand.someone(Role::Villager).await;
    stand.at(START).await;
    from_later.get("/api/v1/me").await.problem(401, "token_invalid");
}

#[tokio::test]
async fn a_villager_does_nothing_that_is_the_staff_s_nor_staff_what_is_a_villager_s() {
    let stand = Stand::start().await;
    let (villager, clerk) = (stand.someone(Role::Villager).await, stand.someone(Role::Clerk).await);
    for path in ["/api/v1/work-items", "/api/v1/work-items/held", "/api/v1/deliveries"] {
        villager.get(path).await.problem(403, "staff_only");
    }
    villager.post("/api/v1/work-items/claim", json!({})).await.problem(403, "staff_only");
    let fee = json!({ "amount_fen": 100, "receipt_no": "1" });
    villager.post(&format!("/api/v1/cases/{NOBODYS}/fee"), fee).await.problem(403, "staff_only");
    for path in ["/api/v1/me", "/api/v1/me/household", "/api/v1/me/relatives"] {
        clerk.get(path).await.problem(403, "villagers_only");
    }
    clerk.post(&format!("/api/v1/cases/{NOBODYS}/evaluation"), json!({ "level": "satisfied" })).await.problem(403, "villagers_only");
}

#[tokio::test]
async fn a_sign_in_with_what_is_wrong_tells_neither_which_nor_whether_there_is_such_an_account() {
    let stand = Stand::start().await;
    let sign_in = |login: &str, password: &str| {
        let credentials = json!({ "login": login, "password": password });
        async { stand.anyone().post("/api/v1/sessions/staff", credentials).await }
    };
    let words = |answer: &Value| (answer["code"].clone(), answer["detail"].clone());
    let (known, unknown) = (sign_in("cunwu", "guess").await.expect(401).value(), sign_in("nobody", "guess").await.expect(401).value());
    assert_eq!(words(&known), words(&unknown));
    assert_eq!(known["code"], "credentials_wrong");
    stand.anyone().post("/api/v1/sessions/wechat", json!({ "code": "made-up" })).await.problem(401, "login_code_invalid");
}
