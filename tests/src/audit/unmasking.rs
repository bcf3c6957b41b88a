//! What staff see masked, and who sees it whole.

use serde_json::{Value, json};

use super::{CITIZEN_ID, NAME, PHONE, entered_by, expect_nothing_personal, log};
use crate::refusals::vocabulary::{
    AT_ONCE, Attempt, DECIDED, NOBODYS, STATION, accept, act, expect_nothing_there, file, id_of, order, who_takes_in,
};
use crate::support::client::{Answer, Api};
use crate::support::stand::Stand;

/// Its form asks for a phone, a bank card and words of several lines.
const WITH_CARD: &str = "T022";
/// Its form asks for an ID number and an address.
const WITH_NUMBER: &str = "T008";
const NEXT_CLERK: &str = "511499101204-01.2";

async fn unmask(who: &Api, case: &str, body: Value) -> Answer {
    who.post(&format!("/api/v1/cases/{case}/unmasked"), body).await
}

async fn me(villager: &Api) -> Value {
    villager.get("/api/v1/me").await.expect(200).value()["id"].clone()
}

#[tokio::test]
async fn staff_see_what_is_personal_in_a_form_masked_and_the_person_sees_it_whole() {
    for item in [WITH_CARD, WITH_NUMBER] {
        let stand = Stand::start().await;
        let owner = stand.villager("wang-dama").await;
        let case = file(&owner, item, "nearby").await;
        let desk = who_takes_in(&stand, &owner, &case).await;
        let schema = owner.get(&format!("/api/v1/items/{item}/form")).await.expect(200).value();
        let path = format!("/api/v1/cases/{case}/form");
        let (whole, masked) = (owner.get(&path).await.expect(200).value(), desk.get(&path).await.expect(200).value());
        let mut hidden = 0;
        for (key, answer) in whole["answers"].as_object().unwrap() {
            let shown = &masked["answers"][key];
            match schema["properties"][key]["x-type"].as_str().unwrap() {
                "id_number" => assert_eq!(shown, "110*************2X"),
                "phone" => assert_eq!(shown, "138****8000"),
                "bank_card" => assert_eq!(shown, "***************0128"),
                "address" => assert_eq!(shown, "平桥村3****"),
                _plain => {
                    assert_eq!(shown, answer, "{key}");
                    continue;
                }
            }
            hidden += 1;
        }
        assert!(hidden >= 2, "{whole:#}");
        let seen = unmask(&desk, &case, json!({ "purpose": "verify_identity" })).await.expect(200).value();
        assert_eq!(seen["answers"], whole["answers"]);
    }
}

#[tokio::test]
async fn who_works_on_a_case_sees_the_person_whole_says_what_for_and_the_log_has_it() {
    let stand = Stand::start().await;
    let clerk = stand.staff("cunwu").await;
    let case = entered_by(&clerk, DECIDED).await;
    let seen = clerk.get(&format!("/api/v1/cases/{case}")).await.expect(200);
    assert!(!seen.text().contains(CITIZEN_ID) && !seen.text().contains(PHONE));
    let whole = unmask(&clerk, &case, json!({ "purpose": "verify_identity" })).await.expect(200).value();
    assert_eq!((&whole["name"], &whole["number"], &whole["phone"]), (&json!(NAME), &json!(CITIZEN_ID), &json!(PHONE)));
    assert!(whole["answers"].is_object());

    let entries = log(&stand, "&deed=unmasked_read").await;
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!((&entry["purpose"], &entry["words"], &entry["refusal"]), (&json!("verify_identity"), &Value::Null, &Value::Null));
    assert_eq!((&entry["by"]["role"], &entry["by"]["station"]), (&json!("clerk"), &json!(STATION)));
    assert_eq!((&entry["on"]["kind"], &entry["on"]["case"]), (&json!("case"), &json!(case)));
    assert!(entry["on"]["person"].is_string());
    expect_nothing_personal(&entries);
}

#[tokio::test]
async fn another_purpose_needs_words_and_the_words_hold_no_number() {
    let stand = Stand::start().await;
    let clerk = stand.staff("cunwu").await;
    let case = entered_by(&clerk, DECIDED).await;
    unmask(&clerk, &case, json!({ "purpose": "other" })).await.problem(422, "reason_missing");
    unmask(&clerk, &case, json!({ "purpose": "other", "words": PHONE })).await.problem(422, "reason_unfit");
    unmask(&clerk, &case, json!({ "purpose": "curiosity" })).await.problem(422, "unknown_value");
    unmask(&clerk, &case, json!({})).await.problem(422, "missing_field");
    assert!(log(&stand, "&deed=unmasked_read").await.is_empty());
    unmask(&clerk, &case, json!({ "purpose": "other", "words": "核对公示名单" })).await.expect(200);
    let entries = log(&stand, "&deed=unmasked_read").await;
    assert_eq!((&entries[0]["purpose"], &entries[0]["words"]), (&json!("other"), &json!("核对公示名单")));
}

#[tokio::test]
async fn only_who_works_on_a_case_now_or_watches_it_sees_it_whole() {
    let stand = Stand::start().await;
    let (owner, clerk, head) = (stand.villager("wang-dama").await, stand.staff("cunwu").await, stand.staff("cunzhang").await);
    let case = file(&owner, DECIDED, "nearby").await;
    let purpose = json!({ "purpose": "contact" });
    let attempt = |case: &str| vec![Attempt::post(format!("/api/v1/cases/{case}/unmasked"), purpose.clone())];
    for outsider in [stand.staff(NEXT_CLERK).await, stand.staff("kuaidi").await, stand.staff("guanli").await] {
        expect_nothing_there(&outsider, &attempt(&case), &attempt(NOBODYS)).await;
    }
    unmask(&owner, &case, purpose.clone()).await.problem(403, "staff_only");
    unmask(&stand.anyone(), &case, purpose.clone()).await.problem(401, "token_missing");
    unmask(&clerk, &case, purpose.clone()).await.expect(200);
    accept(&clerk, &case).await;
    // The case has gone on to who decides; the clerk may still read it, masked.
    clerk.get(&format!("/api/v1/cases/{case}/form")).await.expect(200);
    unmask(&clerk, &case, purpose.clone()).await.problem(403, "unmask_not_now");
    unmask(&head, &case, purpose.clone()).await.expect(200);
    unmask(&stand.staff("duban").await, &case, purpose).await.expect(200);

    let person = me(&owner).await;
    let refused = log(&stand, &format!("&deed=request&person={}", person.as_str().unwrap())).await;
    let problems: Vec<_> =
        refused.iter().filter(|entry| entry["refusal"]["operation"] == "unmask_case").map(|e| &e["refusal"]["problem"]).collect();
    assert_eq!(problems.iter().filter(|problem| **problem == "case_not_found").count(), 1, "{problems:?}");
    assert_eq!(problems.iter().filter(|problem| **problem == "unmask_not_now").count(), 1, "{problems:?}");
}

#[tokio::test]
async fn nobody_sees_a_relative_s_data_at_work() {
    let stand = Stand::start().await;
    let (spouse, clerk) = (stand.villager("he-xia").await, stand.staff("cunwu").await);
    let case = file(&spouse, DECIDED, "nearby").await;
    let attempt = |case: &str| vec![Attempt::post(format!("/api/v1/cases/{case}/unmasked"), json!({ "purpose": "contact" }))];
    expect_nothing_there(&clerk, &attempt(&case), &attempt(NOBODYS)).await;
}

#[tokio::test]
async fn a_person_finds_who_looked_at_their_data_as_what_and_what_for_and_no_name() {
    let stand = Stand::start().await;
    let (owner, clerk) = (stand.villager("wang-dama").await, stand.staff("cunwu").await);
    let photo = owner.upload("/api/v1/uploads", "photo.png", "image/png", crate::walk::form::PHOTO.to_vec()).await.expect(201).value();
    let mut order = order(&owner, DECIDED, "nearby", json!({ "kind": "myself" })).await;
    order["matters"][0]["materials"] = json!([{ "material": "居民身份证", "upload": photo["id"] }]);
    let case = id_of(&owner.post("/api/v1/cases", order).await.expect(201).value()["cases"][0]);
    owner.get(&format!("/api/v1/cases/{case}/form")).await.expect(200);
    owner.get(&format!("/api/v1/uploads/{}", photo["id"].as_str().unwrap())).await.expect(200);
    assert!(owner.all("/api/v1/me/lookups").await.is_empty(), "what one reads of one's own is no look");

    clerk.get(&format!("/api/v1/cases/{case}/form")).await.expect(200);
    clerk.get(&format!("/api/v1/uploads/{}", photo["id"].as_str().unwrap())).await.expect(200);
    unmask(&clerk, &case, json!({ "purpose": "contact" })).await.expect(200);
    let lookups = owner.all("/api/v1/me/lookups?limit=2").await;
    let seen: Vec<_> = lookups.iter().map(|look| (&look["seen"], &look["whole"], &look["purpose_name"])).collect();
    let (no, yes, none) = (json!(false), json!(true), Value::Null);
    assert_eq!(seen, [(&json!("case"), &yes, &json!("联系申请人")), (&json!("upload"), &no, &none), (&json!("form"), &no, &none)]);
    for look in &lookups {
        assert_eq!((&look["role"], &look["role_name"], &look["station"]["code"]), (&json!("clerk"), &json!("工作人员"), &json!(STATION)));
        assert_eq!(look["case"], case.as_str());
        assert!(look.get("account").is_none() && look.get("person").is_none());
    }
    assert!(stand.villager("li-daye").await.all("/api/v1/me/lookups").await.is_empty(), "each has their own list");
    clerk.get("/api/v1/me/lookups").await.problem(403, "villagers_only");
}

#[tokio::test]
async fn a_result_and_a_notice_that_staff_read_are_looks_too() {
    let stand = Stand::start().await;
    let owner = stand.villager("wang-dama").await;
    let case = file(&owner, AT_ONCE, "nearby").await;
    let clerk = crate::refusals::vocabulary::who_takes_in(&stand, &owner, &case).await;
    act(&clerk, &case, json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } })).await.expect(200);
    let seen = clerk.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
    clerk.get(&format!("/api/v1/cases/{case}/documents/{}", id_of(&seen["documents"][0]))).await.expect(200);
    clerk.get(&format!("/api/v1/cases/{case}/notices/accepted")).await.expect(200);
    let lookups = owner.all("/api/v1/me/lookups").await;
    assert_eq!(lookups.iter().map(|look| &look["seen"]).collect::<Vec<_>>(), ["notice", "document"]);
}

#[tokio::test]
async fn a_courier_sees_whom_they_bring_it_to_while_they_have_it() {
    let stand = Stand::start().await;
    let (owner, courier, clerk) = (stand.villager("wang-dama").await, stand.staff("kuaidi").await, stand.staff("cunwu").await);
    let case = file(&owner, AT_ONCE, "express").await;
    let legs = owner.get(&format!("/api/v1/cases/{case}/delivery")).await.expect(200).value();
    let leg = legs.as_array().unwrap().iter().find(|leg| leg["state"] == "offered").unwrap_or_else(|| panic!("{legs:#}"));
    let path = format!("/api/v1/deliveries/{}/{}", leg["delivery"].as_str().unwrap(), leg["leg"].as_str().unwrap());
    courier.post(&format!("{path}/unmasked"), json!({})).await.problem(403, "unmask_not_now");
    clerk.post(&format!("{path}/unmasked"), json!({})).await.problem(403, "role_missing");
    courier.post(&format!("{path}/claim"), json!({})).await.expect(200);
    let whole = courier.post(&format!("{path}/unmasked"), json!({})).await.expect(200).value();
    assert_eq!((&whole["name"], &whole["address"], &whole["number"]), (&json!("王桂芳"), &json!("平桥村3组12号"), &Value::Null));
    assert!(whole["phone"].is_string());
    let lookups = owner.all("/api/v1/me/lookups").await;
    let look = &lookups[0];
    assert_eq!((&look["seen"], &look["purpose"], &look["role"]), (&json!("delivery"), &json!("deliver"), &json!("courier")));
    courier.post(&format!("{path}/give-back"), json!({})).await.expect(200);
    courier.post(&format!("{path}/unmasked"), json!({})).await.problem(403, "unmask_not_now");
    // Nobody else's delivery, in the words for one that never was.
    let attempt = |delivery: &str| vec![Attempt::post(format!("/api/v1/deliveries/{delivery}/fetch/unmasked"), json!({}))];
    let other = stand.staff("511499001000.kuaidi.1").await;
    expect_nothing_there(&other, &attempt(leg["delivery"].as_str().unwrap()), &attempt(NOBODYS)).await;
}
