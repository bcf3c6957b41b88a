//! The number that is called out: a letter by the kind of matter and a count that begins anew each day at each station, as `A023`.
//! The letter says nothing about the person.

use std::fmt;
use std::str::FromStr;

use crate::catalogue::ItemKind;
use crate::ids::BadCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber {
    pub kind: ItemKind,
    /// From 1, within a station, a day and a kind.
    pub serial: u32,
}

impl TicketNumber {
    pub fn new(kind: ItemKind, serial: u32) -> Self {
        Self { kind, serial }
    }

    fn letter(kind: ItemKind) -> char {
        match kind {
            ItemKind::TownService => 'A',
            ItemKind::Certificate => 'B',
            ItemKind::VillageProxy => 'C',
        }
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", Self::letter(self.kind), self.serial)
    }
}

impl FromStr for TicketNumber {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let bad = || BadCode::new("TicketNumber", text);
        let kind = ItemKind::ALL.into_iter().find(|kind| text.starts_with(Self::letter(*kind))).ok_or_else(bad)?;
        let digits = text.get(1..).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit())).ok_or_else(bad)?;
        let number = Self { kind, serial: digits.parse().map_err(|_| bad())? };
        if number.serial > 0 && number.to_string() == text { Ok(number) } else { Err(bad()) }
    }
}
