//! Whether the words of a bad review are read by those whom it names, once they may read it at all: they are looked through before, by
//! WeChat's content check or by whoever looks after the rectification. The review counts whatever is thought of its words, and who
//! rectifies it reads them in any case: to put right what is wrong is their task, and to bear the words that it is said in too.
//! Words that nobody has looked through yet are shown to nobody else; none is lost. Units: instants. Source: WeChat's documents on content
//! safety (内容安全): what it calls risky is hidden, what it calls for review, or doesn't know, is for people.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::rectification::Secrecy;
use crate::time::Timestamp;

/// How it stands with the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordsState {
    /// They are being looked through.
    Unchecked,
    Shown,
    /// A person has to look.
    Held,
    Hidden,
}

/// Whether WeChat can be asked about somebody's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    KnownToWechat,
    /// They wrote without it.
    Unknown,
}

/// What was heard of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Pass,
    Review,
    Risky,
    /// WeChat doesn't say: whoever wrote them wasn't in the app within two hours, or isn't known there any more.
    NoVerdict,
    /// It can't be asked now.
    Unreachable,
}

/// What a person thinks who looks after the rectification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    Show,
    Hide,
}

/// How it stands with words, and when they are looked through again; none for never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    pub state: WordsState,
    pub again_at: Option<Timestamp>,
}

const AGAIN_AFTER: Duration = Duration::minutes(10);
/// After as long WeChat says nothing any more of who wrote the words.
const ASKED_FOR: Duration = Duration::hours(2);

impl Next {
    fn settled(state: WordsState) -> Self {
        Self { state, again_at: None }
    }
}

/// What happens with words that have just been written. What is sealed goes to nobody outside.
pub fn written(writer: Writer, secrecy: Secrecy, now: Timestamp) -> Next {
    match (writer, secrecy) {
        (Writer::KnownToWechat, Secrecy::Ordinary) => Next { state: WordsState::Unchecked, again_at: Some(now) },
        (Writer::Unknown, _) | (Writer::KnownToWechat, Secrecy::Sealed) => Next::settled(WordsState::Held),
    }
}

/// What follows from what was heard of words that were `written_at`.
pub fn looked_through(heard: Heard, written_at: Timestamp, now: Timestamp) -> Next {
    match heard {
        Heard::Pass => Next::settled(WordsState::Shown),
        Heard::Risky => Next::settled(WordsState::Hidden),
        Heard::Review | Heard::NoVerdict => Next::settled(WordsState::Held),
        Heard::Unreachable if now - written_at >= ASKED_FOR => Next::settled(WordsState::Held),
        Heard::Unreachable => Next { state: WordsState::Unchecked, again_at: Some(now + AGAIN_AFTER) },
    }
}

impl Look {
    /// A person's word counts for more than the check's.
    pub fn state(self) -> WordsState {
        match self {
            Self::Show => WordsState::Shown,
            Self::Hide => WordsState::Hidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        "2026-09-14T01:30:00Z".parse::<Timestamp>().unwrap() + Duration::minutes(minutes)
    }

    fn follows(heard: Heard, after: i64) -> (WordsState, Option<Timestamp>) {
        let next = looked_through(heard, at(0), at(after));
        (next.state, next.again_at)
    }

    #[test]
    fn what_passes_is_shown_what_is_risky_hidden_and_what_nobody_knows_is_for_people() {
        assert_eq!(follows(Heard::Pass, 0), (WordsState::Shown, None));
        assert_eq!(follows(Heard::Risky, 0), (WordsState::Hidden, None));
        for heard in [Heard::Review, Heard::NoVerdict] {
            assert_eq!(follows(heard, 0), (WordsState::Held, None));
        }
    }

    #[test]
    fn while_it_can_t_be_asked_it_is_asked_again_and_after_two_hours_people_look() {
        assert_eq!(follows(Heard::Unreachable, 0), (WordsState::Unchecked, Some(at(10))));
        assert_eq!(follows(Heard::Unreachable, 119), (WordsState::Unchecked, Some(at(129))));
        assert_eq!(follows(Heard::Unreachable, 120), (WordsState::Held, None));
    }

    #[test]
    fn words_without_wechat_and_words_about_what_is_sealed_go_to_nobody_outside() {
        let first = |writer, secrecy| written(writer, secrecy, at(0));
        assert_eq!(first(Writer::KnownToWechat, Secrecy::Ordinary), Next { state: WordsState::Unchecked, again_at: Some(at(0)) });
        for (writer, secrecy) in [(Writer::Unknown, Secrecy::Ordinary), (Writer::KnownToWechat, Secrecy::Sealed)] {
            assert_eq!(first(writer, secrecy), Next::settled(WordsState::Held));
        }
    }
}
