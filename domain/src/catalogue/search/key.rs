//! The two sides of a match: what an item is called, and what is asked.

use std::collections::BTreeSet;

use super::pinyin::{Letters, Sound};

/// Longer questions are cut: what matters stands at the front, and the work stays small.
const QUERY_CHARS_MAX: usize = 48;
/// What people say before the thing itself: 办低保 is asked for as 低保 too.
const VERBS: [&str; 14] = ["申请", "办理", "申报", "办", "领", "吃", "交", "要", "开", "打", "买", "请", "补", "换"];
/// What a sentence holds beside its matter.
const FILLERS: &str = "我你他她它的了吗呢啊吧么嘛呀怎哪想要去请问给能可以";

/// Which of an item's names a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    Name,
    Alias,
    /// An alias without its verb.
    Core,
}

/// One name of an item, with all that matching needs of it.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub called: Called,
    pub chars: Vec<char>,
    pub sounds: Vec<Sound>,
    /// The whole in pinyin, by the first reading of each character.
    pub letters: Vec<char>,
    pub pairs: BTreeSet<(char, char)>,
}

impl Key {
    pub(super) fn all(name: &str, aliases: &[String]) -> Vec<Key> {
        let cores = aliases.iter().filter_map(|alias| core(alias)).map(|core| Key::new(Called::Core, core));
        let aliases = aliases.iter().map(|alias| Key::new(Called::Alias, alias));
        std::iter::once(Key::new(Called::Name, name)).chain(aliases).chain(cores).collect()
    }

    fn new(called: Called, text: &str) -> Key {
        let chars = plain(text);
        let sounds: Vec<Sound> = chars.iter().map(|c| Sound::of(*c)).collect();
        let letters = sounds.iter().filter_map(Sound::first).flat_map(str::chars).collect();
        Key { called, pairs: pairs(&chars), chars, sounds, letters }
    }
}

fn core(alias: &str) -> Option<&str> {
    VERBS.iter().find_map(|verb| alias.strip_prefix(verb)).filter(|core| core.chars().count() >= 2)
}

/// What is asked, as it is compared.
#[derive(Debug)]
pub(super) struct Query {
    pub chars: Vec<char>,
    pub sounds: Vec<Sound>,
    /// The query if it is typed in letters alone.
    pub letters: Option<Letters>,
    /// The query without its filling words, and the pairs in it.
    pub gist: Vec<char>,
    pub pairs: BTreeSet<(char, char)>,
}

impl Query {
    pub(super) fn new(text: &str) -> Query {
        let mut chars = plain(text);
        chars.truncate(QUERY_CHARS_MAX);
        let gist: Vec<char> = chars.iter().copied().filter(|c| !FILLERS.contains(*c)).collect();
        Query { sounds: chars.iter().map(|c| Sound::of(*c)).collect(), letters: Letters::new(&chars), pairs: pairs(&gist), gist, chars }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }
}

/// Letters, digits and characters alone: lower case, half width, without spaces and punctuation.
fn plain(text: &str) -> Vec<char> {
    text.chars().map(half_width).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn half_width(c: char) -> char {
    const SHIFT: u32 = 0xff01 - 0x21;
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - SHIFT).unwrap_or(c),
        other => other,
    }
}

fn pairs(chars: &[char]) -> BTreeSet<(char, char)> {
    chars.iter().copied().zip(chars.iter().copied().skip(1)).collect()
}
