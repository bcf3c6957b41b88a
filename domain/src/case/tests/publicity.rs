//! A public notice hangs its time before the decision; its terms say whether its days are part of the promise.

use chrono::NaiveDate;

use crate::case::Command as C;
use crate::case::{Event, Objections, Rejection as R, Stage, StopReason};
use crate::catalogue::DayUnit;

use super::story::*;
use super::world::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Seven calendar days outside the promise, ready to be put up.
fn seven_days_apart() -> Story {
    case(with_publicity(7, DayUnit::Calendar, false, town_service())).up_to(Stage::Publicise)
}

fn close() -> C {
    C::ClosePublicity { objections: Objections::None, note: None }
}

#[test]
fn a_notice_that_does_not_count_stops_the_clock_while_it_hangs() {
    let stop = Event::ClockStopped { reason: StopReason::Publicity, legal_basis: StopReason::Publicity.legal_basis().into() };
    let hung = given(seven_days_apart()).when(&LI, C::OpenPublicity).then(&[Event::PublicityOpened { until: day("2026-09-21") }, stop]);
    let restart = Event::ClockStarted { reason: StopReason::Publicity };
    let closed = Event::PublicityClosed { objections: Objections::None, note: None };
    let story = given(hung.on("2026-09-22T09:00:00")).when(&LI, close()).then(&[restart, closed]);
    assert_eq!(story.case.clock.as_ref().unwrap().working_days_left(&MAP.calendar, story.now), 5);
    assert_eq!(story.stage(), Some(Stage::Decide));
}

#[test]
fn a_notice_that_counts_leaves_the_clock_running() {
    let story = case(with_publicity(3, DayUnit::Working, true, town_service())).up_to(Stage::Publicise);
    let hung = given(story).when(&LI, C::OpenPublicity).then(&[Event::PublicityOpened { until: day("2026-09-17") }]);
    let closed = Event::PublicityClosed { objections: Objections::Raised, note: Some(NOTE) };
    let command = C::ClosePublicity { objections: Objections::Raised, note: Some(NOTE) };
    let story = given(hung.on("2026-09-18T09:00:00")).when(&LI, command).then(&[closed]);
    assert_eq!(story.case.clock.unwrap().working_days_left(&MAP.calendar, story.now), 1);
}

#[test]
fn a_notice_hangs_until_the_end_of_its_last_day() {
    let hung = || seven_days_apart().then(&LI, C::OpenPublicity);
    given(hung().on("2026-09-21T23:59:59")).when(&LI, close()).then_rejected(R::NoticeStillHangs(day("2026-09-21")));
    given(hung().on("2026-09-22T00:00:00")).when(&LI, close()).then_stands_at(Stage::Decide);
}

#[test]
fn a_notice_whose_last_day_is_a_holiday_hangs_until_the_next_working_day() {
    let story = seven_days_apart().on("2026-09-25T09:00:00").then(&LI, C::OpenPublicity);
    assert_eq!(story.case.work().unwrap().not_before, Some(day("2026-10-09")));
}

#[test]
fn nothing_else_is_done_while_the_notice_hangs_and_the_rejection_stays_true_afterwards() {
    let hung = || seven_days_apart().then(&LI, C::OpenPublicity);
    given(hung()).when(&TOWN_APPROVER, granted()).then_rejected(R::NoticeStillHangs(day("2026-09-21")));
    given(hung().on("2026-09-23T09:00:00")).when(&TOWN_APPROVER, granted()).then_rejected(R::NotAtThisStage);
}

#[test]
fn only_who_may_take_the_step_takes_the_notice_down() {
    let hung = || seven_days_apart().then(&LI, C::OpenPublicity).on("2026-09-22T09:00:00");
    given(hung()).when(&FAR_CLERK, close()).then_barred(crate::case::Bar::OtherDesk);
    given(hung()).when(&related(&LI, ZHANG), close()).then_barred(crate::case::Bar::Close);
    given(hung()).when(ZHANG, close()).then_rejected(R::NotYours);
}

#[test]
fn what_waits_for_a_notice_is_not_to_be_claimed_before_the_day_after_it() {
    let hung = seven_days_apart().then(&LI, C::OpenPublicity);
    assert_eq!(hung.case.work().unwrap().not_before, Some(day("2026-09-22")));
}
