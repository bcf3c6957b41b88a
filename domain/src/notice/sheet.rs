//! A sheet: one printed document as plain values, without any position on paper.

use chrono::{Datelike, NaiveDate};

/// Whether a document may be taken at its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    Live,
    /// Made from demonstration data: marked across every page.
    Demo,
}

/// One line of a two-column table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub label: String,
    pub value: String,
}

impl Row {
    pub fn new(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Paragraph(String),
    /// Entries that are numbered from 1.
    List(Vec<String>),
    Table(Vec<Row>),
}

/// A document in the order in which it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub title: String,
    /// With its label, as in `编号：…`.
    pub number: Option<String>,
    /// With its colon.
    pub addressee: Option<String>,
    pub blocks: Vec<Block>,
    pub issuer: String,
    pub date: NaiveDate,
    /// What a QR code beside the signature is for; not shown where there is none.
    pub check_caption: String,
    /// Small print, a line each.
    pub footer: Vec<String>,
    pub marking: Marking,
}

/// As documents write it: 2026年9月4日.
pub fn chinese_date(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// Fen as yuan, without the unit: whole yuan without decimals, otherwise two.
pub fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    match fen % 100 {
        0 => format!("{sign}{}", fen / 100),
        rest => format!("{sign}{}.{rest:02}", fen / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_in_yuan_with_no_or_two_decimals() {
        let written: Vec<_> = [0, 5, 50, 300_000, 123_450, -150, i64::MIN].map(yuan).into();
        assert_eq!(written, ["0", "0.05", "0.50", "3000", "1234.50", "-1.50", "-92233720368547758.08"]);
    }

    #[test]
    fn a_date_has_no_leading_zeros() {
        assert_eq!(chinese_date(NaiveDate::from_ymd_opt(2026, 9, 4).unwrap()), "2026年9月4日");
    }
}
