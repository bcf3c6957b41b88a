//! What an act is about, as far as the policy has to know it.

use crate::case::{Case, Hold, Step};
use crate::consent::Consent;
use crate::correction::Correction;
use crate::counter_request::CounterRequest;
use crate::delivery::Leg;
use crate::district::Line;
use crate::evaluation::rectification::Rectification;
use crate::ids::{AccountId, PersonId, StationCode};
use crate::mandate::Mandate;
use crate::time::Timestamp;

/// The thing that somebody wants to do something to.
#[derive(Debug, Clone, Copy)]
pub enum Object<'a> {
    /// What is the actor's own by the way it is found: their profile, their messages, what waits in their pools.
    Own,
    /// The district as a whole: its calendar, its staff.
    District,
    Station(&'a StationCode),
    /// What a station shows in its hall.
    Hall(&'a StationCode),
    /// A number in a hall's row, or a booked slot: where, and whose.
    Visit {
        station: &'a StationCode,
        person: Option<PersonId>,
    },
    /// Somebody who stands at a counter, with the lines that they belong to.
    AtCounter {
        station: &'a StationCode,
        person: PersonId,
        lines: &'a [Line],
    },
    /// What was asked at a counter, looked at now.
    Request(&'a CounterRequest, Timestamp),
    Case(&'a Case),
    /// What follows the bad review of a case.
    Rectification(&'a Case, &'a Rectification),
    /// A file: who handed it in, and what took it.
    Upload {
        by: PersonId,
        of: FileOf<'a>,
    },
    /// What is masked in a case, and whether the actor holds its work item.
    Masked(&'a Case, Hold),
    Mandate(&'a Mandate),
    Work(Work<'a>),
    Leg(LegOf<'a>),
    /// An application at a counter: where it would be handled, and the lines that its matters go up.
    Application {
        stations: &'a [StationCode],
        lines: &'a [Line],
    },
    /// An account, by the person whom it names.
    Account {
        holder: PersonId,
    },
}

/// What a file belongs to.
#[derive(Debug, Clone, Copy)]
pub enum FileOf<'a> {
    /// Nothing has taken it yet.
    Nothing,
    Case(&'a Case),
    Mandate(&'a Mandate),
    Correction(&'a Correction),
    Consent(&'a Consent),
    Request(&'a CounterRequest),
}

/// A step of a case that waits, or is in somebody's hands.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    pub case: &'a Case,
    pub step: &'a Step,
    pub holder: Option<AccountId>,
}

/// A leg of a case's delivery.
#[derive(Debug, Clone, Copy)]
pub struct LegOf<'a> {
    pub case: &'a Case,
    pub leg: &'a Leg,
    /// Where it begins or ends beside the person.
    pub station: &'a StationCode,
    pub for_whom: ForWhom,
}

/// For whom staff take part in a handover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForWhom {
    Station,
    /// For somebody without a phone, whose case was entered at the counter: the person's code stands on their receipt.
    Person,
}
