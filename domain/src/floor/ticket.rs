//! A number in the row, from taking it to its end. `act` is total: every state and act has its answer.
//!
//! Who isn't there when called is called again (`recalls_max` times at most). Who wasn't there then either goes back into the row,
//! some places later (`places_back`), once; the second time their number ends. So nobody loses their morning for having been in the
//! yard, and nobody is called without end.
//!
//! Who took their number by phone, where nobody saw why they go before others, is moved forward once a clerk sees it: to where they would
//! stand had it been seen then. Never backwards; and by that rule also who was set back for not having been there.

use chrono::{Duration, NaiveDate};

use super::{FloorRules, Priority, Since, TicketNumber};
use crate::ids::{AccountId, AppointmentId, CaseId, PersonId, StationCode, TicketId};
use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub station: StationCode,
    /// The district's day on which the number counts.
    pub day: NaiveDate,
    pub number: TicketNumber,
    /// None for somebody who took it at the station and didn't say who they are.
    pub person: Option<PersonId>,
    /// What it came from, where they had booked.
    pub appointment: Option<AppointmentId>,
    pub taken_at: Timestamp,
    /// The key by which the row is ordered: [`super::HeadStarts::rank_at`].
    pub rank_at: Timestamp,
    pub state: TicketState,
    /// How often they weren't there, calls and recalls over.
    pub missed: u8,
    /// What it led to.
    pub case: Option<CaseId>,
    /// Counts the changes.
    pub version: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    Waiting,
    Called(Called),
    Serving { called: Called, begun_at: Timestamp },
    Served { called: Called, begun_at: Timestamp, at: Timestamp },
    NoShow { called: Called, at: Timestamp },
    Left { at: Timestamp, how: LeftHow },
}

/// A call to a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called {
    pub window: u16,
    pub by: AccountId,
    /// When they were called first: being called again doesn't move it.
    pub at: Timestamp,
    /// With the first.
    pub times: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftHow {
    /// They, or somebody for them, gave the number back.
    ByThemselves,
    /// Nobody had called them when the station closed.
    AtClosing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketAct {
    Call {
        window: u16,
        by: AccountId,
    },
    Recall {
        by: AccountId,
    },
    /// They weren't there; `back` is the rank that they would go back to: [`back_in_the_row`].
    NotThere {
        by: AccountId,
        back: Timestamp,
    },
    Begin {
        by: AccountId,
    },
    Finish {
        by: AccountId,
        case: Option<CaseId>,
    },
    Leave,
    /// A clerk sees that they go before others; `since` is from when on their place counts.
    Favour {
        since: Since,
        priority: Priority,
    },
    /// The window that they are at is closed.
    ShutWindow,
    /// The station has closed.
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketRefusal {
    #[error("the number was called, or has ended")]
    NotWaiting,
    #[error("the number isn't called now")]
    NotCalled,
    #[error("nobody is being served under the number")]
    NotServing,
    #[error("a colleague has called the number")]
    Anothers,
    #[error("the number was called as often as it may be")]
    RecallsUsedUp,
    #[error("the number is to be called once more first")]
    RecallFirst,
    #[error("the person is being served")]
    BeingServed,
    #[error("the number stands that far forward already")]
    ThatFarForward,
    #[error("the number has ended")]
    Over,
}

impl Ticket {
    pub fn act(mut self, act: TicketAct, rules: &FloorRules, now: Timestamp) -> Result<Self, TicketRefusal> {
        use {TicketAct as A, TicketState as S};
        self.state = match (self.state, act) {
            (S::Waiting, A::Call { window, by }) => S::Called(Called { window, by, at: now, times: 1 }),
            (S::Called(called), A::Recall { by }) => S::Called(recalled(held(called, by)?, rules)?),
            (S::Called(called), A::NotThere { by, back }) => self.not_there(held(called, by)?, back, rules, now)?,
            (S::Called(called), A::Begin { by }) => S::Serving { called: held(called, by)?, begun_at: now },
            (S::Serving { called, begun_at }, A::Finish { by, case }) => {
                self.case = case.or(self.case);
                S::Served { called: held(called, by)?, begun_at, at: now }
            }
            // Without a ground nobody goes before others, nor back to where they stood before they were missed.
            (S::Waiting, A::Favour { priority: Priority::None, .. }) => return Err(TicketRefusal::ThatFarForward),
            (S::Waiting, A::Favour { since, priority }) => self.moved_forward(rules.head_starts.rank_at(since, priority))?,
            (S::Called(_) | S::Serving { .. }, A::Favour { .. }) => return Err(TicketRefusal::NotWaiting),
            // The window went away from them, not they from it: it counts as no miss.
            (S::Called(_), A::ShutWindow) => S::Waiting,
            (S::Serving { called, begun_at }, A::ShutWindow) => S::Served { called, begun_at, at: now },
            (S::Waiting | S::Called(_), A::Leave) => S::Left { at: now, how: LeftHow::ByThemselves },
            (S::Waiting, A::Close) => S::Left { at: now, how: LeftHow::AtClosing },
            (S::Called(called), A::Close) => S::NoShow { called, at: now },
            (S::Serving { called, begun_at }, A::Close) => S::Served { called, begun_at, at: now },
            (S::Serving { .. }, A::Leave) => return Err(TicketRefusal::BeingServed),
            (S::Waiting, A::Recall { .. } | A::NotThere { .. } | A::Begin { .. } | A::ShutWindow) => return Err(TicketRefusal::NotCalled),
            (S::Waiting | S::Called(_), A::Finish { .. }) => return Err(TicketRefusal::NotServing),
            (S::Serving { .. }, A::Recall { .. } | A::NotThere { .. } | A::Begin { .. }) => return Err(TicketRefusal::NotCalled),
            (S::Called(_) | S::Serving { .. }, A::Call { .. }) => return Err(TicketRefusal::NotWaiting),
            (S::Served { .. } | S::NoShow { .. } | S::Left { .. }, _) => return Err(TicketRefusal::Over),
        };
        Ok(self)
    }

    /// Back into the row the first time, the end of the number the second.
    fn not_there(&mut self, called: Called, back: Timestamp, rules: &FloorRules, now: Timestamp) -> Result<TicketState, TicketRefusal> {
        if called.times == 1 && rules.recalls_max > 0 {
            return Err(TicketRefusal::RecallFirst);
        }
        self.missed = self.missed.saturating_add(1);
        if self.missed > 1 {
            return Ok(TicketState::NoShow { called, at: now });
        }
        self.rank_at = self.rank_at.max(back);
        Ok(TicketState::Waiting)
    }

    fn moved_forward(&mut self, to: Timestamp) -> Result<TicketState, TicketRefusal> {
        if to >= self.rank_at {
            return Err(TicketRefusal::ThatFarForward);
        }
        self.rank_at = to;
        Ok(TicketState::Waiting)
    }

    /// Whether it has not ended.
    pub fn is_live(&self) -> bool {
        match self.state {
            TicketState::Waiting | TicketState::Called(_) | TicketState::Serving { .. } => true,
            TicketState::Served { .. } | TicketState::NoShow { .. } | TicketState::Left { .. } => false,
        }
    }

    /// The call that it is at a window by.
    pub fn called(&self) -> Option<Called> {
        match self.state {
            TicketState::Called(called) | TicketState::Serving { called, .. } => Some(called),
            TicketState::Waiting | TicketState::Served { .. } | TicketState::NoShow { .. } | TicketState::Left { .. } => None,
        }
    }

    /// How long serving it took, once it is served.
    pub fn took(&self) -> Option<Duration> {
        match self.state {
            TicketState::Served { begun_at, at, .. } => Some(at - begun_at),
            TicketState::Waiting
            | TicketState::Called(_)
            | TicketState::Serving { .. }
            | TicketState::NoShow { .. }
            | TicketState::Left { .. } => None,
        }
    }
}

fn held(called: Called, by: AccountId) -> Result<Called, TicketRefusal> {
    if called.by == by { Ok(called) } else { Err(TicketRefusal::Anothers) }
}

fn recalled(called: Called, rules: &FloorRules) -> Result<Called, TicketRefusal> {
    if called.times > rules.recalls_max {
        return Err(TicketRefusal::RecallsUsedUp);
    }
    Ok(Called { times: called.times.saturating_add(1), ..called })
}

/// The rank just behind the place `places` in the row, or behind its last. `row` are the ranks of those who wait, in order.
/// None where nobody waits: then there is nobody to go behind.
pub fn back_in_the_row(row: &[Timestamp], places: u16) -> Option<Timestamp> {
    let at = usize::from(places).checked_sub(1)?;
    row.get(at).or(row.last()).map(|rank| *rank + Duration::microseconds(1))
}
