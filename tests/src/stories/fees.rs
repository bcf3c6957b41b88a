//! Fees (收费): four items have one; it is paid at the counter, in full, before the result is given.

use serde_json::json;

use super::story::{CERTIFICATE, Story, accept};

/// 驾驶证期满换证与交通违法处理预约代办: ten yuan.
const WITH_FEE: &str = "V070";

#[tokio::test]
async fn the_result_waits_for_the_whole_fee_and_the_receipt_is_shown() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", WITH_FEE, "district").await;
    case.done_by("cunwu", accept()).await;
    case.done_by("cunwu", json!({ "kind": "forward" })).await;
    let answer = json!({ "kind": "record_answer", "verdict": { "kind": "granted" } });
    let held = case.held_by("cunwu").await;
    let refused = held.tries(answer.clone()).await.problem(409, "fee_unpaid");
    assert!(refused.detail.contains("10元"), "{}", refused.detail);

    let clerk = story.staff("cunwu").await;
    let pay = |amount_fen: i64| json!({ "amount_fen": amount_fen, "receipt_no": "川财0012345" });
    clerk.post(&case.path("/fee"), pay(999)).await.problem(422, "wrong_fee");
    let owner = story.villager("wang-dama").await;
    assert!([401, 403].contains(&owner.post(&case.path("/fee"), pay(1000)).await.status()), "a person doesn't record their own fee");
    assert_eq!(case.seen_by(&owner).await["fee"], json!({ "due_fen": 1000, "receipt_no": null }));

    clerk.post(&case.path("/fee"), pay(1000)).await.expect(200);
    clerk.post(&case.path("/fee"), pay(1000)).await.problem(409, "fee_paid_already");
    assert_eq!(case.seen_by(&owner).await["fee"], json!({ "due_fen": 1000, "receipt_no": "川财0012345" }));
    held.tries(answer).await.expect(200);
}

#[tokio::test]
async fn what_is_free_takes_no_money() {
    let story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let fee = json!({ "amount_fen": 1000, "receipt_no": "川财0012345" });
    story.staff("cunwu").await.post(&case.path("/fee"), fee).await.problem(409, "no_fee");
    assert!(case.seen_by(&story.villager("wang-dama").await).await["fee"].is_null());
}
