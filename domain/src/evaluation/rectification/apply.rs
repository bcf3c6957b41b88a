//! What an event makes of a rectification. What doesn't fit the state leaves it as it is.

use std::collections::BTreeSet;

use super::{Appeal, Closed, Contact, Decided, Event, Open, Opening, Rectification, Round, State, Step, Verdict};
use crate::case::Actor;
use crate::ids::{PersonId, RectificationId};

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
    Rectification { id, case, level, place, reviewer, named, opened_at: step.at, state, first_closing: None, appeals: Vec::new() }
}

pub fn apply(before: Rectification, step: &Step) -> Rectification {
    match &step.event {
        Event::Opened { .. } => before,
        Event::Contacted { contact, fix_by, .. } => on_open(before, |open| Open {
            reached_at: match contact {
                Contact::Reached => open.reached_at.or(Some(step.at)),
                Contact::NotReached => open.reached_at,
            },
            attempts: open.attempts.saturating_add(1),
            fix_by: fix_by.or(open.fix_by),
            ..open
        }),
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
        Event::OverdueTold { what } => on_open(before, |mut open| {
            open.told.insert(*what);
            open
        }),
    }
}

fn decided(mut before: Rectification, number: u16, decision: Decided) -> Rectification {
    let place = usize::from(number).checked_sub(1);
    let Some(appeal) = place.and_then(|place| before.appeals.get_mut(place)) else { return before };
    let (verdict, ground) = (decision.verdict, appeal.ground);
    appeal.decided = Some(decision);
    match verdict {
        Verdict::Accepted => Rectification { state: State::Excluded { ground }, ..before },
        Verdict::Refused => before,
    }
}

fn on_open(before: Rectification, change: impl FnOnce(Open) -> Open) -> Rectification {
    match before.state {
        State::Open(open) => Rectification { state: State::Open(change(open)), ..before },
        State::Closed(_) | State::Excluded { .. } => before,
    }
}

impl Open {
    fn begin(round: Round, contact_by: chrono::NaiveDate, close_by: chrono::NaiveDate) -> Self {
        Self { round, contact_by, close_by, reached_at: None, attempts: 0, fix_by: None, told: BTreeSet::new() }
    }
}

fn person_of(actor: &Actor) -> Option<PersonId> {
    match actor {
        Actor::Person { person } | Actor::Staff { person, .. } => Some(*person),
        Actor::System => None,
    }
}
