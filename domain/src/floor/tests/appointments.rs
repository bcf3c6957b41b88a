//! Slots, booking them, and coming or not.

use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use proptest::prelude::*;
use uuid::Uuid;

use super::world::*;
use crate::case::tests::world::{STRANGER, TOWN, TOWN_CLERK, ZHANG, certificate, coded, related, staff, town_service};
use crate::catalogue::{Item, ItemKind};
use crate::district::{ClosedHours, Closure, ClosureCause, Level, Opening, Station, StationFacts};
use crate::floor::*;
use crate::ids::{AppointmentId, PersonId, TicketId};
use crate::people::Role;
use crate::time::Timestamp;

const SERVICE: ItemKind = ItemKind::TownService;
const TICKET: TicketId = TicketId::new(Uuid::from_u128(5));

fn rules() -> FloorRules {
    FloorRules::default()
}

fn usual() -> StationRules {
    StationRules::usual(&rules())
}

fn slots(station: &Station, date: &str) -> Vec<(Timestamp, u16)> {
    let slots = slots_on((station, &calendar()), day(date), SERVICE, (&usual(), &rules()));
    slots.into_iter().map(|slot| (slot.begin, slot.places)).collect()
}

fn item() -> Item {
    Item { levels: vec![Level::Town], ..town_service() }
}

fn booking(begin: Timestamp) -> Booking {
    Booking { id: AppointmentId::new(Uuid::from_u128(4)), person: PersonId::new(Uuid::from_u128(3)), begin }
}

fn booked(item: &Item, begin: Timestamp) -> Result<Appointment, BookingRefusal> {
    book((&hall(), &calendar()), item, (&usual(), &rules()), &booking(begin), at("09:10")).map(|(appointment, _)| appointment)
}

fn with_facts(closure: Closure) -> Station {
    Station { facts: Arc::new(StationFacts { closures: vec![closure], ..StationFacts::default() }), ..hall() }
}

#[test]
fn a_day_has_a_slot_for_each_hour_that_is_open_with_a_part_of_the_places_for_a_part_of_the_hour() {
    let hours = [("08:30", 2), ("09:00", 4), ("10:00", 4), ("11:00", 4), ("13:30", 2), ("14:00", 4), ("15:00", 4), ("16:00", 4)];
    assert_eq!(slots(&hall(), "2026-09-14"), hours.map(|(begin, places)| (at(begin), places)));
}

#[test]
fn a_holiday_has_no_slots_and_a_make_up_workday_has() {
    assert_eq!(slots(&hall(), "2026-10-02"), []);
    assert_eq!(slots(&hall(), "2026-10-10").len(), 8);
}

#[test]
fn a_closure_takes_its_hours_away() {
    let hours = Some(ClosedHours { from: "09:00".parse().unwrap(), to: "16:30".parse().unwrap() });
    let closed = with_facts(Closure { from: day("2026-09-14"), to: day("2026-09-14"), hours, cause: ClosureCause::Outage });
    assert_eq!(slots(&closed, "2026-09-14"), [(at("08:30"), 2), (at("16:30"), 2)]);
}

#[test]
fn a_supervisors_quota_holds_for_its_kind_and_hour_at_each_window_and_none_closes_the_hour() {
    let quota = |hour, places_per_window| Quota { kind: SERVICE, hour, places_per_window };
    let quotas = vec![quota(9, 0), quota(10, 3)];
    let own = StationRules { quotas, ..usual() };
    let of = |kind| slots_on((&hall(), &calendar()), day("2026-09-14"), kind, (&own, &rules()));
    let begins = of(SERVICE).into_iter().take(3).map(|slot| (slot.begin, slot.places)).collect::<Vec<_>>();
    assert_eq!(begins, [(at("08:30"), 2), (at("10:00"), 12), (at("11:00"), 4)]);
    assert_eq!(of(ItemKind::Certificate).len(), 8);
}

#[test]
fn a_kind_has_places_at_the_windows_that_are_meant_for_it_alone() {
    let plan = |number, serves: &[ItemKind]| WindowPlan { number, serves: serves.iter().copied().collect() };
    let quotas = vec![Quota { kind: ItemKind::Certificate, hour: 10, places_per_window: 3 }];
    let own = StationRules { windows: vec![plan(1, &[ItemKind::Certificate]), plan(2, &[SERVICE])], quotas, ..usual() };
    let at_ten = |station: &Station, own: &StationRules, kind| {
        let slots = slots_on((station, &calendar()), day("2026-09-14"), kind, (own, &rules()));
        slots.into_iter().find(|slot| slot.begin == at("10:00")).map(|slot| slot.places)
    };
    let of = |kind| at_ten(&hall(), &own, kind);
    assert_eq!((of(ItemKind::Certificate), of(SERVICE), of(ItemKind::VillageProxy)), (Some(9), Some(3), Some(2)));
    let one_window = Station { windows: 1, ..hall() };
    assert_eq!(at_ten(&one_window, &own, SERVICE), None, "the one that is left is for certificates");
    assert_eq!((own.kinds_at(1), own.kinds_at(4)), ([ItemKind::Certificate].into(), ItemKind::ALL.into()));
}

#[test]
fn who_receives_the_person_sees_who_and_what_for_who_watches_the_family_name_and_of_sealed_matters_and_kin_neither() {
    let of = |person| Appointment { person, ..booked(&item(), at("10:00")).unwrap() };
    let watching = staff(40, Role::Supervisor, TOWN);
    let related = related(&TOWN_CLERK, ZHANG);
    assert_eq!(sight_of(&TOWN_CLERK, &of(ZHANG)), VisitSight::Whole);
    assert_eq!(sight_of(&watching, &of(ZHANG)), VisitSight::Watched);
    assert_eq!((sight_of(&related, &of(ZHANG)), sight_of(&related, &of(STRANGER))), (VisitSight::Outline, VisitSight::Whole));
    assert_eq!(sight_of(&TOWN_CLERK, &of(TOWN_CLERK.person)), VisitSight::Outline);
    let sealed = Appointment { item: "T022".parse().unwrap(), ..of(ZHANG) };
    assert_eq!((sight_of(&TOWN_CLERK, &sealed), sight_of(&watching, &sealed)), (VisitSight::Outline, VisitSight::Outline));
}

#[test]
fn a_slot_is_booked_that_is_there_to_come_and_not_too_far_ahead() {
    let on = |date: &str, wall: &str| at(wall) + (day(date) - day("2026-09-14"));
    assert!(booked(&item(), at("10:00")).is_ok());
    assert_eq!(booked(&item(), at("09:00")), Err(BookingRefusal::Begun));
    assert_eq!(booked(&item(), at("10:30")), Err(BookingRefusal::NoSuchSlot));
    assert!(booked(&item(), on("2026-09-28", "10:00")).is_ok());
    assert_eq!(booked(&item(), on("2026-09-29", "10:00")), Err(BookingRefusal::TooFarAhead(day("2026-09-28"))));
    let elsewhere = Item { levels: vec![Level::Village], ..coded("C050", certificate()) };
    assert_eq!(booked(&elsewhere, at("10:00")), Err(BookingRefusal::NotAccepted));
}

#[test]
fn the_last_place_is_given_once_and_nobody_hoards() {
    let slot = Slot { begin: at("10:00"), end: at("11:00"), places: 4 };
    assert_eq!(rules().leaves_room(&slot, 3, 0), Ok(()));
    assert_eq!(rules().leaves_room(&slot, 4, 0), Err(BookingRefusal::Full));
    assert_eq!(rules().leaves_room(&slot, 0, 3), Err(BookingRefusal::TooMany));
}

#[test]
fn one_cancels_until_the_slot_begins_and_arrives_from_half_an_hour_before_to_a_quarter_after() {
    let act = |act, wall| booked(&item(), at("10:00")).unwrap().act(act, &rules(), at(wall));
    assert!(act(AppointmentAct::Cancel, "09:59").is_ok());
    assert_eq!(act(AppointmentAct::Cancel, "10:00"), Err(AppointmentRefusal::Begun));
    let arrive = AppointmentAct::Arrive { ticket: TICKET };
    assert_eq!(act(arrive, "09:29"), Err(AppointmentRefusal::TooEarly(at("09:30"))));
    assert!(act(arrive, "09:30").is_ok() && act(arrive, "10:15").is_ok());
    assert_eq!(act(arrive, "10:16"), Err(AppointmentRefusal::TooLate(at("10:15"))));
}

#[test]
fn who_did_not_come_is_noted_only_once_they_may_come_no_more() {
    let miss = |wall| booked(&item(), at("10:00")).unwrap().act(AppointmentAct::Miss, &rules(), at(wall));
    assert_eq!(miss("10:15"), Err(AppointmentRefusal::StillKept));
    let missed = miss("10:16").unwrap();
    assert!(matches!(missed.state, AppointmentState::NoShow { .. }));
    let arrive = AppointmentAct::Arrive { ticket: TICKET };
    assert_eq!(missed.act(arrive, &rules(), at("10:16")), Err(AppointmentRefusal::Over));
}

#[test]
fn a_slot_is_called_off_when_the_station_is_not_open_then_drops_the_item_or_has_no_window_for_it_and_not_for_fewer_places() {
    let appointment = booked(&item(), at("10:00")).unwrap();
    let why = |station: &Station, item: Option<&Item>, own: &StationRules| appointment.cannot_be_kept((station, &calendar()), item, own);
    let closed = |from: &str, to: &str| {
        let hours = ClosedHours { from: from.parse().unwrap(), to: to.parse().unwrap() };
        let (from, to) = (day("2026-09-14"), day("2026-09-14"));
        with_facts(Closure { from, to, hours: Some(hours), cause: ClosureCause::Outage })
    };
    assert_eq!(why(&hall(), Some(&item()), &usual()), None);
    assert_eq!(why(&closed("09:30", "10:30"), Some(&item()), &usual()), Some(CallOff::Closed));
    assert_eq!(why(&closed("10:30", "12:00"), Some(&item()), &usual()), None, "who comes in time is served before");
    let late =
        Station { hours: [Opening { days: vec![1], open: "10:30".parse().unwrap(), close: "17:00".parse().unwrap() }].into(), ..hall() };
    assert_eq!(why(&late, Some(&item()), &usual()), Some(CallOff::Closed));
    assert_eq!(why(&hall(), None, &usual()), Some(CallOff::NotTakenIn));
    assert_eq!(why(&Station { removed: Arc::new([item().code].into()), ..hall() }, Some(&item()), &usual()), Some(CallOff::NotTakenIn));
    let certificates = |number| WindowPlan { number, serves: [ItemKind::Certificate].into() };
    let fewer = StationRules { windows: vec![certificates(1)], ..usual() };
    assert_eq!(why(&hall(), Some(&item()), &fewer), None);
    let none = StationRules { windows: (1..=4).map(certificates).collect(), ..usual() };
    assert_eq!(why(&hall(), Some(&item()), &none), Some(CallOff::NoWindow));
}

#[test]
fn what_was_called_off_is_over_and_nobody_missed_it() {
    let off = booked(&item(), at("10:00")).unwrap().act(AppointmentAct::CallOff { why: CallOff::Closed }, &rules(), at("10:20")).unwrap();
    assert_eq!(off.state, AppointmentState::CalledOff { at: at("10:20"), why: CallOff::Closed });
    assert_eq!(off.cannot_be_kept((&hall(), &calendar()), None, &usual()), None, "once");
    assert_eq!(off.act(AppointmentAct::Miss, &rules(), at("10:30")), Err(AppointmentRefusal::Over));
}

prop_compose! {
    fn openings()(spans in prop::collection::vec((0u32..47, 1u32..20), 1..4)) -> Vec<Opening> {
        let time = |half_hours: u32| chrono::NaiveTime::from_hms_opt(half_hours / 2, half_hours % 2 * 30, 0).unwrap();
        let opening = |(open, length): (u32, u32)| {
            Opening { days: (1..=7).collect(), open: time(open), close: time((open + length).min(47)) }
        };
        spans.into_iter().map(opening).filter(Opening::is_valid).collect()
    }
}

proptest! {
    #[test]
    fn slots_cover_what_is_open_and_nothing_else_and_none_overlap(hours in openings(), offset in 0u64..120, kind in prop::sample::select(ItemKind::ALL.to_vec())) {
        let station = Station { hours: hours.into(), ..hall() };
        let date = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap() + chrono::Days::new(offset);
        let slots = slots_on((&station, &calendar()), date, kind, (&usual(), &rules()));
        let minutes = |from: Timestamp, to: Timestamp| (to - from).num_minutes();
        let covered: i64 = slots.iter().map(|slot| minutes(slot.begin, slot.end)).sum();
        let day = crate::time::instant(date.and_time(chrono::NaiveTime::MIN));
        let open = (0..24 * 60).filter(|minute| station.is_open(&calendar(), day + Duration::minutes(*minute))).count();
        prop_assert_eq!(covered, i64::try_from(open).unwrap());
        for slot in &slots {
            prop_assert!(slot.begin < slot.end && slot.end - slot.begin <= Duration::hours(1) && slot.places > 0);
        }
        prop_assert!(slots.iter().zip(slots.iter().skip(1)).all(|(a, b)| a.end <= b.begin));
    }
}
