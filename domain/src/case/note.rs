//! Free words of staff about a case. They stay outside the events, so that the record survives an erasure.

use serde::{Deserialize, Serialize};

/// Longest text of one part of a note, in characters.
pub const NOTE_CHARS_MAX: usize = 2_000;
/// Most things that one supplement notice may ask for.
pub const ASKED_MAX: usize = 40;

/// One thing that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The material or the field of the form.
    pub what: String,
    /// What is wrong with it, or how it must be.
    pub requirement: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Note {
    Text {
        text: String,
    },
    /// Everything that has to be given, at once.
    Supplement {
        wanted: Vec<Wanted>,
    },
    NotAccepted {
        reason: String,
        /// The body or place that is right for it.
        go_to: Option<String>,
    },
    Refused {
        reason: String,
        /// The rule that the refusal rests on.
        basis: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    #[error("a note says something")]
    Empty,
    #[error("a text of a note has at most {NOTE_CHARS_MAX} characters")]
    TooLong,
    #[error("a supplement notice asks for 1 to {ASKED_MAX} things")]
    WantedCount,
}

impl Note {
    /// Every text says something and none is too long.
    pub fn check(&self) -> Result<(), BadNote> {
        match self {
            Note::Text { text } => check_text(text),
            Note::NotAccepted { reason, go_to } => check_text(reason).and(go_to.iter().try_for_each(|text| check_text(text))),
            Note::Refused { reason, basis } => check_text(reason).and(basis.iter().try_for_each(|text| check_text(text))),
            Note::Supplement { wanted } if !(1..=ASKED_MAX).contains(&wanted.len()) => Err(BadNote::WantedCount),
            Note::Supplement { wanted } => {
                wanted.iter().try_for_each(|wanted| check_text(&wanted.what).and(check_text(&wanted.requirement)))
            }
        }
    }
}

fn check_text(text: &str) -> Result<(), BadNote> {
    if text.trim().is_empty() {
        return Err(BadNote::Empty);
    }
    if text.chars().count() > NOTE_CHARS_MAX { Err(BadNote::TooLong) } else { Ok(()) }
}
