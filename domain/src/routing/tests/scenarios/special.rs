//! Those who can't, or can't easily, come: step-free access, a visit at home, and who has no ground for one.

use super::*;

/// 平桥村, whose station has steps.
const PINGQIAO: &str = "511499101203-01";

#[test]
fn a_wheelchair_user_whose_nearest_station_has_steps_goes_to_the_nearest_without() {
    let told = villager_of(PINGQIAO).in_a_wheelchair().asks(&["T017"]);
    told.refuses_at(Mode::Nearby, PINGQIAO, Reason::HasSteps).refuses(Mode::Special, Reason::NoGround);
    // Fifteen working days everywhere, one trip everywhere: 五庙村 is the nearest, 2,717 m away.
    told.best()
        .is(Mode::District, &["511499101215-01"], 1)
        .taken_in("2026-09-14T10:07:00", "2026-09-14T10:22:00")
        .done("2026-10-10T17:00:00", "2026-10-11T00:00:00")
        .travelling(2 * 2717)
        .because(&[Merit::StepFree, Merit::ResultElectronic, Merit::OpenNow])
        .although(&[Drawback::OneTrip, Drawback::PapersMove]);
    told.of(Mode::Nearby).is(Mode::Nearby, &[LIUHE], 1).taken_in("2026-09-14T10:17:00", "2026-09-14T10:37:00").travelling(2 * 6730);
}

#[test]
fn steps_do_not_matter_to_a_wheelchair_user_who_sends_it_from_the_phone() {
    let told = villager_of(PINGQIAO).in_a_wheelchair().asks(&["T006"]);
    told.best().is(Mode::Nearby, &[PINGQIAO], 0).done("2026-09-14T10:15:00", "2026-09-14T12:00:00").because(&[
        Merit::NoTrip,
        Merit::DecidedAtOnce,
        Merit::OwnLine,
        Merit::ResultElectronic,
        Merit::OpenNow,
    ]);
}

#[test]
fn steps_do_not_matter_where_a_son_goes() {
    let told = villager_of(PINGQIAO).in_a_wheelchair().with_agent(Authorisation::Simple).asks(&["T017"]);
    told.at_station(Mode::Nearby, PINGQIAO).is(Mode::Nearby, &[PINGQIAO], 0).taken_in(MONDAY, "2026-09-14T10:15:00").travelling(0);
}

#[test]
fn a_clerk_comes_to_somebody_bedridden_with_every_paper_in_one_visit() {
    let told = villager_of(YANGXI).who_cannot_leave_home().asks(&["T003"]);
    let plan = told
        .at_station(Mode::Special, YANGXI)
        .is(Mode::Special, &[YANGXI], 0)
        .does(StepKind::Visit, MONDAY, "2026-09-14T10:15:00")
        .done("2026-09-28T17:00:00", "2026-09-29T00:00:00")
        .because(&[
            Merit::NoTrip,
            Merit::OwnLine,
            Merit::StepFree,
            Merit::StaffCome,
            Merit::PriorityLane,
            Merit::ResultElectronic,
            Merit::OpenNow,
        ])
        .although(&[Drawback::PapersMove]);
    let evidence = vec![Evidence::GridWorkerStatement, Evidence::HospitalStatement, Evidence::DisabilityCard];
    assert!(plan.0.papers.contains(&Paper::OneOf(evidence)));
}

#[test]
fn in_the_evening_the_grid_worker_comes_when_the_clerks_have_gone_home() {
    let told = villager_of(YANGXI).at("2026-09-14T19:50:00").who_cannot_leave_home().asks(&["T003"]);
    let plan = told
        .at_station(Mode::Special, YANGXI)
        .is(Mode::Special, &[YANGXI], 0)
        .does(StepKind::Visit, "2026-09-14T20:00:00", "2026-09-14T20:15:00")
        .done("2026-09-28T17:00:00", "2026-09-29T00:00:00")
        .although(&[Drawback::PapersMove, Drawback::ClosedNow]);
    assert_eq!((plan.0.matters[0].visitor, plan.0.steps[0].who), (Some(Visitor::GridWorker), Actor::GridWorker));
    // Only a clerk can check that the person is there, and comes the next morning.
    let told = villager_of(YANGXI).at("2026-09-14T19:50:00").who_cannot_leave_home().asks(&["T031"]);
    let plan = told.at_station(Mode::Special, YANGXI).does(StepKind::Visit, "2026-09-15T08:00:00", "2026-09-15T08:15:00");
    assert_eq!(plan.0.matters[0].visitor, Some(Visitor::Clerk));
}

#[test]
fn what_is_recorded_and_certified_on_the_spot_waits_for_a_clerk_though_the_grid_worker_could_come_tonight() {
    let in_danger = || villager_of(YANGXI).at("2026-09-14T19:50:00").on_the_ground_of(Ground::Disabled);
    let told = in_danger().asks(&["C052"]);
    let plan = told
        .best()
        .is(Mode::Special, &[YANGXI], 0)
        .does(StepKind::Visit, "2026-09-15T08:00:00", "2026-09-15T08:15:00")
        .done("2026-09-15T08:15:00", "2026-09-15T20:00:00")
        .decided_by(YANGXI)
        .because(&[
            Merit::NoTrip,
            Merit::DecidedAtOnce,
            Merit::OwnLine,
            Merit::StepFree,
            Merit::StaffCome,
            Merit::PriorityLane,
            Merit::ResultElectronic,
        ])
        .although(&[Drawback::ClosedNow]);
    assert_eq!((plan.0.matters[0].visitor, plan.0.steps[0].who), (Some(Visitor::Clerk), Actor::Staff));
    // The counter opens half an hour after the clerk is there.
    told.of(Mode::Nearby).is(Mode::Nearby, &[YANGXI], 0).taken_in("2026-09-15T08:30:00", "2026-09-15T08:45:00");
    told.refuses_all_but(&[Mode::Nearby, Mode::Special]).refuses(Mode::District, Reason::ModeNotOffered);
    let only_grid_workers = |tuning: &mut Tuning| tuning.visitors.retain(|terms| terms.who == Visitor::GridWorker);
    for item in ["C052", "T006", "V003"] {
        let told = in_danger().under(only_grid_workers).asks(&[item]);
        told.refuses(Mode::Special, Reason::NobodyVisits).refuses_at(Mode::Special, YANGXI, Reason::NobodyVisits);
        in_danger().asks(&[item]).at_station(Mode::Special, YANGXI).does(StepKind::Visit, "2026-09-15T08:00:00", "2026-09-15T08:15:00");
    }
}

#[test]
fn where_only_volunteers_visit_they_come_at_the_weekend_and_not_for_what_takes_presence() {
    let weekend = || {
        let only_volunteers = |tuning: &mut Tuning| tuning.visitors.retain(|terms| terms.who == Visitor::Volunteer);
        villager_of(YANGXI).under(only_volunteers).who_cannot_leave_home()
    };
    let told = weekend().asks(&["T003"]);
    let plan = told.at_station(Mode::Special, YANGXI).does(StepKind::Visit, "2026-09-19T09:00:00", "2026-09-19T09:15:00");
    assert_eq!(plan.0.matters[0].visitor, Some(Visitor::Volunteer));
    weekend().asks(&["T031"]).refuses(Mode::Special, Reason::NobodyVisits);
}

#[test]
fn what_takes_a_journey_is_not_for_somebody_who_cannot_leave_home_unless_staff_come() {
    let told = villager_of(YANGXI).who_cannot_leave_home().asks(&["T017"]);
    told.refuses_all_but(&[Mode::Special]).refuses(Mode::Nearby, Reason::CannotLeaveHome).refuses(Mode::District, Reason::CannotLeaveHome);
    told.at_station(Mode::Special, YANGXI).is(Mode::Special, &[YANGXI], 0).does(StepKind::Visit, MONDAY, "2026-09-14T10:15:00");
}

#[test]
fn what_is_sent_from_the_phone_serves_somebody_who_cannot_leave_home_like_anybody_else() {
    let told = villager_of(YANGXI).who_cannot_leave_home().asks(&["T019"]);
    told.of(Mode::Nearby).is(Mode::Nearby, &[LIUHE], 0).taken_in(MONDAY, "2026-09-14T10:20:00");
}

#[test]
fn staff_come_in_the_national_holiday_to_somebody_bereaved_within_the_week() {
    let told = villager_of(YANGXI).at("2026-10-02T10:00:00").on_the_ground_of(Ground::BereavedWithinTheWeek).asks(&["T005"]);
    let plan = told
        .at_station(Mode::Special, YANGXI)
        .is(Mode::Special, &[YANGXI], 0)
        .does(StepKind::Visit, "2026-10-02T10:00:00", "2026-10-02T10:15:00")
        .done("2026-10-20T17:00:00", "2026-10-21T00:00:00")
        .although(&[Drawback::PapersMove, Drawback::ClosedNow]);
    assert!(plan.0.papers.contains(&Paper::OneOf(vec![Evidence::DeathCertificate, Evidence::GridWorkerStatement])));
    told.at_station(Mode::Nearby, YANGXI).taken_in("2026-10-08T08:30:00", "2026-10-08T08:45:00");
}

#[test]
fn somebody_well_has_no_ground_for_a_visit() {
    villager_of(YANGXI).asks(&["T003"]).refuses(Mode::Special, Reason::NoGround).refuses(Mode::Remote, Reason::NotElsewhere);
}
