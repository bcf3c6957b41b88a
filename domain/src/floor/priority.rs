//! The order of the row. One formula: `rank_at = since - head_start`, the smallest first. `since` is when the number was taken, or,
//! for who comes in time to what they booked, when their slot begins; the head start is the longest that they have a ground for.
//!
//! A head start is no absolute right. Bounds, which tests hold: somebody is passed by nobody who came later than the longest head
//! start after them; so whoever waits is called after finitely many others.
//! Source: 老年人权益保障法, 残疾人保障法, 母婴保健法, 军人地位和权益保障法, 退役军人保障法; how long is local.

use chrono::{Datelike, Duration, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Why somebody goes before others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    None,
    /// 老年人
    Elderly,
    /// 残疾人
    Disabled,
    /// 孕妇，或带着婴幼儿的人
    Pregnant,
    /// 军人、军属、烈属、退役军人、消防救援人员
    Soldier,
}

/// From when on a place in the row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    Taken(Timestamp),
    /// The beginning of a booked slot, by somebody who came in time.
    Slot(Timestamp),
}

/// How many minutes before others somebody stands. Local data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HeadStarts {
    pub elderly: u16,
    pub disabled: u16,
    pub pregnant: u16,
    pub soldier: u16,
    /// Of who comes in time to what they booked. Without it a slot would be worth nothing behind a long row.
    pub appointment: u16,
    /// The age from which somebody counts as elderly: 60 by the law (老年人权益保障法 2).
    pub elderly_age: u16,
}

impl Default for HeadStarts {
    fn default() -> Self {
        Self { elderly: 30, disabled: 30, pregnant: 30, soldier: 30, appointment: 60, elderly_age: 60 }
    }
}

impl HeadStarts {
    /// The key by which the row is ordered.
    pub fn rank_at(&self, since: Since, priority: Priority) -> Timestamp {
        let favoured = self.of(priority);
        match since {
            Since::Taken(at) => at - favoured,
            Since::Slot(begin) => begin - favoured.max(minutes(self.appointment)),
        }
    }

    /// The longest that there is.
    pub fn longest(&self) -> Duration {
        minutes([self.elderly, self.disabled, self.pregnant, self.soldier, self.appointment].into_iter().max().unwrap_or_default())
    }

    /// What somebody's age alone says: the other grounds are seen at the station.
    pub fn by_age(&self, born: NaiveDate, today: NaiveDate) -> Priority {
        let birthday_to_come = (today.month(), today.day()) < (born.month(), born.day());
        let age = today.year() - born.year() - i32::from(birthday_to_come);
        if age >= i32::from(self.elderly_age) { Priority::Elderly } else { Priority::None }
    }

    fn of(&self, priority: Priority) -> Duration {
        minutes(match priority {
            Priority::None => 0,
            Priority::Elderly => self.elderly,
            Priority::Disabled => self.disabled,
            Priority::Pregnant => self.pregnant,
            Priority::Soldier => self.soldier,
        })
    }
}

fn minutes(count: u16) -> Duration {
    Duration::minutes(count.into())
}
