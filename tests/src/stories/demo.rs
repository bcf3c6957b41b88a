//! The demo begins with some days of past cases, all of invented people, and none where the tour begins.

use std::collections::BTreeMap;

use super::story::{Story, word};
use crate::walk::paper::text_of;

const WITH_PAST: [&str; 4] = ["sun-jun", "wu-xiuying", "chen-yu", "zheng-hao"];

#[tokio::test]
async fn a_demo_has_past_cases_at_every_stage_and_their_papers_say_that_they_are_demo() {
    let story = Story::begin().await;
    let (mut stages, mut papers) = (BTreeMap::<String, usize>::new(), 0);
    for phone in WITH_PAST {
        let owner = story.villager(phone).await;
        for line in owner.all("/api/v1/cases").await {
            let reached = ["outcome", "stage", "state"].into_iter().find_map(|key| line[key].as_str()).expect("it stands somewhere");
            *stages.entry(reached.to_owned()).or_default() += 1;
            let case = story.case(&line);
            let seen = case.seen_by(&owner).await;
            for document in seen["documents"].as_array().expect("documents") {
                let pdf = owner.get(&case.path(&format!("/documents/{}", word(document, "id")))).await.expect(200);
                assert!(text_of(pdf.bytes()).contains("演示"), "a demo paper passes for a real one");
                papers += 1;
            }
        }
    }
    assert_eq!(stages.values().sum::<usize>(), 40, "{stages:?}");
    for reached in ["completed", "rejected", "withdrawn", "not_accepted", "accept", "decide", "produce", "hand_over"] {
        assert!(stages.contains_key(reached), "none is at {reached}: {stages:?}");
    }
    assert_eq!(papers, 7);
    assert!(story.villager("wang-dama").await.all("/api/v1/cases").await.is_empty());
}
