//! Requests that can't be read, or say what can't be.

use reqwest::Method;
use serde_json::{Value, json};

use super::vocabulary::{AT_ONCE, NOBODYS, STATION, order, subject_myself};
use crate::support::people::Role;
use crate::support::stand::Stand;

const RELATIVES: &str = "/api/v1/me/relatives";
/// More than `limits.json_bytes_max` allows.
const TOO_MANY_BYTES: usize = 300 * 1024;

fn relative() -> Value {
    json!({ "name": "应征青年", "citizen_id": "511499200506151238", "kinship": "child" })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut().unwrap().remove(field);
    body
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_before_it_is_understood() {
    let stand = Stand::start().await;
    let api = stand.villager("wang-dama").await;
    let post = |media_type: &'static str, body: Vec<u8>| api.ask(Method::POST, RELATIVES).raw(media_type, body).send();
    post("application/json", b"{\"name\": ".to_vec()).await.problem(400, "json_malformed");
    post("application/json", b"\xff\xfe".to_vec()).await.problem(400, "json_malformed");
    post("application/json", Vec::new()).await.problem(400, "json_malformed");
    post("application/json", "[".repeat(100_000).into_bytes()).await.problem(400, "json_too_deep");
    post("text/plain", relative().to_string().into_bytes()).await.problem(415, "content_type_unsupported");
    post("application/json", vec![b' '; TOO_MANY_BYTES]).await.problem(413, "body_too_large");
}

#[tokio::test]
async fn a_fault_of_a_field_has_its_own_code_and_names_the_field() {
    let stand = Stand::start().await;
    let api = stand.villager("wang-dama").await;
    let faults = [
        (with(relative(), "name", json!(7)), "wrong_type", "name"),
        (with(relative(), "name", json!("赵".repeat(51))), "text_too_long", "name"),
        (with(relative(), "name", json!("   ")), "text_blank", "name"),
        (with(relative(), "name", json!("赵\u{0}敏")), "control_character", "name"),
        (with(relative(), "kinship", json!("friend")), "unknown_value", "kinship"),
        (with(relative(), "nickname", json!("小敏")), "unknown_field", "nickname"),
        (without(relative(), "citizen_id"), "missing_field", "citizen_id"),
        (with(relative(), "citizen_id", json!("511499200506151239")), "citizen_id_invalid", "citizen_id"),
        (with(relative(), "citizen_id", json!("511499200513151233")), "citizen_id_invalid", "citizen_id"),
    ];
    for (body, code, field) in faults {
        let answer = api.post(RELATIVES, body).await;
        answer.problem(422, code);
        assert_eq!(answer.value()["errors"][0]["field"], field, "{answer}");
    }
}

#[tokio::test]
async fn a_supplement_that_asks_for_nothing_is_refused_by_its_field() {
    let stand = Stand::start().await;
    let clerk = stand.staff("cunwu").await;
    let nothing = json!({ "lease": 1, "act": { "kind": "ask_supplement", "wanted": [], "ground": "first_notice" } });
    let answer = clerk.post(&format!("/api/v1/work-items/{NOBODYS}/acts"), nothing).await;
    answer.problem(422, "list_too_short");
    assert_eq!(answer.value()["errors"][0]["field"], "act.wanted", "{answer}");
}

#[tokio::test]
async fn every_fault_of_a_form_is_told_at_once_and_nothing_is_opened() {
    let stand = Stand::start().await;
    let api = stand.villager("wang-dama").await;
    let mut order = order(&api, AT_ONCE, "nearby", subject_myself()).await;
    order["matters"][0]["answers"] =
        json!({ "household_members": "three", "use_for": "旅游", "hobby": "钓鱼", "village_group": "组".repeat(5000) });
    let answer = api.post("/api/v1/cases", order).await;
    answer.problem(422, "answers_invalid");
    let faults = answer.value()["errors"].as_array().unwrap().clone();
    let fields: Vec<_> = faults.iter().map(|fault| fault["field"].as_str().unwrap()).collect();
    for field in ["household_members", "use_for", "hobby", "village_group", "membership_basis"] {
        assert!(fields.contains(&format!("matters[0].answers.{field}").as_str()), "{field}: {answer}");
    }
    assert!(api.all("/api/v1/cases").await.iter().all(|case| case["state"] == "ended"));
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_told_apart_from_one_that_is_badly_written() {
    let stand = Stand::start().await;
    let api = stand.someone(Role::Villager).await;
    api.get("/api/v1/no-such-thing").await.problem(404, "route_not_found");
    api.get("/api/v1/cases/not-a-uuid").await.problem(400, "path_malformed");
    api.get(&format!("/api/v1/cases/{NOBODYS}/notices/pink")).await.problem(400, "path_malformed");
    api.get(&format!("/api/v1/cases/{NOBODYS}")).await.problem(404, "case_not_found");
    api.get("/api/v1/items/X1").await.problem(400, "path_malformed");
    api.get("/api/v1/items/C999").await.problem(404, "item_not_found");
    api.get("/api/v1/stations/511499999999-01").await.problem(404, "station_not_found");
    let other_method = api.delete("/api/v1/cases").await;
    other_method.problem(405, "method_not_allowed");
    assert_eq!(other_method.header("allow"), "GET, POST");
}

#[tokio::test]
async fn a_list_refuses_cursors_limits_and_filters_that_are_none() {
    let stand = Stand::start().await;
    let (villager, clerk) = (stand.someone(Role::Villager).await, stand.someone(Role::Clerk).await);
    let station_cases = format!("/api/v1/cases?station={STATION}");
    for (api, list) in [(&villager, "/api/v1/cases?limit=5"), (&clerk, "/api/v1/work-items?limit=5"), (&clerk, station_cases.as_str())] {
        // No base64; a base64 of no id; an id of nothing is an end, or none of ours, but never a failure.
        for cursor in ["%20", "not_an_id", "AAAA"] {
            api.get(&format!("{list}&cursor={cursor}")).await.problem(400, "cursor_malformed");
        }
    }
    for list in ["/api/v1/cases", "/api/v1/items", "/api/v1/stations"] {
        for query in ["limit=0", "limit=101", "limit=many", "colour=red"] {
            villager.get(&format!("{list}?{query}")).await.problem(400, "query_malformed");
        }
    }
    villager.get("/api/v1/items?cursor=%20").await.problem(400, "cursor_malformed");
    villager.get("/api/v1/stations?near=95,200").await.problem(400, "query_malformed");
}

#[tokio::test]
async fn an_upload_is_a_photo_or_a_pdf_by_its_content_of_a_fair_size() {
    let stand = Stand::start().await;
    let api = stand.someone(Role::Villager).await;
    let upload = |content: Vec<u8>| api.upload("/api/v1/uploads", "photo.png", "image/png", content);
    upload(b"<script>alert(1)</script>".to_vec()).await.problem(415, "file_type_unknown");
    upload(Vec::new()).await.problem(415, "file_type_unknown");
    let mut huge = crate::walk::form::PHOTO.to_vec();
    huge.resize(11 * 1024 * 1024, 0);
    upload(huge).await.problem(413, "file_too_large");
    let form = reqwest::multipart::Form::new().text("note", "no file");
    api.ask(Method::POST, "/api/v1/uploads").form(form).send().await.problem(400, "file_missing");
}

#[tokio::test]
async fn an_upload_that_is_somebody_else_s_does_not_become_a_material() {
    let stand = Stand::start().await;
    let (owner, other) = (stand.villager("wang-dama").await, stand.villager("li-daye").await);
    let photo = crate::walk::form::PHOTO.to_vec();
    let upload = owner.upload("/api/v1/uploads", "photo.png", "image/png", photo).await.expect(201).value()["id"].clone();
    let mut order = order(&other, AT_ONCE, "nearby", subject_myself()).await;
    order["matters"][0]["materials"] = json!([{ "material": "居民身份证", "upload": upload }]);
    other.post("/api/v1/cases", &order).await.problem(422, "upload_not_found");
    order["matters"][0]["materials"] = json!([{ "material": "藏宝图", "upload": upload }]);
    other.post("/api/v1/cases", &order).await.problem(422, "material_not_found");
}
