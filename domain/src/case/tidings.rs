//! What the person is told about their case, and when they are told nothing.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::case::{Applicant, Case, Changed, Decision, Event, GiveOut, Stage, State};
use crate::catalogue::{Care, Item};
use crate::evaluation::rectification;
use crate::ids::{PersonId, StationCode};
use crate::supervision::Colour;

/// News of a case, as a value; the sentence is made where it is sent. It names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tidings {
    Submitted,
    Accepted,
    NotAccepted,
    SupplementAsked {
        until: NaiveDate,
    },
    Lapsed,
    Refused,
    /// A paper waits at the station.
    ReadyToCollect {
        station: StationCode,
    },
    /// A courier may be expected.
    ReadyToBring,
    Completed,
    /// What was planned doesn't hold any more.
    Replanned {
        changed: Changed,
        latest: Option<NaiveDate>,
    },
    /// Another station takes the case in.
    Rerouted {
        to: StationCode,
        latest: NaiveDate,
    },
    /// The calendar changed, and with it the last day of the promise.
    DueMoved {
        due: NaiveDate,
    },
    /// For a supervisor: a clock is about to run out (黄牌), or has run out (红牌).
    Alert {
        colour: Colour,
    },
    /// For a supervisor: nobody at the top of the line may take a step; the whole line may now.
    NobodyMayTake,
    /// For a supervisor: a clerk can't go on with a step by themself.
    Escalated,
    /// Of the review of the case.
    Review {
        news: rectification::Tidings,
    },
}

impl Tidings {
    /// The station that the news name.
    pub fn station(&self) -> Option<&StationCode> {
        match self {
            Tidings::ReadyToCollect { station } | Tidings::Rerouted { to: station, .. } => Some(station),
            Tidings::Submitted
            | Tidings::Accepted
            | Tidings::NotAccepted
            | Tidings::SupplementAsked { .. }
            | Tidings::Lapsed
            | Tidings::Refused
            | Tidings::ReadyToBring
            | Tidings::Completed
            | Tidings::Replanned { .. }
            | Tidings::DueMoved { .. }
            | Tidings::Alert { .. }
            | Tidings::NobodyMayTake
            | Tidings::Escalated
            | Tidings::Review { .. } => None,
        }
    }
}

/// Whether a supervisor has to be told.
pub fn calls_a_supervisor(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::OpenedToLine))
}

/// Whom news go to on `today`: the person of the case, whoever applied for it, and who acts for them; nobody where a matter is kept confidential or was asked by letter.
pub fn told(case: &Case, item: &Item, today: NaiveDate) -> Vec<PersonId> {
    match item.care() {
        Care::Confidential | Care::AskedByLetter => Vec::new(),
        Care::Ordinary => {
            let applicant = match case.applicant {
                Applicant::Person { person } => Some(person).filter(|person| case.agent() != Some(*person)),
                Applicant::Clerk { .. } => None,
            };
            let mut people: Vec<_> = case.subject.person().into_iter().chain(applicant).chain(case.acting_agent(today)).collect();
            people.sort_unstable();
            people.dedup();
            people
        }
    }
}

/// The news in what just happened. `after` is the case as it stands then.
pub fn tidings(after: &Case, events: &[Event]) -> Vec<Tidings> {
    let mut news: Vec<_> = events.iter().filter_map(of_event).collect();
    let moved = events.iter().any(|event| matches!(event, Event::Produced { .. } | Event::AnswerRecorded { .. }));
    let waits = matches!(after.state, State::Open { .. }) && after.current().is_some_and(|(_, step)| step.stage == Stage::HandOver);
    if moved && waits {
        news.push(match after.route.give_out {
            GiveOut::Brought => Tidings::ReadyToBring,
            GiveOut::Direct => Tidings::ReadyToCollect { station: after.route.collect_at.clone() },
        });
    }
    news
}

fn of_event(event: &Event) -> Option<Tidings> {
    match event {
        Event::Submitted { .. } => Some(Tidings::Submitted),
        Event::Accepted { .. } => Some(Tidings::Accepted),
        Event::NotAccepted { .. } => Some(Tidings::NotAccepted),
        Event::SupplementAsked { until, .. } => Some(Tidings::SupplementAsked { until: *until }),
        Event::Lapsed => Some(Tidings::Lapsed),
        Event::Decided { decision: Decision::Refused { .. } } | Event::AnswerRecorded { decision: Decision::Refused { .. }, .. } => {
            Some(Tidings::Refused)
        }
        Event::Completed => Some(Tidings::Completed),
        Event::Replanned { changed, latest } => Some(Tidings::Replanned { changed: *changed, latest: *latest }),
        Event::Rerouted { way } => Some(Tidings::Rerouted { to: way.route.accepting.clone(), latest: way.latest }),
        Event::DueMoved { after, .. } => Some(Tidings::DueMoved { due: *after }),
        Event::PapersArrived
        | Event::TakenIn
        | Event::MatterNamed { .. }
        | Event::Supplemented
        | Event::Inspected { .. }
        | Event::PublicityOpened { .. }
        | Event::PublicityClosed { .. }
        | Event::Reviewed { .. }
        | Event::Forwarded
        | Event::Decided { decision: Decision::Granted }
        | Event::AnswerRecorded { decision: Decision::Granted, .. }
        | Event::FeePaid { .. }
        | Event::Produced { .. }
        | Event::HandedOver { .. }
        | Event::Delivered
        | Event::ClockStopped { .. }
        | Event::ClockStarted { .. }
        | Event::Rose { .. }
        | Event::Drawn { .. }
        | Event::OpenedToLine
        | Event::ChosenAnew { .. }
        | Event::AgentLeft
        | Event::Withdrawn
        | Event::ConsentWithdrawn { .. } => None,
    }
}
