//! An edited catalogue: a running case keeps the version that it was submitted under, and a broken file changes nothing.

use std::fs;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::story::{CERTIFICATE, Story, accept, says};

const FILES: [(&str, &str); 4] = [
    ("town_services.json", include_str!("../../../infra/data/catalogue/town_services.json")),
    ("village_proxy.json", include_str!("../../../infra/data/catalogue/village_proxy.json")),
    ("certificates.json", include_str!("../../../infra/data/catalogue/certificates.json")),
    ("prohibited_certificates.json", include_str!("../../../infra/data/catalogue/prohibited_certificates.json")),
];

/// The project's catalogue with one key of the certificate changed.
fn edited(key: &str, value: &serde_json::Value) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in FILES {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let path = folder.path().join("certificates.json");
    let mut items: Vec<serde_json::Value> = serde_json::from_str(FILES[2].1).expect("a list");
    let item = items.iter_mut().find(|item| item["code"] == CERTIFICATE).expect("the certificate");
    item[key] = value.clone();
    fs::write(path, serde_json::to_vec(&items).expect("json")).expect("a file");
    folder
}

fn seed(story: &Story, folder: &Path) -> Result<(), String> {
    story.stand.run_program(&["seed", "--catalogue", folder.to_str().expect("a path")]).map(|_| ())
}

async fn version_and_promise(story: &Story) -> (serde_json::Value, serde_json::Value) {
    let item = story.stand.anyone().get(&format!("/api/v1/items/{CERTIFICATE}")).await.expect(200).value();
    (item["version"].clone(), item["promised_working_days"].clone())
}

#[tokio::test]
async fn an_edited_item_is_a_new_version_and_a_running_case_keeps_its_own() {
    let mut story = Story::begin().await;
    let running = story.submit("wang-dama", CERTIFICATE, "nearby").await.id;
    seed(&story, edited("promised_working_days", &json!(4)).path()).expect("a sound catalogue");
    story.restart().await;

    assert_eq!(version_and_promise(&story).await, (json!(2), json!(4)));
    let new = story.submit("wang-dama", CERTIFICATE, "nearby").await;
    let running = story.case(&json!({ "id": running, "number": "" }));
    let owner = story.villager("wang-dama").await;
    for (case, version, promise) in [(running, 1, "承诺2个工作日内办结"), (new, 2, "承诺4个工作日内办结")] {
        case.done_by("cunwu", accept()).await;
        assert_eq!(case.seen_by(&owner).await["item_version"], version);
        says(&case.history(&owner).await, promise);
    }
}

#[tokio::test]
async fn seeding_the_same_again_makes_no_new_version() {
    let mut story = Story::begin().await;
    seed(&story, edited("promised_working_days", &json!(2)).path()).expect("a sound catalogue");
    story.restart().await;
    assert_eq!(version_and_promise(&story).await.0, 1);
}

#[tokio::test]
async fn a_broken_catalogue_is_refused_whole_with_the_item_and_the_key_at_fault() {
    let mut story = Story::begin().await;
    let said = seed(&story, edited("handling", &json!("someday")).path()).expect_err("it is broken");
    assert!(said.contains("certificates.json") && said.contains(CERTIFICATE) && said.contains("handling"), "{said}");
    story.restart().await;
    assert_eq!(version_and_promise(&story).await, (json!(1), json!(2)));
}
