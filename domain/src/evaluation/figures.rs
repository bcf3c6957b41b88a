//! Reviews in figures: of a station, an item, a clerk, the district; by the month in which the case ended.
//! Invariants: what somebody answered and what nobody answered are counted apart, and silence is never praise by itself; where a local
//! rule takes it for praise, that is counted apart too; a review that an appeal took out counts nowhere but as excluded. What everybody
//! may see tells of no single person: enough reviews, not all alike, and what isn't shown can't be found by subtracting what is.
//! Source: 国办发〔2019〕51号; 广东 2019 (silence as 基本满意, which is why it is a setting here, and off).

use super::Satisfaction;
use super::rectification::Timeliness;

/// How many cases have the same to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub answer: Answer,
    pub cases: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nobody reviewed it.
    Silent(Silence),
    Reviewed(Satisfaction),
    /// A bad review, and how far its rectification is: none as long as it is open.
    Bad(Satisfaction, Option<Timeliness>),
    /// An accepted appeal took it out.
    Excluded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    Short,
    /// Longer than the local rule waits, where there is one.
    TakenForPraise,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Cases that could be reviewed.
    pub ended: u64,
    /// From best to worst; those taken out aren't in.
    pub levels: [u64; 5],
    pub silent: u64,
    /// Of the silent ones, those that a local rule takes for praise. They aren't in `levels`.
    pub praised_by_default: u64,
    pub excluded: u64,
    pub rectified_in_time: u64,
    pub rectified_late: u64,
    pub under_rectification: u64,
}

impl Figures {
    pub fn of(tallies: impl IntoIterator<Item = Tally>) -> Self {
        tallies.into_iter().fold(Self::default(), Self::with)
    }

    pub fn with(mut self, tally: Tally) -> Self {
        let cases = tally.cases;
        self.ended += cases;
        match tally.answer {
            Answer::Silent(silence) => {
                self.silent += cases;
                self.praised_by_default += if silence == Silence::TakenForPraise { cases } else { 0 };
            }
            Answer::Reviewed(level) => self.count(level, cases),
            Answer::Bad(level, rectified) => {
                self.count(level, cases);
                match rectified {
                    Some(Timeliness::InTime) => self.rectified_in_time += cases,
                    Some(Timeliness::Late) => self.rectified_late += cases,
                    None => self.under_rectification += cases,
                }
            }
            Answer::Excluded => self.excluded += cases,
        }
        self
    }

    fn count(&mut self, level: Satisfaction, cases: u64) {
        if let Some((of_level, _)) = self.levels.iter_mut().zip(Satisfaction::ALL).find(|(_, one)| *one == level) {
            *of_level += cases;
        }
    }

    pub fn and(self, other: Self) -> Self {
        let mut levels = self.levels;
        levels.iter_mut().zip(other.levels).for_each(|(own, other)| *own += other);
        Self {
            ended: self.ended + other.ended,
            levels,
            silent: self.silent + other.silent,
            praised_by_default: self.praised_by_default + other.praised_by_default,
            excluded: self.excluded + other.excluded,
            rectified_in_time: self.rectified_in_time + other.rectified_in_time,
            rectified_late: self.rectified_late + other.rectified_late,
            under_rectification: self.under_rectification + other.under_rectification,
        }
    }

    /// Reviews that somebody gave, and that count.
    pub fn active(&self) -> u64 {
        self.levels.iter().sum()
    }

    pub fn bad(&self) -> u64 {
        self.levels.iter().zip(Satisfaction::ALL).filter(|(_, level)| level.is_bad()).map(|(cases, _)| cases).sum()
    }

    /// Bad ones among the active, in thousandths; none where there are none.
    pub fn bad_per_mille(&self) -> Option<u64> {
        (self.bad() * 1000).checked_div(self.active())
    }

    /// Whether nobody's own review can be read from them: there are enough, and not everybody who was served answered alike.
    pub fn hide_everybody(&self, shown_from: u32) -> bool {
        let all_alike = self.levels.contains(&self.ended);
        self.active() >= u64::from(shown_from.max(1)) && !all_alike
    }
}

/// Of the parts of a whole that is shown too, those that may be shown: the others together hide everybody as well, else one of them could
/// be told by subtraction; then the smallest of the rest is hidden with them. Nothing is shown where the whole may not be.
pub fn shown<K: Ord + Clone>(parts: Vec<(K, Figures)>, shown_from: u32) -> Option<(Figures, Vec<(K, Figures)>)> {
    let whole = parts.iter().fold(Figures::default(), |sum, (_, part)| sum.and(*part));
    if !whole.hide_everybody(shown_from) {
        return None;
    }
    let (mut shown, hidden): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(_, part)| part.hide_everybody(shown_from));
    // The smallest last; of equal ones the same every time.
    shown.sort_by(|(one, a), (other, b)| b.active().cmp(&a.active()).then_with(|| one.cmp(other)));
    let mut rest = hidden.iter().fold(Figures::default(), |sum, (_, part)| sum.and(*part));
    while rest.ended > 0 && !rest.hide_everybody(shown_from) {
        let Some((_, smallest)) = shown.pop() else { break };
        rest = rest.and(smallest);
    }
    shown.sort_by(|(one, _), (other, _)| one.cmp(other));
    Some((whole, shown))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tally(answer: Answer, cases: u64) -> Tally {
        Tally { answer, cases }
    }

    #[test]
    fn silence_stands_apart_and_is_no_praise_unless_a_local_rule_says_so_and_then_apart_too() {
        let figures = Figures::of([
            tally(Answer::Reviewed(Satisfaction::Satisfied), 2),
            tally(Answer::Silent(Silence::Short), 7),
            tally(Answer::Silent(Silence::TakenForPraise), 3),
        ]);
        assert_eq!((figures.ended, figures.active(), figures.silent, figures.praised_by_default), (12, 2, 10, 3));
        assert_eq!(figures.levels, [0, 2, 0, 0, 0]);
    }

    #[test]
    fn a_bad_review_counts_until_an_appeal_takes_it_out() {
        let bad = tally(Answer::Bad(Satisfaction::Dissatisfied, Some(Timeliness::InTime)), 1);
        let with = Figures::of([tally(Answer::Reviewed(Satisfaction::VerySatisfied), 3), bad]);
        assert_eq!((with.bad(), with.bad_per_mille(), with.rectified_in_time), (1, Some(250), 1));
        let without = Figures::of([tally(Answer::Reviewed(Satisfaction::VerySatisfied), 3), tally(Answer::Excluded, 1)]);
        assert_eq!((without.bad(), without.bad_per_mille(), without.excluded, without.ended), (0, Some(0), 1, 4));
        assert_eq!(Figures::default().bad_per_mille(), None);
    }

    #[test]
    fn what_everybody_answered_alike_is_shown_to_nobody_however_many_they_were() {
        let all_bad = Figures::of([tally(Answer::Bad(Satisfaction::Dissatisfied, None), 20)]);
        assert!(!all_bad.hide_everybody(10));
        assert!(all_bad.with(tally(Answer::Silent(Silence::Short), 1)).hide_everybody(10));
    }

    fn figures() -> impl Strategy<Value = Figures> {
        (prop::array::uniform5(0_u64..12), 0_u64..12).prop_map(|(levels, silent)| Figures {
            ended: levels.iter().sum::<u64>() + silent,
            levels,
            silent,
            ..Figures::default()
        })
    }

    proptest! {
        #[test]
        fn neither_a_part_nor_what_is_left_of_the_whole_tells_of_one_person(parts in prop::collection::vec(figures(), 0..8)) {
            let parts: Vec<_> = parts.into_iter().enumerate().collect();
            if let Some((whole, shown)) = shown(parts.clone(), 10) {
                prop_assert!(whole.hide_everybody(10));
                prop_assert!(shown.iter().all(|(_, part)| part.hide_everybody(10)));
                let rest = parts.iter().filter(|(key, _)| !shown.iter().any(|(own, _)| own == key));
                let rest = rest.fold(Figures::default(), |sum, (_, part)| sum.and(*part));
                prop_assert!(rest.ended == 0 || rest.hide_everybody(10), "{rest:?}");
            }
        }
    }
}
