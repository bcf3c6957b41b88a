//! Organisations: known by their credit code (GB 32100-2015); two certificates start from their letter and end at their door.

use serde_json::{Value, json};

use super::story::{Case, Story, accept, granted};

/// 就业登记.
const FOR_ORGANISATIONS: &str = "T045";

fn organisation(credit_code: &str) -> Value {
    json!({ "kind": "organisation", "credit_code": credit_code, "name": "平桥村股份经济合作联合社" })
}

#[tokio::test]
async fn a_credit_code_with_a_wrong_check_character_is_refused() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let order = story.order(&[FOR_ORGANISATIONS], "nearby", organisation("91110000600037341A")).await;
    owner.post("/api/v1/cases", &order).await.problem(422, "invalid_value");

    let order = story.order(&[FOR_ORGANISATIONS], "nearby", organisation("91110000600037341L")).await;
    let case = story.open(&owner, &order).await;
    let subject = case.seen_by(&owner).await["subject"].clone();
    assert_eq!((&subject["kind"], &subject["number"]), (&json!("organisation"), &json!("91110000600037341L")));
}

#[tokio::test]
async fn an_item_for_people_is_not_given_to_an_organisation() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let order = story.order(&["C050"], "nearby", organisation("91110000600037341L")).await;
    owner.post("/api/v1/cases", &order).await.problem(422, "audience_differs");
}

#[tokio::test]
async fn no_person_asks_for_what_an_organisation_asks_by_letter() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let by_person = story.order(&["C054"], "nearby", json!({ "kind": "myself" })).await;
    owner.post("/api/v1/cases", &by_person).await.problem(403, "by_letter_alone");
    let by_body = story.order(&["C053"], "nearby", organisation("91110000600037341L")).await;
    owner.post("/api/v1/cases", &by_body).await.problem(403, "by_letter_alone");
}

/// To the last step: only the body that wrote takes the paper.
async fn ends_at_the_body(case: &Case<'_>) {
    let to = |kind: &str| json!({ "kind": "hand_over", "to": { "kind": kind } });
    let held = case.held_by("cunwu").await;
    for person in ["subject", "agent"] {
        held.tries(to(person)).await.problem(422, "wrong_receiver");
    }
    let ended = held.tries(to("organisation")).await.expect(200).value();
    assert_eq!(ended["outcome"], "completed");
}

#[tokio::test]
async fn a_party_letter_is_entered_by_a_clerk_and_answered_to_the_party() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    let order = story.order(&["C053"], "nearby", organisation("91110000600037341L")).await;
    let case = story.open(&clerk, &order).await;
    case.done_by("cunwu", accept()).await;
    case.done_by("cunzhang", granted()).await;
    let held = case.held_by("cunwu").await;
    held.tries_with(json!({ "kind": "produce" }), json!({ "performance": "积极参加村集体活动" })).await.expect(200);
    ends_at_the_body(&case).await;
}

#[tokio::test]
async fn a_conscription_letter_is_entered_by_a_clerk_and_its_answer_never_reaches_the_young_man() {
    let story = Story::begin().await;
    let clerk = story.staff("cunwu").await;
    let young_man = json!({ "kind": "person", "name": "应征青年", "citizen_id": "511499200506151238" });
    let order = story.order(&["C054"], "nearby", young_man).await;
    let case = story.open(&clerk, &order).await;
    case.done_by("cunwu", accept()).await;
    case.done_by("cunwu", json!({ "kind": "inspect", "finding": "as_stated" })).await;
    case.done_by("cunzhang", granted()).await;
    let held = case.held_by("cunwu").await;
    let schema = story.stand.anyone().get("/api/v1/items/C054/form").await.expect(200).value();
    let of_station = Value::Object(crate::walk::form::filled(&schema, "station"));
    held.tries_with(json!({ "kind": "produce" }), of_station).await.expect(200);
    ends_at_the_body(&case).await;
}
