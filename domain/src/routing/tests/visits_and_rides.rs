//! Couriers in their shifts, visitors in their hours, and partners elsewhere.

use std::sync::Arc;

use super::super::*;
use super::world::*;
use crate::catalogue::*;
use crate::district::{Partner, Place};

fn step(plan: &Plan, kind: StepKind) -> &Step {
    plan.steps.iter().find(|step| step.kind == kind).unwrap()
}

fn fetched(world: &World, now: &str) -> (Timestamp, Timestamp) {
    let choice = Choice { mode: Mode::Express, stations: vec![code(TOWN)] };
    let plan = plan_for(&world.map(), &world.catalogue(), &world.load, &ask(&["T001"]), at(now), &choice).unwrap();
    let fetch = step(&plan, StepKind::Fetch);
    (fetch.from, fetch.to)
}

#[test]
fn a_courier_sets_out_with_the_first_slot_after_the_cut_off() {
    let world = world([carried_paper(service("T001"))]);
    let ride = chrono::Duration::minutes(12);
    for (ordered, slot) in [
        ("2026-09-14T10:00:00", "2026-09-14T10:30:00"),
        ("2026-09-14T10:01:00", "2026-09-14T11:00:00"),
        ("2026-09-14T17:00:00", "2026-09-14T17:30:00"),
        ("2026-09-14T17:01:00", "2026-09-15T08:30:00"),
        ("2026-09-19T17:01:00", "2026-09-20T08:30:00"),
        ("2026-09-30T17:01:00", "2026-10-08T08:30:00"),
    ] {
        assert_eq!(fetched(&world, ordered), (at(slot), at(slot) + ride), "{ordered}");
    }
}

#[test]
fn papers_that_move_arrive_by_a_courier_too() {
    let world = world([certificate("C001")]);
    let plan = world.choose(&ask(&["C001"]), Mode::District, FAR_VILLAGE).unwrap();
    let (accepted, moved, decided) = (step(&plan, StepKind::Accept), step(&plan, StepKind::MovePapers), step(&plan, StepKind::Decide));
    assert_eq!((accepted.to, moved.from), (at("2026-09-14T10:15:00"), at("2026-09-14T12:00:00")));
    assert_eq!(decided.from, moved.to.max(at("2026-09-14T13:00:00")));
}

fn old() -> Ask {
    Ask { needs: Needs { ground: Some(Ground::EightyAndOver), ..Needs::default() }, ..ask(&["T001"]) }
}

fn visited(world: &World, station: &str, now: &str) -> Result<(Option<Visitor>, Timestamp), Reason> {
    let choice = Choice { mode: Mode::Special, stations: vec![code(station)] };
    let plan = plan_for(&world.map(), &world.catalogue(), &world.load, &old(), at(now), &choice).map_err(|impossible| impossible.reason)?;
    Ok((plan.matters[0].visitor, step(&plan, StepKind::Visit).from))
}

#[test]
fn whoever_may_come_first_comes() {
    let world = world([service("T001")]);
    assert_eq!(visited(&world, VILLAGE, "2026-09-14T10:00:00"), Ok((Some(Visitor::Clerk), at("2026-09-14T10:00:00"))));
    assert_eq!(visited(&world, VILLAGE, "2026-09-14T20:10:00"), Ok((Some(Visitor::GridWorker), at("2026-09-14T20:30:00"))));
    assert_eq!(visited(&world, TOWN, "2026-09-14T20:10:00"), Ok((Some(Visitor::Clerk), at("2026-09-15T08:00:00"))));
}

#[test]
fn presence_is_checked_by_a_clerk_alone() {
    let mut world = world([once(service("T001"))]);
    assert_eq!(visited(&world, VILLAGE, "2026-09-14T20:10:00"), Ok((Some(Visitor::Clerk), at("2026-09-15T08:00:00"))));
    let visitors = Tuning::default().visitors.into_iter().filter(|terms| terms.who != Visitor::Clerk).collect();
    world.load.tuning = Arc::new(Tuning { visitors, ..Tuning::default() });
    assert_eq!(visited(&world, VILLAGE, "2026-09-14T10:00:00"), Err(Reason::NobodyVisits));
}

#[test]
fn what_is_decided_on_the_visit_is_for_a_clerk_alone() {
    let mut world = world([instant(service("T001"))]);
    assert_eq!(visited(&world, VILLAGE, "2026-09-14T20:10:00"), Ok((Some(Visitor::Clerk), at("2026-09-15T08:00:00"))));
    let visitors = Tuning::default().visitors.into_iter().filter(|terms| terms.who != Visitor::Clerk).collect();
    world.load.tuning = Arc::new(Tuning { visitors, ..Tuning::default() });
    assert_eq!(visited(&world, VILLAGE, "2026-09-14T10:00:00"), Err(Reason::NobodyVisits));
}

#[test]
fn what_another_village_decides_from_the_papers_may_be_taken_in_by_a_grid_worker() {
    let world = world([Item { code: code("T001"), ..certificate("C001") }]);
    assert_eq!(visited(&world, FAR_VILLAGE, "2026-09-14T19:00:00"), Ok((Some(Visitor::GridWorker), at("2026-09-14T20:30:00"))));
    assert_eq!(visited(&world, VILLAGE, "2026-09-14T20:10:00"), Ok((Some(Visitor::Clerk), at("2026-09-15T08:00:00"))));
}

#[test]
fn a_clerk_who_is_away_visits_nobody() {
    let mut world = world([once(service("T001"))]);
    let away = crate::district::Absence { from: at("2026-09-14T00:00:00"), until: at("2026-09-16T09:40:00"), staff: 3 };
    world.station(VILLAGE).facts = Arc::new(crate::district::StationFacts { absences: vec![away], ..Default::default() });
    assert_eq!(visited(&world, VILLAGE, "2026-09-14T10:00:00"), Ok((Some(Visitor::Clerk), at("2026-09-16T10:00:00"))));
}

fn partner(text: &str, (lat, lng): (f64, f64), items: &[&str]) -> Partner {
    Partner {
        code: code(text),
        name: text.into(),
        station_name: text.into(),
        place: Place { lat, lng },
        items: Arc::new(items.iter().map(|item| code(item)).collect()),
        hours: [].into(),
    }
}

fn met(world: &World, whereabouts: Whereabouts) -> Result<String, Reason> {
    let plan = world.of_mode(&Ask { whereabouts, ..ask(&["T001"]) }, Mode::Remote)?;
    Ok(plan.matters[0].partner.as_ref().unwrap().to_string())
}

#[test]
fn the_person_is_met_at_the_nearest_partner_that_accepts_the_item() {
    let mut world = world([once(service("T001"))]);
    world.partners = vec![
        partner("510108000000-01", (31.00, 104.0), &["T001"]),
        partner("510108000000-02", (31.10, 104.0), &["T001"]),
        partner("510107000000-01", (31.12, 104.0), &["T001"]),
        partner("510107000000-02", (31.13, 104.0), &[]),
    ];
    let place = Some(Place { lat: 31.13, lng: 104.0 });
    assert_eq!(met(&world, Whereabouts::Elsewhere { district: None, place }), Ok("510107000000-01".into()));
    assert_eq!(met(&world, Whereabouts::Elsewhere { district: Some(code(PARTNER)), place: None }), Ok("510108000000-01".into()));
    let far = Some(Place { lat: 35.0, lng: 104.0 });
    assert_eq!(met(&world, Whereabouts::Elsewhere { district: None, place: far }), Err(Reason::NoPartner));
}
