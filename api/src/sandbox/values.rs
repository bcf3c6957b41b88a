//! The kinds of value in a message template, and what each allows. Lengths count characters, not bytes.

use chrono::{NaiveDate, NaiveTime};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueFault {
    Empty,
    Invalid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
}

impl Kind {
    /// The kind of a key such as `thing1`.
    pub(super) fn of(key: &str) -> Option<Self> {
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
            _ => None,
        }
    }

    pub(super) fn check(self, value: &str) -> Result<(), ValueFault> {
        if value.trim().is_empty() {
            return Err(ValueFault::Empty);
        }
        let allowed = !value.chars().any(char::is_control) && self.allows(value);
        if allowed { Ok(()) } else { Err(ValueFault::Invalid) }
    }

    fn allows(self, value: &str) -> bool {
        let len = value.chars().count();
        let all = |allowed: fn(char) -> bool| value.chars().all(allowed);
        match self {
            Self::Thing => len <= 20,
            Self::CharacterString => len <= 32 && all(|c| c.is_ascii()),
            Self::Number => len <= 32 && value.parse::<f64>().is_ok() && all(|c| c.is_ascii_digit() || matches!(c, '.' | '-')),
            Self::Letter => len <= 32 && all(|c| c.is_ascii_alphabetic()),
            Self::Symbol => len <= 5 && all(|c| !c.is_alphanumeric()),
            Self::Time => is_range(value, is_time),
            Self::Date => is_range(value, |part| is_date(part) || is_time(part)),
            Self::Amount => is_amount(value),
            Self::PhoneNumber => len <= 17 && all(|c| c.is_ascii_digit() || c.is_ascii_punctuation() || c == ' '),
            Self::CarNumber => len <= 8 && all(char::is_alphanumeric),
            Self::Name => len <= if all(|c| c.is_ascii()) { 20 } else { 10 },
            Self::Phrase => len <= 5 && all(is_chinese),
        }
    }
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

fn is_range(value: &str, is_part: fn(&str) -> bool) -> bool {
    match value.split_once('~') {
        Some((from, to)) => is_part(from.trim()) && is_part(to.trim()),
        None => is_part(value),
    }
}

/// `15:01`, `15:01:30`, with or without a date before it.
fn is_time(value: &str) -> bool {
    let (date, clock) = match value.rsplit_once(' ') {
        Some((date, clock)) => (Some(date), clock),
        None => (None, value),
    };
    let is_clock = ["%H:%M", "%H:%M:%S"].iter().any(|format| NaiveTime::parse_from_str(clock, format).is_ok());
    is_clock && date.is_none_or(is_date)
}

fn is_date(value: &str) -> bool {
    ["%Y年%m月%d日", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"].iter().any(|format| NaiveDate::parse_from_str(value, format).is_ok())
}

/// At most one currency sign, at most ten digits with decimals, and perhaps 元.
fn is_amount(value: &str) -> bool {
    let number = value.trim_end_matches('元');
    let number = number.strip_prefix(['¥', '￥', '$', '€', '£']).unwrap_or(number);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (1..=10).contains(&digits) && number.parse::<f64>().is_ok() && number.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, value: &str) -> Result<(), ValueFault> {
        Kind::of(key).unwrap().check(value)
    }

    #[test]
    fn each_kind_takes_what_wechat_shows_for_it() {
        let shown = [
            ("thing1", "城乡居民养老保险参保登记"),
            ("character_string2", "DB20261122-0007"),
            ("number3", "12.5"),
            ("letter4", "ABC"),
            ("symbol5", "!!"),
            ("time6", "2026年11月22日 15:01"),
            ("time6", "09:00~17:30"),
            ("date7", "2026-11-22"),
            ("date7", "2026年11月22日~2026年11月30日"),
            ("amount8", "¥5.00"),
            ("amount8", "5元"),
            ("phone_number9", "0766-66888866"),
            ("car_number10", "粤A8Z888挂"),
            ("name11", "张三"),
            ("phrase12", "办理中"),
        ];
        for (key, value) in shown {
            assert_eq!(check(key, value), Ok(()), "{key} {value}");
        }
    }

    #[test]
    fn each_kind_refuses_what_is_not_its_own() {
        let others = [
            ("thing1", "一二三四五六七八九十一二三四五六七八九十一"),
            ("thing1", "两行\n文字"),
            ("character_string2", "川-0007"),
            ("number3", "十二"),
            ("letter4", "A1"),
            ("symbol5", "!!!!!!"),
            ("time6", "25:00"),
            ("date7", "2026-02-30"),
            ("amount8", "12345678901"),
            ("phone_number9", "电话"),
            ("car_number10", "粤A8Z888挂车辆"),
            ("name11", "一二三四五六七八九十一"),
            ("phrase12", "办理中ok"),
            ("phrase12", "已经办理完毕"),
        ];
        for (key, value) in others {
            assert_eq!(check(key, value), Err(ValueFault::Invalid), "{key} {value}");
        }
        assert_eq!(check("thing1", " "), Err(ValueFault::Empty));
    }

    #[test]
    fn a_key_is_a_kind_and_a_number() {
        assert_eq!((Kind::of("thing"), Kind::of("picture1"), Kind::of("1")), (None, None, None));
    }
}
