//! The promise day by day, worked out by hand over the published calendar of 2026 (国办发明电〔2025〕7号): Spring Festival from
//! Sunday, 15 to Monday, 23 February with the Saturdays 14 and 28 worked; Mid-Autumn from 25 to 27 September; National Day from 1 to 7
//! October with Sunday, 20 September and Saturday, 10 October worked. 2027 isn't loaded.

use crate::calendar::{Calendar, Year};
use crate::case::{PromiseClock, Stop, StopReason};
use crate::time::Timestamp;

use super::world::at;

pub(crate) fn published() -> Calendar {
    let days = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    let spring = ["15", "16", "17", "18", "19", "20", "21", "22", "23"].map(|day| format!("2026-02-{day}"));
    let national = ["01", "02", "03", "04", "05", "06", "07"].map(|day| format!("2026-10-{day}"));
    let autumn = ["25", "26", "27"].map(|day| format!("2026-09-{day}"));
    let off: Vec<_> = spring.iter().chain(&autumn).chain(&national).map(String::as_str).collect();
    let mut calendar = Calendar::default();
    let worked = days(&["2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10"]);
    calendar.load(2026, Year { holidays: off.iter().map(|day| day.parse().unwrap()).collect(), make_up_workdays: worked }).unwrap();
    calendar
}

/// Accepted at, working days promised, last day of the promise.
type Row = (&'static str, u16, &'static str);

#[track_caller]
fn holds(table: &[Row]) {
    for (accepted, promised, due) in table {
        let clock = PromiseClock::start(at(accepted), *promised);
        let found = clock.due(&published(), at(accepted)).on.to_string();
        assert_eq!(&found, due, "accepted {accepted}, {promised} working days promised");
    }
}

#[test]
fn across_spring_festival() {
    holds(&[
        ("2026-02-10T09:00:00", 20, "2026-03-16"),
        ("2026-02-13T09:00:00", 1, "2026-02-14"),
        ("2026-02-13T17:30:00", 2, "2026-02-24"),
        ("2026-02-13T09:00:00", 5, "2026-02-27"),
        ("2026-02-13T09:00:00", 6, "2026-02-28"),
        ("2026-02-13T09:00:00", 7, "2026-03-02"),
        ("2026-02-14T10:00:00", 1, "2026-02-24"),
        ("2026-02-18T22:00:00", 1, "2026-02-24"),
        ("2026-02-28T17:59:00", 1, "2026-03-02"),
    ]);
}

#[test]
fn across_national_day_with_its_make_up_days() {
    holds(&[
        ("2026-09-18T09:00:00", 1, "2026-09-20"),
        ("2026-09-18T09:00:00", 5, "2026-09-24"),
        ("2026-09-18T09:00:00", 6, "2026-09-28"),
        ("2026-09-20T09:00:00", 1, "2026-09-21"),
        ("2026-09-24T09:00:00", 3, "2026-09-30"),
        ("2026-09-24T09:00:00", 4, "2026-10-08"),
        ("2026-09-24T09:00:00", 6, "2026-10-10"),
        ("2026-09-24T09:00:00", 7, "2026-10-12"),
        ("2026-10-03T09:00:00", 1, "2026-10-08"),
    ]);
}

#[test]
fn in_a_year_that_is_not_loaded_every_weekday_counts_and_the_day_is_marked() {
    let clock = PromiseClock::start(at("2026-12-30T09:00:00"), 5);
    let before = clock.due(&published(), clock.started_at);
    assert_eq!((before.on.to_string().as_str(), before.provisional), ("2027-01-06", true));
    let mut loaded = published();
    loaded.load(2027, Year { holidays: ["2027-01-01".parse().unwrap()].into(), make_up_workdays: [].into() }).unwrap();
    let after = clock.due(&loaded, clock.started_at);
    assert_eq!((after.on.to_string().as_str(), after.provisional), ("2027-01-07", false));
}

fn with_supplement(accepted: &str, promised: u16, asked: &str, given: Option<&str>) -> PromiseClock {
    let stop = Stop { reason: StopReason::Supplement, from: at(asked), until: given.map(at) };
    PromiseClock { stops: vec![stop], ..PromiseClock::start(at(accepted), promised) }
}

fn left(clock: &PromiseClock, on: &str) -> i64 {
    let instant: Timestamp = at(on);
    clock.working_days_left(&published(), instant)
}

#[test]
fn a_supplement_that_spans_national_day_costs_the_station_no_day() {
    let clock = with_supplement("2026-09-21T09:00:00", 5, "2026-09-23T15:00:00", Some("2026-10-09T10:00:00"));
    // 22 and 23 September were run. 24, 28, 29, 30 September, 8 and 9 October stood. 10, 12 and 13 October are left.
    assert_eq!(clock.due(&published(), at("2026-10-09T10:00:00")).on.to_string(), "2026-10-13");
    let table = [
        ("09-21", 5),
        ("09-22", 4),
        ("09-23", 3),
        ("09-26", 3),
        ("09-30", 3),
        ("10-05", 3),
        ("10-09", 3),
        ("10-10", 2),
        ("10-11", 2),
        ("10-12", 1),
        ("10-13", 0),
        ("10-14", -1),
    ];
    for (day, expected) in table {
        assert_eq!(left(&clock, &format!("2026-{day}T18:00:00")), expected, "on {day}");
    }
}

#[test]
fn a_supplement_that_spans_spring_festival_costs_the_station_no_day() {
    let clock = with_supplement("2026-02-12T09:00:00", 3, "2026-02-14T10:00:00", Some("2026-02-25T10:00:00"));
    assert_eq!(clock.due(&published(), at("2026-02-25T10:00:00")).on.to_string(), "2026-02-26");
    for (day, expected) in [("02-13", 2), ("02-14", 1), ("02-20", 1), ("02-24", 1), ("02-25", 1), ("02-26", 0), ("02-27", -1)] {
        assert_eq!(left(&clock, &format!("2026-{day}T18:00:00")), expected, "on {day}");
    }
}

#[test]
fn while_a_supplement_is_waited_for_the_end_moves_with_every_working_day() {
    let clock = with_supplement("2026-09-28T09:00:00", 5, "2026-09-29T10:00:00", None);
    let due = |on: &str| clock.due(&published(), at(on)).on.to_string();
    // 29 September was run; four days are left, whenever the supplement comes.
    assert_eq!(due("2026-09-29T12:00:00"), "2026-10-10");
    assert_eq!(due("2026-10-04T12:00:00"), "2026-10-12");
    assert_eq!(due("2026-10-08T12:00:00"), "2026-10-13");
}
