//! Who did what to whose data, and who was refused what: each is in the log with ids and closed words alone, the person finds in their own
//! list who looked, what is masked is shown whole to whoever works on it and says what for, and a log that was changed is found.

mod chain;
mod log;
mod unmasking;

use serde_json::{Value, json};

use crate::refusals::vocabulary::{id_of, order};
use crate::support::client::Api;
use crate::support::people::Role;
use crate::support::stand::Stand;

/// Whom a clerk enters at the counter.
const NAME: &str = "应征青年";
const CITIZEN_ID: &str = "511499200506151238";
const PHONE: &str = "13800005678";

/// The log as who audits reads it, newest first.
async fn log(stand: &Stand, filter: &str) -> Vec<Value> {
    stand.someone(Role::AuditAdmin).await.all(&format!("/api/v1/audit?limit=100{filter}")).await
}

/// A case that a clerk entered for somebody at the counter.
async fn entered_by(clerk: &Api, item: &str) -> String {
    let somebody = json!({ "kind": "person", "name": NAME, "citizen_id": CITIZEN_ID, "phone": PHONE });
    let order = order(clerk, item, "nearby", somebody).await;
    id_of(&clerk.submit(&order).await.expect(201).value()["cases"][0])
}

/// Nothing personal stands in the log.
fn expect_nothing_personal(entries: &[Value]) {
    let text = json!(entries).to_string();
    for personal in [NAME, CITIZEN_ID, PHONE, "王桂芳", "平桥村", "bianmin-demo", "cunwu", "13800138000", "eyJ"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
}
