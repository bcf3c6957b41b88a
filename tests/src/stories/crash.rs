//! A power cut in the middle of work: what was acknowledged is there, and whoever asks again gets the same answer, never a second case.

use std::collections::HashSet;
use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::story::{CERTIFICATE, Case, Story, accept, word};
use crate::support::client::Api;

const SUBMISSIONS: usize = 60;
const CASES_ACTED_ON: usize = 24;
const AT_ONCE: usize = 8;
/// After so many answers the power fails.
const ANSWERS_BEFORE_THE_END: usize = 15;

/// One thing asked for under a key of its own.
#[derive(Clone)]
struct Wish {
    path: String,
    key: String,
    body: Value,
}

/// What was answered to which wish.
type Acknowledged = Vec<(usize, Value)>;

/// All at once, until the power fails: `cut` is called after some answers. What had been answered by the end comes back.
async fn wish_until_the_end(who: &Api, wishes: &[Wish], cut: impl FnOnce()) -> Acknowledged {
    let (answered, mut answers) = mpsc::unbounded_channel();
    let (turns, mut tasks) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    for (place, wish) in wishes.iter().cloned().enumerate() {
        let (who, turns, answered) = (who.clone(), Arc::clone(&turns), answered.clone());
        tasks.spawn(async move {
            let _turn = turns.acquire_owned().await.expect("never closed");
            let answer = who.ask(Method::POST, &wish.path).key(&wish.key).json(&wish.body).try_send().await;
            if let Some(answer) = answer {
                answered.send((place, answer.ok().value())).ok();
            }
        });
    }
    drop(answered);
    let mut acknowledged = Vec::new();
    for _ in 0..ANSWERS_BEFORE_THE_END {
        acknowledged.push(answers.recv().await.expect("an answer before the end"));
    }
    cut();
    while let Some(late) = answers.recv().await {
        acknowledged.push(late);
    }
    while tasks.join_next().await.is_some() {}
    acknowledged
}

/// Everybody asks again, under the same keys.
async fn wish_again(who: &Api, wishes: &[Wish]) -> Vec<Value> {
    let mut answers = Vec::new();
    for wish in wishes {
        answers.push(who.ask(Method::POST, &wish.path).key(&wish.key).json(&wish.body).send().await.ok().value());
    }
    answers
}

fn expect_the_same(acknowledged: &Acknowledged, again: &[Value]) {
    assert!(acknowledged.len() < again.len(), "the power failed in the middle");
    for (place, answer) in acknowledged {
        assert_eq!(*answer, again[*place], "what was acknowledged is answered again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submissions_in_a_power_cut_are_there_if_acknowledged_and_open_one_case_however_often_they_are_sent() {
    let mut story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let body = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    let wish = |number| Wish { path: "/api/v1/cases".to_owned(), key: format!("submission-{number}"), body: body.clone() };
    let wishes: Vec<_> = (0..SUBMISSIONS).map(wish).collect();
    let acknowledged = wish_until_the_end(&owner, &wishes, || story.stand.crash()).await;

    story.restart().await;
    let owner = story.villager("wang-dama").await;
    let known: HashSet<_> = owner.all("/api/v1/cases?limit=50").await.iter().map(|case| word(case, "id")).collect();
    for (_, answer) in &acknowledged {
        assert!(known.contains(&word(&answer["cases"][0], "id")), "an acknowledged case is lost");
    }
    let again = wish_again(&owner, &wishes).await;
    expect_the_same(&acknowledged, &again);
    let cases = owner.all("/api/v1/cases?limit=50").await;
    let numbers: HashSet<_> = cases.iter().map(|case| word(case, "number")).collect();
    assert_eq!((cases.len(), numbers.len()), (SUBMISSIONS, SUBMISSIONS), "one case each, each with a number of its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_in_a_power_cut_happen_once_however_often_they_are_sent() {
    let mut story = Story::begin().await;
    let (mut ids, mut wishes) = (Vec::new(), Vec::new());
    for number in 0..CASES_ACTED_ON {
        let case = story.submit("wang-dama", CERTIFICATE, "nearby").await;
        let held = case.held_by("cunwu").await;
        wishes.push(Wish { path: held.path("acts"), key: format!("act-{number}"), body: held.body(accept(), json!({})) });
        ids.push(case.id);
    }
    let clerk = story.staff("cunwu").await;
    let acknowledged = wish_until_the_end(&clerk, &wishes, || story.stand.crash()).await;

    story.restart().await;
    let again = wish_again(&story.staff("cunwu").await, &wishes).await;
    expect_the_same(&acknowledged, &again);
    let owner = story.villager("wang-dama").await;
    for id in ids {
        let case: Case<'_> = story.case(&json!({ "id": id, "number": "" }));
        let accepted = case.history(&owner).await.iter().filter(|sentence| sentence.contains("已受理")).count();
        assert_eq!((accepted, &case.seen_by(&owner).await["stage"]), (1, &json!("decide")));
    }
}
