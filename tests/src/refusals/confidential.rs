//! Matters that need more care: a record of domestic violence (`C052`), and reviews that an organisation asks for by letter (`C053`).

use serde_json::{Value, json};

use super::vocabulary::{AT_ONCE, NOBODYS, STATION, expect_nothing_there, file, lists, order, reads, who_takes_in};
use crate::support::stand::Stand;

const CONFIDENTIAL: &str = "C052";
const BY_LETTER: &str = "C053";

#[tokio::test]
async fn a_confidential_case_is_in_no_list_of_cases_and_read_by_its_handlers_alone() {
    let stand = Stand::start().await;
    let owner = stand.villager("wang-dama").await;
    let case = file(&owner, CONFIDENTIAL, "nearby").await;
    let list = format!("/api/v1/cases?station={STATION}");
    for handler in ["cunwu", "cunzhang"] {
        let handler = stand.staff(handler).await;
        handler.get(&format!("/api/v1/cases/{case}")).await.expect(200);
        assert!(!lists(&handler, &list, &case).await);
    }
    let watcher = stand.staff("duban").await;
    assert!(!lists(&watcher, &list, &case).await);
    for outsider in ["duban", "guanli", "zhenban", "zhenshen", "quban", "qushen", "kuaidi", "dianyuan", "511499101204-01.2"] {
        let outsider = stand.staff(outsider).await;
        expect_nothing_there(&outsider, &reads(&case), &reads(NOBODYS)).await;
        assert!(!lists(&outsider, "/api/v1/work-items", &case).await);
    }
    owner.get(&format!("/api/v1/cases/{case}")).await.expect(200);
}

#[tokio::test]
async fn nobody_of_the_household_learns_of_a_confidential_case() {
    let stand = Stand::start().await;
    let (wife, husband) = (stand.villager("liu-fang").await, stand.villager("zhang-wei").await);
    let case = file(&wife, CONFIDENTIAL, "nearby").await;
    assert!(!lists(&husband, "/api/v1/cases", &case).await);
    expect_nothing_there(&husband, &reads(&case), &reads(NOBODYS)).await;
}

#[tokio::test]
async fn of_a_confidential_case_no_message_is_sent() {
    let stand = Stand::start().await;
    let (owner, clerk) = (stand.villager("wang-dama").await, stand.staff("cunwu").await);
    let consent = json!({ "user": "wang-dama", "template_ids": ["sandbox-case-progress"], "answer": "accept", "times": 20 });
    stand.sandbox().post("/__sandbox/answer", consent).await.expect(200);
    let served = json!({ "kind": "serve_at_once", "verdict": { "kind": "refused", "reason": "没有登记" } });

    let kept = file(&owner, CONFIDENTIAL, "nearby").await;
    super::vocabulary::act(&clerk, &kept, served.clone()).await.expect(200);
    stand.run_jobs().await;
    assert_eq!(messages(&stand).await, json!([]));

    let told = file(&owner, AT_ONCE, "nearby").await;
    let taker = who_takes_in(&stand, &owner, &told).await;
    super::vocabulary::act(&taker, &told, served).await.expect(200);
    stand.run_jobs().await;
    assert_ne!(messages(&stand).await, json!([]), "of another case a message is sent");
}

async fn messages(stand: &Stand) -> Value {
    stand.sandbox().get("/__sandbox/inbox?user=wang-dama").await.expect(200).value()["messages"].clone()
}

#[tokio::test]
async fn what_starts_from_a_letter_is_not_a_villager_s_to_ask_for() {
    let stand = Stand::start().await;
    let (villager, clerk) = (stand.villager("wang-dama").await, stand.staff("cunwu").await);
    let body = json!({ "kind": "organisation", "credit_code": "91110000600037341L", "name": "来函单位" });
    let asked = order(&villager, BY_LETTER, "nearby", body.clone()).await;
    villager.post("/api/v1/cases", &asked).await.problem(403, "by_letter_alone");
    let case = super::vocabulary::id_of(&clerk.post("/api/v1/cases", &asked).await.expect(201).value()["cases"][0]);
    assert!(!lists(&villager, "/api/v1/cases", &case).await);
}
