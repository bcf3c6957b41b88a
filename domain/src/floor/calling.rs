//! The next-call: how those who wait in the hall and the work that came online share a clerk. One policy a station, set by its
//! supervisor.
//!
//! Under every policy, what has waited too long goes first: online work whose clock has run out, or a number that waits beyond
//! `wait_max_min`; of the two, the one that is longer over. So nothing starves: what is over its time is passed by nothing that
//! comes over its time later. Under `by_turns`, while both wait and neither is over, each gets its share of every round exactly.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CallPolicy {
    TicketsFirst {},
    OnlineFirst {},
    /// So many of the one, then so many of the other; each at least one.
    ByTurns {
        tickets: u8,
        online: u8,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallTerms {
    pub policy: CallPolicy,
    /// A number that waits longer goes first.
    pub wait_max_min: u16,
}

/// What waits at the head of each row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waits {
    /// Since when the first in the hall waits.
    pub ticket_since: Option<Timestamp>,
    /// When the first work online is due.
    pub online_due: Option<Timestamp>,
}

/// What a window was given in this round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turns {
    pub tickets: u8,
    pub online: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextCall {
    Ticket,
    Online,
}

/// What to call next; none where nothing waits.
pub fn next_call(terms: &CallTerms, waits: Waits, turns: Turns, now: Timestamp) -> Option<NextCall> {
    match (waits.ticket_since, waits.online_due) {
        (None, None) => None,
        (Some(_), None) => Some(NextCall::Ticket),
        (None, Some(_)) => Some(NextCall::Online),
        (Some(since), Some(due)) => Some(of_both(terms, (since, due), turns, now)),
    }
}

fn of_both(terms: &CallTerms, (since, due): (Timestamp, Timestamp), turns: Turns, now: Timestamp) -> NextCall {
    let ticket_due = since + Duration::minutes(terms.wait_max_min.into());
    match (ticket_due < now, due < now) {
        (true, true) if due < ticket_due => NextCall::Online,
        (true, true) | (true, false) => NextCall::Ticket,
        (false, true) => NextCall::Online,
        (false, false) => by_policy(terms.policy, turns),
    }
}

fn by_policy(policy: CallPolicy, turns: Turns) -> NextCall {
    match policy {
        CallPolicy::TicketsFirst {} => NextCall::Ticket,
        CallPolicy::OnlineFirst {} => NextCall::Online,
        CallPolicy::ByTurns { tickets, .. } if turns.tickets < tickets => NextCall::Ticket,
        CallPolicy::ByTurns { .. } => NextCall::Online,
    }
}

impl Turns {
    /// After `given`: a share that is used up counts no further, and a round in which both are begins anew.
    pub fn after(self, given: NextCall, policy: CallPolicy) -> Self {
        let CallPolicy::ByTurns { tickets, online } = policy else { return Self::default() };
        let next = match given {
            NextCall::Ticket => Self { tickets: self.tickets.saturating_add(1).min(tickets), ..self },
            NextCall::Online => Self { online: self.online.saturating_add(1).min(online), ..self },
        };
        if next.tickets >= tickets && next.online >= online { Self::default() } else { next }
    }
}
