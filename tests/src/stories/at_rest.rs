//! Personal data at rest: keys are rotated while everybody works, and nothing is lost; what is readable in files and databases after
//! a story is checked where every stand ends (`support::stand`), and here for a long one.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::story::{CERTIFICATE, Story, word};
use crate::support::at_rest;
use crate::support::client::Api;
use crate::walk::form::PHOTO;

const SUBMISSIONS_AT_ONCE: usize = 8;
const ROUNDS: usize = 3;
/// Without Redis nobody wakes the server: it looks by itself.
const PATIENCE: Duration = Duration::from_secs(120);

/// One line of `keys list`.
struct Listed {
    purpose: String,
    algorithm: String,
    /// Values and files that it seals.
    seals: u64,
}

fn keys(story: &Story) -> Vec<Listed> {
    let said = story.stand.run_program(&["keys", "list"]).unwrap();
    said.lines().map(listed).collect()
}

/// `1: column, aes_256_gcm, made …, under master key …: 12 values, 0 files`
fn listed(line: &str) -> Listed {
    let (_, rest) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
    let mut parts = rest.split(", ");
    let mut next = || parts.next().unwrap_or_else(|| panic!("{line}")).to_owned();
    let (purpose, algorithm) = (next(), next());
    let numbers = rest.rsplit(": ").next().into_iter().flat_map(|counts| counts.split(", "));
    let seals = numbers.filter_map(|count| count.split(' ').next()?.parse::<u64>().ok()).sum();
    Listed { purpose, algorithm, seals }
}

async fn upload(who: &Api) -> String {
    word(&who.upload("/api/v1/uploads", "photo.png", "image/png", PHOTO.to_vec()).await.expect(201).value(), "id")
}

/// Cases handed in at once, each with a photo.
async fn submissions(story: &Story, who: &Api, order: &Value) -> Vec<(String, String)> {
    let submit = async || {
        let photo = upload(who).await;
        let mut order = order.clone();
        order["matters"][0]["materials"] = json!([{ "material": "居民身份证", "upload": photo }]);
        (story.open(who, &order).await.id, photo)
    };
    join_all((0..SUBMISSIONS_AT_ONCE).map(|_| submit())).await
}

/// The newest key of each purpose is the only one that seals anything.
async fn wait_until_old_keys_are_empty(story: &Story) {
    let began = Instant::now();
    loop {
        let keys = keys(story);
        let newest = |purpose: &str| keys.iter().rposition(|key| key.purpose == purpose);
        let current = [newest("column"), newest("object")];
        let old = keys.iter().enumerate().filter(|(at, _)| !current.contains(&Some(*at)));
        if old.map(|(_, key)| key.seals).sum::<u64>() == 0 {
            assert!(current.into_iter().flatten().all(|at| keys[at].seals > 0), "the new keys seal what there is");
            return;
        }
        assert!(began.elapsed() < PATIENCE, "older keys still seal something");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_rotated_while_people_submit_and_nothing_is_lost() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    let mut cases = submissions(&story, &owner, &order).await;
    // It is stored as it was cleaned, not as it was sent.
    let stored = owner.get(&format!("/api/v1/uploads/{}", cases[0].1)).await.expect(200).bytes().to_vec();
    for _ in 0..ROUNDS {
        let rotating = story.stand.start_program(&["keys", "rotate"]);
        cases.extend(submissions(&story, &owner, &order).await);
        rotating.said().unwrap();
    }
    wait_until_old_keys_are_empty(&story).await;
    assert_eq!(owner.all("/api/v1/cases?limit=50").await.len(), SUBMISSIONS_AT_ONCE * (ROUNDS + 1));
    for (id, photo) in &cases {
        owner.get(&format!("/api/v1/cases/{id}")).await.expect(200);
        assert_eq!(owner.get(&format!("/api/v1/uploads/{photo}")).await.expect(200).bytes(), stored);
    }
    // What was answered before the first rotation goes into the paper.
    story.case(&json!({ "id": cases[0].0, "number": "" })).completed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_key_is_changed_while_the_service_runs() {
    let mut story = Story::begin().await;
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await.id;
    let (folder, owner) = (tempfile::tempdir().unwrap(), story.villager("wang-dama").await);
    let file = folder.path().join("master.key").display().to_string();
    story.stand.run_program(&["keys", "rewrap", "--to", &file]).unwrap();
    owner.get(&format!("/api/v1/cases/{case}")).await.expect(200);
    let refused = story.stand.run_program(&["keys", "list"]).unwrap_err();
    assert!(refused.contains("master key"), "{refused}");
    story.stand.set("BIANMIN__VAULT__MASTER_KEY_FILE", &file);
    story.restart().await;
    let owner = story.villager("wang-dama").await;
    owner.get(&format!("/api/v1/cases/{case}")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_may_be_of_the_national_algorithm() {
    let mut story = Story::begin().await;
    story.stand.set("BIANMIN__VAULT__ALGORITHM", "sm4_gcm");
    let case = story.submit("wang-dama", CERTIFICATE, "nearby").await.id;
    story.stand.run_program(&["keys", "rotate"]).unwrap();
    let newest = keys(&story).pop().expect("keys");
    assert_eq!((newest.purpose.as_str(), newest.algorithm.as_str()), ("object", "sm4_gcm"));
    wait_until_old_keys_are_empty(&story).await;
    let owner = story.villager("wang-dama").await;
    owner.get(&format!("/api/v1/cases/{case}")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_whole_story_nothing_personal_is_readable_where_it_is_kept() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let photo = upload(&owner).await;
    let mut order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    order["matters"][0]["materials"] = json!([{ "material": "居民身份证", "upload": photo }]);
    let case = story.open(&owner, &order).await;
    case.completed().await;
    case.notice(&owner, "concluded").await;
    story.stand.run_jobs().await;
    at_rest::nothing_readable_in(story.stand.folder());
}
