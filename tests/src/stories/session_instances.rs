//! Two instances on one database and one Redis: what is ended, taken away or rotated at the one holds for the next request at the other.
//! Nobody waits and asks again here. On SQLite there is one instance, and nothing to show.

use reqwest::Method;
use serde_json::{Value, json};

use crate::refusals::sessions::refresh;
use crate::support::client::Api;
use crate::support::people::DEMO_PASSWORD;
use crate::support::redis::Redis;
use crate::support::stand::{Kind, Stand};

const WORK: &str = "/api/v1/work-items";

async fn change(security: &Api, login: &str, change: Value) {
    let found = security.get(&format!("/api/v1/staff?q={login}")).await.expect(200).value();
    let staff = found["items"].as_array().expect("items").iter().find(|staff| staff["login"] == login).expect("an account").clone();
    let path = format!("/api/v1/staff/{}", staff["id"].as_str().expect("an id"));
    let seen = security.get(&path).await.expect(200).etag().to_owned();
    security.ask(Method::PATCH, &path).if_match(&seen).json(change).send().await.expect(200);
}

async fn what_ends_at_the_one_has_ended_at_the_other(stand: &Stand) {
    let Some(second) = stand.second_instance() else { return };
    let security = stand.staff("anquan").await;

    let here = stand.staff("511499101204-01.2").await;
    let there = here.once_more().await;
    second.hears(&here).get(WORK).await.expect(200);
    here.delete("/api/v1/sessions/current").await.expect(204);
    second.hears(&here).get(WORK).await.problem(401, "token_invalid");
    second.hears(&there).delete("/api/v1/sessions").await.expect(204);
    there.get(WORK).await.problem(401, "token_invalid");

    let clerk = stand.staff("cunwu").await;
    second.hears(&clerk).get(WORK).await.expect(200);
    change(&security, "cunwu", json!({ "grants": [{ "role": "courier", "division": "511499101000" }] })).await;
    second.hears(&clerk).get(WORK).await.problem(403, "role_missing");
    second.hears(&clerk).get("/api/v1/deliveries").await.expect(200);
    change(&security, "cunwu", json!({ "disabled": true })).await;
    second.hears(&clerk).get("/api/v1/deliveries").await.problem(401, "token_invalid");

    let head = stand.staff("cunzhang").await;
    second.hears(&head).put("/api/v1/me/password", json!({ "old": DEMO_PASSWORD, "new": "每天走三里山路去镇上上班" })).await.expect(200);
    head.get(WORK).await.problem(401, "token_invalid");

    // Used at both.
    let villager = stand.villager("wang-dama").await;
    let shown = villager.refresh_token();
    let next = refresh(&stand.anyone(), &shown).await.expect(200).value();
    second.anyone().with_token(next["token"].as_str().expect("a token")).get("/api/v1/me").await.expect(200);
    refresh(&second.anyone(), &shown).await.problem(401, "refresh_token_reused");
    stand.anyone().with_token(next["token"].as_str().expect("a token")).get("/api/v1/me").await.problem(401, "token_invalid");
}

#[tokio::test]
async fn a_sign_out_a_change_of_rights_and_a_stolen_token_show_at_once_at_the_other_instance() {
    what_ends_at_the_one_has_ended_at_the_other(&Stand::start().await).await;
}

#[tokio::test]
async fn without_redis_they_do_too() {
    if Kind::of_this_run() == Kind::Sqlite {
        return;
    }
    let mut redis = Redis::start();
    let stand = Stand::with(&[("BIANMIN__REDIS__URL", &redis.url())]).await;
    redis.kill();
    what_ends_at_the_one_has_ended_at_the_other(&stand).await;
}

#[tokio::test]
async fn a_new_key_is_known_to_the_other_instance_with_the_first_token_that_it_signs() {
    let stand = Stand::start().await;
    let Some(second) = stand.second_instance() else { return };
    let villager = stand.villager("wang-dama").await;
    let spent = second.anyone().with_token(&villager.token());
    spent.get("/api/v1/me").await.expect(200);
    let keys = stand.anyone().get("/.well-known/jwks.json").await.expect(200).value();
    let leaked = keys["keys"][0]["kid"].as_str().expect("a name");
    stand.run_program(&["keys", "tokens", "drop", leaked]).expect("a new key");
    spent.get("/api/v1/me").await.problem(401, "token_expired");
    villager.get("/api/v1/me").await.expect(200);
    second.hears(&villager).get("/api/v1/me").await.expect(200);
}
