//! Choosing a plan: several items at one window, and a plan that no longer holds when it is submitted.

use serde_json::json;

use super::story::{Story, TOWN_SERVICE, TOWN_STATION, VILLAGE, VILLAGE_STATION};

/// A child is born (出生): insurance, registration, subsidy.
const BIRTH: [&str; 3] = ["T012", "T053", "T054"];

#[tokio::test]
async fn several_items_of_one_life_event_are_submitted_at_one_window_in_one_go() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let order = story.order(&BIRTH, "one_window", json!({ "kind": "myself" })).await;
    let submitted = owner.submit(&order).await.expect(201).value();
    assert!(submitted["bundle"].is_string(), "{submitted:#}");
    let cases = submitted["cases"].as_array().expect("cases");
    assert_eq!(cases.iter().map(|case| &case["item"]).collect::<Vec<_>>(), BIRTH);
    let mut stations = Vec::new();
    for line in cases {
        stations.push(story.case(line).seen_by(&owner).await["accepting"]["code"].clone());
    }
    stations.dedup();
    assert_eq!(stations.len(), 1, "one window");
}

#[tokio::test]
async fn a_bundle_with_one_bad_form_opens_nothing_and_says_where_each_fault_is() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let mut order = story.order(&BIRTH, "one_window", json!({ "kind": "myself" })).await;
    order["matters"][1]["answers"] = json!({});
    order["matters"][2]["answers"]["no_such_field"] = json!("x");
    let refused = owner.post("/api/v1/cases", &order).await;
    refused.problem(422, "answers_invalid");
    let fields: Vec<_> = refused.value()["errors"].as_array().expect("errors").iter().map(|e| e["field"].to_string()).collect();
    assert!(
        fields.iter().any(|field| field.contains("matters[1]")) && fields.iter().any(|field| field.contains("matters[2]")),
        "{fields:?}"
    );
    assert_eq!(owner.get("/api/v1/cases").await.expect(200).value()["total"], 0);
}

#[tokio::test]
async fn a_proxy_item_and_the_service_that_it_stands_for_are_one_matter() {
    let story = Story::begin().await;
    let ask = json!({ "items": ["V034", "T053"], "registered": VILLAGE });
    let answer = story.stand.anyone().post("/api/v1/plans", ask).await.expect(200).value();
    assert_eq!(answer["plans"], json!([]));
    for reason in answer["impossible"].as_array().expect("reasons") {
        assert_eq!(reason["reason"], "same_matter_twice");
    }
}

#[tokio::test]
async fn a_chosen_plan_that_no_longer_holds_is_answered_with_the_new_ones() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let order = story.order(&[TOWN_SERVICE], "nearby", json!({ "kind": "my_household" })).await;
    assert_eq!(order["chosen"]["stations"], json!([VILLAGE_STATION]));

    let supervisor = story.staff("duban").await;
    let station = supervisor.get(&format!("/api/v1/stations/{VILLAGE_STATION}")).await.expect(200);
    let change = json!({ "removed": [TOWN_SERVICE] });
    let path = format!("/api/v1/stations/{VILLAGE_STATION}");
    supervisor.ask(reqwest::Method::PATCH, &path).if_match(station.etag()).json(change).send().await.expect(200);

    let refused = owner.post("/api/v1/cases", &order).await;
    refused.problem(409, "plan_changed");
    let offered = refused.value()["plans"].clone();
    let nearby = offered["plans"].as_array().expect("plans").iter().find(|plan| plan["mode"] == "nearby").expect("a new plan").clone();
    assert_eq!(nearby["chosen"]["stations"], json!([TOWN_STATION]));

    let mut again = order;
    again["chosen"] = nearby["chosen"].clone();
    let case = story.open(&owner, &again).await;
    assert_eq!(case.seen_by(&owner).await["accepting"]["code"], TOWN_STATION);
}
