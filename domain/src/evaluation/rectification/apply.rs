//! What an event makes of a rectification. What doesn't fit the state leaves it as it is.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Appeal, Closed, Contact, Decided, Event, Open, Opening, Rectification, Round, State, Step, Verdict};
use crate::case::Actor;
use crate::ids::{PersonId, RectificationId};
use crate::time::Timestamp;

/// The rectification that its steps tell of; none where they don't begin with its opening.
pub fn replay<'a>(id: RectificationId, steps: impl IntoIterator<Item = &'a Step>) -> Option<Rectification> {
    let mut steps = steps.into_iter();
    let first = steps.next()?;
    let Event::Opened { opening } = &first.event else { return None };
    Some(steps.fold(begin(id, opening, first), apply))
}

fn begin(id: RectificationId, opening: &Opening, step: &Step) -> Rectification {
    let Opening { case, level, place, reviewer, named, contact_by, close_by } = opening.clone();
    let state = State::Open(Open::begin(Round::First, contact_by, close_by));
    Rectification {
        id,
        case,
        level,
        place,
        raised_to: None,
        reviewer,
        named,
        opened_at: step.at,
        state,
        first_reached_at: None,
        first_closing: None,
        appeals: Vec::new(),
    }
}

pub fn apply(before: Rectification, step: &Step) -> Rectification {
    match &step.event {
        Event::Opened { .. } => before,
        Event::Contacted { contact, fix_by, .. } => contacted(before, (*contact, *fix_by), step.at),
        Event::Closed { finding, timeliness, reply } => match &before.state {
            State::Open(open) => {
                let closed = Closed { round: open.round, at: step.at, finding: *finding, reply: *reply, rating: None };
                let first_closing = before.first_closing.or(Some(*timeliness));
                Rectification { state: State::Closed(closed), first_closing, ..before }
            }
            State::Closed(_) | State::Excluded { .. } => before,
        },
        Event::Rated { rating } => match before.state {
            State::Closed(closed) => Rectification { state: State::Closed(Closed { rating: Some(*rating), ..closed }), ..before },
            State::Open(_) | State::Excluded { .. } => before,
        },
        Event::Reopened { contact_by, close_by } => match &before.state {
            State::Closed(_) => Rectification { state: State::Open(Open::begin(Round::Second, *contact_by, *close_by)), ..before },
            State::Open(_) | State::Excluded { .. } => before,
        },
        Event::Appealed { by, ground, note } => {
            let appeal = Appeal { by: *by, entered_by: person_of(&step.by), at: step.at, ground: *ground, note: *note, decided: None };
            let appeals = before.appeals.iter().cloned().chain([appeal]).collect();
            Rectification { appeals, ..before }
        }
        Event::AppealDecided { number, verdict, note } => decided(before, *number, Decided { at: step.at, verdict: *verdict, note: *note }),
        Event::Raised { to } => Rectification { raised_to: Some(to.clone()), ..before },
        Event::OverdueTold { what } => on_open(before, |mut open| {
            open.told.insert(*what);
            open
        }),
    }
}

fn contacted(before: Rectification, (contact, fix_by): (Contact, Option<NaiveDate>), at: Timestamp) -> Rectification {
    let reached_at = match contact {
        Contact::Reached => Some(at),
        Contact::NotReached => None,
    };
    let first_reached_at = before.first_reached_at.or(reached_at.filter(|_| matches!(before.state, State::Open(_))));
    on_open(Rectification { first_reached_at, ..before }, |open| Open {
        reached_at: open.reached_at.or(reached_at),
        attempts: open.attempts.saturating_add(1),
        fix_by: fix_by.or(open.fix_by),
        ..open
    })
}

/// An accepted appeal settles those that wait too: what they wanted is done.
fn decided(mut before: Rectification, number: u16, decision: Decided) -> Rectification {
    let place = usize::from(number).checked_sub(1);
    let Some(appeal) = place.and_then(|place| before.appeals.get_mut(place)) else { return before };
    let ground = appeal.ground;
    match decision.verdict {
        Verdict::Accepted => {
            appeal.decided = Some(decision.clone());
            before.appeals.iter_mut().filter(|appeal| appeal.decided.is_none()).for_each(|waits| waits.decided = Some(decision.clone()));
            Rectification { state: State::Excluded { ground }, ..before }
        }
        Verdict::Refused => {
            appeal.decided = Some(decision);
            before
        }
    }
}

fn on_open(before: Rectification, change: impl FnOnce(Open) -> Open) -> Rectification {
    match before.state {
        State::Open(open) => Rectification { state: State::Open(change(open)), ..before },
        State::Closed(_) | State::Excluded { .. } => before,
    }
}

impl Open {
    fn begin(round: Round, contact_by: NaiveDate, close_by: NaiveDate) -> Self {
        Self { round, contact_by, close_by, reached_at: None, attempts: 0, fix_by: None, told: BTreeSet::new() }
    }
}

fn person_of(actor: &Actor) -> Option<PersonId> {
    match actor {
        Actor::Person { person } | Actor::Staff { person, .. } => Some(*person),
        Actor::System => None,
    }
}
