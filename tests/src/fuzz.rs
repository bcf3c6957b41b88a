//! Everything that the OpenAPI document allows, and much that it doesn't, asked by schemathesis signed in as each role.

use std::process::Command;

use crate::support::people::Role;
use crate::support::stand::Stand;

/// The program starts here, in the folder of this package.
const SCRIPT: &str = "../scripts/schemathesis.sh";

#[tokio::test]
#[ignore = "five minutes; `make test` runs it by name"]
async fn nobody_can_make_the_server_err_or_answer_what_its_document_does_not_name() {
    let stand = Stand::start().await;
    let mut script = Command::new(SCRIPT);
    script.arg(stand.anyone().base_url());
    for role in Role::ALL {
        let person = stand.someone(role).await;
        script.arg(format!("{}={}", role.login(), person.token()));
    }
    let status = script.status().expect("the script can be run");
    assert!(status.success(), "schemathesis ended with {status}; what it found is above");
}
