//! How long one matter takes at the counter, as it goes now: a decaying mean of what was served, by station and kind, begun at what
//! the settings say. Each one served moves it by a fifth of the difference, so that it follows a morning and no single matter rules it.
//! Units: seconds within, minutes outside.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;

use crate::catalogue::ItemKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    secs: u32,
}

impl Pace {
    const WEIGHT: i64 = 5;
    /// A number that somebody forgot to finish says nothing.
    const LONGEST: Duration = Duration::hours(2);

    pub fn of_minutes(minutes: u32) -> Self {
        Self { secs: minutes.saturating_mul(60) }
    }

    pub fn of_secs(secs: u32) -> Self {
        Self { secs }
    }

    pub fn secs(self) -> u32 {
        self.secs
    }

    /// After one more was served.
    pub fn after(self, took: Duration) -> Self {
        let took = took.clamp(Duration::zero(), Self::LONGEST).num_seconds();
        let secs = i64::from(self.secs) + (took - i64::from(self.secs)) / Self::WEIGHT;
        Self { secs: u32::try_from(secs).unwrap_or_default() }
    }
}

/// The paces of a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paces {
    /// Of what was served lately.
    pub known: BTreeMap<ItemKind, Pace>,
    /// By the settings.
    pub usual: Pace,
}

impl Paces {
    pub fn of(&self, kind: ItemKind) -> Pace {
        self.known.get(&kind).copied().unwrap_or(self.usual)
    }

    /// Of a matter whose kind isn't looked at: the mean of what is known.
    pub fn mean(&self) -> Pace {
        let secs: u64 = self.known.values().map(|pace| u64::from(pace.secs)).sum();
        let mean = u64::try_from(self.known.len()).ok().and_then(|count| secs.checked_div(count));
        mean.and_then(|secs| u32::try_from(secs).ok()).map_or(self.usual, Pace::of_secs)
    }
}

/// How long somebody with a matter of this kind waits behind `ahead`, by the windows that serve it; `windows` are those that work now, by
/// what they serve. Whoever is ahead takes their part of these windows, and is shared evenly by all that serve them; who is served at
/// others alone takes nothing. Where no window serves the kind, as if one more worked that serves every kind.
pub fn wait_for(kind: ItemKind, ahead: impl IntoIterator<Item = ItemKind>, paces: &Paces, windows: &[&BTreeSet<ItemKind>]) -> Duration {
    let (every, mut windows) = (BTreeSet::from(ItemKind::ALL), windows.to_vec());
    if !windows.iter().any(|serves| serves.contains(&kind)) {
        windows.push(&every);
    }
    let number = |of: &dyn Fn(&BTreeSet<ItemKind>) -> bool| windows.iter().filter(|serves| of(serves)).fold(0i64, |count, _| count + 1);
    let own = number(&|serves| serves.contains(&kind));
    let taken = |other: ItemKind| {
        let all = number(&|serves| serves.contains(&other));
        let of_own = number(&|serves| serves.contains(&other) && serves.contains(&kind));
        i64::from(paces.of(other).secs) * of_own / all.max(1)
    };
    Duration::seconds(ahead.into_iter().map(taken).sum::<i64>() / own.max(1))
}
