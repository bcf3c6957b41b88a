//! The forms that values of a template take.

use chrono::{NaiveDate, NaiveTime};

const NAME_CHINESE_MAX: usize = 10;
const NAME_LATIN_MAX: usize = 20;
const AMOUNT_DIGITS_MAX: usize = 10;
const CAR_NUMBER_MAX: usize = 8;

pub(super) fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// Digits, with decimals or without; `digits_max` counts both sides.
pub(super) fn is_number(value: &str, digits_max: usize) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, decimals) = match value.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (value, None),
    };
    is_digits(whole) && decimals.is_none_or(is_digits) && whole.len() + decimals.map_or(0, str::len) <= digits_max
}

pub(super) fn is_range(value: &str, is_part: fn(&str) -> bool) -> bool {
    match value.split_once('~') {
        Some((from, to)) => is_part(from.trim()) && is_part(to.trim()),
        None => is_part(value),
    }
}

/// `15:01`, `15:01:30`, with or without a date before it.
pub(super) fn is_time(value: &str) -> bool {
    let (date, clock) = match value.rsplit_once(' ') {
        Some((date, clock)) => (Some(date), clock),
        None => (None, value),
    };
    let is_clock = ["%H:%M", "%H:%M:%S"].iter().any(|format| NaiveTime::parse_from_str(clock, format).is_ok());
    is_clock && date.is_none_or(is_date)
}

pub(super) fn is_date(value: &str) -> bool {
    ["%Y年%m月%d日", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"].iter().any(|format| NaiveDate::parse_from_str(value, format).is_ok())
}

/// At most one currency sign, at most ten digits with decimals, and perhaps 元.
pub(super) fn is_amount(value: &str) -> bool {
    let number = value.strip_suffix('元').unwrap_or(value);
    let number = number.strip_prefix(['¥', '￥', '$', '€', '£']).unwrap_or(number);
    is_number(number, AMOUNT_DIGITS_MAX)
}

/// A number plate: letters and digits, its first and its last character perhaps Chinese.
pub(super) fn is_car_number(value: &str) -> bool {
    let chars: Vec<char> = value.chars().collect();
    let last = chars.len().saturating_sub(1);
    let fits = |(at, c): (usize, &char)| c.is_ascii_alphanumeric() || ((at == 0 || at == last) && is_chinese(*c));
    chars.len() <= CAR_NUMBER_MAX && chars.iter().enumerate().all(fits)
}

/// Letters and symbols alone may be twice as long; a mixed name counts as a Chinese one.
pub(super) fn is_name(value: &str) -> bool {
    let chars_max = if value.is_ascii() { NAME_LATIN_MAX } else { NAME_CHINESE_MAX };
    value.chars().count() <= chars_max && !value.chars().any(|c| c.is_ascii_digit())
}
