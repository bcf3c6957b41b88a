//! Whose line accepts and whose decides; who accepts what; which station is chosen under load and from where the person is.

use super::*;

/// 金碾村, in 望江镇.
const JINNIAN: &str = "511499103204-01";
const WANGJIANG: &str = "511499103000-01";
/// 永碾社区 and its town, 凤栖街道.
const YONGNIAN: &str = "511499001001-01";
const FENGQI: &str = "511499001000-01";

#[test]
fn a_lease_of_land_in_one_town_is_handed_in_where_one_is_registered_and_filed_by_the_town_of_the_land() {
    let told = villager_of(YANGXI).about_land_in(JINNIAN).asks(&["T064"]);
    let plan = told
        .best()
        .is(Mode::Nearby, &[YANGXI], 1)
        .taken_in(MONDAY, "2026-09-14T10:15:00")
        .decided_by(WANGJIANG)
        // The fifth working day is the make-up Sunday.
        .done("2026-09-20T17:00:00", "2026-09-21T00:00:00")
        .because(&[Merit::OwnLine, Merit::StepFree, Merit::ResultElectronic, Merit::OpenNow])
        .although(&[Drawback::OneTrip, Drawback::PapersMove]);
    assert_eq!(plan.0.matters[0].line_of, division(JINNIAN));
    told.refuses(Mode::District, Reason::ModeNotOffered).refuses_at(Mode::Nearby, JINNIAN, Reason::StationNotInMode);
}

#[test]
fn a_certificate_about_land_elsewhere_that_does_not_name_district_is_its_own_villages_alone() {
    let told = villager_of(YANGXI).about_land_in(JINNIAN).asks(&["C013"]);
    told.refuses_all_but(&[]).refuses(Mode::Nearby, Reason::OwnVillageOnly).refuses(Mode::Express, Reason::OwnVillageOnly);
    told.refuses(Mode::Remote, Reason::NotElsewhere).refuses(Mode::District, Reason::ModeNotOffered);
}

#[test]
fn a_certificate_about_land_elsewhere_that_names_district_rides_to_its_village_and_is_decided_the_same_day() {
    let told = villager_of(YANGXI).about_land_in(JINNIAN).asks(&["C005"]);
    told.at_station(Mode::Nearby, YANGXI)
        .is(Mode::Nearby, &[YANGXI], 0)
        .taken_in(MONDAY, "2026-09-14T10:15:00")
        // Ordered at 11:15 for the slot of 12:00, an hour on the road; the village opens again at 14:00.
        .does(StepKind::MovePapers, "2026-09-14T12:00:00", "2026-09-14T13:00:00")
        .does(StepKind::Decide, "2026-09-14T14:00:00", "2026-09-14T14:15:00")
        .decided_by(JINNIAN)
        .done("2026-09-14T14:15:00", "2026-09-14T17:30:00")
        .although(&[Drawback::PapersMove]);
}

#[test]
fn somebody_registered_nowhere_here_is_accepted_in_the_community_where_they_live_and_stands_in_its_towns_line() {
    let newcomer = || villager_of(YONGNIAN).registered_in("510108001001");
    let told = newcomer().asks(&["T087"]);
    let plan = told
        .at_station(Mode::Nearby, YONGNIAN)
        .is(Mode::Nearby, &[YONGNIAN], 0)
        .taken_in(MONDAY, "2026-09-14T10:15:00")
        .decided_by(CENTRE)
        .done("2026-09-22T17:00:00", "2026-09-23T00:00:00");
    assert_eq!(plan.0.matters[0].line_of, division(FENGQI));
    let told = newcomer().asks(&["C001"]);
    told.refuses_all_but(&[]).refuses(Mode::Nearby, Reason::NotRegisteredHere).refuses(Mode::District, Reason::NotRegisteredHere);
}

#[test]
fn land_gives_somebody_registered_nowhere_here_a_certificate_of_its_village() {
    let told = villager_of(YONGNIAN).registered_in("510108001001").about_land_in(YONGNIAN).asks(&["C005"]);
    told.best()
        .is(Mode::Nearby, &[YONGNIAN], 0)
        .decided_by(YONGNIAN)
        .done("2026-09-14T10:15:00", "2026-09-14T12:00:00")
        .because(&[Merit::NoTrip, Merit::DecidedAtOnce, Merit::OwnLine, Merit::StepFree, Merit::ResultElectronic, Merit::OpenNow])
        .although(&[]);
}

#[test]
fn a_child_is_enrolled_where_the_family_lives_not_where_it_is_registered() {
    let story = villager_of(YONGNIAN).asked(|ask| {
        ask.registered = Some(division(YANGXI));
        ask.matter = MatterLies::Residence;
    });
    let told = story.asks(&["T080"]);
    let plan = told.at_station(Mode::Nearby, YONGNIAN).is(Mode::Nearby, &[YONGNIAN], 0).taken_in(MONDAY, "2026-09-14T10:15:00");
    let plan = plan.decided_by(CENTRE).done("2026-09-28T17:00:00", "2026-09-29T00:00:00");
    assert_eq!(plan.0.matters[0].line_of, division(YONGNIAN));
    told.refuses_at(Mode::Nearby, YANGXI, Reason::StationNotInMode);
}

#[test]
fn an_item_that_nobody_in_the_district_may_accept_has_no_station_and_says_so() {
    let told = villager_of(YANGXI).in_a_district(|district| district.takes_away("T030")).asks(&["T030"]);
    told.refuses_all_but(&[]).refuses(Mode::District, Reason::NoStationAccepts).refuses(Mode::OneWindow, Reason::NoStationAccepts);
    for mode in [Mode::Nearby, Mode::Remote, Mode::Express, Mode::Special] {
        told.refuses(mode, Reason::ModeNotOffered);
    }
}

#[test]
fn a_stations_own_list_adds_an_item_and_takes_one_away() {
    let told = villager_of(YANGXI).in_a_district(|district| {
        district.adds(YANGXI_TUESDAYS, "T009");
        district.takes_away_at(YANGXI, "T009");
    });
    let told = told.asks(&["T009"]);
    told.refuses_at(Mode::Nearby, YANGXI, Reason::StationNotInMode);
    told.at_station(Mode::Nearby, YANGXI_TUESDAYS)
        .is(Mode::Nearby, &[YANGXI_TUESDAYS], 0)
        .taken_in("2026-09-15T09:00:00", "2026-09-15T09:15:00")
        // Seven working days, then the card is in the post for three.
        .done("2026-09-26T17:00:00", "2026-09-27T00:00:00");
}

#[test]
fn a_couple_marries_on_saturday_in_the_towns_hall_and_takes_the_certificate_home() {
    let told = villager_of(YANGXI).at("2026-09-19T08:30:00").asks(&["T030"]);
    told.best()
        .is(Mode::District, &[LIUHE], 1)
        .does(StepKind::Travel, "2026-09-19T08:50:00", "2026-09-19T09:00:00")
        .taken_in("2026-09-19T09:00:00", "2026-09-19T09:20:00")
        .never(StepKind::Collect)
        .done("2026-09-19T09:20:00", "2026-09-19T12:00:00")
        .travelling(2 * 3983)
        .because(&[Merit::DecidedAtOnce, Merit::OwnLine, Merit::StepFree])
        .although(&[Drawback::OneTrip, Drawback::PresenceNeeded, Drawback::ClosedNow]);
}

#[test]
fn a_queue_in_the_own_town_sends_the_couple_to_the_next_one() {
    let told = villager_of(YANGXI).where_the_queue_takes(LIUHE, 100).asks(&["T030"]);
    told.best()
        .is(Mode::District, &[SHUANGXI], 1)
        .taken_in("2026-09-14T10:23:00", "2026-09-14T10:43:00")
        .done("2026-09-14T10:43:00", "2026-09-14T12:00:00")
        .travelling(2 * 9453)
        .although(&[Drawback::OneTrip, Drawback::PresenceNeeded]);
    told.at_station(Mode::District, LIUHE).taken_in("2026-09-14T13:00:00", "2026-09-14T13:20:00");
}

#[test]
fn who_is_at_the_other_end_of_the_district_marries_there() {
    const YUNTAI: &str = "511499104000-01";
    // At 泉坡村, 2,516 m and 7 minutes from 云台镇.
    let told = villager_of(YANGXI).staying_at((30.135533, 103.97938)).asks(&["T030"]);
    told.best()
        .is(Mode::District, &[YUNTAI], 1)
        .taken_in("2026-09-14T10:07:00", "2026-09-14T10:27:00")
        .done("2026-09-14T10:27:00", "2026-09-14T12:00:00")
        .travelling(2 * 2516)
        .because(&[Merit::DecidedAtOnce, Merit::StepFree, Merit::OpenNow]);
}

#[test]
fn a_proxy_item_without_a_town_service_is_decided_outside_and_has_until_midnight() {
    let told = villager_of(YANGXI).asks(&["V018"]);
    let plan = told.at_station(Mode::Nearby, YANGXI).is(Mode::Nearby, &[YANGXI], 0).taken_in(MONDAY, "2026-09-14T10:15:00");
    let plan = plan.done("2026-09-21T00:00:00", "2026-09-21T00:00:00").although(&[Drawback::DecidedOutside]);
    assert_eq!(plan.0.matters[0].deciding, Desk::Outside { via: code(YANGXI) });
}

#[test]
fn a_proxy_item_is_accepted_by_the_village_and_decided_like_its_town_service() {
    let told = villager_of(YANGXI).asks(&["V014"]);
    told.best()
        .is(Mode::Nearby, &[YANGXI], 0)
        .taken_in(MONDAY, "2026-09-14T10:15:00")
        .decided_by(CENTRE)
        // 16 October, and a notice of seven days that don't count: 23 October.
        .done("2026-10-23T17:00:00", "2026-10-24T00:00:00")
        .although(&[Drawback::PapersMove]);
    told.refuses(Mode::District, Reason::ModeNotOffered);
}

#[test]
fn what_the_station_takes_a_fee_for_says_so() {
    let told = villager_of(YANGXI).asks(&["T076"]);
    let plan = told.of(Mode::OneWindow).is(Mode::OneWindow, &[CENTRE], 0).taken_in(MONDAY, "2026-09-14T10:20:00");
    // Fifteen working days to 10 October, and a notice of fifteen more.
    let plan = plan.done("2026-10-30T17:00:00", "2026-10-31T00:00:00").although(&[Drawback::Fee]);
    assert_eq!(plan.0.fee_fen, 1000);
}
