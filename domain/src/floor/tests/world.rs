//! A town's hall of four windows, open on weekdays from 08:30 to 12:00 and 13:30 to 17:00; the year 2026 with its National Day.

use std::sync::Arc;

use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use crate::calendar::{Calendar, Year};
use crate::catalogue::ItemKind;
use crate::district::{Level, Opening, Place, Station};
use crate::floor::*;
use crate::ids::{AccountId, TicketId};
use crate::time::{self, Timestamp};

pub const LI: AccountId = AccountId::new(Uuid::from_u128(11));
pub const WANG: AccountId = AccountId::new(Uuid::from_u128(12));

pub fn at(wall: &str) -> Timestamp {
    time::instant(format!("2026-09-14T{wall}:00").parse().unwrap())
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn hall() -> Station {
    let hours = [("08:30", "12:00"), ("13:30", "17:00")];
    Station {
        code: "511499101000-01".parse().unwrap(),
        name: "青溪镇便民服务中心".into(),
        level: Level::Town,
        division: "511499101000".parse().unwrap(),
        place: Place { lat: 30.0, lng: 103.0 },
        windows: 4,
        staff: 6,
        terminal: true,
        accessible: true,
        hours: hours
            .map(|(open, close)| Opening { days: vec![1, 2, 3, 4, 5], open: open.parse().unwrap(), close: close.parse().unwrap() })
            .into(),
        added: Arc::default(),
        removed: Arc::default(),
        facts: Arc::default(),
    }
}

pub fn calendar() -> Calendar {
    let holidays = (1..=7).map(|d| NaiveDate::from_ymd_opt(2026, 10, d).unwrap()).collect();
    let mut calendar = Calendar::default();
    calendar.load(2026, Year { holidays, make_up_workdays: [day("2026-09-20"), day("2026-10-10")].into() }).unwrap();
    calendar
}

pub fn priorities() -> impl Strategy<Value = Priority> {
    use Priority::*;
    prop::sample::select(vec![None, Elderly, Disabled, Pregnant, Soldier])
}

/// Waits since nine o'clock on Monday, 14 September 2026.
pub fn ticket() -> Ticket {
    Ticket {
        id: TicketId::new(Uuid::from_u128(1)),
        station: hall().code,
        day: day("2026-09-14"),
        number: TicketNumber::new(ItemKind::TownService, 23),
        person: None,
        appointment: None,
        taken_at: at("09:00"),
        rank_at: at("09:00"),
        state: TicketState::Waiting,
        missed: 0,
        case: None,
        version: 0,
    }
}
