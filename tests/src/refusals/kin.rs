//! The clerk may be a cousin: nobody handles the case of their household or of a recorded relative, nor reads it at work.

use serde_json::json;

use super::vocabulary::{DECIDED, STATION, accept, claim, expect_nothing_there, file, lists, reads, work_on};
use crate::support::stand::Stand;

#[tokio::test]
async fn a_clerk_whose_spouse_applies_neither_sees_nor_reads_nor_claims_it() {
    kept_from(("he-xia", "cunwu"), "cunzhang").await;
}

#[tokio::test]
async fn a_head_whose_brother_applies_neither_sees_nor_reads_nor_claims_it() {
    kept_from(("cunzhang-jia", "cunzhang"), "cunwu").await;
}

async fn kept_from((applicant, relative): (&str, &str), colleague: &str) {
    let stand = Stand::start().await;
    let (applicant, relative, colleague) = (stand.villager(applicant).await, stand.staff(relative).await, stand.staff(colleague).await);
    let case = file(&applicant, DECIDED, "nearby").await;
    for list in ["/api/v1/work-items".to_owned(), format!("/api/v1/cases?station={STATION}")] {
        assert!(lists(&colleague, &list, &case).await, "a colleague sees it in {list}");
        assert!(!lists(&relative, &list, &case).await, "a relative sees it in {list}");
    }
    expect_nothing_there(&relative, &reads(&case), &reads(super::vocabulary::NOBODYS)).await;
    let work_item = work_on(&colleague, &case).await;
    claim(&relative, &work_item).await.problem(403, "close_case");
    // What waits before it is not theirs by accident either: they take all that they may.
    loop {
        let next = relative.post("/api/v1/work-items/claim", json!({ "station": STATION })).await;
        if next.status() == 404 {
            next.problem(404, "nothing_waits");
            break;
        }
        assert_ne!(next.expect(200).value()["case"]["id"], case.as_str());
    }
    accept(&colleague, &case).await;
}

#[tokio::test]
async fn who_accepted_may_not_decide_nor_may_a_clerk() {
    let stand = Stand::start().await;
    let (owner, clerk, head) = (stand.villager("wang-dama").await, stand.staff("cunwu").await, stand.staff("cunzhang").await);
    let case = file(&owner, DECIDED, "nearby").await;
    accept(&head, &case).await;
    let work_item = work_on(&head, &case).await;
    claim(&head, &work_item).await.problem(403, "acceptor_may_not_decide");
    claim(&clerk, &work_item).await.problem(404, "work_item_not_found");
    let acts = json!({ "lease": 1, "act": { "kind": "decide", "verdict": { "kind": "granted" } } });
    clerk.post(&format!("/api/v1/work-items/{work_item}/acts"), &acts).await.expect(404);
    head.post(&format!("/api/v1/work-items/{work_item}/acts"), acts).await.problem(403, "acceptor_may_not_decide");
}
