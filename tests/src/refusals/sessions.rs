//! Sessions that hold no more: a refresh token that comes again, a sign-out here and everywhere, a closed account, a dropped key.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::client::{Answer, Api};
use crate::support::pass::Door;
use crate::support::people::{DEMO_PASSWORD, Role, sign_in_staff};
use crate::support::stand::Stand;

const REFRESH: &str = "/api/v1/sessions/refresh";

pub async fn refresh(anyone: &Api, refresh_token: &str) -> Answer {
    anyone.post(REFRESH, json!({ "refresh_token": refresh_token })).await
}

async fn refresh_under(stand: &Stand, refresh_token: &str, key: &str) -> Answer {
    let ask = stand.anyone().ask(Method::POST, REFRESH).key(key);
    ask.json(json!({ "refresh_token": refresh_token })).send().await
}

fn text(session: &Value, key: &str) -> String {
    session[key].as_str().unwrap_or_else(|| panic!("no {key}: {session}")).to_owned()
}

/// Whether somebody who shows this token is let in.
async fn holds(stand: &Stand, token: &str) -> bool {
    match stand.anyone().with_token(token).get("/api/v1/sessions").await {
        answer if answer.status() == 200 => true,
        answer => {
            answer.problem(401, "token_invalid");
            false
        }
    }
}

#[tokio::test]
async fn a_refresh_token_that_comes_again_ends_its_session_for_whoever_has_the_next_one_too() {
    let stand = Stand::start().await;
    for role in [Role::Villager, Role::Clerk] {
        let thief = stand.someone(role).await;
        let other = thief.once_more().await;
        let stolen = thief.refresh_token();
        let owner = refresh(&stand.anyone(), &stolen).await.expect(200).value();
        assert!(holds(&stand, &text(&owner, "token")).await);
        refresh(&stand.anyone(), &stolen).await.problem(401, "refresh_token_reused");
        for token in [thief.token(), text(&owner, "token")] {
            assert!(!holds(&stand, &token).await, "the whole family is out");
        }
        refresh(&stand.anyone(), &text(&owner, "refresh_token")).await.problem(401, "refresh_token_reused");
        other.get("/api/v1/sessions").await.expect(200);
    }
    let shenji = stand.someone(Role::AuditAdmin).await;
    let logged = shenji.all("/api/v1/audit?deed=token_reuse").await;
    assert_eq!(logged.len(), 2, "once a session: {logged:?}");
    assert_eq!((&logged[0]["by"]["kind"], &logged[0]["refusal"]), (&json!("nobody"), &json!(null)));
}

#[tokio::test]
async fn on_a_weak_network_the_same_refresh_may_be_sent_again() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let shown = villager.refresh_token();
    let lost = refresh_under(&stand, &shown, "one").await.expect(200);
    stand.at("2026-09-14T09:30:40+08:00").await;
    let got = refresh_under(&stand, &shown, "one").await.expect(200);
    assert!(!got.has_header("idempotency-replayed"), "an answer with tokens is kept nowhere");
    let (lost, got) = (lost.value(), got.value());
    assert_ne!(lost["refresh_token"], got["refresh_token"]);
    let next = refresh(&stand.anyone(), &text(&got, "refresh_token")).await.expect(200).value();
    assert!(holds(&stand, &text(&next, "token")).await);
    refresh_under(&stand, &shown, "one").await.problem(401, "refresh_token_reused");
    assert!(!holds(&stand, &text(&next, "token")).await, "what the repetition gave was used");
}

#[tokio::test]
async fn a_repetition_is_none_under_another_key_without_one_or_too_late() {
    let stand = Stand::start().await;
    for (key, at) in [("other", "2026-09-14T09:30:30+08:00"), ("one", "2026-09-14T09:32:00+08:00")] {
        let villager = stand.someone(Role::Villager).await;
        refresh_under(&stand, &villager.refresh_token(), "one").await.expect(200);
        stand.at(at).await;
        refresh_under(&stand, &villager.refresh_token(), key).await.problem(401, "refresh_token_reused");
    }
    let villager = stand.someone(Role::Villager).await;
    let keyless = || stand.anyone().ask(Method::POST, REFRESH).without_key().json(json!({ "refresh_token": villager.refresh_token() }));
    keyless().send().await.expect(200);
    keyless().send().await.problem(401, "refresh_token_reused");
    let lost = stand.someone(Role::Villager).await;
    let first = refresh_under(&stand, &lost.refresh_token(), "two").await.expect(200).value();
    refresh_under(&stand, &lost.refresh_token(), "two").await.expect(200);
    refresh(&stand.anyone(), &text(&first, "refresh_token")).await.problem(401, "refresh_token_reused");
    stand
        .anyone()
        .ask(Method::POST, REFRESH)
        .key("")
        .json(json!({ "refresh_token": "a" }))
        .send()
        .await
        .problem(400, "idempotency_key_malformed");
}

#[tokio::test]
async fn of_many_refreshes_at_once_with_one_token_one_is_answered() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let (anyone, token) = (stand.anyone(), villager.refresh_token());
    let asked = (0..8).map(|_| refresh(&anyone, &token));
    let answers = futures_util::future::join_all(asked).await;
    assert_eq!(answers.iter().filter(|answer| answer.status() == 200).count(), 1, "{answers:?}");
    assert!(!holds(&stand, &villager.token()).await);
}

#[tokio::test]
async fn whoever_signs_out_is_out_here_and_signed_in_elsewhere() {
    let stand = Stand::start().await;
    for role in [Role::Villager, Role::Clerk] {
        let here = stand.someone(role).await;
        let there = here.once_more().await;
        let listed = here.all("/api/v1/sessions?limit=1").await;
        assert_eq!(listed.iter().filter(|session| session["current"] == true).count(), 1, "{listed:?}");
        assert_eq!(listed.len(), 2, "{listed:?}");
        here.delete("/api/v1/sessions/current").await.expect(204);
        here.get("/api/v1/sessions").await.problem(401, "token_invalid");
        here.delete("/api/v1/sessions/current").await.problem(401, "token_invalid");
        refresh(&stand.anyone(), &here.refresh_token()).await.problem(401, "refresh_token_invalid");
        assert_eq!(there.all("/api/v1/sessions").await.len(), 1);
    }
    let shenji = stand.someone(Role::AuditAdmin).await;
    assert_eq!(shenji.all("/api/v1/audit?deed=sign_out").await.len(), 2);
}

#[tokio::test]
async fn whoever_signs_out_everywhere_is_out_on_every_device_and_nobody_else_is() {
    let stand = Stand::start().await;
    let colleague = stand.staff("cunzhang").await;
    let here = stand.staff("cunwu").await;
    let there = here.once_more().await;
    // A code lets in once.
    stand.pass_a_minute().await;
    let devices = [here.clone(), there, here.once_more().await];
    devices[0].delete("/api/v1/sessions").await.expect(204);
    for device in &devices {
        device.get("/api/v1/work-items").await.problem(401, "token_invalid");
        refresh(&stand.anyone(), &device.refresh_token()).await.problem(401, "refresh_token_invalid");
    }
    colleague.get("/api/v1/work-items").await.expect(200);
    stand.staff("cunwu").await.get("/api/v1/work-items").await.expect(200);
}

#[tokio::test]
async fn a_session_says_when_it_began_on_what_and_until_when_it_goes_on() {
    let stand = Stand::start().await;
    let sign_in = stand.anyone().ask(Method::POST, "/api/v1/sessions/staff");
    let code = Door::demo_code(&stand.anyone(), "cunwu").await;
    let sign_in = sign_in.header("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)");
    let session = sign_in.json(json!({ "login": "cunwu", "password": DEMO_PASSWORD, "code": code })).send().await.expect(201).value();
    let clerk = stand.anyone().signed_in(&session, Door::password("cunwu", DEMO_PASSWORD));
    stand.at("2026-09-14T09:40:00+08:00").await;
    refresh(&stand.anyone(), &clerk.refresh_token()).await.expect(200);
    let own = &clerk.all("/api/v1/sessions").await[0];
    assert_eq!((&own["device"], &own["device_name"]), (&json!("windows"), &json!("Windows 电脑")));
    let minute = |key: &str| own[key].as_str().unwrap()[..16].to_owned();
    assert_eq!(["signed_in_at", "refreshed_at"].map(minute), ["2026-09-14T09:30", "2026-09-14T09:40"]);
    assert_eq!(["rests_until", "ends_at"].map(minute), ["2026-09-14T10:10", "2026-09-14T21:30"]);
}

/// An account is closed, opened again: what was signed in before stays out.
#[tokio::test]
async fn a_closed_account_ends_its_sessions_for_good() {
    let stand = Stand::start().await;
    let (security, clerk) = (stand.staff("anquan").await, stand.staff("cunwu").await);
    let found = security.get("/api/v1/staff?q=cunwu").await.expect(200).value();
    let id = found["items"].as_array().unwrap().iter().find(|staff| staff["login"] == "cunwu").unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/staff/{id}");
    for disabled in [true, false] {
        let seen = security.get(&path).await.expect(200).etag().to_owned();
        security.ask(Method::PATCH, &path).if_match(&seen).json(json!({ "disabled": disabled })).send().await.expect(200);
        clerk.get("/api/v1/work-items").await.problem(401, "token_invalid");
        refresh(&stand.anyone(), &clerk.refresh_token()).await.problem(401, "refresh_token_invalid");
    }
    sign_in_staff(&stand.anyone(), "cunwu").await.get("/api/v1/work-items").await.expect(200);
}

#[tokio::test]
async fn what_a_dropped_key_signed_holds_no_more_and_its_owners_refresh() {
    let stand = Stand::start().await;
    let clerk = stand.staff("cunwu").await;
    let spent = stand.anyone().with_token(&clerk.token());
    let keys = || async { stand.anyone().get("/.well-known/jwks.json").await.expect(200).value()["keys"].as_array().unwrap().clone() };
    let leaked = text(&keys().await[0], "kid");
    stand.run_program(&["keys", "tokens", "drop", &leaked]).unwrap();
    spent.get("/api/v1/work-items").await.problem(401, "token_expired");
    stand.run_jobs().await;
    assert!(keys().await.iter().all(|key| key["kid"] != leaked.as_str()));
    spent.get("/api/v1/work-items").await.problem(401, "token_expired");
    clerk.get("/api/v1/work-items").await.expect(200);
    let refused = stand.run_program(&["keys", "tokens", "drop", &leaked]).unwrap_err();
    assert!(refused.contains("there is no key"), "{refused}");
    let listed = stand.run_program(&["keys", "tokens", "list"]).unwrap();
    assert!(listed.lines().count() == 1 && listed.contains("signs since"), "{listed}");
}
