//! When: lunch breaks, Saturdays, make-up days, holidays, queues, a year whose holidays aren't published.

use super::*;

/// 低保 (T019): from the phone, decided by the district in 20 working days after a public notice of 7 days that don't count.
fn asks_for_the_minimum_living_allowance(wall: &str) -> Told {
    villager_of(YANGXI).at(wall).asks(&["T019"])
}

#[test]
fn the_allowance_asked_for_at_ten_to_twelve_on_the_friday_before_seven_days_off_is_taken_in_after_lunch() {
    let told = asks_for_the_minimum_living_allowance("2023-01-20T11:50:00");
    // 20 working days from 20 January over the Spring Festival, the 28th and 29th worked, are 22 February; the notice ends on 1 March.
    told.best()
        .is(Mode::Nearby, &[LIUHE], 0)
        .taken_in("2023-01-20T13:00:00", "2023-01-20T13:20:00")
        .done("2023-03-01T17:00:00", "2023-03-02T00:00:00")
        .decided_by(CENTRE)
        .because(&[Merit::NoTrip, Merit::OwnLine, Merit::StepFree, Merit::ResultElectronic, Merit::OpenNow])
        .although(&[Drawback::PapersMove]);
    told.at_station(Mode::Nearby, YANGXI).taken_in("2023-01-20T14:00:00", "2023-01-20T14:15:00");
    told.refuses(Mode::District, Reason::ModeNotOffered).refuses(Mode::Special, Reason::NoGround);
}

#[test]
fn what_no_longer_fits_before_the_holiday_is_taken_in_on_the_make_up_saturday_after_it() {
    // The village takes in until 17:30, the town until 17:00.
    let told = asks_for_the_minimum_living_allowance("2023-01-20T16:50:00");
    told.best().is(Mode::Nearby, &[YANGXI], 0).taken_in("2023-01-20T16:50:00", "2023-01-20T17:05:00");
    let told = asks_for_the_minimum_living_allowance("2023-01-20T17:20:00");
    told.at_station(Mode::Nearby, YANGXI)
        .taken_in("2023-01-28T08:30:00", "2023-01-28T08:45:00")
        .done("2023-03-02T17:00:00", "2023-03-03T00:00:00");
}

#[test]
fn on_a_make_up_sunday_the_village_keeps_fridays_hours_and_so_does_its_point() {
    let told = villager_of(YANGXI).at("2026-09-20T08:00:00").asks(&["T006"]);
    told.best()
        .is(Mode::Nearby, &[YANGXI], 0)
        .taken_in("2026-09-20T08:30:00", "2026-09-20T08:45:00")
        .done("2026-09-20T08:45:00", "2026-09-20T12:00:00")
        .because(&[Merit::NoTrip, Merit::DecidedAtOnce, Merit::OwnLine, Merit::StepFree, Merit::ResultElectronic])
        .although(&[Drawback::ClosedNow]);
    told.at_station(Mode::Nearby, YANGXI_WEDNESDAYS).taken_in("2026-09-20T09:00:00", "2026-09-20T09:15:00");
    // The other point opens on Tuesdays and Saturdays: not on a day that counts as a Friday.
    told.at_station(Mode::Nearby, YANGXI_TUESDAYS).taken_in("2026-09-22T09:00:00", "2026-09-22T09:15:00");
}

#[test]
fn on_a_saturday_the_courtyard_point_is_open_when_the_village_station_is_not() {
    let told = villager_of(YANGXI).at("2026-09-19T09:30:00").asks(&["T006"]);
    told.best()
        .is(Mode::Nearby, &[YANGXI_TUESDAYS], 0)
        .taken_in("2026-09-19T09:30:00", "2026-09-19T09:45:00")
        .done("2026-09-19T09:45:00", "2026-09-19T11:30:00")
        .because(&[Merit::NoTrip, Merit::DecidedAtOnce, Merit::OwnLine, Merit::ResultElectronic, Merit::OpenNow])
        .although(&[]);
    told.at_station(Mode::Nearby, YANGXI).taken_in("2026-09-20T08:30:00", "2026-09-20T08:45:00");
}

#[test]
fn a_community_serves_its_residents_on_saturday_morning() {
    const TIANGOU: &str = "511499101001-01";
    let told = villager_of(TIANGOU).at("2026-09-19T09:30:00").asks(&["T006"]);
    told.best()
        .is(Mode::Nearby, &[TIANGOU], 0)
        .taken_in("2026-09-19T09:30:00", "2026-09-19T09:45:00")
        .done("2026-09-19T09:45:00", "2026-09-19T12:00:00");
    // At noon on Saturday it closes until Sunday, which is worked.
    let told = villager_of(TIANGOU).at("2026-09-19T12:00:00").asks(&["T006"]);
    told.at_station(Mode::Nearby, TIANGOU).taken_in("2026-09-20T08:30:00", "2026-09-20T08:45:00").although(&[Drawback::ClosedNow]);
}

#[test]
fn a_point_that_opens_two_mornings_a_week_takes_in_on_the_next_of_them() {
    let told = villager_of(YANGXI).asks(&["T006"]);
    told.at_station(Mode::Nearby, YANGXI_WEDNESDAYS)
        .is(Mode::Nearby, &[YANGXI_WEDNESDAYS], 0)
        .taken_in("2026-09-16T09:00:00", "2026-09-16T09:15:00")
        .done("2026-09-16T09:15:00", "2026-09-16T11:30:00")
        .because(&[Merit::NoTrip, Merit::DecidedAtOnce, Merit::OwnLine, Merit::ResultElectronic])
        .although(&[Drawback::ClosedNow]);
    told.best().is(Mode::Nearby, &[YANGXI], 0).done("2026-09-14T10:15:00", "2026-09-14T12:00:00");
}

#[test]
fn in_the_lunch_break_the_soonest_is_who_opens_first_again() {
    let told = villager_of(YANGXI).at("2026-09-14T12:10:00").asks(&["T006"]);
    told.best()
        .is(Mode::Nearby, &[CENTRE], 0)
        .taken_in("2026-09-14T13:00:00", "2026-09-14T13:20:00")
        .done("2026-09-14T13:20:00", "2026-09-14T17:00:00")
        .although(&[Drawback::ClosedNow]);
    told.at_station(Mode::Nearby, YANGXI).taken_in("2026-09-14T14:00:00", "2026-09-14T14:15:00");
}

#[test]
fn a_long_queue_is_waited_for_and_said() {
    let told = villager_of(YANGXI).where_the_queue_takes(YANGXI, 40).asks(&["T006"]);
    let plan = told.at_station(Mode::Nearby, YANGXI);
    let plan = plan.taken_in("2026-09-14T10:40:00", "2026-09-14T10:55:00").although(&[Drawback::LongWait]);
    assert_eq!(plan.0.wait_min, 40);
}

#[test]
fn a_queue_that_reaches_past_closing_moves_the_turn_to_the_afternoon_where_nobody_waits_yet() {
    let told = villager_of(YANGXI).at("2026-09-14T10:30:00").where_the_queue_takes(YANGXI, 80).asks(&["T006"]);
    let plan = told.at_station(Mode::Nearby, YANGXI).is(Mode::Nearby, &[YANGXI], 0);
    let plan = plan.taken_in("2026-09-14T14:00:00", "2026-09-14T14:15:00").although(&[]);
    assert_eq!(plan.0.wait_min, 0);
}

#[test]
fn a_station_where_nobody_serves_today_takes_in_tomorrow() {
    let mut story = villager_of(YANGXI);
    story.load.set(code(YANGXI), StationLoad { wait_min: 0, desk: Desks::Unstaffed });
    let told = story.asks(&["T006"]);
    told.at_station(Mode::Nearby, YANGXI).is(Mode::Nearby, &[YANGXI], 0).taken_in("2026-09-15T08:30:00", "2026-09-15T08:45:00");
    told.of(Mode::Nearby).is(Mode::Nearby, &[CENTRE], 0).taken_in(MONDAY, "2026-09-14T10:20:00");
}

#[test]
fn one_working_day_from_the_eve_of_the_national_holiday_ends_after_it() {
    let told = villager_of(YANGXI).at("2026-09-30T15:00:00").asks(&["T092"]);
    told.best()
        .is(Mode::Nearby, &[LIUHE], 0)
        .taken_in("2026-09-30T15:00:00", "2026-09-30T15:20:00")
        .done("2026-10-08T17:00:00", "2026-10-09T00:00:00")
        .decided_by(LIUHE)
        .because(&[Merit::NoTrip, Merit::OwnLine, Merit::StepFree, Merit::ResultElectronic, Merit::OpenNow])
        .although(&[]);
}

#[test]
fn three_working_days_over_the_national_holiday_end_on_the_make_up_saturday() {
    let told = villager_of(YANGXI).at("2026-09-30T10:00:00").asks(&["T033"]);
    told.at_station(Mode::Nearby, YANGXI)
        .is(Mode::Nearby, &[YANGXI], 0)
        .done("2026-10-10T17:00:00", "2026-10-11T00:00:00")
        .although(&[Drawback::PapersMove]);
}

#[test]
fn a_promise_that_runs_into_a_year_without_a_calendar_is_counted_by_weekends_and_said_to_be_provisional() {
    let told = villager_of(YANGXI).at("2026-12-21T10:00:00").asks(&["T004"]);
    let plan = told.at_station(Mode::Nearby, YANGXI).is(Mode::Nearby, &[YANGXI], 0);
    let plan = plan.done("2027-01-18T17:00:00", "2027-01-19T00:00:00").although(&[Drawback::PapersMove, Drawback::Provisional]);
    assert!(plan.0.provisional);
}

#[test]
fn in_a_month_without_a_calendar_even_what_is_served_at_once_is_provisional() {
    // The Spring Festival of 2027 isn't published: its Monday counts as any other.
    let told = villager_of(YANGXI).at("2027-02-08T10:00:00").asks(&["T006"]);
    told.best()
        .is(Mode::Nearby, &[YANGXI], 0)
        .taken_in("2027-02-08T10:00:00", "2027-02-08T10:15:00")
        .done("2027-02-08T10:15:00", "2027-02-08T12:00:00")
        .although(&[Drawback::Provisional]);
}
