//! What comes in: how large, how deep, how much of it.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::support::people::Role;
use crate::support::stand::Stand;
use crate::walk::form::PHOTO;

const RELATIVES: &str = "/api/v1/me/relatives";

#[tokio::test]
async fn an_address_or_a_head_that_is_too_long_is_refused_by_its_own_code() {
    let stand = Stand::start().await;
    let anyone = stand.anyone();
    anyone.get(&format!("/api/v1/items?q={}", "x".repeat(9000))).await.problem(414, "uri_too_long");
    anyone.get(&format!("/{}", "x".repeat(9000))).await.problem(414, "uri_too_long");
    let padded = anyone.ask(Method::GET, "/api/v1/items").header("X-Note", &"x".repeat(20_000)).send().await;
    padded.problem(431, "headers_too_large");
    let query: Vec<String> = (0..40).map(|n| format!("a{n}=1")).collect();
    anyone.get(&format!("/api/v1/items?{}", query.join("&"))).await.problem(400, "too_many_parameters");
}

#[tokio::test]
async fn a_parameter_given_twice_is_refused_and_not_guessed_at() {
    let stand = Stand::start().await;
    stand.anyone().get("/api/v1/items?limit=1&limit=2").await.problem(400, "query_malformed");
}

#[tokio::test]
async fn a_body_has_a_size_for_its_class_whether_it_announces_it_or_not() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let large = |bytes: usize| json!({ "code": "x".repeat(bytes) }).to_string().into_bytes();
    let sign_in = |body: Vec<u8>| stand.anyone().ask(Method::POST, "/api/v1/sessions/wechat").raw("application/json", body).send();
    sign_in(large(4_000)).await.problem(422, "text_too_long");
    sign_in(large(9_000)).await.problem(413, "body_too_large");
    villager.ask(Method::POST, RELATIVES).raw("application/json", large(300_000)).send().await.problem(413, "body_too_large");
    let unannounced = reqwest::Body::wrap_stream(futures_util::stream::iter((0..40).map(|_| Ok::<_, std::io::Error>(vec![b' '; 10_000]))));
    villager.ask(Method::POST, RELATIVES).raw("application/json", unannounced).send().await.problem(413, "body_too_large");
}

#[tokio::test]
async fn a_body_is_neither_deeper_nor_longer_in_its_lists_than_its_shape_allows() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let deep = format!("{{\"name\": {}1{}}}", "[".repeat(40), "]".repeat(40));
    villager.ask(Method::POST, RELATIVES).raw("application/json", deep).send().await.problem(400, "json_too_deep");
    let ask = json!({ "items": ["C001"] });
    let many = |count: usize| json!({ "items": vec!["C001"; count] });
    villager.post("/api/v1/plans", many(11)).await.problem(422, "list_too_long");
    villager.post("/api/v1/plans", many(0)).await.problem(422, "list_too_short");
    let materials = |count: usize| vec![json!({ "material": "居民身份证", "upload": "018f3d0e-7c1a-7b60-9c3e-0a1b2c3d4e5f" }); count];
    let matter = |count: usize| json!({ "item": "C001", "answers": {}, "materials": materials(count) });
    let chosen = json!({ "mode": "nearby", "stations": ["511499101203-01"], "trips": 1, "latest": "2026-09-30T17:00:00+08:00" });
    let order = |matters: Vec<Value>| json!({ "ask": ask, "chosen": chosen, "subject": { "kind": "myself" }, "matters": matters });
    villager.post("/api/v1/cases", order(vec![matter(0); 11])).await.problem(422, "list_too_long");
    villager.post("/api/v1/cases", order(vec![matter(61)])).await.problem(422, "list_too_long");
    let path = "/api/v1/cases/018f3d0e-7c1a-7b60-9c3e-0a1b2c3d4e5f/supplement";
    villager.post(path, json!({ "materials": materials(61) })).await.problem(422, "list_too_long");
}

#[tokio::test]
async fn a_form_has_one_file_and_nothing_beside_it() {
    let stand = Stand::start().await;
    let villager = stand.someone(Role::Villager).await;
    let file = || Part::bytes(PHOTO.to_vec()).file_name("photo.png");
    let two = Form::new().part("file", file()).part("file", file());
    villager.ask(Method::POST, "/api/v1/uploads").form(two).send().await.problem(400, "too_many_parts");
    let more = Form::new().part("file", file()).text("note", "and this");
    villager.ask(Method::POST, "/api/v1/uploads").form(more).send().await.problem(400, "too_many_parts");
}
