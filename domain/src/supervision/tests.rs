//! Alerts day by day, worked out by hand over the published calendar of 2026, and what holds whatever the ledger says.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::calendar::Calendar;
use crate::case::tests::story::Story;
use crate::case::tests::tables::published;
use crate::case::tests::world::{NOTE, at, case, town_service};
use crate::case::{Acceptance, Actor, Event, Outcome, Recorded, Stage, StopReason, as_of, settled_at};
use crate::ids::AlertId;
use crate::queue::due_day;
use crate::time::Timestamp;

fn recorded(wall: &str, event: Event) -> Recorded {
    Recorded { at: at(wall), by: Actor::System, event }
}

/// A case accepted at this instant with so many working days promised.
fn accepted(wall: &str, promised_working_days: u16) -> Vec<Recorded> {
    let submitted = case(town_service()).record.swap_remove(0);
    let submitted = Recorded { at: at(wall), ..submitted };
    vec![submitted, recorded(wall, Event::Accepted { how: Acceptance::ByClerk, promised_working_days })]
}

fn supplement_asked(mut record: Vec<Recorded>, wall: &str) -> Vec<Recorded> {
    let until = "2026-12-31".parse().unwrap();
    record.push(recorded(wall, Event::SupplementAsked { note: NOTE, until }));
    record.push(recorded(wall, Event::ClockStopped { reason: StopReason::Supplement, legal_basis: String::new() }));
    record
}

fn supplement_given(mut record: Vec<Recorded>, wall: &str) -> Vec<Recorded> {
    record.push(recorded(wall, Event::ClockStarted { reason: StopReason::Supplement }));
    record.push(recorded(wall, Event::Supplemented));
    record
}

fn with(mut record: Vec<Recorded>, wall: &str, event: Event) -> Vec<Recorded> {
    record.push(recorded(wall, event));
    record
}

fn of_promise(record: &[Recorded], calendar: &Calendar) -> Vec<Due> {
    alerts(&Clocks { record, statutory_working_days: None, open: None }, calendar, &Thresholds::default())
}

fn wall(at: Timestamp) -> String {
    crate::time::local(at).format("%m-%d %H:%M").to_string()
}

/// `黄 02-14 00:00 02-25 00:00`, an alert a line.
fn told(alerts: &[Due]) -> Vec<String> {
    let line = |due: &Due| {
        let colour = match due.colour {
            Colour::Yellow => "黄",
            Colour::Red => "红",
        };
        format!("{colour} {} {}", wall(due.from), due.until.map_or_else(|| "-".to_owned(), wall))
    };
    alerts.iter().map(line).collect()
}

#[test]
fn across_spring_festival_the_days_off_warn_nobody() {
    // Accepted at, promised, from when yellow, from when red. 14 February is worked, 15 to 23 are off, 28 is worked.
    let table = [
        ("2026-02-10T09:00:00", 20, "03-10 00:00", "03-17 00:00"),
        ("2026-02-12T09:00:00", 2, "02-13 00:00", "02-15 00:00"),
        ("2026-02-13T17:30:00", 2, "02-14 00:00", "02-25 00:00"),
        ("2026-02-13T09:00:00", 5, "02-26 00:00", "02-28 00:00"),
        ("2026-02-13T09:00:00", 6, "02-26 00:00", "03-01 00:00"),
        ("2026-02-14T10:00:00", 1, "02-24 00:00", "02-25 00:00"),
        ("2026-02-18T22:00:00", 3, "02-25 00:00", "02-27 00:00"),
    ];
    for (start, promised, yellow, red) in table {
        let expected = vec![format!("黄 {yellow} {red}"), format!("红 {red} -")];
        assert_eq!(told(&of_promise(&accepted(start, promised), &published())), expected, "accepted {start}, {promised} days");
    }
}

#[test]
fn what_is_done_within_the_day_is_never_yellow_and_red_when_the_day_is_over() {
    assert_eq!(told(&of_promise(&accepted("2026-09-14T09:00:00", 0), &published())), ["红 09-15 00:00 -"]);
}

#[test]
fn a_supplement_over_national_day_lifts_yellow_and_it_comes_again_with_the_days_that_were_left() {
    // Five days from Monday the 21st: yellow when one is left. 22, 23, 24 and 28 September are run by the 28th, which is yellow.
    let record = supplement_asked(accepted("2026-09-21T09:00:00", 5), "2026-09-28T15:00:00");
    assert_eq!(told(&of_promise(&record, &published())), ["黄 09-28 00:00 09-28 15:00"]);
    let record = supplement_given(record, "2026-10-09T10:00:00");
    // 29 and 30 September, 8 and 9 October stood; 10 October, a Saturday that is worked, is the last day.
    assert_eq!(told(&of_promise(&record, &published())), ["黄 09-28 00:00 09-28 15:00", "黄 10-09 10:00 10-11 00:00", "红 10-11 00:00 -"]);
    let turns: Vec<_> = of_promise(&record, &published()).iter().map(|due| due.turn).collect();
    assert_eq!(turns, [0, 1, 1]);
}

#[test]
fn a_supplement_asked_in_time_puts_yellow_off_until_its_day() {
    let record = supplement_given(supplement_asked(accepted("2026-09-21T09:00:00", 5), "2026-09-23T15:00:00"), "2026-10-09T10:00:00");
    assert_eq!(told(&of_promise(&record, &published())), ["黄 10-12 00:00 10-14 00:00", "红 10-14 00:00 -"]);
}

#[test]
fn a_case_that_is_late_stays_so_while_it_stands() {
    let record = supplement_asked(accepted("2026-09-14T09:00:00", 2), "2026-09-18T09:00:00");
    assert_eq!(told(&of_promise(&record, &published())), ["黄 09-15 00:00 09-17 00:00", "红 09-17 00:00 -"]);
    let record = supplement_given(record, "2026-09-22T09:00:00");
    assert_eq!(told(&of_promise(&record, &published())), ["黄 09-15 00:00 09-17 00:00", "红 09-17 00:00 -"], "red comes once");
}

#[test]
fn alerts_end_with_the_case() {
    let record = with(accepted("2026-09-14T09:00:00", 5), "2026-09-18T10:00:00", Event::Withdrawn);
    assert_eq!(told(&of_promise(&record, &published())), ["黄 09-18 00:00 09-18 10:00"]);
    let late = with(accepted("2026-09-14T09:00:00", 5), "2026-09-22T10:00:00", Event::Lapsed);
    assert_eq!(told(&of_promise(&late, &published())), ["黄 09-18 00:00 09-21 00:00", "红 09-21 00:00 09-22 10:00"]);
}

#[test]
fn what_lies_ready_to_be_handed_over_is_late_no_more() {
    let story: Story = case(town_service()).up_to(Stage::HandOver);
    assert_eq!(settled_at(&story.record), Some(story.now));
    let record = with(story.record, "2026-10-30T10:00:00", Event::Completed);
    assert!(of_promise(&record, &published()).iter().all(|due| due.colour == Colour::Yellow || due.until.is_some()));
    let ended = as_of(&record, at("2026-12-01T10:00:00")).unwrap();
    assert_eq!(ended.state, crate::case::State::Ended { outcome: Outcome::Completed });
}

#[test]
fn the_laws_limit_warns_by_itself_where_it_is_longer_than_the_promise() {
    let record = accepted("2026-09-14T09:00:00", 5);
    let both =
        |limit| alerts(&Clocks { record: &record, statutory_working_days: Some(limit), open: None }, &published(), &Thresholds::default());
    assert_eq!(both(5).len(), 2, "as long as the promise: nothing twice");
    let statute: Vec<_> = both(20).into_iter().filter(|due| due.cause == Cause::Statute).collect();
    assert_eq!(told(&statute), ["黄 10-12 00:00 10-17 00:00", "红 10-17 00:00 -"]);
}

#[test]
fn a_stage_past_its_allowance_is_yellow_within_the_promise() {
    let story = case(town_service());
    let terms = crate::queue::StageAllowances::default();
    let calendar = published();
    let terms = crate::queue::Terms { allowances: &terms, calendar: &calendar, map: &crate::case::tests::world::MAP, keep_minutes: 60 };
    let id = crate::ids::WorkItemId::new(Uuid::from_u128(1));
    let open = crate::queue::WorkItem::open(id, (&story.case, &story.item), story.case.work().unwrap(), story.now, None, &terms);
    let clocks = Clocks { record: &story.record, statutory_working_days: None, open: Some(&open) };
    let all = alerts(&clocks, &calendar, &Thresholds::default());
    assert_eq!((told(&all), due_day(open.due_at).to_string()), (vec!["黄 09-16 00:00 -".to_owned()], "2026-09-15".to_owned()));
    assert_eq!(all[0].cause, Cause::Stage);
    assert_eq!(colour_at(&all, at("2026-09-15T23:59:59")), None);
    assert_eq!(colour_at(&all, at("2026-09-16T00:00:00")), Some(Colour::Yellow));
}

#[test]
fn yellow_comes_by_a_share_of_long_periods_and_by_days_of_short_ones() {
    let table = [(0, None), (1, Some(0)), (2, Some(1)), (5, Some(1)), (6, Some(2)), (20, Some(4)), (60, Some(12))];
    for (period, expected) in table {
        assert_eq!(Thresholds::default().days_before(period), expected, "{period} days");
    }
    let early = Thresholds { yellow_days: 60, ..Thresholds::default() };
    assert_eq!(early.days_before(5), Some(4), "the first day is never yellow");
}

#[test]
fn thresholds_have_bounds() {
    let fine = Thresholds::default();
    assert_eq!(fine.check(), Ok(()));
    assert_eq!(Thresholds { yellow_percent: 91, ..fine }.check(), Err(BadThresholds::Percent));
    assert_eq!(Thresholds { yellow_days: 61, ..fine }.check(), Err(BadThresholds::Days));
    assert_eq!(Thresholds { items_per_clerk: 0, ..fine }.check(), Err(BadThresholds::Items));
}

#[test]
fn a_month_begins_and_ends_by_the_districts_wall_clock() {
    let month: Month = "2026-12".parse().unwrap();
    assert_eq!(
        (month.begins().to_rfc3339().as_str(), month.ends().to_rfc3339().as_str()),
        ("2026-11-30T16:00:00+00:00", "2026-12-31T16:00:00+00:00")
    );
    for wrong in ["2026-13", "2026-1", "202609", "2026-09-01", "1999-12", "2026-0a", "+026-09"] {
        assert!(wrong.parse::<Month>().is_err(), "{wrong}");
    }
}

#[test]
fn how_late_something_was_is_counted_in_working_days() {
    let late = |last: &str, done: &str| working_days_late(&published(), last.parse().unwrap(), at(done));
    assert_eq!(late("2026-09-30", "2026-09-30T17:00:00"), 0);
    assert_eq!(late("2026-09-30", "2026-10-07T17:00:00"), 0, "the holidays are nobody's fault");
    assert_eq!(late("2026-09-30", "2026-10-10T09:00:00"), 3);
}

/// The alerts that are kept after the changes, as a store does them.
fn done(mut kept: Vec<Kept>, changes: &[Change]) -> Vec<Kept> {
    for change in changes {
        match change {
            Change::Raise(due) => kept.push(Kept {
                id: AlertId::new(Uuid::from_u128(kept.len() as u128)),
                cause: due.cause,
                colour: due.colour,
                turn: due.turn,
                from: due.from,
                ended_at: None,
                overtaken: false,
            }),
            Change::End { id, at } => kept.iter_mut().filter(|kept| kept.id == *id).for_each(|kept| kept.ended_at = Some(*at)),
            Change::Overtake { id, at } => {
                kept.iter_mut().filter(|kept| kept.id == *id).for_each(|kept| (kept.ended_at, kept.overtaken) = (Some(*at), true));
            }
            Change::Resume { id } => {
                kept.iter_mut().filter(|kept| kept.id == *id).for_each(|kept| (kept.ended_at, kept.overtaken) = (None, false));
            }
        }
    }
    kept
}

fn brought_up(kept: Vec<Kept>, record: &[Recorded], calendar: &Calendar, now: Timestamp) -> Vec<Kept> {
    let due = of_promise(record, calendar);
    let once = done(kept.clone(), &reconcile(&kept, &due, now));
    // What was raised over already ends with the second look.
    done(once.clone(), &reconcile(&once, &due, now))
}

fn live(kept: &[Kept]) -> Vec<(Colour, String)> {
    kept.iter().filter(|kept| kept.ended_at.is_none()).map(|kept| (kept.colour, wall(kept.from))).collect()
}

#[test]
fn an_alert_is_dated_when_it_was_due_however_late_it_is_looked_for() {
    let record = accepted("2026-09-14T09:00:00", 5);
    let kept = brought_up(Vec::new(), &record, &published(), at("2026-09-28T11:11:11"));
    assert_eq!(live(&kept), [(Colour::Red, "09-21 00:00".to_owned())]);
    assert_eq!(kept.len(), 2, "the yellow one is kept with its end");
}

#[test]
fn red_that_comes_later_by_another_calendar_is_lifted_and_comes_then() {
    let record = accepted("2026-12-30T09:00:00", 2);
    // By weekends alone the second day is Friday, 1 January.
    let red = brought_up(Vec::new(), &record, &published(), at("2027-01-02T09:00:00"));
    assert_eq!(live(&red), [(Colour::Red, "01-02 00:00".to_owned())]);
    let mut loaded = published();
    let off = ["2027-01-01", "2027-01-02", "2027-01-03"].map(|day| day.parse().unwrap());
    loaded.load(2027, crate::calendar::Year { holidays: off.into(), make_up_workdays: [].into() }).unwrap();
    let lifted = brought_up(red, &record, &loaded, at("2027-01-02T10:00:00"));
    assert!(live(&lifted).iter().all(|(colour, _)| *colour == Colour::Yellow), "{lifted:?}");
    let again = brought_up(lifted, &record, &loaded, at("2027-01-05T09:00:00"));
    assert_eq!(live(&again), [(Colour::Red, "01-05 00:00".to_owned())]);
}

fn ledgers() -> impl Strategy<Value = Vec<Recorded>> {
    (0u16..25, prop::collection::vec((1i64..200, 1i64..300), 0..4), prop::option::of(1i64..300)).prop_map(|(promised, stops, end)| {
        let mut record = accepted("2026-01-30T10:00:00", promised);
        let mut now = record[0].at;
        let mut push = |hours: i64, event: Event| {
            now += chrono::Duration::hours(hours);
            record.push(Recorded { at: now, by: Actor::System, event });
        };
        for (run, stood) in stops {
            push(run, Event::ClockStopped { reason: StopReason::OutsideTest, legal_basis: String::new() });
            push(stood, Event::ClockStarted { reason: StopReason::OutsideTest });
        }
        if let Some(hours) = end {
            push(hours, Event::Withdrawn);
        }
        record
    })
}

proptest! {
    #[test]
    fn yellow_never_overlaps_red_and_both_say_what_the_clock_says(record in ledgers(), hours in 0i64..3000) {
        let calendar = published();
        let now = record[0].at + chrono::Duration::hours(hours);
        let all = of_promise(&record, &calendar);
        prop_assert!(all.iter().filter(|due| due.holds_at(now)).count() <= 1);
        prop_assert!(all.iter().filter(|due| due.colour == Colour::Red).count() <= 1);
        for due in &all {
            prop_assert!(due.until.is_none_or(|until| due.from < until), "{due:?}");
        }
        let case = as_of(&record, now).unwrap();
        if let (false, Some(clock)) = (case.is_ended(), &case.clock) {
            let red = colour_at(&all, now) == Some(Colour::Red);
            // What is stopped is as late as it was.
            prop_assert!(!red || clock.is_stopped() || clock.is_overdue(&calendar, now), "red, but not overdue: {all:?} at {now}");
            prop_assert!(red || !clock.is_overdue(&calendar, now), "overdue, but not red: {all:?} at {now}");
        }
    }

    #[test]
    fn looking_twice_or_more_often_raises_nothing_twice(record in ledgers(), looks in prop::collection::vec(0i64..3000, 1..6)) {
        let (calendar, start, mut looks) = (published(), record[0].at, looks);
        looks.sort_unstable();
        let last = start + chrono::Duration::hours(*looks.last().unwrap());
        let often = looks.iter().fold(Vec::new(), |kept, hours| {
            let now = start + chrono::Duration::hours(*hours);
            let known: Vec<_> = record.iter().filter(|recorded| recorded.at <= now).cloned().collect();
            brought_up(kept, &known, &calendar, now)
        });
        let known: Vec<_> = record.iter().filter(|recorded| recorded.at <= last).cloned().collect();
        let once = brought_up(Vec::new(), &known, &calendar, last);
        let essence = |kept: &[Kept]| kept.iter().map(|kept| (kept.colour, kept.turn, kept.from, kept.ended_at)).collect::<std::collections::BTreeSet<_>>();
        prop_assert_eq!(essence(&often), essence(&once));
        prop_assert_eq!(reconcile(&often, &of_promise(&known, &calendar), last), []);
    }

    #[test]
    fn who_looks_when_told_to_misses_no_alert(record in ledgers()) {
        let calendar = published();
        let all = of_promise(&record, &calendar);
        let mut now = record[0].at;
        while let Some(next) = all.iter().flat_map(|due| [Some(due.from), due.until]).flatten().filter(|at| *at > now).min() {
            let due_by_then = look_at(&all, now).is_some_and(|look| look <= next);
            prop_assert!(due_by_then || all.iter().all(|due| due.from <= now), "{all:?} at {now}");
            now = next;
        }
    }
}
