//! From when on somebody is warned. Local data, which the supervisors of a district settle.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Yellow once no more than this share of the period is left, in per cent.
    pub yellow_percent: u8,
    /// Or once no more than so many working days are left after today.
    pub yellow_days: u16,
    /// More items than this for each of its clerks make a station overloaded.
    pub items_per_clerk: u16,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { yellow_percent: 20, yellow_days: 1, items_per_clerk: 20 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadThresholds {
    #[error("a share is at most {} per cent", Thresholds::PERCENT_MAX)]
    Percent,
    #[error("nobody is warned more than {} working days before", Thresholds::DAYS_MAX)]
    Days,
    #[error("a clerk has from 1 to {} items before them", Thresholds::ITEMS_MAX)]
    Items,
}

impl Thresholds {
    pub const PERCENT_MAX: u8 = 90;
    pub const DAYS_MAX: u16 = 60;
    pub const ITEMS_MAX: u16 = 10_000;

    pub fn check(&self) -> Result<(), BadThresholds> {
        if self.yellow_percent > Self::PERCENT_MAX {
            return Err(BadThresholds::Percent);
        }
        if self.yellow_days > Self::DAYS_MAX {
            return Err(BadThresholds::Days);
        }
        if (1..=Self::ITEMS_MAX).contains(&self.items_per_clerk) { Ok(()) } else { Err(BadThresholds::Items) }
    }

    /// With how many working days left of a period the alert begins; none for what is done within the day. The first day is
    /// never yellow, however short the period.
    pub fn days_before(&self, period: u16) -> Option<u16> {
        let last_but_first = period.checked_sub(1)?;
        let share = (u32::from(period) * u32::from(self.yellow_percent)).div_ceil(100);
        let share = u16::try_from(share).unwrap_or(u16::MAX);
        Some(share.max(self.yellow_days).min(last_but_first))
    }
}
