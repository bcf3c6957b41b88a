//! Working days over the State Council's yearly arrangement of holidays and make-up workdays (调休).
//! A year that isn't loaded is computed by weekends alone and the answer is marked provisional.
//! Source: 全国年节及纪念日放假办法 (2024); data in `infra/data/calendar`. Dates are the district's local days.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// One published year: days off (weekends inside them included) and weekend days that are worked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    pub holidays: BTreeSet<NaiveDate>,
    pub make_up_workdays: BTreeSet<NaiveDate>,
}

/// What a year's arrangement gets wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadYear {
    #[error("{0} does not lie in the year {1}")]
    OtherYear(NaiveDate, i32),
    #[error("{0} is both a holiday and a make-up workday")]
    Both(NaiveDate),
    #[error("{0} is a make-up workday but no Saturday or Sunday")]
    NotAWeekend(NaiveDate),
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<i32, Year>", into = "BTreeMap<i32, Year>")]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
    /// The days of each loaded year, the latest year first, for a look-up that costs next to nothing.
    kinds: Vec<YearKinds>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct YearKinds {
    /// The year's first day, counted from the year 1.
    first: i32,
    kinds: Vec<DayKind>,
}

impl From<BTreeMap<i32, Year>> for Calendar {
    fn from(years: BTreeMap<i32, Year>) -> Self {
        Self { kinds: years.iter().rev().map(|(year, days)| days.kinds(*year)).collect(), years }
    }
}

impl From<Calendar> for BTreeMap<i32, Year> {
    fn from(calendar: Calendar) -> Self {
        calendar.years
    }
}

impl Year {
    fn kinds(&self, year: i32) -> YearKinds {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let kinds = first.iter_days().take_while(|date| date.year() == year).map(|date| self.kind(date)).collect();
        YearKinds { first: first.num_days_from_ce(), kinds }
    }

    fn kind(&self, date: NaiveDate) -> DayKind {
        if self.holidays.contains(&date) {
            DayKind::Holiday
        } else if self.make_up_workdays.contains(&date) {
            DayKind::MakeUpWorkday
        } else {
            by_weekday(date)
        }
    }
}

/// A computed day, and whether a year that isn't loaded had a part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueDay {
    pub on: NaiveDate,
    pub provisional: bool,
}

/// What kind of day a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    Working,
    Weekend,
    Holiday,
    MakeUpWorkday,
}

impl Calendar {
    /// Loads a year, or replaces it after a notice amended it.
    pub fn load(&mut self, year: i32, days: Year) -> Result<(), BadYear> {
        for &day in days.holidays.iter().chain(&days.make_up_workdays) {
            if day.year() != year {
                return Err(BadYear::OtherYear(day, year));
            }
        }
        if let Some(&both) = days.holidays.intersection(&days.make_up_workdays).next() {
            return Err(BadYear::Both(both));
        }
        if let Some(&weekday) = days.make_up_workdays.iter().find(|day| !is_weekend(**day)) {
            return Err(BadYear::NotAWeekend(weekday));
        }
        self.years.insert(year, days);
        *self = Self::from(std::mem::take(&mut self.years));
        Ok(())
    }

    pub fn year(&self, year: i32) -> Option<&Year> {
        self.years.get(&year)
    }

    pub fn years(&self) -> impl Iterator<Item = (i32, &Year)> {
        self.years.iter().map(|(year, days)| (*year, days))
    }

    pub fn is_loaded(&self, date: NaiveDate) -> bool {
        self.year_of(date.num_days_from_ce()).is_some()
    }

    pub fn kind(&self, date: NaiveDate) -> DayKind {
        self.kind_on(date.num_days_from_ce())
    }

    fn kind_on(&self, day_from_ce: i32) -> DayKind {
        let loaded = self.year_of(day_from_ce).and_then(|(year, day)| year.kinds.get(day));
        loaded.copied().unwrap_or(if weekday_on(day_from_ce) > 5 { DayKind::Weekend } else { DayKind::Working })
    }

    /// The loaded year in which a day lies, and its place in it.
    fn year_of(&self, day_from_ce: i32) -> Option<(&YearKinds, usize)> {
        let year = self.kinds.iter().find(|year| year.first <= day_from_ce)?;
        let day = usize::try_from(day_from_ce - year.first).ok()?;
        (day < year.kinds.len()).then_some((year, day))
    }

    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        matches!(self.kind(date), DayKind::Working | DayKind::MakeUpWorkday)
    }

    /// The weekday whose opening hours hold on `date`: none on a holiday; a make-up workday keeps Friday's.
    pub fn hours_weekday(&self, date: NaiveDate) -> Option<Weekday> {
        match self.kind(date) {
            DayKind::Holiday => None,
            DayKind::MakeUpWorkday => Some(Weekday::Fri),
            DayKind::Working | DayKind::Weekend => Some(date.weekday()),
        }
    }

    /// The same by a day's number from the year 1, and the weekday's from Monday; 0 for none.
    pub(crate) fn hours_weekday_on(&self, day_from_ce: i32) -> u8 {
        match self.kind_on(day_from_ce) {
            DayKind::Holiday => 0,
            DayKind::MakeUpWorkday => 5,
            DayKind::Working | DayKind::Weekend => weekday_on(day_from_ce),
        }
    }

    /// The last day of a period of `days` working days that starts on `start`; the day of the start isn't counted
    /// (民法典 201). A period of no days ends on `start`.
    pub fn after_working_days(&self, start: NaiveDate, days: u16) -> DueDay {
        let (mut on, mut left, mut provisional) = (start, days, false);
        while left > 0 {
            let Some(next) = on.checked_add_days(Days::new(1)) else { break };
            on = next;
            provisional |= !self.is_loaded(on);
            left -= u16::from(self.is_working_day(on));
        }
        DueDay { on, provisional }
    }

    /// The last day of a period of calendar days; one that would end on a day off ends with the next working day (民法典 203).
    pub fn after_calendar_days(&self, start: NaiveDate, days: u16) -> DueDay {
        let mut on = start.checked_add_days(Days::new(days.into())).unwrap_or(start);
        let mut provisional = !self.is_loaded(on);
        while !self.is_working_day(on) {
            let Some(next) = on.checked_add_days(Days::new(1)) else { break };
            on = next;
            provisional |= !self.is_loaded(on);
        }
        DueDay { on, provisional }
    }

    /// How many working days lie after `from`, up to and including `to`; 0 where `to` isn't later.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let days = from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| self.is_working_day(*day));
        days.fold(0, |count, _| count + 1)
    }
}

/// 1 for Monday to 7 for Sunday; the first day of the year 1 was a Monday.
pub(crate) fn weekday_on(day_from_ce: i32) -> u8 {
    u8::try_from((day_from_ce - 1).rem_euclid(7) + 1).unwrap_or(1)
}

fn by_weekday(date: NaiveDate) -> DayKind {
    if is_weekend(date) { DayKind::Weekend } else { DayKind::Working }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn national_day_2026() -> Calendar {
        let holidays = (1..=7).map(|d| NaiveDate::from_ymd_opt(2026, 10, d).unwrap()).collect();
        let make_up_workdays = [day("2026-09-20"), day("2026-10-10")].into();
        let mut calendar = Calendar::default();
        calendar.load(2026, Year { holidays, make_up_workdays }).unwrap();
        calendar
    }

    #[test]
    fn three_working_days_from_the_eve_of_national_day_end_on_the_make_up_saturday() {
        let due = national_day_2026().after_working_days(day("2026-09-30"), 3);
        assert_eq!(due, DueDay { on: day("2026-10-10"), provisional: false });
    }

    #[test]
    fn the_day_of_the_start_is_not_counted_also_when_it_is_a_day_off() {
        let calendar = national_day_2026();
        assert_eq!(calendar.after_working_days(day("2026-10-03"), 1).on, day("2026-10-08"));
        assert_eq!(calendar.after_working_days(day("2026-09-14"), 1).on, day("2026-09-15"));
    }

    #[test]
    fn a_year_that_is_not_loaded_makes_the_answer_provisional() {
        let due = national_day_2026().after_working_days(day("2026-12-31"), 1);
        assert_eq!(due, DueDay { on: day("2027-01-01"), provisional: true });
    }

    #[test]
    fn calendar_days_that_end_on_a_holiday_move_to_the_next_working_day() {
        assert_eq!(national_day_2026().after_calendar_days(day("2026-09-26"), 7).on, day("2026-10-08"));
    }

    #[test]
    fn a_make_up_workday_keeps_fridays_hours_and_a_holiday_none() {
        let calendar = national_day_2026();
        assert_eq!(calendar.hours_weekday(day("2026-10-10")), Some(Weekday::Fri));
        assert_eq!(calendar.hours_weekday(day("2026-10-02")), None);
        assert_eq!(calendar.hours_weekday(day("2026-10-11")), Some(Weekday::Sun));
    }

    #[test]
    fn a_year_with_a_day_of_another_year_or_a_worked_weekday_is_refused() {
        let mut calendar = Calendar::default();
        let other = Year { holidays: [day("2025-12-31")].into(), ..Year::default() };
        assert_eq!(calendar.load(2026, other), Err(BadYear::OtherYear(day("2025-12-31"), 2026)));
        let monday = Year { make_up_workdays: [day("2026-10-12")].into(), ..Year::default() };
        assert_eq!(calendar.load(2026, monday), Err(BadYear::NotAWeekend(day("2026-10-12"))));
    }

    proptest::proptest! {
        #[test]
        fn a_day_by_its_number_has_the_hours_of_its_date(offset in 0u64..3000) {
            let (calendar, date) = (national_day_2026(), day("2023-01-01").checked_add_days(Days::new(offset)).unwrap());
            let number = calendar.hours_weekday(date).map_or(0, |weekday| weekday.number_from_monday());
            proptest::prop_assert_eq!(u32::from(calendar.hours_weekday_on(date.num_days_from_ce())), number);
        }

        #[test]
        fn counting_the_days_of_a_period_gives_its_length(start in 0u64..400, days in 0u16..60) {
            let calendar = national_day_2026();
            let start = day("2026-01-01").checked_add_days(Days::new(start)).unwrap();
            let due = calendar.after_working_days(start, days);
            proptest::prop_assert_eq!(calendar.working_days_between(start, due.on), u32::from(days));
        }
    }
}
