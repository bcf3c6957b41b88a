//! Opening hours made ready for arithmetic: instants as whole microseconds on the district's wall clock, spans without a heap.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

use super::{Opening, StationFacts, without};
use crate::calendar::{Calendar, weekday_on};
use crate::time::{self, Timestamp};

/// Who isn't there within so many days is never there.
const DAYS_LOOKED_AHEAD: i32 = 366;

const MICROS_A_MINUTE: i64 = 60_000_000;
const MICROS_A_DAY: i64 = 24 * 60 * MICROS_A_MINUTE;

/// An instant: microseconds of the district's wall clock since 1970. A plan compares and adds thousands of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At(i64);

impl At {
    pub fn of(at: Timestamp) -> Self {
        Self(time::local(at).and_utc().timestamp_micros())
    }

    pub fn timestamp(self) -> Timestamp {
        let wall = Timestamp::from_timestamp_micros(self.0).unwrap_or_default();
        time::instant(wall.naive_utc())
    }

    pub fn after_min(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes.saturating_mul(MICROS_A_MINUTE)))
    }

    pub fn after_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(MICROS_A_DAY)))
    }

    /// Whole minutes since `earlier`.
    pub fn minutes_since(self, earlier: At) -> i64 {
        self.0.saturating_sub(earlier.0) / MICROS_A_MINUTE
    }

    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(MICROS_A_DAY)).unwrap_or(i32::MAX))
    }
}

/// A day of the district, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(i32);

impl Day {
    const FIRST_FROM_CE: i32 = 719_163;

    pub fn of(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce() - Self::FIRST_FROM_CE)
    }

    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.number_from_ce()).unwrap_or_default()
    }

    pub fn begin(self) -> At {
        At(i64::from(self.0) * MICROS_A_DAY)
    }

    pub fn end(self) -> At {
        self.next().begin()
    }

    pub fn next(self) -> Day {
        Day(self.0.saturating_add(1))
    }

    fn at(self, second: u32) -> At {
        At(self.begin().0 + i64::from(second) * 1_000_000)
    }

    fn number_from_ce(self) -> i32 {
        self.0.saturating_add(Self::FIRST_FROM_CE)
    }
}

/// From the one instant up to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub open: At,
    pub close: At,
}

impl Span {
    pub fn contains(self, at: At) -> bool {
        self.open <= at && at < self.close
    }
}

/// A week's openings, by (open, close).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Week {
    openings: Vec<DayHours>,
    /// How many minutes the longest opening lasts.
    longest_min: i64,
}

/// Seconds of the day, and a bit for each weekday from Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct DayHours {
    open: u32,
    close: u32,
    days: u8,
}

impl Week {
    pub fn of(openings: &[Opening]) -> Self {
        let second = |time: NaiveTime| time.num_seconds_from_midnight();
        let days = |opening: &Opening| opening.days.iter().fold(0, |days, day| days | bit(*day));
        let mut openings: Vec<_> = openings
            .iter()
            .map(|opening| DayHours { open: second(opening.open), close: second(opening.close), days: days(opening) })
            .collect();
        openings.sort_unstable();
        let longest_min = openings.iter().map(|hours| i64::from(hours.close.saturating_sub(hours.open)) / 60).max().unwrap_or_default();
        Self { openings, longest_min }
    }

    /// Whether each opening of `other` lies within one of these.
    pub fn covers(&self, other: &Week) -> bool {
        let holds =
            |whole: &DayHours, part: &DayHours, day: u8| whole.days & day != 0 && whole.open <= part.open && part.close <= whole.close;
        let on = |part: &DayHours, day: u8| part.days & day == 0 || self.openings.iter().any(|whole| holds(whole, part, day));
        other.openings.iter().all(|part| (1..=7).all(|weekday| on(part, bit(weekday))))
    }

    fn on(&self, day: Day, weekday: u8) -> impl Iterator<Item = Span> {
        let bit = bit(weekday);
        self.openings
            .iter()
            .filter(move |hours| hours.days & bit != 0)
            .map(move |hours| Span { open: day.at(hours.open), close: day.at(hours.close) })
    }
}

fn bit(weekday: u8) -> u8 {
    1u8.checked_shl(u32::from(weekday.wrapping_sub(1))).unwrap_or_default()
}

/// Somebody's hours: their week, on which days it holds, and what is taken of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hours<'a> {
    week: &'a Week,
    days: Days<'a>,
    taken: Option<Taken<'a>>,
}

#[derive(Debug, Clone, Copy)]
enum Days<'a> {
    /// None on holidays; a make-up workday keeps Friday's.
    Kept(&'a Calendar),
    /// Holidays too.
    Every,
}

#[derive(Debug, Clone, Copy)]
struct Taken<'a> {
    facts: &'a StationFacts,
    staff: u16,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    ClosuresAndAbsences,
    Absences,
}

impl<'a> Hours<'a> {
    pub fn kept(calendar: &'a Calendar, week: &'a Week) -> Self {
        Self { week, days: Days::Kept(calendar), taken: None }
    }

    pub fn every_day(week: &'a Week) -> Self {
        Self { week, days: Days::Every, taken: None }
    }

    /// Without the closures of a station of so many staff, and the time in which all of them are away.
    pub fn without(self, facts: &'a StationFacts, staff: u16) -> Self {
        Self { taken: Some(Taken { facts, staff, what: What::ClosuresAndAbsences }), ..self }
    }

    /// Without the time in which all staff are away; the house may be closed.
    pub fn without_absences(self, facts: &'a StationFacts, staff: u16) -> Self {
        Self { taken: Some(Taken { facts, staff, what: What::Absences }), ..self }
    }

    /// No opening is longer.
    pub fn longest_min(&self) -> i64 {
        self.week.longest_min
    }

    /// What `f` finds in the first span that ends after `from` and in which it finds anything.
    pub fn find<R>(&self, from: At, f: impl FnMut(Span) -> Option<R>) -> Option<R> {
        let first = from.day();
        self.find_in(from, (first, Day(first.0.saturating_add(DAYS_LOOKED_AHEAD))), f)
    }

    /// The same among the spans of the day of `from` alone.
    pub fn find_today<R>(&self, from: At, f: impl FnMut(Span) -> Option<R>) -> Option<R> {
        self.find_in(from, (from.day(), from.day().next()), f)
    }

    fn find_in<R>(&self, from: At, (mut day, end): (Day, Day), mut f: impl FnMut(Span) -> Option<R>) -> Option<R> {
        while day < end {
            let found = match (&self.taken, self.weekday(day)) {
                (_, 0) => None,
                (None, weekday) => self.week.on(day, weekday).filter(|span| span.close > from).find_map(&mut f),
                (Some(_), _) => self.on(day).into_iter().filter(|span| span.close > from).find_map(&mut f),
            };
            if found.is_some() {
                return found;
            }
            day = day.next();
        }
        None
    }

    /// What `f` finds in the first piece of an opening that ends after `from` and in which it finds anything, given the whole
    /// opening and the piece that is left of it.
    pub fn find_whole<R>(&self, from: At, mut f: impl FnMut(Span, Span) -> Option<R>) -> Option<R> {
        if self.taken.is_none() {
            return self.find(from, |span| f(span, span));
        }
        let mut day = from.day();
        for _ in 0..DAYS_LOOKED_AHEAD {
            for whole in self.week.on(day, self.weekday(day)) {
                let found = self.left_of(day, vec![whole]).into_iter().filter(|left| left.close > from).find_map(|left| f(whole, left));
                if found.is_some() {
                    return found;
                }
            }
            day = day.next();
        }
        None
    }

    /// When the last span of `day` ends; none where it has none.
    pub fn closing_on(&self, day: Day) -> Option<At> {
        match &self.taken {
            None => self.week.on(day, self.weekday(day)).map(|span| span.close).max(),
            Some(_) => self.on(day).into_iter().map(|span| span.close).max(),
        }
    }

    /// The spans of `day`, in order.
    fn on(&self, day: Day) -> Vec<Span> {
        self.left_of(day, self.week.on(day, self.weekday(day)).collect())
    }

    fn left_of(&self, day: Day, spans: Vec<Span>) -> Vec<Span> {
        let spans: Vec<_> = spans.into_iter().map(|span| (span.open, span.close)).collect();
        let left = self.taken.iter().flat_map(|taken| taken.of(day)).fold(spans, |spans, taken| without(&spans, taken));
        left.into_iter().map(|(open, close)| Span { open, close }).collect()
    }

    /// The weekday whose hours hold; 0 for none.
    fn weekday(&self, day: Day) -> u8 {
        match self.days {
            Days::Every => weekday_on(day.number_from_ce()),
            Days::Kept(calendar) => calendar.hours_weekday_on(day.number_from_ce()),
        }
    }
}

impl Taken<'_> {
    fn of(&self, day: Day) -> Vec<(At, At)> {
        let away = self.facts.all_away(self.staff).into_iter().map(|(from, until)| (At::of(from), At::of(until)));
        let mut taken: Vec<_> = away.filter(|(from, until)| *from < day.end() && day.begin() < *until).collect();
        if self.what == What::ClosuresAndAbsences {
            let (date, second) = (day.date(), |time: NaiveTime| time.num_seconds_from_midnight());
            let closed = self.facts.closures.iter().filter(|closure| (closure.from..=closure.to).contains(&date));
            taken.extend(closed.map(|closure| {
                closure.hours.map_or((day.begin(), day.end()), |hours| (day.at(second(hours.from)), day.at(second(hours.to))))
            }));
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_and_a_day_read_back() {
        let at = time::instant("2026-09-14T23:59:59".parse().unwrap());
        assert_eq!(At::of(at).timestamp(), at);
        assert_eq!(At::of(at).day().date(), "2026-09-14".parse().unwrap());
        assert_eq!(weekday_on(At::of(at).day().number_from_ce()), 1);
        assert_eq!(Day::of("2026-09-14".parse().unwrap()), At::of(at).day());
    }
}
