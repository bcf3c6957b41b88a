//! Separate consent (单独同意): a person agrees, for each kind of sensitive data by itself, to the handling of what a matter needs.
//!
//! Invariants: at most one live consent for a person and kind; a case is opened only where each kind that it touches has a live
//! consent to the text that stands now; a consent isn't undone, it ends: what was done while it held stands.
//! Source: 个人信息保护法 14, 15 (withdrawal), 16 (no refusal of what doesn't need the data), 28 to 30, 31 (a guardian's consent
//! under fourteen).

mod sensitive;
mod speaker;
#[cfg(test)]
mod tests;
mod tidings;

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::case::Subject;
use crate::ids::{ConsentId, PersonId};
use crate::people::CitizenId;
use crate::time::Timestamp;

pub use sensitive::Sensitive;
pub use speaker::{Entered, MayNot, Said, Speaker, Spoken, Whose, is_guardian, speak};
pub use tidings::{Tidings, told};

/// Below it a guardian agrees (个人信息保护法 31). Years.
const OF_AGE: u32 = 14;

/// The number of a text that people agree to, from 1 up for each kind. A text never changes; a new one has the next number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextVersion(pub u32);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub id: ConsentId,
    /// Whose data it is about.
    pub person: PersonId,
    pub kind: Sensitive,
    pub text: TextVersion,
    pub given_at: Timestamp,
    pub given: Said,
    pub ended: Option<Ended>,
}

/// The end of a consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    pub at: Timestamp,
    pub why: Ending,
    pub said: Said,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Withdrawn,
    /// They agreed to a newer text.
    Renewed,
}

impl Consent {
    pub fn is_live(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether it serves for a new case while `current` is the text that stands.
    pub fn serves(&self, current: TextVersion) -> bool {
        self.is_live() && self.text == current
    }

    /// What was said of it: agreeing to it, and ending it.
    pub fn said(&self) -> impl Iterator<Item = &Said> {
        [&self.given].into_iter().chain(self.ended.as_ref().map(|ended| &ended.said))
    }

    fn end(self, at: Timestamp, why: Ending, said: Said) -> Self {
        Self { ended: Some(Ended { at, why, said }), ..self }
    }
}

/// What somebody agrees to, and how it was said.
#[derive(Debug, Clone)]
pub struct NewConsent {
    pub id: ConsentId,
    pub person: PersonId,
    pub kind: Sensitive,
    /// The text that they were shown.
    pub text: TextVersion,
    pub at: Timestamp,
    pub said: Said,
}

/// What comes of agreeing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// They had agreed to this very text.
    Stands(Consent),
    New {
        consent: Consent,
        /// The one to an older text, ended by this one.
        replaced: Option<Box<Consent>>,
    },
}

/// Why a consent isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("another text stands now: {}", current.0)]
pub struct OtherText {
    pub current: TextVersion,
}

/// There is no live consent to withdraw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no live consent of this kind")]
pub struct NoneLive;

/// Agrees to the text that stands. `live` is the person's live consent of the kind, if they have one.
pub fn give(live: Option<Consent>, new: NewConsent, current: TextVersion) -> Result<Given, OtherText> {
    if new.text != current {
        return Err(OtherText { current });
    }
    let replaced = match live.filter(Consent::is_live) {
        Some(same) if same.text == current => return Ok(Given::Stands(same)),
        older => older.map(|older| Box::new(older.end(new.at, Ending::Renewed, new.said.clone()))),
    };
    let NewConsent { id, person, kind, text, at, said } = new;
    let consent = Consent { id, person, kind, text, given_at: at, given: said, ended: None };
    Ok(Given::New { consent, replaced })
}

/// Withdraws the live consent, to whichever text it was.
pub fn withdraw(live: Option<Consent>, at: Timestamp, said: Said) -> Result<Consent, NoneLive> {
    live.filter(Consent::is_live).map(|live| live.end(at, Ending::Withdrawn, said)).ok_or(NoneLive)
}

/// What has to be agreed to before a case that touches `kinds` is opened for the subject on `day`: for a household by who applies,
/// for an organisation by nobody. `number` is that person's.
pub fn needed(kinds: BTreeSet<Sensitive>, subject: &Subject, number: Option<&CitizenId>, day: NaiveDate) -> BTreeSet<Sensitive> {
    if subject.person().is_none() {
        return BTreeSet::new();
    }
    let child = number.filter(|number| is_under_age(number, day)).map(|_| Sensitive::Child);
    kinds.into_iter().chain(child).collect()
}

/// A text that somebody still has to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    pub kind: Sensitive,
    pub text: TextVersion,
}

/// Those of `needed` to which no consent serves, with the text that stands for each.
pub fn missing(needed: &BTreeSet<Sensitive>, consents: &[Consent], current: impl Fn(Sensitive) -> TextVersion) -> Vec<Missing> {
    let wanted = needed.iter().map(|kind| Missing { kind: *kind, text: current(*kind) });
    let served = |wanted: &Missing| consents.iter().any(|consent| consent.kind == wanted.kind && consent.serves(wanted.text));
    wanted.filter(|wanted| !served(wanted)).collect()
}

/// Whether somebody is under fourteen on `day`.
pub fn is_under_age(number: &CitizenId, day: NaiveDate) -> bool {
    number.birth_date().checked_add_months(Months::new(OF_AGE * 12)).is_some_and(|of_age| day < of_age)
}
