//! Far from home: remote, by post, with an agent at home, with a partner's counter.

use std::sync::Arc;

use super::*;
use crate::district::{Opening, Partner};

#[test]
fn a_pensioner_in_another_province_proves_that_they_live_without_a_journey() {
    let told = villager_of(YANGXI).working_in(BAOAN).holding(ID_CARD).asks(&["T006"]);
    told.best()
        .is(Mode::Remote, &[YANGXI_TUESDAYS], 0)
        .taken_in("2026-09-15T09:00:00", "2026-09-15T09:15:00")
        .done("2026-09-15T09:15:00", "2026-09-15T11:30:00")
        .bringing(&[])
        .travelling(0)
        .because(&[Merit::NoTrip, Merit::DecidedAtOnce, Merit::OwnLine, Merit::ResultElectronic])
        .although(&[Drawback::ClosedNow]);
    told.refuses_all_but(&[Mode::Remote]);
    for mode in [Mode::Nearby, Mode::District, Mode::Special] {
        told.refuses(mode, Reason::Elsewhere);
    }
    told.refuses(Mode::OneWindow, Reason::ModeNotOffered).refuses(Mode::Express, Reason::ModeNotOffered);
}

#[test]
fn without_a_stored_licence_the_pensioners_identity_card_travels_by_post() {
    let told = villager_of(YANGXI).working_in(BAOAN).asks(&["T006"]);
    told.best()
        .is(Mode::Remote, &[YANGXI_WEDNESDAYS], 0)
        .does(StepKind::Post, MONDAY, "2026-09-17T10:00:00")
        .taken_in("2026-09-18T09:00:00", "2026-09-18T09:15:00")
        .done("2026-09-18T09:15:00", "2026-09-18T11:30:00")
        .bringing(&[ID_CARD])
        .although(&[Drawback::OriginalsByPost, Drawback::ClosedNow]);
}

#[test]
fn presence_that_no_partner_meets_makes_remote_impossible() {
    let told = villager_of(YANGXI).working_in(BAOAN).asks(&["T031"]);
    told.refuses_all_but(&[]).refuses(Mode::Remote, Reason::NoPartner).refuses(Mode::Nearby, Reason::Elsewhere);
    told.refuses(Mode::Express, Reason::Elsewhere).refuses(Mode::Special, Reason::Elsewhere);
}

/// A counter of the next district but many, which meets people for the items.
fn counter(station: &str, (lat, lng): (f64, f64), items: &[&str], hours: Vec<Opening>) -> Partner {
    Partner {
        code: code(station),
        name: "外省的区".into(),
        station_name: "政务服务中心".into(),
        place: Place { lat, lng },
        items: Arc::new(items.iter().map(|item| code(item)).collect()),
        hours: hours.into(),
    }
}

/// A building site in another province, 23,636 m and 57 minutes from the partner's counter.
const SITE: (f64, f64) = (22.7, 113.8);
const COUNTER: (f64, f64) = (22.5556, 113.8831);

#[test]
fn from_a_building_site_presence_is_met_at_a_partners_counter_and_the_originals_go_on_by_post() {
    let partner = counter("440306000000-01", COUNTER, &["T031"], Vec::new());
    let told = villager_of(YANGXI).elsewhere_at(SITE).in_a_district(|district| district.partners.push(partner)).asks(&["T031"]);
    let plan = told
        .best()
        .is(Mode::Remote, &[YANGXI], 1)
        .does(StepKind::Travel, MONDAY, "2026-09-14T10:57:00")
        .does(StepKind::Meet, "2026-09-14T10:57:00", "2026-09-14T11:17:00")
        .does(StepKind::Post, "2026-09-14T11:17:00", "2026-09-17T11:17:00")
        .taken_in("2026-09-17T11:17:00", "2026-09-17T11:32:00")
        // Twenty working days and a notice of five more end on 28 October; the card is three days in the post.
        .done("2026-10-31T17:00:00", "2026-11-01T00:00:00")
        .travelling(2 * 23636)
        .because(&[Merit::OwnLine, Merit::StepFree, Merit::OpenNow])
        .although(&[Drawback::OneTrip, Drawback::PresenceNeeded, Drawback::PapersMove, Drawback::OriginalsByPost]);
    assert_eq!(plan.0.matters[0].partner, Some(code("440306000000-01")));
}

#[test]
fn of_two_counters_the_farther_one_serves_where_it_is_open_sooner() {
    let mornings = Opening { days: vec![2], open: "09:00:00".parse().unwrap(), close: "12:00:00".parse().unwrap() };
    let near = counter("440306000000-01", SITE, &["T031"], vec![mornings]);
    let far = counter("440309000000-01", COUNTER, &["T031"], Vec::new());
    let story = villager_of(YANGXI).elsewhere_at(SITE).in_a_district(|district| district.partners = vec![near, far]);
    let plan = story.asks(&["T031"]).best().is(Mode::Remote, &[YANGXI], 1).travelling(2 * 23636);
    assert_eq!(plan.0.matters[0].partner, Some(code("440309000000-01")));
}

#[test]
fn a_counter_that_is_too_far_away_or_does_not_take_the_item_meets_nobody() {
    // 50 km on the air line are 0.45 degrees of latitude.
    for partner in
        [counter("440306000000-01", (23.2, 113.8), &["T031"], Vec::new()), counter("440306000000-01", COUNTER, &["T063"], Vec::new())]
    {
        let story = villager_of(YANGXI).elsewhere_at(SITE).in_a_district(|district| district.partners.push(partner));
        story.asks(&["T031"]).refuses_all_but(&[]).refuses(Mode::Remote, Reason::NoPartner);
    }
}

#[test]
fn a_daughter_at_home_hands_in_under_a_mandate_for_a_father_on_a_building_site() {
    let told = villager_of(YANGXI).working_in(BAOAN).with_agent(Authorisation::Simple).asks(&["T027"]);
    let plan = told
        .at_station(Mode::Nearby, YANGXI)
        .is(Mode::Nearby, &[YANGXI], 0)
        .taken_in(MONDAY, "2026-09-14T10:15:00")
        .done("2026-09-28T17:00:00", "2026-09-29T00:00:00")
        .travelling(0)
        .bringing(&[ID_CARD, "居民户口簿", "社会保障卡", "《高龄津贴申请表》"])
        .because(&[Merit::NoTrip, Merit::OwnLine, Merit::StepFree, Merit::AgentActs, Merit::ResultElectronic, Merit::OpenNow])
        .although(&[Drawback::PapersMove]);
    assert!(plan.0.papers.contains(&Paper::Mandate(Authorisation::Simple)));
    assert_eq!(plan.0.matters[0].hand_in, HandIn::Agent);
    told.refuses_all_but(&[Mode::Nearby, Mode::District, Mode::Remote]).refuses(Mode::Special, Reason::Elsewhere);
}

#[test]
fn a_simple_mandate_does_not_do_where_a_notarised_one_is_asked() {
    let told = villager_of(YANGXI).working_in(BAOAN).with_agent(Authorisation::Simple).asks(&["T076"]);
    told.refuses_all_but(&[]).refuses(Mode::OneWindow, Reason::AgentMayNotStandIn).refuses(Mode::Express, Reason::AgentMayNotStandIn);
    told.would_need(Mode::OneWindow, Some(Authorisation::Notarised)).would_need(Mode::Remote, None);
    let told = villager_of(YANGXI).working_in(BAOAN).with_agent(Authorisation::Notarised).asks(&["T076"]);
    told.refuses_all_but(&[Mode::OneWindow, Mode::Express]);
    told.at_station(Mode::OneWindow, LIUHE).is(Mode::OneWindow, &[LIUHE], 0).does(StepKind::Travel, MONDAY, "2026-09-14T10:10:00");
}

#[test]
fn presence_is_not_delegated_however_strong_the_mandate() {
    let told = villager_of(YANGXI).working_in(BAOAN).with_agent(Authorisation::Notarised).asks(&["T063"]);
    told.refuses_all_but(&[]).refuses(Mode::Nearby, Reason::PresenceNotDelegable).refuses(Mode::Express, Reason::PresenceNotDelegable);
    told.would_need(Mode::Nearby, None);
}

#[test]
fn a_brother_at_home_collects_the_veterans_card_that_may_not_be_carried() {
    let veteran = || villager_of(YANGXI).working_in(BAOAN);
    let told = veteran().with_agent(Authorisation::Simple).asks(&["T040"]);
    // 40 working days from Thursday, when the papers are there, over two holidays: Wednesday, 18 November.
    told.of(Mode::Remote)
        .is(Mode::Remote, &[YANGXI], 0)
        .taken_in("2026-09-17T10:00:00", "2026-09-17T10:15:00")
        .does(StepKind::Collect, "2026-11-18T17:00:00", "2026-11-18T17:15:00")
        .done("2026-11-18T17:15:00", "2026-11-19T08:45:00")
        .because(&[Merit::NoTrip, Merit::OwnLine, Merit::StepFree, Merit::AgentActs, Merit::OpenNow]);
    let told = veteran().asks(&["T040"]);
    told.best().is(Mode::Remote, &[YANGXI], 1).done("2026-11-18T17:15:00", "2026-11-19T08:45:00").although(&[
        Drawback::OneTrip,
        Drawback::CollectInPerson,
        Drawback::PapersMove,
        Drawback::OriginalsByPost,
    ]);
}

#[test]
fn the_own_village_certifies_somebody_who_is_away() {
    // C003 takes two working days from Thursday; the second is the make-up Sunday, on which the village keeps Friday's hours.
    let told = villager_of(YANGXI).working_in(BAOAN).asks(&["C003"]);
    told.best()
        .is(Mode::Remote, &[YANGXI], 0)
        .taken_in("2026-09-17T10:00:00", "2026-09-17T10:15:00")
        .done("2026-09-20T17:30:00", "2026-09-21T00:00:00")
        .decided_by(YANGXI)
        .because(&[Merit::NoTrip, Merit::OwnLine, Merit::StepFree, Merit::ResultElectronic, Merit::OpenNow])
        .although(&[Drawback::OriginalsByPost]);
}

#[test]
fn somebody_in_a_hospital_bed_inside_the_district_is_not_away() {
    let told = villager_of(YANGXI).staying_at((30.2052, 103.8690)).on_the_ground_of(Ground::BedriddenOrInHospital).asks(&["T003"]);
    told.refuses(Mode::Remote, Reason::NotElsewhere);
    // 415 m from the centre: a minute on the road, so the slot of 10:30.
    let plan = told.of(Mode::Special).is(Mode::Special, &[CENTRE], 0).does(StepKind::Visit, "2026-09-14T10:30:00", "2026-09-14T10:50:00");
    let evidence = vec![Evidence::HospitalStatement, Evidence::GridWorkerStatement];
    assert!(plan.0.papers.contains(&Paper::OneOf(evidence)));
}
