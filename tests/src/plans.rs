//! Plans (办理方案): every mode answers with a plan or a reason, and a bad ask is told where it is bad.

use serde_json::{Value, json};

use crate::support::client::Api;
use crate::support::stand::Stand;

const VILLAGE: &str = "511499101203";
const MODES: [&str; 6] = ["nearby", "district", "remote", "one_window", "express", "special"];

async fn plans(api: &Api, ask: Value) -> Value {
    api.post("/api/v1/plans", ask).await.expect(200).value()
}

fn plan_of<'a>(answer: &'a Value, mode: &str) -> &'a Value {
    let plans = answer["plans"].as_array().unwrap();
    plans.iter().find(|plan| plan["mode"] == mode).unwrap_or_else(|| panic!("no plan in {mode}: {answer:#}"))
}

fn reason_of<'a>(answer: &'a Value, mode: &str) -> &'a Value {
    let reasons = answer["impossible"].as_array().unwrap();
    reasons.iter().find(|reason| reason["mode"] == mode).unwrap_or_else(|| panic!("no reason for {mode}: {answer:#}"))
}

fn is_said(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
}

#[tokio::test]
async fn a_certificate_of_the_own_village_takes_no_journey() {
    let stand = Stand::start().await;
    let answer = plans(&stand.anyone(), json!({"items": ["C001"], "registered": VILLAGE})).await;
    let nearby = plan_of(&answer, "nearby");
    assert_eq!((&nearby["trips"], &nearby["mode_name"]), (&json!(0), &json!("就近即办")));
    let matter = &nearby["matters"][0];
    assert_eq!((&matter["item"], &matter["hand_in"]), (&json!("C001"), &json!("phone")));
    assert!(matter["accepting"]["code"].as_str().unwrap().starts_with(VILLAGE), "{matter:#}");
    assert_eq!(matter["deciding"]["station"]["code"], format!("{VILLAGE}-01"));
    assert!(is_said(&matter["accepting"]["name"]) && matter["accepting"]["place"]["lat"].is_f64());
}

#[tokio::test]
async fn every_mode_has_a_plan_or_a_reason_that_says_what_stands_against_it() {
    let stand = Stand::start().await;
    let answer = plans(&stand.anyone(), json!({"items": ["C001"], "registered": VILLAGE})).await;
    for mode in MODES {
        let planned = answer["plans"].as_array().unwrap().iter().any(|plan| plan["mode"] == mode);
        let reasons: Vec<_> = answer["impossible"].as_array().unwrap().iter().filter(|reason| reason["mode"] == mode).collect();
        assert_eq!(reasons.len(), usize::from(!planned), "{mode}: {answer:#}");
        assert!(reasons.iter().all(|reason| reason["reason"].is_string() && is_said(&reason["sentence"])), "{reasons:#?}");
    }
    assert_eq!(reason_of(&answer, "remote")["reason"], "not_elsewhere");
    let special = reason_of(&answer, "special");
    assert_eq!((&special["reason"], &special["item"]), (&json!("mode_not_offered"), &json!("C001")));
}

#[tokio::test]
async fn a_plan_is_a_timeline_by_the_district_s_clock_with_sentences() {
    let stand = Stand::start().await;
    let answer = plans(&stand.anyone(), json!({"items": ["C001"], "registered": VILLAGE})).await;
    let nearby = plan_of(&answer, "nearby");
    let steps = nearby["steps"].as_array().unwrap();
    assert!(!steps.is_empty());
    for step in steps {
        assert!(is_said(&step["sentence"]) && is_said(&step["who_name"]), "{step:#}");
        let (from, to) = (step["from"].as_str().unwrap(), step["to"].as_str().unwrap());
        assert!(from.ends_with("+08:00") && from <= to, "{step:#}");
    }
    let said = nearby["pros"].as_array().unwrap().iter().chain(nearby["cons"].as_array().unwrap());
    assert!(said.map(|point| &point["sentence"]).all(is_said));
}

#[tokio::test]
async fn what_is_chosen_names_the_plan_as_it_was_seen() {
    let stand = Stand::start().await;
    let answer = plans(&stand.anyone(), json!({"items": ["C001"], "registered": VILLAGE})).await;
    for plan in answer["plans"].as_array().unwrap() {
        let stations: Vec<_> = plan["matters"].as_array().unwrap().iter().map(|matter| &matter["accepting"]["code"]).collect();
        let expected = json!({"mode": plan["mode"], "stations": stations, "trips": plan["trips"], "latest": plan["latest"]});
        assert_eq!(plan["chosen"], expected);
    }
}

#[tokio::test]
async fn the_same_ask_at_the_same_time_has_the_same_answer_without_an_idempotency_key() {
    let stand = Stand::start().await;
    let ask = json!({"items": ["C001"], "registered": VILLAGE, "preference": "nearest"});
    let post = || async { stand.anyone().ask(reqwest::Method::POST, "/api/v1/plans").without_key().json(&ask).send().await };
    let (first, second) = (post().await.expect(200).value(), post().await.expect(200).value());
    let stations = |answer: &Value| answer["plans"].as_array().unwrap().iter().map(|p| p["chosen"]["stations"].clone()).collect::<Vec<_>>();
    assert_eq!(stations(&first), stations(&second));
}

#[tokio::test]
async fn somebody_who_cannot_leave_home_is_visited_and_told_what_shows_it() {
    let stand = Stand::start().await;
    let item = item_of_mode(&stand, "special").await;
    let ask = json!({"items": [item], "registered": VILLAGE, "needs": {"mobility": "cannot_leave_home"}});
    let special = plan_of(&plans(&stand.anyone(), ask).await, "special").clone();
    assert_eq!((&special["trips"], &special["matters"][0]["hand_in"]), (&json!(0), &json!("visit")));
    let papers = special["papers"].as_array().unwrap();
    let evidence = papers.iter().find(|paper| paper["kind"] == "one_of").unwrap_or_else(|| panic!("no evidence: {special:#}"));
    let names: Vec<_> = evidence["evidence"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert!(names.contains(&&json!("村（社区）网格员核实")), "{names:?}");
}

async fn item_of_mode(stand: &Stand, mode: &str) -> Value {
    let items = stand.anyone().all("/api/v1/items?kind=town_service").await;
    let offers = |item: &&Value| item["modes"].as_array().unwrap().contains(&json!(mode));
    items.iter().find(offers).map(|item| item["code"].clone()).expect("an item of the mode")
}

#[tokio::test]
async fn someone_outside_the_district_is_answered_from_where_they_are() {
    let stand = Stand::start().await;
    let ask = json!({"items": ["C001"], "registered": VILLAGE, "whereabouts": {"elsewhere": {"place": {"lat": 31.23, "lng": 121.47}}}});
    let answer = plans(&stand.anyone(), ask).await;
    assert_eq!(plan_of(&answer, "remote")["trips"], 0);
    assert_eq!(reason_of(&answer, "nearby")["reason"], "elsewhere");
}

#[tokio::test]
async fn an_item_that_is_not_there_makes_every_mode_impossible() {
    let stand = Stand::start().await;
    let answer = plans(&stand.anyone(), json!({"items": ["C999"], "registered": VILLAGE})).await;
    assert_eq!(answer["plans"], json!([]));
    assert!(MODES.iter().all(|mode| reason_of(&answer, mode)["reason"] == "no_such_item"));
}

#[tokio::test]
async fn a_bad_ask_names_its_field() {
    let stand = Stand::start().await;
    let api = stand.anyone();
    let bad = [
        (json!({"registered": VILLAGE}), "missing_field", "items"),
        (json!({"items": []}), "list_too_short", "items"),
        (json!({"items": vec!["C001"; 11]}), "list_too_long", "items"),
        (json!({"items": ["证明"]}), "invalid_value", "items[0]"),
        (json!({"items": ["C001"], "registered": "5114"}), "invalid_value", "registered"),
        (json!({"items": ["C001"], "matter": "moon"}), "unknown_value", "matter"),
        (json!({"items": ["C001"], "whereabouts": {"here": {"lat": 95, "lng": 103}}}), "invalid_value", "whereabouts.here.lat"),
        (json!({"items": ["C001"], "needs": {"ground": "tired"}}), "unknown_value", "needs.ground"),
        (json!({"items": ["C001"], "agent": {"who": "family"}}), "missing_field", "agent.mandate"),
        (json!({"items": ["C001"], "licences": ["证".repeat(101)]}), "text_too_long", "licences[0]"),
        (json!({"items": ["C001"], "hurry": true}), "unknown_field", "hurry"),
    ];
    for (ask, code, field) in bad {
        let answer = api.post("/api/v1/plans", ask).await;
        answer.problem(422, code);
        assert_eq!(answer.value()["errors"][0]["field"], field, "{answer}");
    }
}

#[tokio::test]
async fn the_grounds_for_special_handling_are_listed_with_what_shows_them() {
    let stand = Stand::start().await;
    let grounds = stand.anyone().get("/api/v1/plans/grounds").await.expect(200).value();
    let items = grounds["items"].as_array().unwrap();
    assert!(items.iter().all(|ground| is_said(&ground["name"]) && is_said(&ground["evidence"][0]["name"])), "{grounds:#}");
    let disabled = items.iter().find(|ground| ground["code"] == "disabled").unwrap();
    assert_eq!(disabled["evidence"], json!([{"code": "disability_card", "name": "残疾人证"}]));
}
