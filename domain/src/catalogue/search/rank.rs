//! How well a name answers a query. A strict match is what was asked, however it was typed; a forgiving one allows a slip.

use super::key::{Called, Key, Query};
use super::pinyin::{Letters, Sound, Typing};

/// Best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Exact,
    Alias,
    Prefix,
    Substring,
    /// The query is a sentence that holds the name.
    Sentence,
    Pinyin,
    Initials,
    /// The query's characters in their order with others between: 残疾证 in 残疾人证.
    Scattered,
    Fuzzy,
}

/// Lower is better: the rank, then how much the two differ beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    rank: Rank,
    distance: usize,
}

impl Score {
    fn new(rank: Rank, distance: usize) -> Score {
        Score { rank, distance }
    }

    /// Whether this is what was asked, so that no slip needs to be supposed.
    pub(super) fn is_certain(&self) -> bool {
        match self.rank {
            Rank::Exact | Rank::Alias | Rank::Prefix | Rank::Substring | Rank::Pinyin | Rank::Initials => true,
            Rank::Sentence | Rank::Scattered | Rank::Fuzzy => false,
        }
    }
}

/// What was asked: in characters, in a sentence, in letters, by ear, or abbreviated.
pub(super) fn strict(query: &Query, key: &Key) -> Option<Score> {
    written(query, key).or_else(|| typed(query, key)).or_else(|| heard(query, key)).or_else(|| scattered(query, key))
}

fn written(query: &Query, key: &Key) -> Option<Score> {
    let (asked, called) = (&query.chars, &key.chars);
    let distance = called.len().abs_diff(asked.len());
    if asked == called {
        return Some(match key.called {
            Called::Name => Score::new(Rank::Exact, 0),
            Called::Alias => Score::new(Rank::Alias, 0),
            Called::Core => Score::new(Rank::Alias, 1),
        });
    }
    if called.starts_with(asked) {
        return Some(Score::new(Rank::Prefix, distance));
    }
    if holds(called, asked) {
        return Some(Score::new(Rank::Substring, distance));
    }
    (called.len() >= 2 && holds(asked, called)).then(|| Score::new(Rank::Sentence, distance))
}

fn holds(whole: &[char], part: &[char]) -> bool {
    !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
}

/// From any character on; whole names before beginnings before middles.
fn typed(query: &Query, key: &Key) -> Option<Score> {
    let letters = query.letters.as_ref()?;
    let starts = (0..key.sounds.len()).filter_map(|start| Some((start, key.sounds.get(start..)?)));
    starts.filter_map(|(start, sounds)| typed_from(letters, sounds).map(|score| Score { distance: score.distance + start, ..score })).min()
}

/// Initials take in whatever is typed in syllables, and most names are neither.
fn typed_from(letters: &Letters, sounds: &[Sound]) -> Option<Score> {
    let by_initials = letters.spell(sounds, Typing::Initials)?;
    let score = |rank, count| Score::new(rank, sounds.len() - count);
    let in_syllables = letters.spell(sounds, Typing::Syllables).map(|count| score(Rank::Pinyin, count));
    Some(in_syllables.unwrap_or(score(Rank::Initials, by_initials)))
}

/// A character for another of the same sound: 残疾正 for 残疾证.
fn heard(query: &Query, key: &Key) -> Option<Score> {
    let asked = &query.sounds;
    let alike = |window: &[Sound]| window.iter().zip(asked).all(|(ours, theirs)| ours.is_like(theirs));
    let is_heard = asked.len() >= 2 && key.sounds.windows(asked.len()).any(alike);
    is_heard.then(|| Score::new(Rank::Pinyin, key.sounds.len() - asked.len()))
}

fn scattered(query: &Query, key: &Key) -> Option<Score> {
    let asked = &query.chars;
    if asked.len() < 2 || asked.iter().all(char::is_ascii) {
        return None;
    }
    let width_max = 2 * asked.len() + 1;
    let starts = (0..key.chars.len()).filter_map(|start| key.chars.get(start..));
    let widths = starts.filter_map(|rest| width_of(rest, asked)).filter(|width| *width <= width_max);
    widths.min().map(|width| Score::new(Rank::Scattered, width - asked.len()))
}

/// How many characters, from the first on, hold all of `part` in order.
fn width_of(text: &[char], part: &[char]) -> Option<usize> {
    let (first, rest) = part.split_first()?;
    let mut left = text.iter().enumerate().map(|(place, c)| (place + 1, c));
    let mut width = left.next().filter(|(_, c)| *c == first)?.0;
    for wanted in rest {
        width = left.find(|(_, c)| *c == wanted)?.0;
    }
    Some(width)
}

/// A strict match, or a slip of one letter or character, or a sentence in other words.
pub(super) fn strict_or_forgiving(query: &Query, key: &Key) -> Option<Score> {
    let slip = || mistyped(query, key).or_else(|| miswritten(&query.chars, key)).or_else(|| miswritten(&query.gist, key));
    strict(query, key).or_else(slip).or_else(|| in_other_words(query, key))
}

fn mistyped(query: &Query, key: &Key) -> Option<Score> {
    const LETTERS_MIN: usize = 4;
    let is_slip = query.letters.is_some() && query.chars.len() >= LETTERS_MIN && is_one_off(&query.chars, &key.letters);
    is_slip.then(|| Score::new(Rank::Fuzzy, 1))
}

fn miswritten(asked: &[char], key: &Key) -> Option<Score> {
    const CHARS_MIN: usize = 3;
    if asked.len() < CHARS_MIN || asked.iter().all(char::is_ascii) {
        return None;
    }
    let sizes = [asked.len(), asked.len() - 1, asked.len() + 1];
    let is_near = |size: &usize| key.chars.windows(*size).any(|window| is_one_off(asked, window));
    sizes.iter().any(is_near).then(|| Score::new(Rank::Fuzzy, 1 + key.chars.len().abs_diff(asked.len())))
}

/// At most one character more, less or other.
fn is_one_off(a: &[char], b: &[char]) -> bool {
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same_front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let shorter = a.len().min(b.len());
    let same_back = a.iter().rev().zip(b.iter().rev()).take(shorter - same_front).take_while(|(x, y)| x == y).count();
    a.len().max(b.len()) - same_front - same_back <= 1
}

/// Two neighbours in common at least, and most of the name or of the question.
fn in_other_words(query: &Query, key: &Key) -> Option<Score> {
    const SHARED_MIN: usize = 2;
    let shared = query.pairs.intersection(&key.pairs).count();
    let most_of_either = 2 * shared >= key.pairs.len() || 5 * shared >= 3 * query.pairs.len();
    let apart = query.pairs.len() + key.pairs.len() - 2 * shared;
    (shared >= SHARED_MIN && most_of_either).then(|| Score::new(Rank::Fuzzy, 10 + apart))
}
