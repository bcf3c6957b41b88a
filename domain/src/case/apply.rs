//! Making what happened so: from a case and one event, the next case. Total: an event that doesn't fit leaves the step where it is.

use std::collections::BTreeSet;

use crate::case::{
    Acceptance, Actor, Case, ChosenWay, Decision, Event, Outcome, PromiseClock, Receiver, Recorded, Route, Stage, State, Stop, StopReason,
    Submission,
};
use crate::case::{HandIn, Reach};
use crate::ids::{PersonId, StationCode};
use crate::time::Timestamp;

/// The case that a record tells of; none for a record that doesn't begin with a submission.
pub fn replay<'a>(record: impl IntoIterator<Item = &'a Recorded>) -> Option<Case> {
    let mut record = record.into_iter();
    let first = record.next()?;
    let Event::Submitted { submission } = &first.event else { return None };
    Some(record.fold(submitted(submission, first.at), apply))
}

/// The case as it stood at a past instant: after all that was recorded by then. None before its submission.
pub fn as_of(record: &[Recorded], at: Timestamp) -> Option<Case> {
    replay(record.iter().take_while(|recorded| recorded.at <= at))
}

/// When the promise was kept, or came to nothing: what was asked for lay ready to be handed over, or the case ended. The clock
/// counts no further.
pub fn settled_at(record: &[Recorded]) -> Option<Timestamp> {
    let (first, rest) = record.split_first()?;
    let mut case = replay([first])?;
    for recorded in rest {
        case = apply(case, recorded);
        let ready = case.current().is_some_and(|(_, step)| step.stage == Stage::HandOver);
        if ready || case.is_ended() || case.state == State::OnTheWay {
            return Some(recorded.at);
        }
    }
    None
}

fn submitted(submission: &Submission, at: Timestamp) -> Case {
    Case {
        id: submission.case,
        number: submission.number.clone(),
        item: submission.item.clone(),
        item_version: submission.item_version,
        matter: None,
        subject: submission.subject.clone(),
        applicant: submission.applicant,
        agency: submission.agency.clone(),
        agent_left: false,
        involved: submission.involved.clone(),
        route: submission.route.clone(),
        procedure: submission.procedure.clone(),
        state: begun(&submission.route),
        received_at: at,
        acceptors: BTreeSet::new(),
        supplements_asked: 0,
        clock: None,
        decision: None,
        fee: None,
        produced: None,
    }
}

fn begun(route: &Route) -> State {
    match route.hand_in {
        HandIn::Direct => State::Open { step: 0 },
        HandIn::Fetched => State::AwaitingPapers,
    }
}

/// Another station receives it, and has its own days to look at it.
fn begin_anew(case: &mut Case, way: &ChosenWay, at: Timestamp) {
    case.state = begun(&way.route);
    case.route = way.route.clone();
    case.procedure.clone_from(&way.procedure);
    case.received_at = at;
}

/// The case after `recorded`.
pub fn apply(mut case: Case, recorded: &Recorded) -> Case {
    let at = recorded.at;
    match &recorded.event {
        Event::Submitted { submission } => return submitted(submission, at),
        Event::PapersArrived => {
            case.received_at = at;
            case.state = State::Open { step: 0 };
        }
        Event::Accepted { how, promised_working_days } => accept(&mut case, *how, *promised_working_days, recorded),
        Event::TakenIn => {
            case.acceptors.extend(staff_person(&recorded.by));
            advance(&mut case);
        }
        Event::MatterNamed { matter } => case.matter = Some(matter.clone()),
        Event::NotAccepted { note } => end(&mut case, Outcome::NotAccepted { note: *note }),
        Event::SupplementAsked { until, .. } => {
            case.supplements_asked += 1;
            case.state = State::Supplementing { step: step_of(&case), until: *until };
        }
        Event::Supplemented => supplemented(&mut case, at),
        Event::Rerouted { way } | Event::ChosenAnew { way } => begin_anew(&mut case, way, at),
        Event::AgentLeft => case.agent_left = true,
        Event::Lapsed => end(&mut case, Outcome::Lapsed),
        Event::PublicityOpened { until } => case.state = State::Publicising { step: step_of(&case), until: *until },
        Event::Inspected { .. } | Event::PublicityClosed { .. } | Event::Reviewed { .. } | Event::Forwarded => advance(&mut case),
        Event::Decided { decision } => decided(&mut case, *decision),
        Event::AnswerRecorded { decision, produced } => {
            case.produced.clone_from(produced);
            decided(&mut case, *decision);
        }
        Event::FeePaid { fee } => case.fee = Some(fee.clone()),
        Event::Produced { produced } => {
            case.produced = Some(produced.clone());
            advance(&mut case);
        }
        Event::HandedOver { to } => match to {
            Receiver::Courier { .. } => case.state = State::OnTheWay,
            Receiver::Subject | Receiver::Agent | Receiver::Organisation | Receiver::Post { .. } => {}
        },
        Event::ClockStopped { reason, .. } => stop_clock(&mut case, *reason, at),
        Event::ClockStarted { .. } => start_clock(&mut case, at),
        Event::Rose { to, .. } | Event::Drawn { to, .. } => move_step(&mut case, to),
        Event::OpenedToLine => open_to_line(&mut case),
        Event::Withdrawn | Event::ConsentWithdrawn { .. } => end(&mut case, Outcome::Withdrawn),
        Event::Completed => end(&mut case, Outcome::Completed),
        Event::Delivered | Event::Replanned { .. } | Event::DueMoved { .. } => {}
    }
    case
}

fn accept(case: &mut Case, how: Acceptance, promised_working_days: u16, recorded: &Recorded) {
    let from = match how {
        Acceptance::ByClerk => recorded.at,
        Acceptance::BySilence => case.received_at,
    };
    case.clock = Some(PromiseClock::start(from, promised_working_days));
    case.acceptors.extend(staff_person(&recorded.by));
    if case.current().is_some_and(|(_, step)| step.stage == Stage::Accept) {
        advance(case);
    }
}

fn supplemented(case: &mut Case, at: Timestamp) {
    if !case.is_accepted() {
        case.received_at = at;
    }
    case.state = State::Open { step: step_of(case) };
}

/// At once, the sitting goes on until what it gives is there.
fn decided(case: &mut Case, decision: Decision) {
    case.decision = Some(decision);
    match decision {
        Decision::Refused { note } => end(case, Outcome::Rejected { note }),
        Decision::Granted if case.current().is_some_and(|(_, step)| step.stage == Stage::AtOnce) => {}
        Decision::Granted => advance(case),
    }
}

fn stop_clock(case: &mut Case, reason: StopReason, at: Timestamp) {
    if let Some(clock) = &mut case.clock {
        clock.stops.push(Stop { reason, from: at, until: None });
    }
    if reason == StopReason::OutsideTest {
        case.state = State::Paused { step: step_of(case) };
    }
}

fn start_clock(case: &mut Case, at: Timestamp) {
    if let Some(stop) = case.clock.as_mut().and_then(|clock| clock.stops.last_mut()) {
        stop.until = Some(at);
    }
    if let State::Paused { step } = case.state {
        case.state = State::Open { step };
    }
}

fn move_step(case: &mut Case, to: &StationCode) {
    let at = step_of(case);
    if let Some(step) = case.procedure.get_mut(at) {
        step.desk.station = to.clone();
    }
}

fn open_to_line(case: &mut Case) {
    let at = step_of(case);
    if let Some(step) = case.procedure.get_mut(at) {
        step.desk.reach = Reach::Line;
    }
}

fn advance(case: &mut Case) {
    case.state = State::Open { step: step_of(case) + 1 };
}

fn end(case: &mut Case, outcome: Outcome) {
    case.state = State::Ended { outcome };
}

fn step_of(case: &Case) -> usize {
    case.current().map_or(0, |(step, _)| step)
}

fn staff_person(actor: &Actor) -> Option<PersonId> {
    match actor {
        Actor::Staff { person, .. } => Some(*person),
        Actor::Person { .. } | Actor::System => None,
    }
}
