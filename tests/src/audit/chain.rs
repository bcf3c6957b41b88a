//! `bianmin audit verify`, beside a server that goes on writing.

use serde_json::json;

use super::{entered_by, log};
use crate::refusals::vocabulary::DECIDED;
use crate::support::stand::{Kind, Stand};

/// Takes the guards away, as only the database's owner can.
fn disarm(stand: &Stand) {
    stand.as_owner(match Kind::of_this_run() {
        Kind::Postgres => "ALTER TABLE audit_log DISABLE TRIGGER ALL; ALTER TABLE audit_log DROP CONSTRAINT audit_log_pkey",
        Kind::Sqlite => "DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete;",
    });
}

/// A log with a few entries of several kinds, at rest: its length.
async fn begun(stand: &Stand) -> usize {
    let clerk = stand.staff("cunwu").await;
    let case = entered_by(&clerk, DECIDED).await;
    clerk.get(&format!("/api/v1/cases/{case}/form")).await.expect(200);
    clerk.post(&format!("/api/v1/cases/{case}/unmasked"), json!({ "purpose": "contact" })).await.expect(200);
    log(stand, "").await.len()
}

fn broken_at(stand: &Stand, seq: u64) {
    let said = stand.run_program(&["audit", "verify"]).expect_err("it is broken");
    assert!(said.contains(&format!("broken at entry {seq}: ")), "{said}");
}

#[tokio::test]
async fn a_whole_log_is_said_to_be_whole_with_its_head_and_goes_on_from_a_noted_one() {
    let stand = Stand::start().await;
    begun(&stand).await;
    let said = stand.run_program(&["audit", "verify"]).expect("it is whole");
    let (_, head) = said.trim().split_once("head ").expect("a head");
    begun(&stand).await;
    stand.run_program(&["audit", "verify", "--noted", head]).expect("it goes through the noted head");
    let (seq, _) = head.split_once(':').expect("a number");
    let other = stand.run_program(&["audit", "verify", "--noted", &format!("{seq}:sha256:00")]).expect_err("it doesn't");
    assert!(other.contains(&format!("broken at entry {seq}: it was noted with another hash")), "{other}");
}

#[tokio::test]
async fn a_changed_a_removed_and_a_swapped_entry_are_each_named() {
    for (statements, seq) in [
        ("UPDATE audit_log SET deed = 'export' WHERE seq = 3", 3),
        ("UPDATE audit_log SET at = at + 1 WHERE seq = 2", 2),
        ("DELETE FROM audit_log WHERE seq = 4", 4),
        (
            "UPDATE audit_log SET seq = 900 WHERE seq = 2; UPDATE audit_log SET seq = 2 WHERE seq = 3; \
             UPDATE audit_log SET seq = 3 WHERE seq = 900",
            2,
        ),
    ] {
        let stand = Stand::start().await;
        assert!(begun(&stand).await > 4);
        disarm(&stand);
        stand.as_owner(statements);
        broken_at(&stand, seq);
    }
}

#[tokio::test]
async fn a_log_without_its_last_entry_is_not_whole() {
    let mut stand = Stand::start().await;
    begun(&stand).await;
    stand.crash();
    let said = stand.run_program(&["audit", "verify"]).expect("it is whole");
    let last: u64 = said.split_once("head ").and_then(|(_, head)| head.split_once(':')).expect("a head").0.parse().expect("a number");
    disarm(&stand);
    stand.as_owner(&format!("DELETE FROM audit_log WHERE seq = {last}"));
    broken_at(&stand, last);
}
