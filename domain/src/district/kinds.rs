//! Kinds of stations, by hours and level, and which kind is open whenever another is: of two such stations the nearer serves no
//! later.

use super::{Level, Week};

/// A kind's number on its map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KindAt(pub u16);

#[derive(Debug, Clone, Default)]
pub(crate) struct Kinds {
    /// Week and level.
    kinds: Vec<(u16, Level)>,
    /// For each kind those of the first 64 whose hours its own cover.
    covered: Vec<KindSet>,
    of_level: [KindSet; 4],
}

/// Some of a map's first 64 kinds; a map with more has no set for the others, which costs time and nothing else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct KindSet(u64);

impl KindSet {
    pub fn of(kind: KindAt) -> Self {
        Self(1u64.checked_shl(u32::from(kind.0)).unwrap_or_default())
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn holds(self, kind: KindAt) -> bool {
        self.and(Self::of(kind)) != Self::default()
    }

    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Kinds {
    /// The number of the kind with `week` at `level`, a new one where there is none yet; none where there are too many.
    pub fn number(&mut self, weeks: &[Week], week: u16, level: Level) -> Option<KindAt> {
        if let Some(known) = self.kinds.iter().position(|kind| *kind == (week, level)) {
            return u16::try_from(known).ok().map(KindAt);
        }
        let new = KindAt(u16::try_from(self.kinds.len()).ok()?);
        let hours = weeks.get(usize::from(week))?;
        let mut own = KindSet::of(new);
        for ((number, (other, _)), covered) in (0..).zip(&self.kinds).zip(&mut self.covered) {
            let other = weeks.get(usize::from(*other))?;
            if hours.covers(other) {
                own = own.or(KindSet::of(KindAt(number)));
            }
            if other.covers(hours) {
                *covered = covered.or(KindSet::of(new));
            }
        }
        self.kinds.push((week, level));
        self.covered.push(own);
        if let Some(of_level) = self.of_level.get_mut(level as usize) {
            *of_level = of_level.or(KindSet::of(new));
        }
        Some(new)
    }

    /// The kinds that are open only when `kind` is, itself among them.
    pub fn covered(&self, kind: KindAt) -> KindSet {
        self.covered.get(usize::from(kind.0)).copied().unwrap_or_default()
    }

    pub fn of_level(&self, level: Level) -> KindSet {
        self.of_level.get(level as usize).copied().unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.kinds.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::district::Opening;

    fn week(days: &[u8], times: &[(&str, &str)]) -> Week {
        let opening =
            |(open, close): &(&str, &str)| Opening { days: days.into(), open: open.parse().unwrap(), close: close.parse().unwrap() };
        Week::of(&times.iter().map(opening).collect::<Vec<_>>())
    }

    #[test]
    fn longer_hours_cover_shorter_ones_and_a_lunch_break_covers_no_noon() {
        let whole = week(&[1, 2, 3, 4, 5, 6], &[("08:30", "17:30")]);
        let halves = week(&[1, 2, 3, 4, 5], &[("08:30", "12:00"), ("14:00", "17:30")]);
        let mornings = week(&[2, 4], &[("09:00", "11:30")]);
        assert!(whole.covers(&halves) && halves.covers(&mornings) && whole.covers(&mornings) && halves.covers(&halves));
        assert!(!halves.covers(&whole) && !mornings.covers(&halves));
        assert!(!week(&[2], &[("09:00", "11:30")]).covers(&mornings));
    }

    #[test]
    fn a_set_knows_its_kinds_and_those_past_the_sixty_fourth_are_in_none() {
        let set = KindSet::of(KindAt(0)).or(KindSet::of(KindAt(63))).or(KindSet::of(KindAt(64)));
        assert_eq!([0, 1, 63, 64].map(|kind| set.holds(KindAt(kind))), [true, false, true, false]);
    }
}
