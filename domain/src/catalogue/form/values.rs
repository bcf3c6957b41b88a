//! One answer against its field: the same limits as the schema's, and what a schema can't express.
//! Source: GB/T 15694.1 (Luhn's check digit of a bank card), the numbering plan of China (phones).

use chrono::{Datelike, NaiveDate};
use serde_json::{Number, Value};

use super::{AnswerFlaw, MONEY_FEN_MAX, NUMBER_MAX, TEXT_CHARS_MAX, TEXTAREA_CHARS_MAX};
use crate::catalogue::{Field, FieldType};
use crate::ids::UploadId;
use crate::people::CitizenId;

/// The answer in its one form, or what is wrong with it.
pub(super) fn checked_value(field: &Field, answer: &Value) -> Result<Value, AnswerFlaw> {
    let wrong = AnswerFlaw::WrongType(field.r#type);
    let text = || answer.as_str().ok_or(wrong);
    match field.r#type {
        FieldType::Bool => answer.as_bool().map(Value::Bool).ok_or(wrong),
        FieldType::Number => answer.as_number().ok_or(wrong).and_then(amount),
        FieldType::Money => answer.as_number().and_then(whole).ok_or(wrong).and_then(fen),
        FieldType::Text | FieldType::Address => text().and_then(|text| prose(text, TEXT_CHARS_MAX, &[])),
        FieldType::Textarea => text().and_then(|text| prose(text, TEXTAREA_CHARS_MAX, &['\t', '\n', '\r'])),
        FieldType::Date => text().and_then(date),
        FieldType::Select => text().and_then(|text| option(text, &field.options)),
        FieldType::IdNumber => text().and_then(citizen_id),
        FieldType::Phone => text().and_then(phone),
        FieldType::BankCard => text().and_then(bank_card),
        FieldType::File => text().and_then(upload),
    }
}

fn amount(number: &Number) -> Result<Value, AnswerFlaw> {
    let in_range = number.as_f64().is_some_and(|value| (0.0..=f64::from(NUMBER_MAX)).contains(&value));
    let value = whole(number).map_or_else(|| Value::Number(number.clone()), Value::from);
    if in_range { Ok(value) } else { Err(AnswerFlaw::OutOfRange) }
}

fn fen(fen: i64) -> Result<Value, AnswerFlaw> {
    if (0..=MONEY_FEN_MAX).contains(&fen) { Ok(fen.into()) } else { Err(AnswerFlaw::OutOfRange) }
}

/// The integer that a number is: JSON tells 3 and 3.0 apart, JSON Schema doesn't.
fn whole(number: &Number) -> Option<i64> {
    let from_float = || number.as_f64().filter(|value| value.fract() == 0.0)?.to_string().parse().ok();
    number.as_i64().or_else(from_float)
}

fn prose(text: &str, chars_max: usize, allowed: &[char]) -> Result<Value, AnswerFlaw> {
    let is_space = |c: char| c.is_whitespace() || c == '\u{feff}';
    if text.chars().count() > chars_max {
        Err(AnswerFlaw::TooLong { chars_max })
    } else if text.chars().any(|c| c.is_control() && !allowed.contains(&c)) {
        Err(AnswerFlaw::ControlCharacter)
    } else if text.chars().all(is_space) {
        Err(AnswerFlaw::Blank)
    } else {
        Ok(text.trim().into())
    }
}

/// A date of the twentieth or twenty-first century: others are slips of the hand.
fn date(text: &str) -> Result<Value, AnswerFlaw> {
    let date: NaiveDate = text.parse().map_err(|_| AnswerFlaw::BadDate)?;
    let is_exact = date.to_string() == text && (1900..2100).contains(&date.year());
    if is_exact { Ok(text.into()) } else { Err(AnswerFlaw::BadDate) }
}

fn option(text: &str, options: &[String]) -> Result<Value, AnswerFlaw> {
    if options.iter().any(|option| option == text) { Ok(text.into()) } else { Err(AnswerFlaw::NotAnOption) }
}

fn citizen_id(text: &str) -> Result<Value, AnswerFlaw> {
    let id: CitizenId = text.parse().map_err(|_| AnswerFlaw::BadCitizenId)?;
    Ok(id.as_str().into())
}

fn phone(text: &str) -> Result<Value, AnswerFlaw> {
    if is_mobile(text) || is_landline(text) { Ok(text.into()) } else { Err(AnswerFlaw::BadPhone) }
}

fn is_mobile(text: &str) -> bool {
    matches!(text.as_bytes(), [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit))
}

/// Area code of three or four digits, number of seven or eight, perhaps an extension.
fn is_landline(text: &str) -> bool {
    [3, 4].into_iter().filter_map(|area| text.split_at_checked(area)).any(|(area, rest)| {
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let (number, extension) = rest.split_once('-').map_or((rest, None), |(number, extension)| (number, Some(extension)));
        is_area_code(area) && is_local_number(number) && extension.is_none_or(|extension| is_digits(extension, 1, 6))
    })
}

fn is_area_code(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0', b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit))
}

fn is_local_number(text: &str) -> bool {
    is_digits(text, 7, 8) && text.starts_with(|first| ('2'..='9').contains(&first))
}

fn is_digits(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn bank_card(text: &str) -> Result<Value, AnswerFlaw> {
    if is_digits(text, 12, 19) && fits_luhn(text) { Ok(text.into()) } else { Err(AnswerFlaw::BadBankCard) }
}

fn fits_luhn(digits: &str) -> bool {
    let values = digits.bytes().rev().map(|digit| u32::from(digit.saturating_sub(b'0')));
    let sum: u32 = values.zip([1, 2].into_iter().cycle()).map(|(value, weight)| value * weight).map(|n| n / 10 + n % 10).sum();
    sum.is_multiple_of(10)
}

fn upload(text: &str) -> Result<Value, AnswerFlaw> {
    const HYPHENATED_LEN: usize = 36;
    let id: UploadId = text.parse().map_err(|_| AnswerFlaw::BadUpload)?;
    if text.len() == HYPHENATED_LEN { Ok(id.to_string().into()) } else { Err(AnswerFlaw::BadUpload) }
}
