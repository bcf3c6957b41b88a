//! What of an answer to a bad review may be published: nothing that names or numbers anybody. Source: 国办发〔2019〕51号 (reviews and their
//! answers are public, who reviewed is protected).

/// Digits that may stand together: a year and a month, a sum, not a phone or an identity number.
const DIGITS_MAX: usize = 6;
/// A name of one character stands in too many words.
const NAME_CHARS_MIN: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unpublishable {
    #[error("it has a number of more than {DIGITS_MAX} digits in it")]
    Number,
    #[error("it names somebody of the case")]
    Name,
}

/// Whether a text may be read by everybody. `names` are those of the people of the case and of who handled it.
pub fn may_be_published<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Result<(), Unpublishable> {
    if longest_number(text) > DIGITS_MAX {
        return Err(Unpublishable::Number);
    }
    let plain = without_blanks(text);
    let told = |name: &str| name.chars().count() >= NAME_CHARS_MIN && plain.contains(name);
    if names.into_iter().map(without_blanks).any(|name| told(&name)) { Err(Unpublishable::Name) } else { Ok(()) }
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// In digits, whatever blanks and dashes stand between them.
fn longest_number(text: &str) -> usize {
    let (mut longest, mut current) = (0, 0);
    for c in text.chars() {
        match c {
            '0'..='9' | '０'..='９' => current += 1,
            ' ' | '-' | '－' | '\u{3000}' => {}
            _end_of_a_number => current = 0,
        }
        longest = longest.max(current);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_names_and_numbers_may_be_published() {
        let names = ["王桂芳", "李"];
        assert_eq!(may_be_published("已于 2026 年 10 月前加开窗口，李子成熟时节也不例外", names), Ok(()));
        assert_eq!(may_be_published("已向王 桂芳致歉", names), Err(Unpublishable::Name));
        for number in ["138 1234 5678", "138-1234-5678", "１３８１２３４", "11010519491231002X"] {
            assert_eq!(may_be_published(number, names), Err(Unpublishable::Number), "{number}");
        }
    }
}
