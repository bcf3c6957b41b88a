//! How characters are typed: by their pinyin without tones (ü as v), or by its first letters.

use pinyin::ToPinyinMulti;

/// How one character of a name sounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sound {
    /// A Chinese character with its readings, the usual one first.
    Read(Vec<String>),
    /// A letter or a digit, typed as itself.
    Plain(String),
}

/// Whether whole syllables are typed, or a first letter may stand for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typing {
    Syllables,
    Initials,
}

impl Sound {
    pub(super) fn of(c: char) -> Sound {
        let Some(readings) = c.to_pinyin_multi() else { return Sound::Plain(c.to_string()) };
        let mut letters: Vec<String> = Vec::new();
        for reading in readings {
            let reading = reading.plain().replace('ü', "v");
            if !letters.contains(&reading) {
                letters.push(reading);
            }
        }
        Sound::Read(letters)
    }

    pub(super) fn first(&self) -> Option<&str> {
        self.ways().first().map(String::as_str)
    }

    fn ways(&self) -> &[String] {
        match self {
            Sound::Read(readings) => readings,
            Sound::Plain(itself) => std::slice::from_ref(itself),
        }
    }

    fn may_begin(&self, letter: u8) -> bool {
        self.ways().iter().any(|way| way.bytes().next() == Some(letter))
    }

    /// Whether two characters may be taken for each other by ear.
    pub(super) fn is_like(&self, other: &Sound) -> bool {
        match (self, other) {
            (Sound::Read(ours), Sound::Read(theirs)) => ours.iter().any(|reading| theirs.contains(reading)),
            (Sound::Plain(ours), Sound::Plain(theirs)) => ours == theirs,
            (Sound::Read(_), Sound::Plain(_)) | (Sound::Plain(_), Sound::Read(_)) => false,
        }
    }
}

/// What is typed in letters and digits alone; at most 63 of them, so that the places reached fit a word.
#[derive(Debug)]
pub(super) struct Letters(String);

impl Letters {
    const MAX: usize = 63;

    pub(super) fn new(chars: &[char]) -> Option<Letters> {
        let typed = !chars.is_empty() && chars.len() <= Self::MAX && chars.iter().all(char::is_ascii_alphanumeric);
        typed.then(|| Letters(chars.iter().collect()))
    }

    /// How many of the characters, from the first on, these letters type; none if they type something else.
    /// The last syllable may be unfinished.
    pub(super) fn spell(&self, sounds: &[Sound], typing: Typing) -> Option<usize> {
        if !sounds.first()?.may_begin(self.0.bytes().next()?) {
            return None;
        }
        let mut reached = Places::START;
        for (count, sound) in sounds.iter().enumerate() {
            let mut next = Places::NONE;
            for (place, way) in reached.iter().flat_map(|place| sound.ways().iter().map(move |way| (place, way.as_str()))) {
                let rest = self.0.get(place..).unwrap_or_default();
                if rest.is_empty() || way.starts_with(rest) {
                    return Some(count + usize::from(!rest.is_empty()));
                }
                if rest.starts_with(way) {
                    next.add(place + way.len());
                }
                if typing == Typing::Initials && rest.bytes().next() == way.bytes().next() {
                    next.add(place + 1);
                }
            }
            reached = next;
        }
        reached.contains(self.0.len()).then_some(sounds.len())
    }
}

/// A set of places in the letters, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Places(u64);

impl Places {
    const NONE: Places = Places(0);
    const START: Places = Places(1);

    fn add(&mut self, place: usize) {
        self.0 |= 1 << place;
    }

    fn contains(self, place: usize) -> bool {
        self.0 & (1 << place) != 0
    }

    fn iter(self) -> impl Iterator<Item = usize> {
        (0..=Letters::MAX).take_while(move |place| self.0 >> place != 0).filter(move |place| self.contains(*place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(letters: &str, text: &str, typing: Typing) -> Option<usize> {
        let sounds: Vec<Sound> = text.chars().map(Sound::of).collect();
        Letters::new(&letters.chars().collect::<Vec<_>>()).unwrap().spell(&sounds, typing)
    }

    #[test]
    fn syllables_are_typed_whole_but_the_last() {
        assert_eq!(spelled("dibao", "低保", Typing::Syllables), Some(2));
        assert_eq!(spelled("diba", "低保金", Typing::Syllables), Some(2));
        assert_eq!(spelled("dbao", "低保", Typing::Syllables), None);
        assert_eq!(spelled("dibaoa", "低保", Typing::Syllables), None);
    }

    #[test]
    fn initials_may_stand_for_syllables_and_mix_with_them() {
        assert_eq!(spelled("db", "低保", Typing::Initials), Some(2));
        assert_eq!(spelled("dbj", "低保金", Typing::Initials), Some(3));
        assert_eq!(spelled("dibj", "低保金", Typing::Initials), Some(3));
        assert_eq!(spelled("dbx", "低保金", Typing::Initials), None);
    }

    #[test]
    fn every_reading_of_a_character_counts() {
        for typed in ["yinhang", "yinxing"] {
            assert_eq!(spelled(typed, "银行", Typing::Syllables), Some(2), "{typed}");
        }
        assert_eq!(spelled("80suibutie", "80岁补贴", Typing::Syllables), Some(5));
        assert_eq!(spelled("lvse", "绿色", Typing::Syllables), Some(2));
    }

    #[test]
    fn the_longest_query_stays_within_the_word() {
        let letters = "a".repeat(Letters::MAX);
        assert_eq!(spelled(&letters, &"阿".repeat(Letters::MAX), Typing::Initials), Some(Letters::MAX));
        assert!(Letters::new(&vec!['a'; Letters::MAX + 1]).is_none());
    }
}
