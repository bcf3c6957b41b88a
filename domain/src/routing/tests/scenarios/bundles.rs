//! Several matters: at one window, or apart.

use super::*;

/// Birth registration, medical insurance, birth notice, child allowance, social security card.
const NEWBORN: [&str; 5] = ["T084", "T012", "T053", "T054", "T008"];

#[test]
fn a_newborns_five_matters_take_one_journey_to_one_window() {
    let told = villager_of(YANGXI).asks(&NEWBORN);
    let plan = told
        .of(Mode::OneWindow)
        .is(Mode::OneWindow, &[LIUHE; 5], 1)
        .does(StepKind::Travel, MONDAY, "2026-09-14T10:10:00")
        .taken_in("2026-09-14T10:10:00", "2026-09-14T10:30:00")
        // The child allowance is decided by the district in twenty working days.
        .done("2026-10-16T17:00:00", "2026-10-17T00:00:00")
        .travelling(2 * 3983)
        .because(&[Merit::OwnLine, Merit::StepFree, Merit::OneGo, Merit::OpenNow])
        .although(&[Drawback::OneTrip, Drawback::PresenceNeeded, Drawback::PapersMove]);
    assert_eq!(plan.0.joint_working_days, Some(20));
    let sittings = plan.0.steps.iter().filter(|step| step.kind == StepKind::Accept).map(|step| step.from);
    assert_eq!(
        sittings.collect::<Vec<_>>(),
        ["10:10", "10:30", "10:50", "11:10", "11:30"].map(|time| at(&format!("2026-09-14T{time}:00")))
    );
    told.refuses(Mode::Nearby, Reason::ModeNotOffered).refuses(Mode::Express, Reason::ModeNotOffered);
}

#[test]
fn the_village_takes_the_newborns_matters_without_a_journey_because_its_proxy_item_stands_in_for_the_registration() {
    let told = villager_of(YANGXI).asks(&NEWBORN);
    let plan = told
        .at_station(Mode::OneWindow, YANGXI)
        .is(Mode::OneWindow, &[YANGXI; 5], 0)
        .taken_in(MONDAY, "2026-09-14T10:15:00")
        // The proxy item takes two working days before the twenty.
        .done("2026-10-20T17:00:00", "2026-10-21T00:00:00")
        .travelling(0)
        .because(&[Merit::NoTrip, Merit::OwnLine, Merit::StepFree, Merit::OneGo, Merit::OpenNow])
        .although(&[Drawback::PapersMove]);
    assert_eq!(plan.0.joint_working_days, Some(22));
    assert_eq!((plan.0.matters[0].item.as_str(), &plan.0.matters[0].taken_for), ("V059", &Some(code("T084"))));
    assert!(plan.0.matters[1..].iter().all(|matter| matter.taken_for.is_none()));
}

#[test]
fn who_wants_the_fewest_trips_is_shown_the_window_without_one() {
    let told = villager_of(YANGXI).preferring(Preference::FewestTrips).asks(&NEWBORN);
    let plan = told.of(Mode::OneWindow).done("2026-10-20T17:00:00", "2026-10-21T00:00:00");
    assert_eq!((plan.0.trips, plan.0.matters[0].item.as_str()), (0, "V059"));
}

#[test]
fn the_birth_is_registered_before_the_child_is_insured_though_the_insurance_was_asked_first() {
    let told = villager_of(YANGXI).asks(&["T012", "T084"]);
    let plan = told
        .at_station(Mode::OneWindow, LIUHE)
        .is(Mode::OneWindow, &[LIUHE; 2], 1)
        .taken_in("2026-09-14T10:10:00", "2026-09-14T10:30:00")
        .takes_in(&["T084", "T012"])
        .done("2026-09-14T10:50:00", "2026-09-14T12:00:00");
    assert_eq!(plan.0.matters.iter().map(|matter| matter.item.as_str()).collect::<Vec<_>>(), ["T012", "T084"]);
    // The same as if it had been asked the other way round, but for the order of the matters.
    let other = villager_of(YANGXI).asks(&["T084", "T012"]).at_station(Mode::OneWindow, LIUHE);
    assert_eq!((&plan.0.steps, plan.0.joint_working_days), (&other.0.steps, other.0.joint_working_days));
}

#[test]
fn the_village_insures_the_child_when_the_registration_that_it_sent_on_is_expected() {
    let told = villager_of(YANGXI).asks(&["T012", "T084"]);
    told.at_station(Mode::OneWindow, YANGXI)
        .is(Mode::OneWindow, &[YANGXI; 2], 0)
        .takes_in(&["V059", "T012"])
        .does_for("V059", StepKind::Decide, "2026-09-14T10:15:00", "2026-09-16T17:00:00")
        .does_for("T012", StepKind::Decide, "2026-09-16T17:00:00", "2026-09-16T17:30:00");
}

/// From four certificates of the village to the acceptance of the house.
const HOUSE: [&str; 7] = ["C016", "C017", "C018", "T073", "T074", "C015", "T075"];

#[test]
fn a_house_goes_from_the_villages_certificates_to_its_acceptance_in_one_chain_at_one_window() {
    let told = villager_of(YANGXI).asks(&HOUSE);
    let plan = told
        .of(Mode::OneWindow)
        .is(Mode::OneWindow, &[YANGXI; 7], 0)
        .taken_in(MONDAY, "2026-09-14T10:15:00")
        // 7 days of the notice in the village, 15 of the homestead, 10 of the acceptance: 3 November; three days in the post.
        .done("2026-11-06T17:00:00", "2026-11-07T00:00:00")
        .although(&[Drawback::PapersMove]);
    assert_eq!(plan.0.joint_working_days, Some(32));
    // The proxy item's paper may be carried, the town service's may not.
    assert_eq!((plan.0.matters[6].item.as_str(), &plan.0.matters[6].taken_for), ("V053", &Some(code("T075"))));
}

#[test]
fn each_stage_of_a_house_begins_when_what_it_needs_is_expected_in_whatever_order_it_was_asked() {
    let told = villager_of(YANGXI).asks(&["T075", "T074", "T073", "C018", "C017", "C016"]);
    told.at_station(Mode::OneWindow, YANGXI)
        .takes_in(&["T074", "C018", "C017", "C016", "T073", "V053"])
        // The notice in the village ends on its seventh working day, the make-up Sunday among them.
        .does_for("C018", StepKind::Decide, "2026-09-14T10:30:00", "2026-09-22T17:30:00")
        .does_for("T073", StepKind::Inspect, "2026-09-22T17:30:00", "2026-10-20T17:00:00")
        .does_for("T073", StepKind::Decide, "2026-09-22T17:30:00", "2026-10-20T17:00:00")
        .does_for("V053", StepKind::Inspect, "2026-10-20T17:00:00", "2026-11-03T17:00:00")
        .does_for("V053", StepKind::Decide, "2026-10-20T17:00:00", "2026-11-03T17:00:00")
        // Nothing comes before the planning permit.
        .does_for("T074", StepKind::Decide, "2026-09-14T10:15:00", "2026-09-28T17:00:00");
}

#[test]
fn the_title_is_not_taken_at_the_window_of_the_villages_certificates() {
    let told = villager_of(YANGXI).asks(&["C015", "C016", "C017", "C018", "T073", "T074", "T075", "T076"]);
    told.refuses_all_but(&[]).refuses(Mode::OneWindow, Reason::NoCommonStation).refuses(Mode::Nearby, Reason::ModeNotOffered);
    let told = villager_of(YANGXI).at("2026-11-09T10:00:00").asks(&["T076"]);
    told.at_station(Mode::OneWindow, LIUHE)
        .is(Mode::OneWindow, &[LIUHE], 0)
        .taken_in("2026-11-09T10:00:00", "2026-11-09T10:20:00")
        .decided_by(CENTRE)
        .done("2026-12-21T17:00:00", "2026-12-22T00:00:00");
}

#[test]
fn a_proxy_item_and_its_town_service_are_one_matter_and_not_asked_for_together() {
    let told = villager_of(YANGXI).asks(&["V014", "T019"]);
    told.refuses_all_but(&[]);
    for mode in Mode::ALL {
        told.refuses(mode, Reason::SameMatterTwice);
    }
}

#[test]
fn two_matters_apart_take_two_journeys_where_they_are_handed_in() {
    let story = villager_of(YANGXI).staying_at((30.29468, 103.875591));
    // From the market in Liuhe back to the village, twice.
    let told = story.asks(&["T017", "T081"]);
    told.at_station(Mode::Nearby, YANGXI)
        .is(Mode::Nearby, &[YANGXI, YANGXI], 2)
        .taken_in("2026-09-14T10:10:00", "2026-09-14T10:25:00")
        .travelling(4 * 3983)
        .done("2026-10-10T17:00:00", "2026-10-11T00:00:00")
        .although(&[Drawback::SeveralTrips, Drawback::PapersMove]);
    told.refuses(Mode::OneWindow, Reason::ModeNotOffered);
}

#[test]
fn a_household_in_mourning_registers_the_death_and_claims_the_rest_at_one_window() {
    // The death is registered at once by the town; the pension account and the funeral grant need it.
    let told = villager_of(YANGXI).asks(&["T085", "T005", "T029", "T033"]);
    let plan = told
        .of(Mode::OneWindow)
        .is(Mode::OneWindow, &[LIUHE; 4], 1)
        .taken_in("2026-09-14T10:10:00", "2026-09-14T10:30:00")
        .done("2026-09-28T17:00:00", "2026-09-29T00:00:00");
    assert_eq!(plan.0.joint_working_days, Some(10));
}
