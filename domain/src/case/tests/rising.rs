//! A step that nobody present may take rises along the line, and is opened to the whole line at its top.

use crate::case::Command as C;
use crate::case::{Bar, Event, Reach, Rejection as R, Stage};
use crate::people::Role;

use super::story::*;
use super::world::*;

fn rose(from: &str, to: &str) -> Event {
    Event::Rose { from: code(from), to: code(to) }
}

#[test]
fn a_step_rises_from_point_to_village_to_town_to_district_and_is_then_opened_to_the_line() {
    let story = filed(town_service()).accepted_at(POINT).submitted();
    let story = given(story).when(SYSTEM, C::Rise).then(&[rose(POINT, VILLAGE)]);
    let story = given(story).when(SYSTEM, C::Rise).then(&[rose(VILLAGE, TOWN)]);
    let story = given(story).when(SYSTEM, C::Rise).then(&[rose(TOWN, DISTRICT)]);
    let story = given(story).when(SYSTEM, C::Rise).then(&[Event::OpenedToLine]);
    given(story).when(SYSTEM, C::Rise).then_rejected(R::AtTheTop);
}

#[test]
fn the_station_above_acts_in_the_name_of_the_one_that_could_not() {
    let story = given(case(certificate()).accepted()).when(SYSTEM, C::Rise).then(&[rose(VILLAGE, TOWN)]);
    let desk = story.case.work().unwrap().desk;
    assert_eq!((desk.station, desk.in_name_of), (code(TOWN), code(VILLAGE)));
    given(story.clone()).when(&VILLAGE_HEAD, granted()).then_barred(Bar::OtherDesk);
    let decided = given(story).when(&TOWN_APPROVER, granted()).then_stands_at(Stage::Produce);
    assert_eq!(decided.case.work().unwrap().desk.station, code(VILLAGE), "only the step rose, not the case");
}

#[test]
fn a_step_accepted_outside_the_line_rises_into_the_line() {
    let from_village = filed(town_service()).accepted_at(FAR_VILLAGE).submitted();
    given(from_village).when(SYSTEM, C::Rise).then(&[rose(FAR_VILLAGE, TOWN)]);
    let from_town = filed(town_service()).accepted_at(OTHER_TOWN).submitted();
    given(from_town).when(SYSTEM, C::Rise).then(&[rose(OTHER_TOWN, DISTRICT)]);
}

#[test]
fn in_a_line_without_a_village_a_step_rises_to_the_town() {
    let story = filed(town_service()).accepted_at(POINT).in_line_of(TOWN).submitted();
    given(story).when(SYSTEM, C::Rise).then(&[rose(POINT, TOWN)]);
}

#[test]
fn a_step_opened_to_the_line_is_for_all_its_stations_its_points_and_the_station_that_accepted() {
    let opened = || {
        let story = filed(town_service()).accepted_at(FAR_VILLAGE).submitted();
        (0..3).fold(story, |story, _| story.then(SYSTEM, C::Rise))
    };
    assert_eq!(opened().case.work().unwrap().desk.reach, Reach::Line);
    for station in [DISTRICT, TOWN, VILLAGE, POINT, SECOND_POINT, FAR_VILLAGE] {
        given(opened()).when(&staff(40, Role::Clerk, station), accept()).then_stands_at(Stage::Decide);
    }
    for station in [NEXT_VILLAGE, OTHER_TOWN, FAR_POINT] {
        given(opened()).when(&staff(40, Role::Clerk, station), accept()).then_barred(Bar::OtherDesk);
    }
}

#[test]
fn the_rules_under_who_hold_on_every_height() {
    let story = case(certificate()).then(SYSTEM, C::Rise).then(&TOWN_APPROVER, accept()).then(SYSTEM, C::Rise);
    given(story.clone()).when(&TOWN_APPROVER, granted()).then_barred(Bar::Accepted);
    given(story).when(&related(&TOWN_APPROVER, ZHANG), granted()).then_barred(Bar::Close);
}

#[test]
fn nobody_raises_a_step_by_hand_and_nothing_rises_while_the_case_waits_for_the_person() {
    given(case(certificate())).when(&LI, C::Rise).then_rejected(R::NotYours);
    given(case(certificate())).when(ZHANG, C::Rise).then_rejected(R::NotYours);
    given(case(certificate()).then(&LI, ask_for_more())).when(SYSTEM, C::Rise).then_rejected(R::NotAtThisStage);
    given(filed(certificate()).fetched().submitted()).when(SYSTEM, C::Rise).then_rejected(R::NotAtThisStage);
}
