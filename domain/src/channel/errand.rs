//! An errand (电话或上门告知): a clerk of the station that serves the person calls or visits them, since no message reached them.
//! Who isn't there is tried again later, so many times; then a supervisor is told, and so they are of what nobody touched.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::ids::{AccountId, CaseId, ErrandId, MessageId, PersonId, StationCode};
use crate::time::{Timestamp, end_of, local_date};

/// What local rules settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ErrandRules {
    /// After which somebody who wasn't reached is tried again. Local; default: 4 hours.
    pub again_hours: u32,
    /// Attempts before a supervisor is told that nobody reached them. Local; default: 3.
    pub attempts_max: u32,
    /// Working days after which a supervisor is told what nobody touched. Local; default: 1.
    pub untouched_working_days: u16,
}

impl Default for ErrandRules {
    fn default() -> Self {
        Self { again_hours: 4, attempts_max: 3, untouched_working_days: 1 }
    }
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    ReachedByPhone,
    ReachedByVisit,
    NotReached,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    pub at: Timestamp,
    pub by: AccountId,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrandState {
    Waiting,
    Reached,
    /// Nobody reached them, however often it was tried.
    GivenUp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    pub id: ErrandId,
    /// What they are to be told.
    pub news: MessageId,
    pub person: PersonId,
    pub case: Option<CaseId>,
    /// Whose clerks run it.
    pub station: StationCode,
    pub state: ErrandState,
    pub opened_at: Timestamp,
    /// Not to be tried again before.
    pub due_at: Timestamp,
    /// When a supervisor is told that nobody touched it; none once they were.
    pub remind_at: Option<Timestamp>,
    pub attempts: Vec<Attempt>,
    pub ended_at: Option<Timestamp>,
}

/// Why an attempt isn't noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNoted {
    #[error("the errand is over")]
    Over,
    /// Who wasn't there just now isn't there now: attempts in a row are one.
    #[error("the next attempt is due later")]
    NotDue(Timestamp),
}

/// News of an errand, for those who watch over its station; the sentence is made where it is sent. It names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tidings {
    Untouched,
    NotReached,
}

impl Errand {
    pub fn open(
        (id, news): (ErrandId, MessageId),
        (person, case): (PersonId, Option<CaseId>),
        station: StationCode,
        (rules, calendar): (&ErrandRules, &Calendar),
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            news,
            person,
            case,
            station,
            state: ErrandState::Waiting,
            opened_at: now,
            due_at: now,
            remind_at: Some(remind_at(rules, calendar, now)),
            attempts: Vec::new(),
            ended_at: None,
        }
    }

    /// The errand after an attempt, and what a supervisor is told of it.
    pub fn after(
        mut self,
        (outcome, by): (Outcome, AccountId),
        (rules, calendar): (&ErrandRules, &Calendar),
        now: Timestamp,
    ) -> Result<(Self, Option<Tidings>), NotNoted> {
        if self.state != ErrandState::Waiting {
            return Err(NotNoted::Over);
        }
        if outcome == Outcome::NotReached && now < self.due_at {
            return Err(NotNoted::NotDue(self.due_at));
        }
        self.attempts.push(Attempt { at: now, by, outcome });
        let tried = u32::try_from(self.attempts.len()).unwrap_or(u32::MAX);
        let told = match outcome {
            Outcome::ReachedByPhone | Outcome::ReachedByVisit => {
                self.end(ErrandState::Reached, now);
                None
            }
            Outcome::NotReached if tried >= rules.attempts_max => {
                self.end(ErrandState::GivenUp, now);
                Some(Tidings::NotReached)
            }
            Outcome::NotReached => {
                self.due_at = now + Duration::hours(rules.again_hours.into());
                self.remind_at = Some(remind_at(rules, calendar, self.due_at));
                None
            }
        };
        Ok((self, told))
    }

    fn end(&mut self, state: ErrandState, now: Timestamp) {
        self.state = state;
        self.remind_at = None;
        self.ended_at = Some(now);
    }
}

/// The end of the last of the working days after the day of `from`.
fn remind_at(rules: &ErrandRules, calendar: &Calendar, from: Timestamp) -> Timestamp {
    end_of(calendar.after_working_days(local_date(from), rules.untouched_working_days).on)
}
