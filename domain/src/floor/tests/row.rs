//! Numbers, the order of the row, the wait, and who may take a number from afar.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use proptest::prelude::*;

use super::world::*;
use crate::catalogue::ItemKind;
use crate::district::Place;
use crate::floor::*;
use crate::time::Timestamp;

const KINDS: [ItemKind; 3] = ItemKind::ALL;

#[test]
fn a_number_has_a_letter_by_kind_and_three_digits_or_more() {
    let numbers = [(ItemKind::TownService, 23), (ItemKind::Certificate, 1), (ItemKind::VillageProxy, 1234)];
    let read = numbers.map(|(kind, serial)| TicketNumber::new(kind, serial).to_string());
    assert_eq!(read, ["A023", "B001", "C1234"]);
    for bad in ["", "A", "A23", "A0023", "A000", "D001", "A-01", "A+23", "a023"] {
        assert!(bad.parse::<TicketNumber>().is_err(), "{bad}");
    }
}

#[test]
fn an_old_man_who_comes_a_quarter_of_an_hour_later_goes_first_and_one_who_comes_an_hour_later_does_not() {
    let starts = HeadStarts::default();
    let young = starts.rank_at(Since::Taken(at("09:00")), Priority::None);
    assert!(starts.rank_at(Since::Taken(at("09:15")), Priority::Elderly) < young);
    assert!(starts.rank_at(Since::Taken(at("10:00")), Priority::Elderly) > young);
}

#[test]
fn somebody_is_elderly_from_their_sixtieth_birthday_on() {
    let starts = HeadStarts::default();
    assert_eq!(starts.by_age(day("1966-09-15"), day("2026-09-14")), Priority::None);
    assert_eq!(starts.by_age(day("1966-09-14"), day("2026-09-14")), Priority::Elderly);
}

#[test]
fn who_comes_in_time_to_a_slot_goes_before_those_who_walked_in_within_the_hour_before_it() {
    let starts = HeadStarts::default();
    let booked = starts.rank_at(Since::Slot(at("10:00")), Priority::None);
    assert!(booked < starts.rank_at(Since::Taken(at("09:10")), Priority::None));
    assert!(booked > starts.rank_at(Since::Taken(at("08:50")), Priority::None));
    assert_eq!(booked, starts.rank_at(Since::Slot(at("10:00")), Priority::Elderly), "the longest head start holds, not the sum");
}

#[test]
fn the_wait_is_that_of_those_ahead_shared_by_the_windows_at_work() {
    let known = BTreeMap::from([(ItemKind::Certificate, Pace::of_minutes(6))]);
    let paces = Paces { known, usual: Pace::of_minutes(20) };
    let ahead = [ItemKind::Certificate, ItemKind::TownService, ItemKind::Certificate];
    let every = ItemKind::ALL.into();
    assert_eq!(wait_for(ItemKind::TownService, ahead, &paces, &[&every, &every]), Duration::minutes(16));
    assert_eq!(paces.mean(), Pace::of_minutes(6));
    assert_eq!(Paces { known: BTreeMap::new(), ..paces }.mean(), Pace::of_minutes(20));
}

#[test]
fn only_windows_that_serve_the_matter_count_and_only_who_waits_for_them() {
    use ItemKind::{Certificate, TownService, VillageProxy};
    let paces = Paces { known: BTreeMap::from([(Certificate, Pace::of_minutes(6))]), usual: Pace::of_minutes(20) };
    let (town, certificates, both) = ([TownService].into(), [Certificate].into(), [TownService, Certificate].into());
    let ahead = [TownService, Certificate, TownService];
    assert_eq!(wait_for(Certificate, ahead, &paces, &[&town, &town, &certificates]), Duration::minutes(6));
    assert_eq!(wait_for(TownService, ahead, &paces, &[&town, &town, &certificates]), Duration::minutes(20));
    // Of what either window serves, the town's matters take half of the one that serves both.
    assert_eq!(wait_for(Certificate, ahead, &paces, &[&town, &both]), Duration::minutes(26));
    assert_eq!(wait_for(VillageProxy, ahead, &paces, &[&both]), Duration::minutes(23), "as if one window more would open");
    assert_eq!(wait_for(TownService, ahead, &paces, &[]), Duration::minutes(46));
}

#[test]
fn a_number_that_was_forgotten_to_finish_moves_the_pace_by_no_more_than_two_hours_would() {
    let pace = Pace::of_minutes(20);
    assert_eq!(pace.after(Duration::minutes(10)), Pace::of_minutes(18));
    assert_eq!(pace.after(Duration::hours(9)), pace.after(Duration::hours(2)));
}

/// Degrees of latitude for so many metres to the north.
fn north(metres: f64) -> Place {
    Place { lat: 30.0 + metres / 111_195.0, lng: 103.0 }
}

#[test]
fn a_phone_takes_a_number_near_an_open_station_with_time_left() {
    let (hall, calendar) = (hall(), calendar());
    let (reach, none) = (Reach::default(), Duration::zero());
    let take = |place, wait, wall| may_take_from_afar((&hall, &calendar), place, &reach, wait, at(wall));
    assert_eq!(take(north(490.0), none, "09:00"), Ok(()));
    assert_eq!(take(north(510.0), none, "09:00"), Err(OutOfReach::TooFar(500)));
    assert_eq!(take(north(0.0), none, "12:30"), Err(OutOfReach::Closed));
    assert_eq!(take(north(0.0), Duration::hours(3), "11:55"), Ok(()), "the afternoon counts, the lunch break doesn't");
    assert_eq!(take(north(0.0), Duration::minutes(206), "11:55"), Err(OutOfReach::TooLate));
    assert_eq!(take(north(0.0), none, "16:55"), Err(OutOfReach::TooLate));
}

fn minute(count: u16) -> Timestamp {
    at("08:30") + Duration::minutes(count.into())
}

prop_compose! {
    fn standings()(count in 0u16..600, slot in any::<bool>(), priority in priorities()) -> (Timestamp, Since, Priority) {
        let since = if slot { Since::Slot(minute(count)) } else { Since::Taken(minute(count)) };
        (minute(count), since, priority)
    }
}

prop_compose! {
    fn head_starts()(minutes in prop::array::uniform5(0u16..240)) -> HeadStarts {
        let [elderly, disabled, pregnant, soldier, appointment] = minutes;
        HeadStarts { elderly, disabled, pregnant, soldier, appointment, elderly_age: 60 }
    }
}

fn kinds_served() -> impl Strategy<Value = Vec<BTreeSet<ItemKind>>> {
    prop::collection::vec(prop::collection::btree_set(prop::sample::select(KINDS.to_vec()), 1..4), 0..6)
}

proptest! {
    #[test]
    fn windows_for_other_matters_change_no_wait_and_one_more_in_the_row_shortens_none(
        kind in prop::sample::select(KINDS.to_vec()),
        ahead in prop::collection::vec(prop::sample::select(KINDS.to_vec()), 0..20),
        windows in kinds_served(),
    ) {
        let paces = Paces { known: BTreeMap::new(), usual: Pace::of_minutes(12) };
        let wait = |windows: &[BTreeSet<ItemKind>], ahead: &[ItemKind]| {
            wait_for(kind, ahead.iter().copied(), &paces, &windows.iter().collect::<Vec<_>>())
        };
        // A window that serves nobody who waits for one of ours.
        let strange = BTreeSet::from_iter(KINDS).into_iter().filter(|other| {
            *other != kind && !windows.iter().any(|serves| serves.contains(&kind) && serves.contains(other))
        });
        let strange: BTreeSet<_> = strange.collect();
        if !strange.is_empty() && windows.iter().any(|serves| serves.contains(&kind)) {
            let more: Vec<_> = windows.iter().cloned().chain([strange]).collect();
            prop_assert_eq!(wait(&more, &ahead), wait(&windows, &ahead));
        }
        if let Some((_, fewer)) = ahead.split_last() {
            prop_assert!(wait(&windows, fewer) <= wait(&windows, &ahead));
        }
    }

    #[test]
    fn nobody_is_passed_by_who_comes_later_than_the_longest_head_start(starts in head_starts(), a in standings(), b in standings()) {
        if b.0 > a.0 + starts.longest() {
            prop_assert!(starts.rank_at(a.1, a.2) < starts.rank_at(b.1, b.2));
        }
    }

    #[test]
    fn among_equals_who_comes_first_goes_first(starts in head_starts(), (a, _, priority) in standings(), later in 1u16..600) {
        let b = a + Duration::minutes(later.into());
        prop_assert!(starts.rank_at(Since::Taken(a), priority) < starts.rank_at(Since::Taken(b), priority));
        prop_assert!(starts.rank_at(Since::Slot(a), priority) < starts.rank_at(Since::Slot(b), priority));
    }

    #[test]
    fn a_ground_never_sets_anybody_back(starts in head_starts(), (_, since, priority) in standings()) {
        prop_assert!(starts.rank_at(since, priority) <= starts.rank_at(since, Priority::None));
    }

    #[test]
    fn a_number_reads_back_as_itself(kind in prop::sample::select(KINDS.to_vec()), serial in 1u32..100_000) {
        let number = TicketNumber::new(kind, serial);
        prop_assert_eq!(number.to_string().parse(), Ok(number));
    }

    #[test]
    fn a_pace_stays_between_what_it_was_and_what_was_served(usual in 0u32..120, took in prop::collection::vec(0i64..7200, 1..30)) {
        let mut pace = Pace::of_minutes(usual);
        for secs in took {
            let (low, high) = (i64::from(pace.secs()).min(secs), i64::from(pace.secs()).max(secs));
            pace = pace.after(Duration::seconds(secs));
            prop_assert!((low..=high).contains(&i64::from(pace.secs())));
        }
    }

    #[test]
    fn who_goes_back_stands_behind_so_many_and_before_all_after_them(count in 0usize..8, places in 1u16..6) {
        let row: Vec<_> = (0..count).map(|n| minute(u16::try_from(n).unwrap())).collect();
        match back_in_the_row(&row, places) {
            None => prop_assert!(row.is_empty()),
            Some(back) => prop_assert_eq!(row.iter().filter(|rank| **rank < back).count(), count.min(places.into())),
        }
    }
}
