//! Until a case is accepted its people may choose another plan for it: it goes to the station of that plan.

use serde_json::{Value, json};

use super::facts::edit;
use super::story::{Case, Story, TOWN_SERVICE, VILLAGE_STATION, accept, says, word};
use crate::support::client::{Answer, Api};

async fn choose(owner: &Api, case: &Case<'_>, chosen: &Value) -> Answer {
    owner.post(&case.path("/plan"), json!({ "chosen": chosen })).await
}

/// The plan of this mode that takes a case in elsewhere than at the village station.
async fn elsewhere_for(owner: &Api, case: &Case<'_>, mode: &str) -> Value {
    let answer = owner.get(&case.path("/plans")).await.expect(200).value();
    let all = answer["plans"].as_array().expect("plans");
    let other = |plan: &&Value| plan["mode"] == mode && plan["matters"][0]["accepting"]["code"] != VILLAGE_STATION;
    all.iter().find(other).unwrap_or_else(|| panic!("{answer:#}"))["chosen"].clone()
}

#[tokio::test]
async fn a_person_whose_station_closes_for_a_week_chooses_another_and_the_case_goes_there() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", TOWN_SERVICE, "nearby").await;
    let (owner, clerk) = (story.villager("wang-dama").await, story.staff("cunwu").await);
    let (waiting, seen) = (case.work_item(&clerk).await, case.seen_by(&owner).await);
    let closed = json!({ "closures": [{ "from": "2026-09-14", "to": "2026-09-18", "hours": null, "cause": "outage" }] });
    edit(&story, "duban", VILLAGE_STATION, closed).await;
    story.stand.run_jobs().await;
    let chosen = elsewhere_for(&owner, &case, "nearby").await;
    choose(&owner, &case, &chosen).await.expect(200);

    let there = word(&case.seen_by(&owner).await["accepting"], "code");
    assert_eq!((&json!(there), json!(VILLAGE_STATION) == seen["accepting"]["code"]), (&chosen["stations"][0], true));
    says(&case.history(&owner).await, "已改选方案");
    clerk.post(&format!("/api/v1/work-items/{waiting}/claim"), json!({})).await.expect(409);
    let decided = owner.get(&case.path("/decision")).await.expect(200).value();
    assert_eq!(decided["chosen"]["stations"][0]["code"], chosen["stations"][0]);
    story.villager("zhang-wei").await.get(&case.path("/plans")).await.problem(404, "case_not_found");
    case.done_by("zhenban", accept()).await;
    choose(&owner, &case, &chosen).await.problem(409, "accepted_already");
}

#[tokio::test]
async fn what_is_chosen_anew_must_still_hold_and_what_a_courier_has_taken_on_stays() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", "T037", "express").await;
    let plans = owner.get(&case.path("/plans")).await.expect(200).value();
    let nearby = plans["plans"].as_array().expect("plans").iter().find(|plan| plan["mode"] == "nearby").expect("a plan")["chosen"].clone();
    let mut earlier = nearby.clone();
    earlier["latest"] = json!("2026-09-14T10:00:00+08:00");
    let refused = choose(&owner, &case, &earlier).await.expect(409).value();
    assert_eq!((&refused["code"], refused["plans"].is_null()), (&json!("plan_changed"), false));

    let courier = story.staff("kuaidi").await;
    let legs = courier.get("/api/v1/deliveries").await.expect(200).value().as_array().expect("legs").clone();
    let leg = legs.iter().find(|leg| leg["case"]["id"] == case.id.as_str()).unwrap_or_else(|| panic!("{legs:#?}"));
    let path = format!("/api/v1/deliveries/{}/fetch", word(leg, "delivery"));
    courier.post(&format!("{path}/claim"), json!({})).await.expect(200);
    choose(&owner, &case, &nearby).await.problem(409, "papers_on_the_way");
    courier.post(&format!("{path}/give-back"), json!({})).await.expect(200);
    choose(&owner, &case, &nearby).await.expect(200);
    let left = courier.get("/api/v1/deliveries").await.expect(200).value();
    assert!(!left.as_array().expect("legs").iter().any(|leg| leg["case"]["id"] == case.id.as_str()), "nothing is fetched any more");
}
