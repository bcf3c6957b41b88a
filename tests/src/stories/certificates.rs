//! Certificates (证明) after their issue: anybody checks them by the address in their QR code; and what stops an issue.

use serde_json::{Value, json};

use super::story::{Case, Story, accept, granted, word};

/// 自产农产品产地来源证明: valid for thirty days.
const THIRTY_DAYS: &str = "C036";
/// 学生假期社会实践和志愿服务情况证明: the station fills two places of its template.
const FILLED_BY_STATION: &str = "C057";

/// The path of the check page, as the paper's QR code has it.
async fn check_path(story: &Story, case: &Case<'_>) -> String {
    let seen = case.seen_by(&story.villager("wang-dama").await).await;
    let url = word(&seen["certificate"], "check_url");
    let at = url.find("/c/").unwrap_or_else(|| panic!("{url} leads to no check"));
    url[at..].to_owned()
}

async fn checked(story: &Story, path: &str) -> (String, Value) {
    let anyone = story.stand.anyone();
    let token = path.rsplit('/').next().expect("a token");
    let page = anyone.get(path).await.expect(200).text();
    (page, anyone.get(&format!("/api/v1/certificate-checks/{token}")).await.expect(200).value())
}

#[tokio::test]
async fn a_certificate_is_valid_until_its_last_day_and_expired_after_it() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", THIRTY_DAYS, "nearby").await;
    case.completed().await;
    let path = check_path(&story, &case).await;
    let (page, certificate) = checked(&story, &path).await;
    assert_eq!((&certificate["status"], &certificate["holder"]), (&json!("valid"), &json!("王**")));
    assert!(page.contains("有效") && page.contains(certificate["number"].as_str().expect("a number")), "{page}");
    assert!(!page.contains("王桂芳"), "the page shows the family name alone");

    let last_day = word(&certificate, "valid_until");
    story.at(&format!("{last_day}T23:30:00+08:00")).await;
    assert_eq!(checked(&story, &path).await.1["status"], "valid");
    story.at("2026-10-20T09:00:00+08:00").await;
    let (page, certificate) = checked(&story, &path).await;
    assert_eq!(certificate["status"], "expired");
    assert!(page.contains("过期") || page.contains("失效"), "{page}");
}

#[tokio::test]
async fn an_empty_place_of_the_template_stops_the_issue_and_is_named() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", FILLED_BY_STATION, "nearby").await;
    case.done_by("cunwu", accept()).await;
    case.done_by("cunzhang", granted()).await;
    let held = case.held_by("cunwu").await;
    let refused = held.tries(json!({ "kind": "produce" })).await;
    refused.problem(422, "certificate_unfilled");
    let mut fields: Vec<_> = refused.value()["errors"].as_array().expect("errors").iter().map(|error| word(error, "field")).collect();
    fields.sort();
    assert_eq!(fields, ["hours", "performance"]);
    assert!(case.seen_by(&held.hand).await["certificate"].is_null());

    let schema = story.stand.anyone().get(&format!("/api/v1/items/{FILLED_BY_STATION}/form")).await.expect(200).value();
    let of_station = Value::Object(crate::walk::form::filled(&schema, "station"));
    held.tries_with(json!({ "kind": "produce" }), of_station).await.expect(200);
    assert!(case.seen_by(&held.hand).await["certificate"]["number"].is_string());
}
