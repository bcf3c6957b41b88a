//! What is settled locally: for the district in its settings, for a station by its supervisor.

use std::collections::BTreeSet;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::window::windows_of;
use super::{BadWindow, CallPolicy, CallTerms, HeadStarts, Quota, Reach, check_window};
use crate::catalogue::ItemKind;
use crate::district::Station;

/// Of the whole district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FloorRules {
    /// In minutes, by ground.
    pub head_starts: HeadStarts,
    pub reach: Reach,
    /// How often a number is called again, after the first call. Default: 2.
    pub recalls_max: u8,
    /// Who wasn't there goes back behind so many, once. Default: 3.
    pub places_back: u16,
    /// How many days ahead a slot is booked, after today. Default: 14.
    pub book_ahead_days: u16,
    /// How many slots somebody has booked at a time. Default: 3.
    pub booked_max: u16,
    /// How long before a booked slot begins its person may arrive. Default: 30 minutes.
    pub early_min: u16,
    /// How long after a booked slot has begun its person may still arrive. Default: 15 minutes.
    pub late_min: u16,
    /// Places an hour at each window for each kind that it serves, where a station's supervisor has set none. Default: 1.
    pub places_per_window: u16,
    /// How long after closing what is left over ends by itself. Default: 60 minutes.
    pub close_after_min: u16,
    /// Where a station's supervisor has set none: numbers longer than this go first. Default: 45 minutes.
    pub wait_max_min: u16,
}

impl Default for FloorRules {
    fn default() -> Self {
        Self {
            head_starts: HeadStarts::default(),
            reach: Reach::default(),
            recalls_max: 2,
            places_back: 3,
            book_ahead_days: 14,
            booked_max: 3,
            early_min: 30,
            late_min: 15,
            places_per_window: 1,
            close_after_min: 60,
            wait_max_min: 45,
        }
    }
}

impl FloorRules {
    pub fn early(&self) -> Duration {
        Duration::minutes(self.early_min.into())
    }

    pub fn late(&self) -> Duration {
        Duration::minutes(self.late_min.into())
    }
}

/// Of one station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StationRules {
    pub calling: CallTerms,
    /// One a window at most; a window without one serves every kind.
    pub windows: Vec<WindowPlan>,
    /// One an hour and kind at most; an hour without one has the district's usual places.
    pub quotas: Vec<Quota>,
}

/// Which kinds of matter a window is meant for: what may be booked is reckoned by it, and who opens the window serves them unless they
/// say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowPlan {
    /// From 1, within the station.
    pub number: u16,
    /// At least one.
    pub serves: BTreeSet<ItemKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadStationRules {
    #[error("a turn of none is no turn")]
    EmptyTurn,
    #[error(transparent)]
    Window(#[from] BadWindow),
    #[error("two plans for the same window")]
    WindowTwice,
    #[error("two quotas for the same kind and hour")]
    QuotaTwice,
    #[error("a day has 24 hours")]
    NoSuchHour,
}

impl StationRules {
    /// What holds where nobody has set anything: the hall first, since those people stand there.
    pub fn usual(rules: &FloorRules) -> Self {
        let calling = CallTerms { policy: CallPolicy::TicketsFirst {}, wait_max_min: rules.wait_max_min };
        Self { calling, windows: Vec::new(), quotas: Vec::new() }
    }

    pub fn check(&self, station: &Station) -> Result<(), BadStationRules> {
        match self.calling.policy {
            CallPolicy::ByTurns { tickets: 0, .. } | CallPolicy::ByTurns { online: 0, .. } => return Err(BadStationRules::EmptyTurn),
            CallPolicy::ByTurns { .. } | CallPolicy::TicketsFirst {} | CallPolicy::OnlineFirst {} => {}
        }
        self.windows.iter().try_for_each(|plan| check_window(station, plan.number, &plan.serves))?;
        if has_two_alike(self.windows.iter().map(|plan| plan.number)) {
            return Err(BadStationRules::WindowTwice);
        }
        if self.quotas.iter().any(|quota| quota.hour > 23) {
            return Err(BadStationRules::NoSuchHour);
        }
        let twice = has_two_alike(self.quotas.iter().map(|quota| (quota.kind, quota.hour)));
        if twice { Err(BadStationRules::QuotaTwice) } else { Ok(()) }
    }

    /// The kinds that a window is meant for.
    pub fn kinds_at(&self, window: u16) -> BTreeSet<ItemKind> {
        let plan = self.windows.iter().find(|plan| plan.number == window);
        plan.map_or_else(|| ItemKind::ALL.into(), |plan| plan.serves.clone())
    }

    /// The places of a whole hour: its quota, at each of the station's windows that is meant for the kind.
    pub(super) fn places(&self, station: &Station, (kind, hour): (ItemKind, u8), rules: &FloorRules) -> u16 {
        let windows = windows_of(station).filter(|window| self.kinds_at(*window).contains(&kind)).count();
        let quota = self.quotas.iter().find(|quota| quota.kind == kind && quota.hour == hour);
        let at_each = quota.map_or(rules.places_per_window, |quota| quota.places_per_window);
        at_each.saturating_mul(u16::try_from(windows).unwrap_or(u16::MAX))
    }
}

fn has_two_alike<T: Ord>(of: impl Iterator<Item = T>) -> bool {
    let mut sorted: Vec<T> = of.collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair.first() == pair.last())
}
