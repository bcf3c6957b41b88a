//! Answers as staff see them until they state what they need the whole for: numbers, phones, cards and addresses are hidden but for
//! a few characters, by which somebody who has the paper before them can tell that it is the same.
//! Text that isn't meant for numbers is shown, but for numbers in it that are long enough to be somebody's.
//! Invariant: nothing grows more readable by being masked twice; a key that the form doesn't know is hidden whole.

use chrono::NaiveDate;
use serde_json::Value;

use super::Answers;
use crate::catalogue::{Field, FieldType, Item};

/// What the labels of plain text fields say where a number is asked for.
const NUMBERED: [&str; 8] = ["身份证", "身份号码", "证号", "证件号", "卡号", "账号", "账户", "电话"];
/// The shortest number that could be somebody's: a phone without its area code.
const DIGITS_MIN: usize = 7;
const HIDDEN_MIN: usize = 4;
/// Characters of an address that are shown: as far as the county or the town.
const ADDRESS_CHARS_SHOWN: usize = 6;

impl Item {
    /// The answers with what is personal in them hidden.
    pub fn masked_answers(&self, answers: &Answers) -> Answers {
        let hide = |(key, answer): (&String, &Value)| {
            let shown = self.field(key).map_or_else(|| hidden_whole(answer), |field| masked_answer(field, answer));
            (key.clone(), shown)
        };
        answers.iter().map(hide).collect()
    }
}

fn masked_answer(field: &Field, answer: &Value) -> Value {
    let Some(text) = answer.as_str() else { return answer.clone() };
    match field.r#type {
        FieldType::IdNumber => but_for(text, 3, 2).into(),
        FieldType::Phone => but_for(text, 3, 4).into(),
        FieldType::BankCard => but_for(text, 0, 4).into(),
        FieldType::Address => address(text).into(),
        FieldType::Text if asks_for_a_number(field) => but_for(text, 2, 2).into(),
        FieldType::Text | FieldType::Textarea => without_numbers(text).into(),
        // A choice, a day, an amount, or the id of a file, which is fetched by itself.
        FieldType::Number | FieldType::Money | FieldType::Date | FieldType::Bool | FieldType::Select | FieldType::File => answer.clone(),
    }
}

fn asks_for_a_number(field: &Field) -> bool {
    NUMBERED.iter().any(|word| field.label.contains(word))
}

/// Hides all but the first `head` and the last `tail` characters; all where that would hide too few to matter.
fn but_for(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    let (head, tail) = if length < head + tail + HIDDEN_MIN { (0, 0) } else { (head, tail) };
    text.chars().enumerate().map(|(at, c)| if at < head || at + tail >= length { c } else { '*' }).collect()
}

fn address(text: &str) -> String {
    let shown = ADDRESS_CHARS_SHOWN.min(text.chars().count() / 2);
    text.chars().enumerate().map(|(at, c)| if at < shown { c } else { '*' }).collect()
}

fn hidden_whole(answer: &Value) -> Value {
    match answer {
        Value::String(text) => "*".repeat(text.chars().count()).into(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Value::Null,
    }
}

/// The text with its long numbers hidden. Spaces and hyphens may part the digits of a number; a number may end with X; a day is none.
fn without_numbers(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    let mut rest = letters.as_slice();
    while !rest.is_empty() {
        let (run, after) = rest.split_at(number_at(rest).max(1));
        let run: String = run.iter().collect();
        shown.push_str(&if is_somebodys(&run) { but_for(&run, 3, 2) } else { run });
        rest = after;
    }
    shown
}

fn is_somebodys(number: &str) -> bool {
    number.chars().filter(|c| c.is_numeric()).count() >= DIGITS_MIN && number.parse::<NaiveDate>().is_err()
}

/// How many characters of a number `letters` begin with.
fn number_at(letters: &[char]) -> usize {
    let parts = |c: &char| c.is_numeric() || matches!(c, ' ' | '-' | '－');
    if !letters.first().is_some_and(|c| c.is_numeric()) {
        return 0;
    }
    let run = letters.iter().take_while(|c| parts(c)).count();
    let ends = letters.get(..run).and_then(|run| run.iter().rposition(|c| c.is_numeric())).map_or(0, |last| last + 1);
    let check = letters.get(ends).is_some_and(|c| matches!(c, 'X' | 'x'));
    if check { ends + 1 } else { ends }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::catalogue::FilledBy;

    fn field(label: &str, r#type: FieldType) -> Field {
        Field {
            key: "k".into(),
            label: label.into(),
            r#type,
            required: true,
            options: Vec::new(),
            filled_by: FilledBy::Applicant,
            hint: String::new(),
        }
    }

    fn shown(label: &str, r#type: FieldType, answer: &str) -> String {
        masked_answer(&field(label, r#type), &json!(answer)).as_str().unwrap().to_owned()
    }

    #[test]
    fn numbers_cards_phones_and_addresses_keep_what_tells_that_they_are_the_same() {
        assert_eq!(shown("儿童身份证号", FieldType::IdNumber, "11010519491231002X"), "110*************2X");
        assert_eq!(shown("家属联系电话", FieldType::Phone, "13812345678"), "138****5678");
        assert_eq!(shown("收款账户", FieldType::BankCard, "6222021234567890128"), "***************0128");
        assert_eq!(shown("邮寄地址", FieldType::Address, "四川省眉山市岷东新区平桥村3组12号"), "四川省眉山市************");
        assert_eq!(shown("就医地", FieldType::Address, "成都市"), "成**");
    }

    #[test]
    fn a_text_field_whose_label_asks_for_a_number_is_one() {
        assert_eq!(shown("受让方证件号码", FieldType::Text, "E12345678"), "E1*****78");
        assert_eq!(shown("原账号后四位", FieldType::Text, "1234"), "****");
    }

    #[test]
    fn plain_words_stay_and_long_numbers_in_them_go() {
        assert_eq!(shown("见证人", FieldType::Text, "李四 13812345678"), "李四 138******78");
        assert_eq!(shown("事由", FieldType::Textarea, "张三11010519491231002X、138 1234 5678"), "张三110*************2X、138********78");
        assert_eq!(shown("事由", FieldType::Textarea, "3组12号，2026-09-14起5天"), "3组12号，2026-09-14起5天");
        assert_eq!(shown("用途", FieldType::Text, "办理入学"), "办理入学");
        assert_eq!(masked_answer(&field("人数", FieldType::Number), &json!(1_234_567_890)), json!(1_234_567_890));
    }

    #[test]
    fn an_answer_to_no_field_is_hidden_whole() {
        assert_eq!((hidden_whole(&json!("秘密")), hidden_whole(&json!(["a"]))), (json!("**"), Value::Null));
    }

    proptest! {
        #[test]
        fn no_number_of_seven_digits_or_more_is_left_in_a_text(text in "[a-z ]{0,5}[0-9]{7,20}X?[张李，。 0-9a-z-]{0,12}") {
            let shown = without_numbers(&text);
            prop_assert_eq!(shown.chars().count(), text.chars().count());
            let longest = shown.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
            prop_assert!(longest < DIGITS_MIN, "{}", shown);
            prop_assert_eq!(without_numbers(&shown), shown);
        }
    }
}
