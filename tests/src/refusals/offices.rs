//! Roles and where they hold: couriers of a town, supervisors of a division, the three administrators.

use reqwest::Method;
use serde_json::json;

use super::vocabulary::{AT_ONCE, Attempt, DECIDED, NOBODYS, STATION, expect_nothing_there, file, lists};
use crate::support::people::Role;
use crate::support::stand::Stand;

const COURIER_OF_ANOTHER_TOWN: &str = "511499001000.kuaidi.1";

fn carrying(delivery: &str) -> Vec<Attempt> {
    let acts = ["claim", "give-back", "codes"].map(|act| Attempt::post(format!("/api/v1/deliveries/{delivery}/bring/{act}"), json!({})));
    let confirm = Attempt::post(format!("/api/v1/deliveries/{delivery}/bring/confirm"), json!({ "code": "000000" }));
    acts.into_iter().chain([confirm]).collect()
}

#[tokio::test]
async fn a_courier_of_another_town_finds_no_such_leg() {
    let stand = Stand::start().await;
    let (owner, other, own) = (stand.villager("wang-dama").await, stand.staff(COURIER_OF_ANOTHER_TOWN).await, stand.staff("kuaidi").await);
    let case = file(&owner, AT_ONCE, "express").await;
    let legs = owner.get(&format!("/api/v1/cases/{case}/delivery")).await.expect(200).value();
    let delivery = legs[0]["delivery"].as_str().unwrap();
    expect_nothing_there(&other, &carrying(delivery), &carrying(NOBODYS)).await;
    let of_case = |case: &str| vec![Attempt::get(format!("/api/v1/cases/{case}/delivery"))];
    expect_nothing_there(&other, &of_case(&case), &of_case(NOBODYS)).await;
    own.get(&format!("/api/v1/cases/{case}/delivery")).await.expect(200);
}

#[tokio::test]
async fn another_villager_takes_no_part_in_a_handover() {
    let stand = Stand::start().await;
    let (owner, other) = (stand.villager("wang-dama").await, stand.villager("li-daye").await);
    let case = file(&owner, AT_ONCE, "express").await;
    let legs = owner.get(&format!("/api/v1/cases/{case}/delivery")).await.expect(200).value();
    let confirm = |delivery: &str| vec![Attempt::post(format!("/api/v1/deliveries/{delivery}/bring/confirm"), json!({ "code": "000000" }))];
    expect_nothing_there(&other, &confirm(legs[0]["delivery"].as_str().unwrap()), &confirm(NOBODYS)).await;
}

#[tokio::test]
async fn carrying_is_for_couriers_and_handling_not_for_them() {
    let stand = Stand::start().await;
    let (clerk, courier, owner) = (stand.staff("cunwu").await, stand.staff("kuaidi").await, stand.villager("wang-dama").await);
    clerk.get("/api/v1/deliveries").await.problem(403, "role_missing");
    clerk.post(&format!("/api/v1/deliveries/{NOBODYS}/bring/claim"), json!({})).await.problem(403, "role_missing");
    let case = file(&owner, DECIDED, "nearby").await;
    courier.get(&format!("/api/v1/cases/{case}")).await.problem(403, "role_missing");
    courier.get("/api/v1/work-items").await.problem(403, "role_missing");
    courier.post("/api/v1/work-items/claim", json!({})).await.problem(403, "role_missing");
    courier.get(&format!("/api/v1/cases?station={STATION}")).await.problem(403, "role_missing");
    let fee = json!({ "amount_fen": 0, "receipt_no": "票0001" });
    courier.post(&format!("/api/v1/cases/{case}/fee"), fee).await.problem(403, "role_missing");
}

#[tokio::test]
async fn a_supervisor_reads_and_does_not_act() {
    let stand = Stand::start().await;
    let (owner, supervisor, clerk) = (stand.villager("wang-dama").await, stand.staff("duban").await, stand.staff("cunwu").await);
    let case = file(&owner, DECIDED, "nearby").await;
    supervisor.get(&format!("/api/v1/cases/{case}")).await.expect(200);
    assert!(lists(&supervisor, &format!("/api/v1/cases?station={STATION}"), &case).await);
    let work_item = super::vocabulary::work_on(&clerk, &case).await;
    super::vocabulary::claim(&supervisor, &work_item).await.problem(403, "role_missing");
    supervisor.post(&format!("/api/v1/cases/{case}/withdraw"), json!({})).await.problem(403, "role_missing");
}

#[tokio::test]
async fn a_supervisor_sees_figures_before_faces() {
    let stand = Stand::start().await;
    let (owner, supervisor, clerk) = (stand.villager("wang-dama").await, stand.staff("duban").await, stand.staff("cunwu").await);
    let case = file(&owner, DECIDED, "nearby").await;
    let ask =
        json!({ "kind": "ask_supplement", "ground": "first_notice", "wanted": [{ "what": "王桂芳的身份证", "requirement": "请补拍" }] });
    super::vocabulary::act(&clerk, &case, ask).await.expect(200);
    let path = |part: &str| format!("/api/v1/cases/{case}{part}");

    let whole = clerk.get(&path("")).await.expect(200).value();
    assert_eq!((whole["subject"]["name"].as_str(), whole["notices"].as_array().map(Vec::len)), (Some("王桂芳"), Some(1)));
    let watched = supervisor.get(&path("")).await.expect(200).value();
    assert_eq!((&watched["subject"]["name"], &watched["subject"]["number"]), (&json!("王**"), &json!(null)));
    assert_eq!((&watched["stage"], &watched["state"]), (&whole["stage"], &whole["state"]));
    assert_eq!((&watched["notices"], &watched["documents"]), (&json!([]), &json!([])));

    let told = clerk.get(&path("/history")).await.expect(200).text();
    let figures = supervisor.get(&path("/history")).await.expect(200).text();
    assert!(told.contains("王桂芳的身份证") && !figures.contains("王桂芳") && figures.contains("sentence"));
    for closed in ["/form", "/notices/supplement", &format!("/documents/{NOBODYS}")] {
        supervisor.get(&path(closed)).await.problem(403, "role_missing");
    }
    assert!(!supervisor.get(&format!("/api/v1/cases?station={STATION}")).await.expect(200).text().contains("桂芳"));
}

#[tokio::test]
async fn the_system_administrator_keeps_the_calendar_and_reads_no_case() {
    let stand = Stand::start().await;
    let (owner, admin) = (stand.villager("wang-dama").await, stand.staff("guanli").await);
    let case = file(&owner, DECIDED, "nearby").await;
    admin.get(&format!("/api/v1/cases/{case}")).await.problem(403, "role_missing");
    admin.get(&format!("/api/v1/cases?station={STATION}")).await.problem(403, "role_missing");
    let year = json!({ "holidays": ["2027-01-01"], "make_up_workdays": [] });
    let seen = admin.get("/api/v1/calendar/2027").await.expect(200).etag().to_owned();
    let load = |api: &crate::support::client::Api| api.ask(Method::PUT, "/api/v1/calendar/2027").if_match(&seen).json(&year).send();
    load(&owner).await.problem(403, "staff_only");
    for role in [Role::Clerk, Role::Approver, Role::Courier, Role::Supervisor, Role::SecurityAdmin, Role::AuditAdmin] {
        load(&stand.someone(role).await).await.problem(403, "role_missing");
    }
    load(&admin).await.expect(200);
    load(&admin).await.problem(412, "stale");
}

#[tokio::test]
async fn a_station_is_edited_by_its_supervisor_or_an_administrator() {
    let stand = Stand::start().await;
    let path = format!("/api/v1/stations/{STATION}");
    let seen = stand.anyone().get(&path).await.expect(200).etag().to_owned();
    let edit = |api: crate::support::client::Api, change| {
        let (path, seen) = (path.clone(), seen.clone());
        async move { api.ask(Method::PATCH, &path).if_match(&seen).json(change).send().await }
    };
    let change = || json!({ "removed": ["C036"] });
    edit(stand.villager("wang-dama").await, change()).await.problem(403, "staff_only");
    for role in [Role::Clerk, Role::Approver, Role::Courier, Role::SecurityAdmin, Role::AuditAdmin] {
        edit(stand.someone(role).await, change()).await.problem(403, "role_missing");
    }
    let supervisor = || stand.someone(Role::Supervisor);
    let nights = json!({ "hours": [{ "days": [1], "open": "18:00", "close": "09:00" }] });
    edit(supervisor().await, nights).await.problem(422, "hours_invalid");
    edit(supervisor().await, json!({ "added": ["C036"], "removed": ["C036"] })).await.problem(422, "item_added_and_removed");
    edit(supervisor().await, json!({ "added": ["C999"] })).await.problem(422, "item_not_found");
    edit(supervisor().await, change()).await.expect(200);
}
