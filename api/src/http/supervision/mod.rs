//! Watching over the queue: for supervisors of a division (`alerts`, `overdue`, `figures`), and from when on they are warned
//! (`thresholds`). Names of villagers don't stand here; a sealed case is shown without its number and its matter.

mod alerts;
mod csv;
mod figures;
mod overdue;
mod thresholds;

use chrono::{Days, NaiveDate};
use domain::ids::ItemCode;
use domain::time::local_date;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::ToSchema;
use uuid::Uuid;

pub use alerts::*;
pub use figures::*;
pub use overdue::*;
pub use thresholds::*;

use super::cases::view::item_name;
use crate::app::Grounds;
use crate::wording;

/// The case that something is about, as whoever watches sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WatchedCase {
    /// None of a sealed one, as the two below.
    id: Option<Uuid>,
    #[schema(example = "511499-20260914-00042-2")]
    number: Option<String>,
    #[schema(example = "C001")]
    item: Option<String>,
    #[schema(example = "社区推荐公民担任诉讼代理人证明")]
    item_name: String,
}

impl WatchedCase {
    fn of(id: Uuid, number: &str, item: &ItemCode, grounds: &Grounds) -> Self {
        let name = item_name(item.as_str(), grounds);
        Self { id: Some(id), number: Some(number.to_owned()), item: Some(item.to_string()), item_name: name }
    }

    fn sealed() -> Self {
        Self { id: None, number: None, item: None, item_name: wording::SEALED_CASE.to_owned() }
    }
}

/// A period of days of the district's wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

const DAYS_MAX: u8 = 92;
const DAYS_DEFAULT: u8 = 30;

impl Period {
    /// So many days up to `to`, by default today.
    fn until(to: Option<NaiveDate>, days: DayCount, grounds: &Grounds) -> Self {
        let to = to.unwrap_or_else(|| local_date(grounds.now));
        let before = Days::new(u64::from(days.0).saturating_sub(1));
        Self { from: to.checked_sub_days(before).unwrap_or(to), to }
    }
}

/// How many days a period has: 1 to 92, by default 30.
#[derive(Debug, Clone, Copy)]
pub struct DayCount(u8);

impl Default for DayCount {
    fn default() -> Self {
        Self(DAYS_DEFAULT)
    }
}

impl<'de> Deserialize<'de> for DayCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let days = u8::deserialize(deserializer)?;
        if (1..=DAYS_MAX).contains(&days) { Ok(Self(days)) } else { Err(D::Error::custom("days are out of range")) }
    }
}

/// Years have four digits, so that no later sum leaves the range of dates.
fn day_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    day.map(Some).ok_or_else(|| D::Error::custom("no day"))
}
