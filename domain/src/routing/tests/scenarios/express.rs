//! Couriers: shifts, slots and cut-off times.

use super::*;

#[test]
fn a_courier_fetches_the_old_card_and_brings_the_new_one_without_a_journey() {
    let told = villager_of(YANGXI).asks(&["T009"]);
    told.at_station(Mode::Express, LIUHE)
        .is(Mode::Express, &[LIUHE], 0)
        // Ordered at 10:00 for the slot of 10:30, ten minutes on the road, an hour to the counter, which just takes it in.
        .does(StepKind::Fetch, "2026-09-14T10:30:00", "2026-09-14T10:40:00")
        .taken_in("2026-09-14T11:40:00", "2026-09-14T12:00:00")
        .does(StepKind::MovePapers, "2026-09-14T13:30:00", "2026-09-14T14:02:00")
        .decided_by(CENTRE)
        // Seven working days end on the 22nd at five; the courier drives the next morning.
        .does(StepKind::Bring, "2026-09-23T08:30:00", "2026-09-23T08:40:00")
        .done("2026-09-23T08:40:00", "2026-09-23T08:40:00")
        .travelling(0)
        .because(&[Merit::NoTrip, Merit::OwnLine, Merit::StepFree, Merit::CourierFetches, Merit::CourierBrings, Merit::OpenNow])
        .although(&[Drawback::PapersMove]);
}

#[test]
fn what_is_ordered_after_the_cut_off_of_the_last_slot_is_fetched_the_next_morning() {
    let told = |wall: &str| villager_of(YANGXI).at(wall).asks(&["T009"]);
    // Half an hour ahead the slot of 17:30 is left; it is at the town by 18:40.
    told("2026-09-14T17:00:00")
        .at_station(Mode::Express, LIUHE)
        .does(StepKind::Fetch, "2026-09-14T17:30:00", "2026-09-14T17:40:00")
        .taken_in("2026-09-15T09:00:00", "2026-09-15T09:20:00");
    // The slot of 18:00 leaves no time for the road.
    told("2026-09-14T17:25:00")
        .at_station(Mode::Express, LIUHE)
        .is(Mode::Express, &[LIUHE], 0)
        .does(StepKind::Fetch, "2026-09-15T08:30:00", "2026-09-15T08:40:00")
        .taken_in("2026-09-15T09:40:00", "2026-09-15T10:00:00")
        .done("2026-09-24T08:40:00", "2026-09-24T08:40:00");
}

#[test]
fn couriers_rest_on_sunday_unless_it_is_worked() {
    let told = |wall: &str| villager_of(YANGXI).at(wall).asks(&["T009"]);
    told("2026-09-13T10:00:00").at_station(Mode::Express, LIUHE).is(Mode::Express, &[LIUHE], 0).does(
        StepKind::Fetch,
        "2026-09-14T08:30:00",
        "2026-09-14T08:40:00",
    );
    told("2026-09-20T10:00:00")
        .at_station(Mode::Express, LIUHE)
        .does(StepKind::Fetch, "2026-09-20T10:30:00", "2026-09-20T10:40:00")
        .taken_in("2026-09-20T11:40:00", "2026-09-20T12:00:00");
}

#[test]
fn who_only_wants_the_result_brought_sends_the_application_from_the_phone() {
    let told = villager_of(YANGXI).wanting(Carriage::Bring).asks(&["T009"]);
    let plan = told
        .at_station(Mode::Express, LIUHE)
        .is(Mode::Express, &[LIUHE], 0)
        .never(StepKind::Fetch)
        .taken_in(MONDAY, "2026-09-14T10:20:00")
        .does(StepKind::Bring, "2026-09-23T08:30:00", "2026-09-23T08:40:00")
        .because(&[Merit::NoTrip, Merit::OwnLine, Merit::StepFree, Merit::CourierBrings, Merit::OpenNow]);
    assert_eq!(plan.0.matters[0].hand_in, HandIn::Phone);
}

#[test]
fn where_the_person_must_be_present_once_the_courier_only_saves_the_way_back() {
    let told = villager_of(YANGXI).asks(&["T063"]);
    told.at_station(Mode::Express, LIUHE)
        .is(Mode::Express, &[LIUHE], 1)
        .never(StepKind::Fetch)
        .taken_in("2026-09-14T10:10:00", "2026-09-14T10:30:00")
        .does(StepKind::Bring, "2026-10-17T08:30:00", "2026-10-17T08:40:00")
        .done("2026-10-17T08:40:00", "2026-10-17T08:40:00")
        .travelling(2 * 3983)
        .because(&[Merit::OwnLine, Merit::StepFree, Merit::CourierBrings, Merit::OpenNow])
        .although(&[Drawback::OneTrip, Drawback::PresenceNeeded, Drawback::PapersMove]);
    let told = villager_of(YANGXI).wanting(Carriage::Fetch).asks(&["T063"]);
    told.refuses(Mode::Express, Reason::NothingToCarry);
    villager_of(YANGXI).who_cannot_leave_home().asks(&["T063"]).refuses(Mode::Express, Reason::CannotLeaveHome);
}

#[test]
fn nothing_can_be_brought_where_the_result_may_not_be_carried() {
    let told = villager_of(YANGXI).wanting(Carriage::Bring).asks(&["V072"]);
    told.refuses(Mode::Express, Reason::NothingToCarry);
}
