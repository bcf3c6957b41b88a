//! Every operation by every role, at the own station and another, on the own person's things and another's: what the OpenAPI
//! document says of it (`x-who`) is what happens. The document is generated from the table of `domain::policy`; what its
//! conditions mean is said here by code of its own (`expected`). An operation that this test can't ask (`requests`) fails it.

mod cast;
mod document;
mod expected;
mod requests;
mod world;

use cast::{Cast, Kind};
use document::Operation;
use world::{Cell, World};

use crate::support::client::Answer;
use crate::support::stand::Stand;

/// They change what the others look at, so they come last, in this order.
const LAST: [&str; 5] = ["withdraw_case", "run_demo_jobs", "set_demo_clock", "sign_out", "sign_out_everywhere"];

#[tokio::test]
async fn every_operation_is_open_to_those_whom_its_row_names_and_to_nobody_else() {
    // Who may ask guesses at passwords and codes here, again and again.
    let stand = Stand::with(&[("BIANMIN__RATES__FAILED_SIGN_INS__FREE", "1000")]).await;
    let cast = Cast::gather(&stand).await;
    let world = World::set_up(&stand, &cast).await;
    let mut operations = document::operations(&stand.anyone()).await;
    operations.sort_by_key(|operation| LAST.iter().position(|last| *last == operation.id));
    let mut faults = Vec::new();
    for operation in &operations {
        for kind in Kind::ALL {
            for cell in Cell::ALL {
                let found = verdict((&stand, &cast, &world), operation, kind, cell).await;
                faults.extend(found.map(|fault| format!("{} by {kind:?}, {cell:?}: {fault}", operation.id)));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {} cells:\n{}", faults.len(), operations.len() * 36, faults.join("\n"));
}

/// What is wrong with the answer, if anything is.
async fn verdict((stand, cast, world): (&Stand, &Cast, &World), operation: &Operation, kind: Kind, cell: Cell) -> Option<String> {
    let request = requests::request(cast, world, operation, kind, world.things(cell, kind)).await;
    let answer = request.by(&cast.asking(stand, kind, operation).await).await;
    if expected::is_open(operation, kind, cell) {
        requests::undo(cast.api(kind), operation, &answer).await;
        return (!went_through(&answer)).then(|| format!("it is theirs, but {answer}"));
    }
    if !matches!((kind, answer.status()), (Kind::Anyone, 401) | (_, 403 | 404)) {
        return Some(format!("it isn't theirs, but {answer}"));
    }
    let never = requests::request(cast, world, operation, kind, world.never(kind)).await;
    (answer.status() == 404 && told(&answer) != told(&never.by(cast.api(kind)).await))
        .then(|| format!("it tells that there is one: {answer}"))
}

/// Done, or refused for what the thing or the request is like, not for who asks.
fn went_through(answer: &Answer) -> bool {
    const OF_THE_REQUEST: [&str; 18] = [
        "nothing_waits",
        "login_code_invalid",
        "oidc_not_set_up",
        "old_password_wrong",
        "password_wrong",
        "credentials_wrong",
        "second_factor_wrong",
        "own_appeal",
        "live_ticket_invalid",
        "no_websocket",
        "receipt_not_signed",
        "push_not_genuine",
        "sms_code_gone",
        "identity_code_gone",
        "sign_in_again",
        "sms_code_too_often",
        "phone_unreachable",
        "sms_code_wrong",
    ];
    matches!(answer.status(), 200..=299 | 409) || OF_THE_REQUEST.iter().any(|code| answer.value()["code"] == *code)
}

fn told(answer: &Answer) -> (u16, serde_json::Value, serde_json::Value) {
    (answer.status(), answer.value()["code"].clone(), answer.value()["detail"].clone())
}
