//! What holds for a while: closures, absences, notices, relatives at the counter, load that is too old.

use chrono::NaiveTime;

use super::*;
use crate::district::{Absence, ClosedHours, Closure, ClosureCause, StationFacts, StationNotice};

fn closed(from: &str, to: &str, cause: ClosureCause) -> Closure {
    Closure { from: from.parse().unwrap(), to: to.parse().unwrap(), hours: None, cause }
}

fn away(from: &str, until: &str, staff: u16) -> Absence {
    Absence { from: at(from), until: at(until), staff }
}

impl Story {
    fn where_it_is_known_of(self, station: &str, change: impl FnOnce(&mut StationFacts)) -> Self {
        self.in_a_district(|district| district.knows(station, change))
    }
}

#[test]
fn a_village_station_under_repair_takes_in_when_it_opens_again_and_the_town_now() {
    let told = villager_of(YANGXI)
        .where_it_is_known_of(YANGXI, |facts| facts.closures.push(closed("2026-09-14", "2026-09-15", ClosureCause::Maintenance)))
        .asks(&["T006"]);
    told.at_station(Mode::Nearby, YANGXI)
        .is(Mode::Nearby, &[YANGXI], 0)
        .taken_in("2026-09-16T08:30:00", "2026-09-16T08:45:00")
        .done("2026-09-16T08:45:00", "2026-09-16T12:00:00")
        .although(&[Drawback::ClosedNow]);
    told.of(Mode::Nearby).is(Mode::Nearby, &[CENTRE], 0).taken_in(MONDAY, "2026-09-14T10:20:00");
}

#[test]
fn an_hour_without_power_is_waited_for_at_the_same_counter() {
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    let hours = Some(ClosedHours { from: time("10:00"), to: time("11:00") });
    let outage = Closure { hours, ..closed("2026-09-14", "2026-09-14", ClosureCause::Outage) };
    let told = villager_of(YANGXI).where_it_is_known_of(YANGXI, |facts| facts.closures.push(outage)).asks(&["T006"]);
    told.at_station(Mode::Nearby, YANGXI)
        .is(Mode::Nearby, &[YANGXI], 0)
        .taken_in("2026-09-14T11:00:00", "2026-09-14T11:15:00")
        .done("2026-09-14T11:15:00", "2026-09-14T12:00:00")
        .although(&[Drawback::ClosedNow]);
}

#[test]
fn while_both_clerks_of_the_village_are_at_a_training_nobody_takes_in_and_while_one_is_the_other_does() {
    let trained = |staff| {
        let absence = away("2026-09-14T09:30:00", "2026-09-14T11:00:00", staff);
        villager_of(YANGXI).where_it_is_known_of(YANGXI, |facts| facts.absences.push(absence)).asks(&["T006"])
    };
    trained(2).at_station(Mode::Nearby, YANGXI).taken_in("2026-09-14T11:00:00", "2026-09-14T11:15:00").although(&[Drawback::ClosedNow]);
    trained(1).at_station(Mode::Nearby, YANGXI).is(Mode::Nearby, &[YANGXI], 0).taken_in(MONDAY, "2026-09-14T10:15:00").although(&[]);
}

#[test]
fn the_point_whose_only_clerk_is_on_leave_opens_on_its_next_morning() {
    let leave = away("2026-09-15T00:00:00", "2026-09-16T00:00:00", 1);
    let told = villager_of(YANGXI).where_it_is_known_of(YANGXI_TUESDAYS, |facts| facts.absences.push(leave)).asks(&["T006"]);
    told.at_station(Mode::Nearby, YANGXI_TUESDAYS)
        .is(Mode::Nearby, &[YANGXI_TUESDAYS], 0)
        .taken_in("2026-09-19T09:00:00", "2026-09-19T09:15:00")
        .done("2026-09-19T09:15:00", "2026-09-19T11:30:00");
}

#[test]
fn the_point_whose_only_clerk_is_the_applicants_spouse_is_not_theirs_to_use() {
    let spouse = |ask: &mut Ask| ask.barred_stations = [code(YANGXI_TUESDAYS)].into();
    let told = villager_of(YANGXI).at("2026-09-15T09:10:00").asked(spouse).asks(&["T006"]);
    told.refuses_at(Mode::Nearby, YANGXI_TUESDAYS, Reason::OnlyOwnPeople);
    told.best().is(Mode::Nearby, &[YANGXI], 0).taken_in("2026-09-15T09:10:00", "2026-09-15T09:25:00").because(&[
        Merit::NoTrip,
        Merit::DecidedAtOnce,
        Merit::OwnLine,
        Merit::StepFree,
        Merit::ResultElectronic,
        Merit::OpenNow,
    ]);
    // From another province the application would go to the point; it goes to the other one.
    let told = villager_of(YANGXI).at("2026-09-15T08:00:00").asked(spouse).working_in(BAOAN).holding(ID_CARD).asks(&["T006"]);
    told.best().is(Mode::Remote, &[YANGXI_WEDNESDAYS], 0).taken_in("2026-09-16T09:00:00", "2026-09-16T09:15:00");
}

#[test]
fn a_plan_carries_the_notices_of_its_station_that_hold_while_it_runs() {
    let notice = |from: &str, until: &str, text: &str| StationNotice { from: at(from), until: at(until), text: text.into() };
    let told = villager_of(YANGXI)
        .where_it_is_known_of(YANGXI, |facts| {
            facts.notices = vec![
                notice("2026-09-01T00:00:00", "2026-09-14T10:00:00", "窗口在二楼"),
                notice("2026-09-10T00:00:00", "2026-09-20T00:00:00", "窗口迁至一楼"),
                notice("2026-09-28T17:00:00", "2026-09-30T00:00:00", "国庆前夕提前下班"),
                notice("2026-09-28T17:00:01", "2026-09-30T00:00:00", "国庆值班"),
            ];
        })
        .asks(&["T027"]);
    let plan = told.at_station(Mode::Nearby, YANGXI).is(Mode::Nearby, &[YANGXI], 0).done("2026-09-28T17:00:00", "2026-09-29T00:00:00");
    assert_eq!(plan.0.notices.iter().map(|notice| notice.text.as_str()).collect::<Vec<_>>(), ["窗口迁至一楼", "国庆前夕提前下班"]);
    assert!(told.at_station(Mode::Nearby, LIUHE).0.notices.is_empty());
}

#[test]
fn the_promise_does_not_move_for_a_closure_of_the_deciding_desk_but_nobody_expects_it_before_midnight() {
    let told = villager_of(YANGXI)
        .where_it_is_known_of(CENTRE, |facts| facts.closures.push(closed("2026-09-28", "2026-09-28", ClosureCause::Weather)))
        .asks(&["T027"]);
    told.at_station(Mode::Nearby, YANGXI).decided_by(CENTRE).done("2026-09-29T00:00:00", "2026-09-29T00:00:00");
}

#[test]
fn figures_of_a_quarter_of_an_hour_ago_count_and_older_ones_do_not() {
    let told = |as_of: &str| {
        let mut story = villager_of(YANGXI).where_the_queue_takes(YANGXI, 40);
        story.load.as_of = Some(at(as_of));
        story.asks(&["T006"])
    };
    told("2026-09-14T09:45:00").at_station(Mode::Nearby, YANGXI).taken_in("2026-09-14T10:40:00", "2026-09-14T10:55:00");
    told("2026-09-14T09:44:00").at_station(Mode::Nearby, YANGXI).taken_in(MONDAY, "2026-09-14T10:15:00");
}
