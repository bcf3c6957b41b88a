//! The values of a message template (订阅消息模板): each stands under a key, a kind and a number (`thing1`), and its kind says what it may be.
//! Lengths count characters, not bytes; no kind takes a line break or another control character.
//! Source: WeChat's mini-program documentation, 订阅消息参数值内容限制说明.

mod forms;
#[cfg(test)]
mod tests;

use forms::{is_amount, is_car_number, is_chinese, is_date, is_name, is_number, is_range, is_time};

/// 事物: the most characters that a `thing` may have.
pub const THING_CHARS_MAX: usize = 20;
/// No template declares a longer choice: it is shown in one line.
const CHOICE_CHARS_MAX: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueFault {
    #[error("it is empty")]
    Empty,
    #[error("it is not of its kind")]
    Invalid,
    #[error("its key is not a kind and a number")]
    NoKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Thing,
    CharacterString,
    Number,
    Letter,
    Symbol,
    Time,
    Date,
    Amount,
    PhoneNumber,
    CarNumber,
    Name,
    Phrase,
    Enum,
}

impl Kind {
    /// The kind of a key such as `thing1`.
    pub fn of(key: &str) -> Option<Self> {
        let kind = key.trim_end_matches(|c: char| c.is_ascii_digit());
        if kind.len() == key.len() {
            return None;
        }
        match kind {
            "thing" => Some(Self::Thing),
            "character_string" => Some(Self::CharacterString),
            "number" => Some(Self::Number),
            "letter" => Some(Self::Letter),
            "symbol" => Some(Self::Symbol),
            "time" => Some(Self::Time),
            "date" => Some(Self::Date),
            "amount" => Some(Self::Amount),
            "phone_number" => Some(Self::PhoneNumber),
            "car_number" => Some(Self::CarNumber),
            "name" => Some(Self::Name),
            "phrase" => Some(Self::Phrase),
            "enum" => Some(Self::Enum),
            _ => None,
        }
    }

    fn allows(self, value: &str) -> bool {
        let len = value.chars().count();
        let all = |allowed: fn(char) -> bool| value.chars().all(allowed);
        match self {
            Self::Thing => len <= THING_CHARS_MAX,
            Self::CharacterString => len <= 32 && all(|c| c.is_ascii()),
            Self::Number => is_number(value, 32),
            Self::Letter => len <= 32 && all(|c| c.is_ascii_alphabetic()),
            Self::Symbol => len <= 5 && all(|c| !c.is_alphanumeric() && !c.is_whitespace()),
            Self::Time => is_range(value, is_time),
            Self::Date => is_range(value, |part| is_date(part) || is_time(part)),
            Self::Amount => is_amount(value),
            Self::PhoneNumber => len <= 17 && all(|c| c.is_ascii_digit() || c.is_ascii_punctuation() || c == ' '),
            Self::CarNumber => is_car_number(value),
            Self::Name => is_name(value),
            Self::Phrase => len <= 5 && all(is_chinese),
            Self::Enum => len <= CHOICE_CHARS_MAX,
        }
    }
}

/// Whether `value` may stand under `key`. `choices` are what an `enum` of the template may be, where they are known.
pub fn check(key: &str, value: &str, choices: Option<&[String]>) -> Result<(), ValueFault> {
    let kind = Kind::of(key).ok_or(ValueFault::NoKind)?;
    if value.trim().is_empty() {
        return Err(ValueFault::Empty);
    }
    let is_choice = kind != Kind::Enum || choices.is_none_or(|choices| choices.iter().any(|choice| choice == value));
    let allowed = !value.chars().any(breaks_the_line) && kind.allows(value) && is_choice;
    if allowed { Ok(()) } else { Err(ValueFault::Invalid) }
}

fn breaks_the_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A text cut to what a `thing` may hold; a cut one ends with `…`, within its twenty characters. What would break the line is a space.
pub fn thing(text: &str) -> String {
    let line = text.chars().map(|c| if breaks_the_line(c) { ' ' } else { c });
    if text.chars().count() <= THING_CHARS_MAX {
        return line.collect();
    }
    line.take(THING_CHARS_MAX - 1).chain(['…']).collect()
}
