//! Signs of farming (刷好评): reviews that look made up, or asked for. A sign is a finding for a supervisor to look into, and no verdict:
//! a family shares a phone, and who is helped at a counter may well be pleased at once.
//! Invariants: pure; the same reviews on the same day give the same signs, whatever their order; what names a single reason is found by that
//! reason alone; no day is measured by fewer days before it than the threshold says.
//! Units: instants in UTC, days of the district. A device is a keyed hash, never an address or a user agent.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Days, Duration, NaiveDate};
use serde::{Deserialize, Serialize};

use super::Satisfaction;
use crate::ids::{CaseId, StationCode};
use crate::time::{Timestamp, local_date};

/// From when on something is a sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Reviews from one device, all of them praise, within `same_device_hours`. Default: 5 within 24 hours.
    pub same_device_min: u16,
    pub same_device_hours: u16,
    /// Praise at one station on one day, each within `counter_minutes` after the end at the counter. Default: 5, within 3 minutes.
    pub counter_min: u16,
    pub counter_minutes: u16,
    /// Reviews from a device that staff sign in with. Default: 1.
    pub staff_device_min: u16,
    /// Reviews of a station by who works there. Default: 1.
    pub staff_account_min: u16,
    /// Reviews of a station on one day, and how many times as many as on the `burst_days` before. Default: 20, 5 times 30 days' mean.
    pub burst_min: u16,
    pub burst_times: u16,
    pub burst_days: u16,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            same_device_min: 5,
            same_device_hours: 24,
            counter_min: 5,
            counter_minutes: 3,
            staff_device_min: 1,
            staff_account_min: 1,
            burst_min: 20,
            burst_times: 5,
            burst_days: 30,
        }
    }
}

impl Thresholds {
    /// Reviews below which there is no sign.
    pub fn min(&self, sign: Sign) -> u16 {
        let min = match sign {
            Sign::SameDevice => self.same_device_min,
            Sign::AtTheCounter => self.counter_min,
            Sign::StaffDevice => self.staff_device_min,
            Sign::StaffAccount => self.staff_account_min,
            Sign::Burst => self.burst_min,
        };
        min.max(1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    SameDevice,
    AtTheCounter,
    StaffDevice,
    StaffAccount,
    Burst,
}

impl Sign {
    pub const ALL: [Sign; 5] = [Sign::SameDevice, Sign::AtTheCounter, Sign::StaffDevice, Sign::StaffAccount, Sign::Burst];
}

/// A review as far as signs need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub case: CaseId,
    pub station: StationCode,
    pub level: Satisfaction,
    pub at: Timestamp,
    /// When the case ended before the person; none where it ended elsewhere.
    pub ended_at_counter: Option<Timestamp>,
    pub device: Option<String>,
    pub from: From,
}

/// Who gave it, or with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    APerson,
    /// With a device that staff sign in with.
    StaffDevice,
    /// Who works at the station. Who is close to staff isn't served by them (`case::who`).
    StaffAccount,
}

/// Reviews that show one sign, of one station, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub sign: Sign,
    pub station: StationCode,
    pub cases: Vec<CaseId>,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// Days before today that are looked at for a burst too: reviews of a late evening are looked for on the day after.
const BURST_DAYS_BACK: u16 = 1;

/// The first day whose reviews `detect` has to know on `today`: each day that it looks at is measured by all the days before it.
pub fn first_day(today: NaiveDate, thresholds: &Thresholds) -> NaiveDate {
    days_before(today, thresholds.burst_days.saturating_add(BURST_DAYS_BACK))
}

fn days_before(day: NaiveDate, days: u16) -> NaiveDate {
    day.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN)
}

/// What `reviews` show of one sign on `today`.
pub fn detect(sign: Sign, reviews: &[Review], (thresholds, today): (&Thresholds, NaiveDate)) -> Vec<Found> {
    let mut reviews: Vec<_> = reviews.iter().collect();
    reviews.sort_by_key(|review| (review.at, review.case));
    match sign {
        Sign::SameDevice => same_device(&reviews, thresholds),
        Sign::AtTheCounter => {
            let wait = Duration::minutes(thresholds.counter_minutes.into());
            let hasty = |review: &Review| review.ended_at_counter.is_some_and(|ended| is_praise(review) && review.at - ended <= wait);
            by_day(&reviews, hasty).into_values().filter_map(|group| found(sign, &group, thresholds)).collect()
        }
        Sign::StaffDevice => by_station(&reviews, From::StaffDevice, (sign, thresholds)),
        Sign::StaffAccount => by_station(&reviews, From::StaffAccount, (sign, thresholds)),
        Sign::Burst => bursts(&reviews, (thresholds, today)),
    }
}

fn is_praise(review: &Review) -> bool {
    matches!(review.level, Satisfaction::VerySatisfied | Satisfaction::Satisfied)
}

/// Runs of reviews of a station from one device, none of them anything but praise, each of which came with enough others within the hours
/// that are given.
fn same_device(reviews: &[&Review], thresholds: &Thresholds) -> Vec<Found> {
    let mut devices: BTreeMap<_, Vec<&Review>> = BTreeMap::new();
    for review in reviews {
        if let Some(device) = &review.device {
            devices.entry((&review.station, device)).or_default().push(review);
        }
    }
    let dense = (usize::from(thresholds.min(Sign::SameDevice)), Duration::hours(thresholds.same_device_hours.into()));
    let mut all = Vec::new();
    for group in devices.values() {
        for run in group.chunk_by(|one, next| is_praise(one) && is_praise(next)) {
            all.extend(windows(run, dense).into_iter().filter_map(|part| found(Sign::SameDevice, part, thresholds)));
        }
    }
    all
}

/// The parts of a sequence in which at least `min` come within `span`, wherever that begins; those that overlap are one.
fn windows<'a, 'r>(run: &'a [&'r Review], (min, span): (usize, Duration)) -> Vec<&'a [&'r Review]> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (start, first) in run.iter().enumerate() {
        let end = start + run.iter().skip(start).take_while(|review| review.at - first.at <= span).count();
        if end - start < min {
            continue;
        }
        match parts.last_mut() {
            Some(part) if start < part.end => part.end = end,
            Some(_) | None => parts.push(start..end),
        }
    }
    parts.into_iter().filter_map(|part| run.get(part)).collect()
}

fn by_day<'r>(reviews: &[&'r Review], which: impl Fn(&Review) -> bool) -> BTreeMap<(&'r StationCode, NaiveDate), Vec<&'r Review>> {
    let mut days: BTreeMap<_, Vec<&Review>> = BTreeMap::new();
    for review in reviews.iter().copied().filter(|review| which(review)) {
        days.entry((&review.station, local_date(review.at))).or_default().push(review);
    }
    days
}

fn by_station(reviews: &[&Review], from: From, (sign, thresholds): (Sign, &Thresholds)) -> Vec<Found> {
    let mut stations: BTreeMap<_, Vec<&Review>> = BTreeMap::new();
    for review in reviews.iter().copied().filter(|review| review.from == from && !review.level.is_bad()) {
        stations.entry(&review.station).or_default().push(review);
    }
    stations.values().filter_map(|group| found(sign, group, thresholds)).collect()
}

/// Days with many times as many reviews as the mean of the days before; good or bad, since a campaign may be against somebody too. Earlier
/// days than those that are looked at have too few days before them: there a steady station would seem to burst.
fn bursts(reviews: &[&Review], (thresholds, today): (&Thresholds, NaiveDate)) -> Vec<Found> {
    let days = by_day(reviews, |_| true);
    let (looked_at, min) = (days_before(today, BURST_DAYS_BACK)..=today, usize::from(thresholds.min(Sign::Burst)));
    let span = Duration::days(thresholds.burst_days.into());
    let is_burst = |station: &StationCode, day: NaiveDate, number: usize| {
        let before = days.iter().filter(|((own, on), _)| *own == station && *on < day && day - *on <= span);
        let before: usize = before.map(|(_, group)| group.len()).sum();
        // More than so many times the mean, without dividing.
        number * usize::from(thresholds.burst_days.max(1)) > before * usize::from(thresholds.burst_times)
    };
    let busy = days.iter().filter(|((_, day), group)| looked_at.contains(day) && group.len() >= min);
    let bursts = busy.filter(|((station, day), group)| is_burst(station, *day, group.len()));
    bursts.filter_map(|(_, group)| found(Sign::Burst, group, thresholds)).collect()
}

fn found(sign: Sign, group: &[&Review], thresholds: &Thresholds) -> Option<Found> {
    let (first, last) = (group.first()?, group.last()?);
    (group.len() >= usize::from(thresholds.min(sign))).then(|| Found {
        sign,
        station: first.station.clone(),
        cases: group.iter().map(|review| review.case).collect(),
        first_at: first.at,
        last_at: last.at,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::case::tests::world::{TOWN, VILLAGE, at, code};

    const NOON: &str = "2026-09-14T12:00:00";

    /// Praise of the village from nobody's device, so many minutes after noon.
    fn review(number: u16) -> Review {
        Review {
            case: CaseId::new(Uuid::from_u128(number.into())),
            station: code(VILLAGE),
            level: Satisfaction::VerySatisfied,
            at: at(NOON) + Duration::minutes(number.into()),
            ended_at_counter: None,
            device: None,
            from: From::APerson,
        }
    }

    fn many(number: u16, change: impl Fn(Review) -> Review) -> Vec<Review> {
        (1..=number).map(|n| change(review(n))).collect()
    }

    fn signs(reviews: &[Review]) -> Vec<(Sign, usize)> {
        let thresholds = Thresholds::default();
        let all = Sign::ALL.into_iter().flat_map(|sign| detect(sign, reviews, (&thresholds, local_date(at(NOON)))));
        all.map(|found| (found.sign, found.cases.len())).collect()
    }

    fn of_one_device(review: Review) -> Review {
        Review { device: Some("a".to_owned()), ..review }
    }

    #[test]
    fn praise_after_praise_from_one_device_in_a_day_is_a_sign_and_from_many_devices_or_over_weeks_it_is_not() {
        assert_eq!(signs(&many(5, of_one_device)), [(Sign::SameDevice, 5)]);
        assert_eq!(signs(&many(4, of_one_device)), []);
        assert_eq!(signs(&many(9, |own| Review { device: Some(own.case.to_string()), ..own })), []);
        let over_weeks = many(9, |own| Review { at: own.at + (own.at - at(NOON)) * 1440, ..of_one_device(own) });
        assert_eq!(signs(&over_weeks), []);
    }

    #[test]
    fn praise_within_a_day_is_found_wherever_the_day_begins_and_what_overlaps_is_one_sign() {
        let at_hours = |hours: &[i64]| -> Vec<_> {
            (1..).zip(hours).map(|(n, hour)| Review { at: at(NOON) + Duration::hours(*hour), ..of_one_device(review(n)) }).collect()
        };
        assert_eq!(signs(&at_hours(&[0, 20, 21, 26, 27, 28, 90])), [(Sign::SameDevice, 5)], "the first and the last came alone");
        assert_eq!(signs(&at_hours(&[0, 1, 2, 3, 24, 25, 26, 27])), [(Sign::SameDevice, 8)]);
        assert_eq!(signs(&at_hours(&[0, 1, 2, 3, 4, 90, 91, 92, 93, 94])), [(Sign::SameDevice, 5), (Sign::SameDevice, 5)]);
    }

    #[test]
    fn a_family_s_device_that_also_complains_is_none() {
        let mut reviews = many(6, of_one_device);
        reviews[2].level = Satisfaction::Dissatisfied;
        assert_eq!(signs(&reviews), []);
    }

    #[test]
    fn praise_given_before_the_person_has_left_the_counter_is_a_sign_when_it_happens_all_day() {
        let hasty = |own: Review| Review { ended_at_counter: Some(own.at - Duration::minutes(1)), ..own };
        assert_eq!(signs(&many(5, hasty)), [(Sign::AtTheCounter, 5)]);
        let later = |own: Review| Review { ended_at_counter: Some(own.at - Duration::minutes(30)), ..own };
        assert_eq!(signs(&many(5, later)), []);
        let two_stations: Vec<_> = many(6, hasty).into_iter().enumerate().map(|(n, own)| at_town(n % 2 == 0, own)).collect();
        assert_eq!(signs(&two_stations), []);
    }

    fn at_town(yes: bool, own: Review) -> Review {
        if yes { Review { station: code(TOWN), ..own } } else { own }
    }

    #[test]
    fn staff_who_praise_their_own_station_show_at_once_and_staff_who_complain_do_not() {
        assert_eq!(signs(&[Review { from: From::StaffDevice, ..review(1) }]), [(Sign::StaffDevice, 1)]);
        assert_eq!(signs(&[Review { from: From::StaffAccount, ..review(1) }]), [(Sign::StaffAccount, 1)]);
        assert_eq!(signs(&[Review { from: From::StaffAccount, level: Satisfaction::Dissatisfied, ..review(1) }]), []);
    }

    #[test]
    fn a_day_far_above_the_month_before_is_a_sign_and_a_busy_station_s_ordinary_day_is_not() {
        assert_eq!(signs(&many(20, |own| own)), [(Sign::Burst, 20)]);
        let mut reviews = steady();
        reviews.extend((0..30).flat_map(|_| many(20, |own| on_day(60, own))));
        assert_eq!(bursts_on(60, &reviews), [(Sign::Burst, 620)]);
        assert_eq!(bursts_on(61, &reviews), [(Sign::Burst, 620)], "what came late is found on the day after");
    }

    #[test]
    fn a_steady_twenty_a_day_is_no_burst_on_any_day() {
        for today in 31..=60 {
            assert_eq!(bursts_on(today, &steady()), [], "{today}");
        }
    }

    /// Twenty a day for two months.
    fn steady() -> Vec<Review> {
        (0..=60).flat_map(|day| many(20, |own| on_day(day, own))).collect()
    }

    /// What is found on a day in the reviews up to it that have to be known.
    fn bursts_on(today: i64, reviews: &[Review]) -> Vec<(Sign, usize)> {
        let (thresholds, today) = (Thresholds::default(), local_date(at(NOON)) + Duration::days(today));
        let from = first_day(today, &thresholds);
        let known: Vec<_> = reviews.iter().filter(|review| (from..=today).contains(&local_date(review.at))).cloned().collect();
        detect(Sign::Burst, &known, (&thresholds, today)).into_iter().map(|found| (found.sign, found.cases.len())).collect()
    }

    fn on_day(day: i64, own: Review) -> Review {
        Review { at: own.at + Duration::days(day), ..own }
    }

    proptest! {
        #[test]
        fn the_order_in_which_reviews_are_read_changes_nothing(reviews in Just(many(12, of_one_device)).prop_shuffle()) {
            prop_assert_eq!(signs(&reviews), signs(&many(12, of_one_device)));
        }

        #[test]
        fn one_more_review_from_the_device_never_hides_what_was_found(number in 5_u16..40) {
            let before: usize = signs(&many(number, of_one_device)).iter().map(|(_, cases)| cases).sum();
            let after: usize = signs(&many(number + 1, of_one_device)).iter().map(|(_, cases)| cases).sum();
            prop_assert!(after >= before);
        }
    }
}
