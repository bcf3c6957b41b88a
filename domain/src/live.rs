//! Live updates: what changed, told to whoever watches it, so that nobody has to ask again and again.
//!
//! An update says which thing changed and how, never what is in it: whoever is told asks for the thing, and is shown what they may see.
//! Invariant: updates are read in the order of their `Sequence`, and whoever asks from the last one that they have misses none.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::case::Reach;
use crate::ids::{AccountId, BadCode, CaseId, PersonId, SessionId, StationCode};
use crate::queue::{WorkItem, WorkState};
use crate::time::Timestamp;

/// What can be watched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Topic {
    /// The work that waits at a station, or is in somebody's hands there.
    Queue(StationCode),
    Case(CaseId),
    /// What becomes of a bad review of a case, for who wrote it alone. The case's own topic is watched by those whom the review names, and
    /// nobody is to see it come.
    Review(CaseId),
    /// The hall of a station: its tickets, windows, and what is left of its slots.
    Hall(StationCode),
    /// Whom a station has to call or visit.
    Errands(StationCode),
}

/// Who watches, and in which session: its end ends the watching. Whether they still may is asked again and again while they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Watcher {
    /// Who isn't signed in: a screen in a hall.
    Anyone,
    Villager {
        person: PersonId,
        session: SessionId,
    },
    Staff {
        account: AccountId,
        session: SessionId,
    },
}

/// How a thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is new here, or came here from elsewhere.
    Arrived,
    /// Somebody has it in hand.
    Claimed,
    /// It waits again.
    Returned,
    Changed,
    /// It went elsewhere.
    Left,
    /// It is over.
    Closed,
}

/// Where an update stands among all. For others an opaque text, in ascending order only as a value of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sequence {
    /// Of the transaction that made the change.
    pub position: u64,
    /// Within it.
    pub nth: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    pub sequence: Sequence,
    pub change: Change,
    pub at: Timestamp,
}

/// What an update tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub topic: Topic,
    pub what: What,
    /// The id of what changed: a work item, a case; in a hall the number, the window's, or when the slot begins.
    pub thing: String,
}

impl Change {
    pub fn new(topic: Topic, what: What, thing: impl ToString) -> Self {
        Self { topic, what, thing: thing.to_string() }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Topic::Queue(station) => write!(f, "queue:{station}"),
            Topic::Case(case) => write!(f, "case:{case}"),
            Topic::Review(case) => write!(f, "review:{case}"),
            Topic::Hall(station) => write!(f, "hall:{station}"),
            Topic::Errands(station) => write!(f, "errands:{station}"),
        }
    }
}

impl FromStr for Topic {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let bad = || BadCode::new("Topic", text);
        match text.split_once(':').ok_or_else(bad)? {
            ("queue", code) => code.parse().map(Topic::Queue).map_err(|_| bad()),
            ("case", id) => id.parse().map(Topic::Case).map_err(|_| bad()),
            ("review", id) => id.parse().map(Topic::Review).map_err(|_| bad()),
            ("errands", code) => code.parse().map(Topic::Errands).map_err(|_| bad()),
            ("hall", code) => code.parse().map(Topic::Hall).map_err(|_| bad()),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.position, self.nth)
    }
}

impl FromStr for Sequence {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let bad = || BadCode::new("Sequence", text);
        let (position, nth) = text.split_once('-').ok_or_else(bad)?;
        // A sign or a leading zero would make a second text of the same place.
        let sequence = Self { position: position.parse().map_err(|_| bad())?, nth: nth.parse().map_err(|_| bad())? };
        if sequence.to_string() == text { Ok(sequence) } else { Err(bad()) }
    }
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl TryFrom<String> for $name {
            type Error = BadCode;
            fn try_from(text: String) -> Result<Self, BadCode> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.to_string()
            }
        }
    )*};
}

as_text!(Topic, Sequence);

/// What those who watch the queues are told when `before` becomes `after`: at its desk, and where it moves, at both.
pub fn changes_of(before: &WorkItem, after: &WorkItem) -> Vec<Change> {
    let tell = |item: &WorkItem, what| Change::new(Topic::Queue(item.desk.station.clone()), what, item.id);
    if before.desk.station != after.desk.station {
        return vec![tell(before, What::Left), tell(after, What::Arrived)];
    }
    what_became(before, after).map(|what| tell(after, what)).into_iter().collect()
}

/// What those who watch the other queues of a line are told, where an item is open to the whole of it, or was. `others` are the stations
/// of the line; what its desk's own is told, [`changes_of`] says.
pub fn changes_in_line<'a>(before: Option<&WorkItem>, after: &WorkItem, others: impl Iterator<Item = &'a StationCode>) -> Vec<Change> {
    let was_open = before.is_some_and(|before| before.desk.reach == Reach::Line);
    let what = match (before, was_open, after.desk.reach) {
        (_, false, Reach::Station) => None,
        (_, false, Reach::Line) => after.is_open().then_some(What::Arrived),
        (_, true, Reach::Station) => Some(What::Left),
        (before, true, Reach::Line) => before.and_then(|before| what_became(before, after)),
    };
    let Some(what) = what else { return Vec::new() };
    let at_its_desk =
        |station: &StationCode| *station == after.desk.station || before.is_some_and(|before| *station == before.desk.station);
    others.filter(|station| !at_its_desk(station)).map(|station| Change::new(Topic::Queue(station.clone()), what, after.id)).collect()
}

fn what_became(before: &WorkItem, after: &WorkItem) -> Option<What> {
    use WorkState::{Cancelled, Done, Leased, Ready};
    match (before.state, after.state) {
        (Done | Cancelled, Done | Cancelled) => None,
        (Ready | Leased(_), Done | Cancelled) => Some(What::Closed),
        // A sign of life concerns nobody else; another due time does.
        (Leased(had), Leased(has)) if had.holder == has.holder && before.fence == after.fence => {
            (before.due_at != after.due_at).then_some(What::Changed)
        }
        (Ready | Leased(_) | Done | Cancelled, Leased(_)) => Some(What::Claimed),
        (Leased(_) | Done | Cancelled, Ready) => Some(What::Returned),
        (Ready, Ready) if before == after => None,
        (Ready, Ready) => Some(What::Changed),
    }
}

#[cfg(test)]
mod tests;
