//! Aid, mediation, domestic violence, complaints: only who works at a desk of such a case opens it. Those who may take it find it
//! in their queue; no list of cases names it.

use serde_json::json;

use super::vocabulary::{AT_ONCE, NOBODYS, expect_nothing_there, file, lists, own_acts, reads, who_takes_in};
use crate::support::stand::Stand;

/// Aid to the destitute, a mediation, the record of one, an opinion on village affairs.
const SEALED: [&str; 4] = ["T022", "T094", SEALED_AND_CARRIED, "T105"];
/// Its result may be brought.
const SEALED_AND_CARRIED: &str = "C051";

#[tokio::test]
async fn a_sealed_case_is_opened_at_its_desks_alone() {
    let stand = Stand::start().await;
    let owner = stand.villager("wang-dama").await;
    let outsiders = ["duban", "511499101204-01.2", "kuaidi", "guanli", "anquan", "shenji"];
    for item in SEALED {
        let case = file(&owner, item, "nearby").await;
        let seen = owner.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
        let desk = who_takes_in(&stand, &owner, &case).await;
        desk.get(&format!("/api/v1/cases/{case}")).await.expect(200);
        let list = format!("/api/v1/cases?station={}", seen["accepting"]["code"].as_str().unwrap());
        assert!(!lists(&desk, &list, &case).await, "{item}");
        assert!(lists(&desk, "/api/v1/work-items", &case).await, "{item} waits in the queue");
        let by_number = format!("{list}&number={}", seen["number"].as_str().unwrap());
        assert!(lists(&desk, &by_number, &case).await, "{item} is found by the number on the person's receipt");
        let all = |case: &str| reads(case).into_iter().chain(own_acts(case)).collect::<Vec<_>>();
        for outsider in outsiders {
            let outsider = stand.staff(outsider).await;
            expect_nothing_there(&outsider, &all(&case), &all(NOBODYS)).await;
            assert!(!lists(&outsider, &list, &case).await && !lists(&outsider, &by_number, &case).await, "{item}");
            assert!(!lists(&outsider, "/api/v1/work-items", &case).await, "{item}");
        }
    }
}

/// What makes `C052` more than sealed stays its own: of aid, the person hears how it goes. Others see the phone too, so that the message
/// doesn't say what it is about.
#[tokio::test]
async fn of_a_sealed_case_its_person_is_told() {
    let stand = Stand::start().await;
    let owner = stand.villager("wang-dama").await;
    let consent = json!({ "user": "wang-dama", "template_ids": ["sandbox-case-progress"], "answer": "accept", "times": 20 });
    stand.sandbox().post("/__sandbox/answer", consent).await.ok();
    let case = file(&owner, "T022", "nearby").await;
    let desk = who_takes_in(&stand, &owner, &case).await;
    super::vocabulary::accept(&desk, &case).await;
    stand.run_jobs().await;
    let phone = stand.sandbox().get("/__sandbox/inbox?user=wang-dama").await.expect(200).value();
    let item = owner.get("/api/v1/items/T022").await.expect(200).value()["name"].clone();
    assert_eq!(phone["messages"][0]["data"]["thing2"], "您申请的事项", "{phone:#}");
    assert!(!phone.to_string().contains(item.as_str().unwrap()), "{phone:#}");
    assert!(owner.all("/api/v1/me/messages").await.iter().any(|message| message["case"] == case.as_str()));
}

/// The papers go through their hands, and what they are about doesn't.
#[tokio::test]
async fn who_carries_the_papers_of_a_sealed_case_reads_no_item_and_of_another_its_name() {
    let stand = Stand::start().await;
    let (owner, courier) = (stand.villager("wang-dama").await, stand.staff("kuaidi").await);
    for (item, carried_as) in [(SEALED_AND_CARRIED, None), (AT_ONCE, Some(AT_ONCE))] {
        let case = file(&owner, item, "express").await;
        let own_name = owner.get(&format!("/api/v1/items/{item}")).await.expect(200).value()["name"].clone();
        let expected = if carried_as.is_some() { own_name.clone() } else { json!("办件材料") };
        for list in ["/api/v1/deliveries".to_owned(), format!("/api/v1/cases/{case}/delivery")] {
            let legs = courier.get(&list).await.expect(200).value();
            let carried = legs.as_array().unwrap().iter().map(|leg| &leg["case"]).find(|carried| carried["id"] == case.as_str());
            let carried = carried.unwrap_or_else(|| panic!("{list} has no leg of {item}: {legs:#}"));
            assert_eq!((&carried["item_name"], &carried["item"]), (&expected, &json!(carried_as)));
            assert!(carried_as.is_some() || !legs.to_string().contains(own_name.as_str().unwrap()), "{legs:#}");
        }
        let own = owner.get(&format!("/api/v1/cases/{case}/delivery")).await.expect(200).value();
        assert_eq!((&own[0]["case"]["item_name"], &own[0]["case"]["item"]), (&own_name, &json!(item)), "its person reads it");
    }
}
