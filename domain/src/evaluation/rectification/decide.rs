//! What a command does to a rectification.

use chrono::NaiveDate;

use super::{
    Appellant, Closed, Contact, ContactWay, Event, Finding, Ground, Open, Overdue, Rating, Rectification, Round, Secrecy, State,
    Timeliness, Turn, Verdict, deadlines,
};
use crate::calendar::Calendar;
use crate::evaluation::EvaluationRules;
use crate::ids::{NoteId, PersonId, ReplyId, StationCode};
use crate::time::{Timestamp, local_date};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Records that the person was reached, or not. `fix_by`: the day by which they were told that it would be put right.
    Contact {
        way: ContactWay,
        contact: Contact,
        fix_by: Option<NaiveDate>,
        note: NoteId,
    },
    Close {
        finding: Finding,
        reply: ReplyId,
    },
    Rate {
        rating: Rating,
    },
    Appeal {
        by: Appellant,
        ground: Ground,
        note: NoteId,
    },
    DecideAppeal {
        number: u16,
        verdict: Verdict,
        note: NoteId,
    },
    /// Lets the approvers of a station up the line decide too.
    Raise {
        to: StationCode,
    },
    TellOverdue {
        what: Overdue,
    },
}

/// Who gives the command. That they may is the policy's to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Reviewer,
    Staff { person: PersonId, turn: Turn },
    System,
}

#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub now: Timestamp,
    pub calendar: &'a Calendar,
    pub rules: &'a EvaluationRules,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("whoever asks has another part in it")]
    NotTheirs,
    #[error("the person wasn't satisfied: it is a supervisor's now")]
    SupervisorsTurn,
    #[error("it is closed")]
    Closed,
    #[error("it isn't closed yet")]
    StillOpen,
    #[error("the review doesn't count any more")]
    Excluded,
    #[error("nobody reached the person, or tried often enough")]
    NotContacted,
    #[error("the day for putting it right lies between today and the last day for closing it")]
    DayOutOfRange,
    #[error("who wasn't reached wasn't told a day")]
    NobodyTold,
    #[error("the person was told a day, or wasn't")]
    OtherThanTold,
    #[error("the person rated it already")]
    RatedAlready,
    #[error("one appeal each")]
    AppealedAlready,
    #[error("no such appeal")]
    NoSuchAppeal,
    #[error("the appeal was decided")]
    AppealDecided,
    #[error("nobody decides an appeal that they entered")]
    OwnAppeal,
    #[error("it isn't overdue, or was told")]
    NothingToTell,
}

/// What comes of a command. Total: every state and command has its answer.
pub fn decide(rectification: &Rectification, command: Command, by: By, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    use Command as C;
    match (command, by) {
        (C::Contact { way, contact, fix_by, note }, By::Staff { turn, .. }) => {
            let open = opened(rectification, turn)?;
            check_day(open, contact, fix_by, context)?;
            Ok(vec![Event::Contacted { way, contact, fix_by, note }])
        }
        (C::Close { finding, reply }, By::Staff { turn, .. }) => close(opened(rectification, turn)?, finding, reply, context),
        (C::Rate { rating }, By::Reviewer) => rate(closed(rectification)?, rating, context),
        (C::Appeal { by, ground, note }, By::Staff { .. }) => appeal(rectification, by, ground, note),
        (C::DecideAppeal { number, verdict, note }, By::Staff { person, turn: Turn::Supervisor }) => {
            decide_appeal(rectification, person, (number, verdict, note))
        }
        (C::Raise { to }, By::System) => raise(rectification, to),
        (C::TellOverdue { what }, By::System) if rectification.overdue(local_date(context.now)).contains(&what) => {
            Ok(vec![Event::OverdueTold { what }])
        }
        (C::TellOverdue { .. }, By::System) => Err(Rejection::NothingToTell),
        (
            C::Contact { .. }
            | C::Close { .. }
            | C::Rate { .. }
            | C::Appeal { .. }
            | C::DecideAppeal { .. }
            | C::Raise { .. }
            | C::TellOverdue { .. },
            By::Reviewer | By::Staff { .. } | By::System,
        ) => Err(Rejection::NotTheirs),
    }
}

/// Once to a station, and only of a sealed case: an ordinary one has supervisors.
fn raise(rectification: &Rectification, to: StationCode) -> Result<Vec<Event>, Rejection> {
    let there = rectification.raised_to.as_ref() == Some(&to);
    match rectification.place.secrecy {
        Secrecy::Sealed if !there => Ok(vec![Event::Raised { to }]),
        Secrecy::Sealed | Secrecy::Ordinary => Err(Rejection::NotTheirs),
    }
}

/// As long as it is open, for whose turn it is.
fn opened(rectification: &Rectification, turn: Turn) -> Result<&Open, Rejection> {
    match (&rectification.state, turn) {
        (State::Open(Open { round: Round::Second, .. }), Turn::Station) => Err(Rejection::SupervisorsTurn),
        (State::Open(open), Turn::Station | Turn::Supervisor) => Ok(open),
        (State::Closed(_), _) => Err(Rejection::Closed),
        (State::Excluded { .. }, _) => Err(Rejection::Excluded),
    }
}

fn closed(rectification: &Rectification) -> Result<&Closed, Rejection> {
    match &rectification.state {
        State::Closed(closed) => Ok(closed),
        State::Open(_) => Err(Rejection::StillOpen),
        State::Excluded { .. } => Err(Rejection::Excluded),
    }
}

fn check_day(open: &Open, contact: Contact, fix_by: Option<NaiveDate>, context: &Context<'_>) -> Result<(), Rejection> {
    let today = local_date(context.now);
    match (contact, fix_by) {
        (_, None) => Ok(()),
        (Contact::NotReached, Some(_)) => Err(Rejection::NobodyTold),
        (Contact::Reached, Some(day)) if (today..=open.close_by).contains(&day) => Ok(()),
        (Contact::Reached, Some(_)) => Err(Rejection::DayOutOfRange),
    }
}

fn close(open: &Open, finding: Finding, reply: ReplyId, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    if open.reached_at.is_none() && open.attempts < context.rules.attempts_min {
        return Err(Rejection::NotContacted);
    }
    match (finding, open.fix_by) {
        (Finding::FixedAtOnce, Some(_)) | (Finding::FixedByDate, None) => return Err(Rejection::OtherThanTold),
        (Finding::FixedAtOnce, None) | (Finding::FixedByDate, Some(_)) | (Finding::Unfounded, _) => {}
    }
    let timeliness = if local_date(context.now) <= open.close_by { Timeliness::InTime } else { Timeliness::Late };
    Ok(vec![Event::Closed { finding, timeliness, reply }])
}

/// Who isn't satisfied the first time has it looked into once more.
fn rate(closed: &Closed, rating: Rating, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    if closed.rating.is_some() {
        return Err(Rejection::RatedAlready);
    }
    let rated = Event::Rated { rating };
    match (rating, closed.round) {
        (Rating::NotSatisfied, Round::First) => {
            let (contact_by, close_by) = deadlines(context.now, context.calendar, context.rules);
            Ok(vec![rated, Event::Reopened { contact_by, close_by }])
        }
        (Rating::Satisfied, Round::First | Round::Second) | (Rating::NotSatisfied, Round::Second) => Ok(vec![rated]),
    }
}

fn appeal(rectification: &Rectification, by: Appellant, ground: Ground, note: NoteId) -> Result<Vec<Event>, Rejection> {
    match &rectification.state {
        State::Excluded { .. } => return Err(Rejection::Excluded),
        State::Open(_) | State::Closed(_) => {}
    }
    match by {
        Appellant::Named { person } if !rectification.names(person) => return Err(Rejection::NotTheirs),
        Appellant::Named { .. } | Appellant::Station => {}
    }
    if rectification.appeals.iter().any(|appeal| appeal.by == by) {
        return Err(Rejection::AppealedAlready);
    }
    Ok(vec![Event::Appealed { by, ground, note }])
}

fn decide_appeal(
    rectification: &Rectification,
    decider: PersonId,
    (number, verdict, note): (u16, Verdict, NoteId),
) -> Result<Vec<Event>, Rejection> {
    let appeal = rectification.appeal(number).ok_or(Rejection::NoSuchAppeal)?;
    if appeal.decided.is_some() {
        return Err(Rejection::AppealDecided);
    }
    match &rectification.state {
        State::Excluded { .. } => return Err(Rejection::Excluded),
        State::Open(_) | State::Closed(_) => {}
    }
    if appeal.entered_by == Some(decider) || rectification.names(decider) {
        return Err(Rejection::OwnAppeal);
    }
    Ok(vec![Event::AppealDecided { number, verdict, note }])
}
