//! Evaluation (好差评): one case, one review, by the person alone, and never by default.

use serde_json::json;

use super::story::{CERTIFICATE, Story};

const LEVELS: [&str; 5] = ["very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied", "very_dissatisfied"];

#[tokio::test]
async fn each_of_the_five_levels_may_be_given_once_after_the_end() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    for level in LEVELS {
        let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
        let path = case.path("/evaluation");
        owner.post(&path, json!({ "level": level })).await.problem(409, "not_ended");
        case.completed().await;
        assert!(case.seen_by(&owner).await["evaluation"].is_null(), "nobody judged it yet");
        let given = owner.post(&path, json!({ "level": level, "text": "办得明白" })).await.expect(201).value();
        assert_eq!((&given["level"], &given["text"]), (&json!(level), &json!("办得明白")));
        owner.post(&path, json!({ "level": LEVELS[0] })).await.problem(409, "evaluated_already");
        assert_eq!(case.seen_by(&owner).await["evaluation"], level);
    }
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    case.completed().await;
    owner.post(&case.path("/evaluation"), json!({ "level": "perfect" })).await.problem(422, "unknown_value");
    owner.post(&case.path("/evaluation"), json!({ "level": LEVELS[0], "text": "好".repeat(501) })).await.problem(422, "text_too_long");
}

#[tokio::test]
async fn neither_a_stranger_nor_staff_nor_an_agent_judges_for_the_person() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let mut order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    let agent = story.villager("wu-xiuying").await;
    let number = full_number_of(&story, "wu-xiuying").await;
    order["agent"] = json!({ "name": "吴秀英", "citizen_id": number });
    let case = story.open(&owner, &order).await;
    case.completed().await;
    let (path, judged) = (case.path("/evaluation"), json!({ "level": "satisfied" }));
    agent.post(&path, &judged).await.problem(403, "not_yours");
    story.villager("sun-jun").await.post(&path, &judged).await.problem(404, "case_not_found");
    assert!([401, 403].contains(&story.staff("cunwu").await.post(&path, &judged).await.status()));
    owner.post(&path, &judged).await.expect(201);
}

/// The demo invents numbers by a rule: the number of a villager is what the rule gives for her birthday, 14 February 1967.
async fn full_number_of(story: &Story, phone: &str) -> String {
    let shown = story.villager(phone).await.get("/api/v1/me").await.expect(200).value();
    let masked = shown["citizen_id"].as_str().expect("a number").to_owned();
    let body = |sequence: u32| format!("511499{}{sequence:03}", "19670214");
    let numbers = (0..1000).map(|sequence| with_check_character(&body(sequence)));
    let fits = |number: &String| number.chars().zip(masked.chars()).all(|(own, shown)| shown == '*' || own == shown);
    let candidates: Vec<_> = numbers.filter(fits).collect();
    for number in &candidates {
        let subject = json!({ "kind": "person", "name": "吴秀英", "citizen_id": number });
        let _ = subject;
    }
    candidates.first().expect("a number that fits").clone()
}

fn with_check_character(body: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).expect("a digit") * weight).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][usize::try_from(sum % 11).expect("below 11")];
    format!("{body}{check}")
}

#[tokio::test]
async fn a_case_that_was_taken_back_is_not_judged() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    owner.post(&case.path("/withdraw"), json!({})).await.expect(200);
    owner.post(&case.path("/evaluation"), json!({ "level": "satisfied" })).await.problem(409, "nothing_done");
}
