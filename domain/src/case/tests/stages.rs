//! The stages follow from the item's keys and from where the case goes.

use crate::case::Stage::{self, *};
use crate::catalogue::{Authority, DayUnit, Item, ResultForm, Verification};

use super::world::*;

/// Each stage with the station at whose desk it is done.
#[track_caller]
fn goes_through(filing: &Filing, expected: &[(Stage, &str)]) {
    let steps = filing.stages();
    let stages: Vec<_> = steps.iter().map(|step| (step.stage, step.desk.station.as_str())).collect();
    assert_eq!(stages, expected);
}

fn stages(filing: &Filing) -> Vec<Stage> {
    filing.stages().into_iter().map(|step| step.stage).collect()
}

fn decided_at(authority: Authority, item: Item) -> Item {
    Item { decided_at: authority, ..item }
}

#[test]
fn a_certificate_is_accepted_decided_produced_and_handed_over_in_the_village() {
    goes_through(&filed(certificate()), &[(Accept, VILLAGE), (Decide, VILLAGE), (Produce, VILLAGE), (HandOver, VILLAGE)]);
}

#[test]
fn a_certificate_needs_a_visit_where_its_keys_say_so() {
    let visited = [
        with_site_visit(certificate()),
        certificate_verified_by(Verification::HouseholdVisit),
        certificate_verified_by(Verification::Neighbours),
    ];
    for item in visited {
        assert_eq!(stages(&filed(item)), [Accept, Inspect, Decide, Produce, HandOver]);
    }
    for verification in [Verification::Register, Verification::CommitteeMeeting, Verification::GridWorker] {
        assert_eq!(stages(&filed(certificate_verified_by(verification))), [Accept, Decide, Produce, HandOver]);
    }
}

#[test]
fn a_certificate_with_a_public_notice_is_publicised_by_its_village_after_the_visit() {
    let item = with_publicity(7, DayUnit::Calendar, false, with_site_visit(certificate()));
    let expected =
        [(Accept, NEXT_VILLAGE), (Inspect, VILLAGE), (Publicise, VILLAGE), (Decide, VILLAGE), (Produce, VILLAGE), (HandOver, VILLAGE)];
    goes_through(&filed(item).accepted_at(NEXT_VILLAGE), &expected);
}

#[test]
fn an_instant_certificate_is_one_sitting_in_its_own_village_also_at_a_point() {
    for station in [VILLAGE, POINT] {
        goes_through(&filed(instant_item(certificate())).accepted_at(station), &[(AtOnce, station), (HandOver, VILLAGE)]);
    }
}

#[test]
fn an_instant_certificate_accepted_elsewhere_is_decided_by_its_village_from_papers_that_move() {
    let filing = filed(instant_item(certificate())).accepted_at(FAR_VILLAGE);
    goes_through(&filing, &[(Accept, FAR_VILLAGE), (Decide, VILLAGE), (Produce, VILLAGE), (HandOver, VILLAGE)]);
}

#[test]
fn any_other_instant_item_is_one_sitting_wherever_it_is_accepted_also_when_it_is_forwarded() {
    for item in [instant_item(town_service()), instant_item(proxy()), instant_item(proxy_for(Some("T001"), &[]))] {
        for station in [VILLAGE, POINT, TOWN, FAR_VILLAGE] {
            goes_through(&filed(item.clone()).accepted_at(station), &[(AtOnce, station), (HandOver, VILLAGE)]);
        }
    }
}

#[test]
fn a_town_service_accepted_and_decided_by_the_town_needs_no_review() {
    goes_through(&filed(town_service()).accepted_at(TOWN), &[(Accept, TOWN), (Decide, TOWN), (Produce, TOWN), (HandOver, VILLAGE)]);
}

#[test]
fn a_town_service_accepted_below_and_decided_by_the_district_is_reviewed_by_the_town() {
    for station in [VILLAGE, POINT] {
        let filing = filed(decided_at(Authority::District, town_service())).accepted_at(station);
        let expected = [(Accept, station), (Review, TOWN), (Decide, DISTRICT), (Produce, DISTRICT), (HandOver, VILLAGE)];
        goes_through(&filing, &expected);
    }
}

#[test]
fn the_town_does_not_review_what_it_accepted_itself() {
    let filing = filed(decided_at(Authority::District, town_service())).accepted_at(TOWN);
    goes_through(&filing, &[(Accept, TOWN), (Decide, DISTRICT), (Produce, DISTRICT), (HandOver, VILLAGE)]);
}

#[test]
fn a_town_service_accepted_at_the_district_centre_is_reviewed_by_the_town_of_its_line() {
    let filing = filed(decided_at(Authority::District, town_service())).accepted_at(DISTRICT);
    goes_through(&filing, &[(Accept, DISTRICT), (Review, TOWN), (Decide, DISTRICT), (Produce, DISTRICT), (HandOver, VILLAGE)]);
}

#[test]
fn a_town_service_accepted_in_another_town_is_decided_in_its_own_line() {
    let filing = filed(with_site_visit(town_service())).accepted_at(OTHER_TOWN);
    goes_through(&filing, &[(Accept, OTHER_TOWN), (Inspect, VILLAGE), (Decide, TOWN), (Produce, TOWN), (HandOver, VILLAGE)]);
}

#[test]
fn what_the_city_or_the_province_decides_is_forwarded_and_its_answer_recorded_at_the_district_centre() {
    for authority in [Authority::City, Authority::Province] {
        let expected = [(Accept, VILLAGE), (Review, TOWN), (Forward, DISTRICT), (RecordAnswer, DISTRICT), (HandOver, VILLAGE)];
        goes_through(&filed(decided_at(authority, town_service())), &expected);
    }
}

#[test]
fn in_a_line_without_a_village_the_town_looks_at_the_place() {
    let filing = filed(with_site_visit(town_service())).accepted_at(VILLAGE).in_line_of(TOWN);
    goes_through(&filing, &[(Accept, VILLAGE), (Inspect, TOWN), (Decide, TOWN), (Produce, TOWN), (HandOver, VILLAGE)]);
}

#[test]
fn a_proxy_service_for_an_outside_body_is_forwarded_and_its_answer_recorded_by_the_village() {
    goes_through(&filed(proxy()), &[(Accept, VILLAGE), (Forward, VILLAGE), (RecordAnswer, VILLAGE), (HandOver, VILLAGE)]);
}

#[test]
fn a_proxy_service_with_a_town_service_goes_through_that_services_stages_in_the_same_case() {
    let item = with_publicity(5, DayUnit::Working, true, with_site_visit(proxy_for(Some("T001"), &[])));
    let expected = [
        (Accept, VILLAGE),
        (Forward, VILLAGE),
        (Accept, TOWN),
        (Inspect, VILLAGE),
        (Publicise, VILLAGE),
        (Decide, TOWN),
        (Produce, TOWN),
        (HandOver, VILLAGE),
    ];
    goes_through(&filed(item), &expected);
}

#[test]
fn a_proxy_service_forwarded_to_the_town_and_decided_by_the_district_is_taken_in_by_the_town() {
    let item = decided_at(Authority::District, proxy_for(Some("T001"), &[]));
    let expected = [(Accept, VILLAGE), (Forward, VILLAGE), (Accept, TOWN), (Decide, DISTRICT), (Produce, DISTRICT), (HandOver, VILLAGE)];
    goes_through(&filed(item), &expected);
}

#[test]
fn where_there_is_no_paper_nothing_is_handed_over() {
    for form in [ResultForm::Electronic, ResultForm::None] {
        for item in [certificate(), town_service(), proxy(), instant_item(town_service())] {
            assert!(!stages(&filed(giving(form, item))).contains(&HandOver));
        }
    }
    assert_eq!(stages(&filed(giving(ResultForm::Paper, town_service()))).last(), Some(&HandOver));
}

#[test]
fn an_approver_decides_and_a_clerk_does_everything_else() {
    use crate::people::Role;
    for step in filed(with_publicity(5, DayUnit::Working, true, with_site_visit(proxy_for(Some("T001"), &[])))).stages() {
        assert_eq!(step.desk.role, if step.stage == Decide { Role::Approver } else { Role::Clerk });
    }
}
