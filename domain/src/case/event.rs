//! What happened to a case: the legal record. Ids, versions, hashes and reasons alone.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::case::{ChosenWay, Decision, Fee, Produced, StopReason, Submission};
use crate::ids::{AccountId, ConsentId, DeliveryId, ItemCode, NoteId, PersonId, StationCode};
use crate::time::Timestamp;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Actor {
    Person {
        person: PersonId,
    },
    Staff {
        account: AccountId,
        person: PersonId,
    },
    /// A deadline passed, a courier's round ended: nobody's own act.
    System,
}

/// An event with its instant and its actor, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    pub at: Timestamp,
    pub by: Actor,
    pub event: Event,
}

/// How a case came to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    ByClerk,
    /// Nothing was told within five working days: accepted from receipt (行政许可法 32), whoever then goes on with it.
    BySilence,
}

/// What changed after a case was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// A station's hours, a closure, an absence, or what it accepts.
    Station,
    /// The courier who was to come gave the errand back.
    Courier,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    AsStated,
    /// The note says what differs.
    Differs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objections {
    None,
    /// The note says what was objected; whoever decides weighs it.
    Raised,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    Endorsed,
    /// The note says why not; the decision stays with whoever decides.
    Opposed,
}

/// Who took the paper result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Receiver {
    /// The person, or one of the household.
    Subject,
    Agent,
    /// The organisation, by somebody it sent.
    Organisation,
    /// By post or in the sealed bag to another body; the number is the carrier's.
    Post {
        tracking_no: String,
    },
    Courier {
        delivery: DeliveryId,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    Submitted {
        submission: Box<Submission>,
    },
    PapersArrived,
    /// The five days before acceptance begin again with a supplement; the promise starts here.
    Accepted {
        how: Acceptance,
        promised_working_days: u16,
    },
    /// The forwarded application was taken in by the station that it was submitted to.
    TakenIn,
    MatterNamed {
        matter: ItemCode,
    },
    NotAccepted {
        note: NoteId,
    },
    SupplementAsked {
        note: NoteId,
        until: NaiveDate,
    },
    Supplemented,
    Lapsed,
    Inspected {
        finding: Finding,
        note: Option<NoteId>,
    },
    PublicityOpened {
        until: NaiveDate,
    },
    PublicityClosed {
        objections: Objections,
        note: Option<NoteId>,
    },
    Reviewed {
        opinion: Opinion,
        note: Option<NoteId>,
    },
    Forwarded,
    Decided {
        decision: Decision,
    },
    AnswerRecorded {
        decision: Decision,
        produced: Option<Produced>,
    },
    FeePaid {
        fee: Fee,
    },
    Produced {
        produced: Produced,
    },
    HandedOver {
        to: Receiver,
    },
    Delivered,
    ClockStopped {
        reason: StopReason,
        legal_basis: String,
    },
    ClockStarted {
        reason: StopReason,
    },
    /// Nobody at the desk may take the step: the station above acts in its name.
    Rose {
        from: StationCode,
        to: StationCode,
    },
    /// A station with time to spare took the step over from the district's pool: it acts in the other's name.
    Drawn {
        from: StationCode,
        to: StationCode,
    },
    /// Nobody at the top may either: the whole line may, and a supervisor is told.
    OpenedToLine,
    /// The plan that was chosen doesn't hold any more, and another stands in its place: done on this day at the latest. None where
    /// the way that was chosen is closed for good.
    Replanned {
        changed: Changed,
        latest: Option<NaiveDate>,
    },
    /// The way that was chosen is closed, and nobody has accepted the case yet: it begins anew on the best other that asks no more of
    /// the person (`routing::instead_of`).
    Rerouted {
        way: Box<ChosenWay>,
    },
    /// Another plan was chosen before anybody had accepted the case: it begins anew, on another way.
    ChosenAnew {
        way: Box<ChosenWay>,
    },
    /// The calendar changed, and with it the day on which the promise ends; how many working days were promised didn't.
    DueMoved {
        before: NaiveDate,
        after: NaiveDate,
    },
    /// The mandate was revoked: the agent acts no more. The one event that an ended case may still get.
    AgentLeft,
    Withdrawn,
    /// A consent that the case rested on was withdrawn: by the person, their guardian, or a clerk who entered it.
    ConsentWithdrawn {
        consent: ConsentId,
    },
    Completed,
}
