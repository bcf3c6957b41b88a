//! Who asks: without a token, with one that is none, with one that was forged, with one of another kind, with one that ran out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};

use super::sessions::refresh;
use super::vocabulary::NOBODYS;
use crate::support::client::Api;
use crate::support::people::Role;
use crate::support::stand::{START, Stand};

/// Of an access token's fifteen.
const FOURTEEN_MINUTES_LATER: &str = "2026-09-14T09:44:00+08:00";
const SIXTEEN_MINUTES_LATER: &str = "2026-09-14T09:46:00+08:00";
/// The DER of a PKCS#8 Ed25519 key up to its seed (RFC 8410).
const PKCS8: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

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
    let token = signed_in.token();
    let (head, signature) = token.rsplit_once('.').unwrap();
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
    let (villager, clerk) = (stand.anyone().with_token(&villager.token()), stand.anyone().with_token(&clerk.token()));
    stand.at(FOURTEEN_MINUTES_LATER).await;
    villager.get("/api/v1/me").await.expect(200);
    clerk.get("/api/v1/work-items").await.expect(200);
    stand.at(SIXTEEN_MINUTES_LATER).await;
    villager.get("/api/v1/me").await.problem(401, "token_expired");
    clerk.get("/api/v1/work-items").await.problem(401, "token_expired");
    clerk.get("/api/v1/items").await.problem(401, "token_expired");
}

#[tokio::test]
async fn a_token_is_not_valid_before_it_was_issued() {
    let stand = Stand::start().await;
    stand.at(SIXTEEN_MINUTES_LATER).await;
    let from_later = stand.someone(Role::Villager).await;
    stand.at(START).await;
    opens_nothing(&stand, &from_later.token()).await;
    stand.at(SIXTEEN_MINUTES_LATER).await;
    from_later.get("/api/v1/me").await.expect(200);
}

async fn opens_nothing(stand: &Stand, token: &str) {
    for path in ["/api/v1/me", "/api/v1/work-items", "/api/v1/items"] {
        stand.anyone().with_token(token).get(path).await.problem(401, "token_invalid");
    }
}

fn part(token: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// As our own are headed, with another algorithm.
fn headed(token: &str, alg: Algorithm) -> Header {
    let kid = part(token, 0)["kid"].as_str().unwrap().to_owned();
    Header { typ: Some("at+jwt".into()), kid: Some(kid), ..Header::new(alg) }
}

/// The claims of a token that holds, under a header and a signature of somebody else's making.
fn forged(token: &str, header: &Header, key: &EncodingKey) -> String {
    jsonwebtoken::encode(header, &part(token, 1), key).unwrap()
}

/// A key pair that isn't ours.
fn stranger() -> EncodingKey {
    EncodingKey::from_ed_der(&[PKCS8.as_slice(), &rand::random::<[u8; 32]>()].concat())
}

#[tokio::test]
async fn a_token_without_algorithm_is_refused() {
    let stand = Stand::start().await;
    let token = stand.someone(Role::Clerk).await.token();
    for alg in ["none", "None", "NONE", "nOnE"] {
        let mut header = part(&token, 0);
        header["alg"] = json!(alg);
        let body = encoded(&part(&token, 1));
        for signature in ["", token.rsplit('.').next().unwrap()] {
            opens_nothing(&stand, &format!("{}.{body}.{signature}", encoded(&header))).await;
        }
    }
}

#[tokio::test]
async fn a_token_signed_with_our_public_key_as_a_shared_secret_is_refused() {
    let stand = Stand::start().await;
    let token = stand.someone(Role::Clerk).await.token();
    let keys = stand.anyone().get("/.well-known/jwks.json").await.expect(200);
    let x = keys.value()["keys"][0]["x"].as_str().unwrap().to_owned();
    let raw = URL_SAFE_NO_PAD.decode(&x).unwrap();
    for secret in [raw.as_slice(), x.as_bytes(), keys.value()["keys"][0].to_string().as_bytes()] {
        for alg in [Algorithm::HS256, Algorithm::HS512] {
            opens_nothing(&stand, &forged(&token, &headed(&token, alg), &EncodingKey::from_secret(secret))).await;
        }
    }
}

#[tokio::test]
async fn a_token_of_another_key_is_refused_whatever_key_it_names() {
    let stand = Stand::start().await;
    let token = stand.someone(Role::Clerk).await.token();
    let ours = headed(&token, Algorithm::EdDSA);
    opens_nothing(&stand, &forged(&token, &ours, &stranger())).await;
    opens_nothing(&stand, &forged(&token, &Header { kid: None, ..ours.clone() }, &stranger())).await;
    // It may be a key that was dropped: whoever had a token of it refreshes.
    for kid in ["A".repeat(43), "B".repeat(43)] {
        let unknown = forged(&token, &Header { kid: Some(kid), ..ours.clone() }, &stranger());
        stand.anyone().with_token(&unknown).get("/api/v1/work-items").await.problem(401, "token_expired");
    }
    stand.anyone().with_token(&token).get("/api/v1/work-items").await.expect(200);
}

#[tokio::test]
async fn a_token_whose_claims_were_changed_is_refused() {
    let stand = Stand::start().await;
    let (villager, clerk) = (stand.someone(Role::Villager).await.token(), stand.someone(Role::Clerk).await.token());
    let claims = part(&villager, 1);
    let changes = [("kind", json!("staff")), ("exp", json!(4_000_000_000_u64)), ("sid", part(&clerk, 1)["sid"].clone())];
    for (claim, value) in changes.into_iter().chain([("sub", part(&clerk, 1)["sub"].clone())]) {
        let mut changed = claims.clone();
        changed[claim] = value;
        let parts: Vec<_> = villager.split('.').collect();
        opens_nothing(&stand, &[parts[0], &encoded(&changed), parts[2]].join(".")).await;
    }
}

/// The same key and a session that goes on: only what the token says of itself is another's.
async fn signed_under_another_setting(variable: &str) {
    let mut stand = Stand::start().await;
    stand.set(variable, "elsewhere");
    stand.stop_and_restart();
    let other = stand.someone(Role::Clerk).await;
    other.get("/api/v1/work-items").await.expect(200);
    stand.set(variable, "bianmin");
    stand.stop_and_restart();
    opens_nothing(&stand, &other.token()).await;
    let refreshed = stand.anyone().post("/api/v1/sessions/refresh", json!({ "refresh_token": other.refresh_token() })).await;
    let ours = refreshed.expect(200).value()["token"].as_str().unwrap().to_owned();
    stand.anyone().with_token(&ours).get("/api/v1/work-items").await.expect(200);
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    signed_under_another_setting("BIANMIN__TOKEN__ISSUER").await;
}

#[tokio::test]
async fn a_token_for_another_audience_is_refused() {
    signed_under_another_setting("BIANMIN__TOKEN__AUDIENCE").await;
}

#[tokio::test]
async fn a_refresh_token_opens_nothing_and_an_access_token_refreshes_nothing() {
    let stand = Stand::start().await;
    let clerk = stand.someone(Role::Clerk).await;
    opens_nothing(&stand, &clerk.refresh_token()).await;
    refresh(&stand.anyone(), &clerk.token()).await.problem(401, "refresh_token_invalid");
    refresh(&stand.anyone(), &"0".repeat(64)).await.problem(401, "refresh_token_invalid");
    clerk.get("/api/v1/work-items").await.expect(200);
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
