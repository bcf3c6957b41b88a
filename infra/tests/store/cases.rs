//! A case's row between one who reads it and one who writes it: whoever changes the calendar or the thresholds in between isn't overlooked.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::Duration;
use domain::calendar::{Calendar, Year};
use domain::case::{
    Actor, Applicant, Desk, Event, GiveOut, HandIn, Reach, Recorded, Route, Stage, Step, Subject, Submission, apply, replay,
};
use domain::catalogue::Mode;
use domain::district::Line;
use domain::ids::CaseId;
use domain::people::Role;
use domain::routing::{Ask, Inputs, Plan};
use domain::supervision::Thresholds;
use domain::time::Timestamp;
use infra::store::{CaseFile, Deadlines, NewCase, OnMap, StoreError};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::databases::{Bench, now, on_each, on_empty_postgres, until_somebody_waits};
use crate::people::id;

const VILLAGE: &str = "511499101203-01";
const DISTRICT: &str = "511499000000-01";
static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::default);

fn case(number: u128) -> CaseId {
    CaseId::new(Uuid::from_u128(1_000 + number))
}

fn terms(reckoned: i64, alert_at: Option<Timestamp>) -> Deadlines<'static> {
    Deadlines { calendar: &CALENDAR, now: now(), notice_working_days: 5, reckoned, alert_at }
}

fn submitted(number: u128) -> Recorded {
    let station = VILLAGE.parse().unwrap();
    let desk =
        |station: &str, role| Desk { station: station.parse().unwrap(), role, in_name_of: station.parse().unwrap(), reach: Reach::Station };
    let submission = Submission {
        case: case(number),
        number: domain::case::CaseNumber::new("511499".parse().unwrap(), "2026-09-14".parse().unwrap(), u32::try_from(number).unwrap()),
        item: "T064".parse().unwrap(),
        item_version: 1,
        subject: Subject::Person { person: id(1) },
        applicant: Applicant::Person { person: id(1) },
        agency: None,
        involved: BTreeSet::from([id(1)]),
        route: Route {
            mode: Mode::Nearby,
            accepting: station,
            collect_at: VILLAGE.parse().unwrap(),
            line: Line { village: Some(VILLAGE.parse().unwrap()), town: None, district: DISTRICT.parse().unwrap() },
            hand_in: HandIn::Direct,
            give_out: GiveOut::Direct,
        },
        procedure: vec![
            Step { stage: Stage::Accept, desk: desk(VILLAGE, Role::Clerk) },
            Step { stage: Stage::Decide, desk: desk(VILLAGE, Role::Approver) },
        ],
    };
    Recorded { at: now(), by: Actor::Person { person: id(1) }, event: Event::Submitted { submission: Box::new(submission) } }
}

fn plan() -> Plan {
    Plan {
        mode: Mode::Nearby,
        matters: vec![],
        steps: vec![],
        trips: 0,
        distance_m: 0,
        fee_fen: 0,
        wait_min: 0,
        joint_working_days: None,
        expected: now(),
        latest: now(),
        provisional: false,
        papers: vec![],
        pros: vec![],
        cons: vec![],
        notices: vec![],
    }
}

/// A case that was submitted and reckoned by that revision of the calendar; its alerts are to be looked after at that instant.
async fn open(bench: &Bench, number: u128, (reckoned, alert_at): (i64, Option<Timestamp>)) -> CaseFile {
    let unit = bench.write(move |tx| {
        Box::pin(async move {
            let first = submitted(number);
            let new = NewCase { bundle: None, organisation: None, plan: plan(), answers: serde_json::Map::new() };
            tx.open_case(replay([&first]).unwrap(), new, first, &terms(reckoned, alert_at)).await
        })
    });
    unit.await.unwrap()
}

/// What somebody writes who read the case as it was then.
async fn act_on(bench: &Bench, read: CaseFile, (reckoned, alert_at): (i64, Option<Timestamp>)) -> Result<CaseFile, StoreError> {
    let event = Recorded { at: now(), by: Actor::System, event: Event::OpenedToLine };
    let after = apply(read.case.clone(), &event);
    bench.write(move |tx| Box::pin(async move { tx.append_events(read, after, vec![event], &terms(reckoned, alert_at)).await })).await
}

async fn settle(bench: &Bench, yellow_days: u16, at: Timestamp) {
    let looser = Thresholds { yellow_days, ..Thresholds::default() };
    bench.write(move |tx| Box::pin(async move { tx.save_thresholds(&looser, at).await })).await.unwrap();
}

async fn to_look_after(bench: &Bench, at: Timestamp) -> Vec<CaseId> {
    bench.view().cases_to_alert(at, i64::MAX, 100).await.unwrap()
}

async fn to_reckon(bench: &Bench, revision: i64) -> Vec<(CaseId, i64)> {
    bench.view().cases_reckoned_before(revision, None, 100).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_that_changes_between_an_acts_reading_and_its_write_is_reckoned_by_again() {
    on_each(async |bench| {
        let read = open(&bench, 1, (1, None)).await;
        // Somebody changes the calendar, and the job reckons the case by it; then comes what was decided by the old one.
        let anew = read.clone();
        bench.write(move |tx| Box::pin(async move { tx.save_deadlines(&anew, &terms(2, None)).await })).await.unwrap();
        assert_eq!(to_reckon(&bench, 2).await, []);
        let read = act_on(&bench, read, (1, None)).await.unwrap();
        assert_eq!(to_reckon(&bench, 2).await, [(case(1), 1)]);
        // And who has the new calendar before the job came doesn't make it look reckoned.
        act_on(&bench, read, (2, None)).await.unwrap();
        assert_eq!(to_reckon(&bench, 2).await, [(case(1), 1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thresholds_that_are_settled_between_an_acts_reading_and_its_write_are_looked_after_at_once() {
    on_each(async |bench| {
        let later = now() + Duration::days(3);
        let (one, other) = (open(&bench, 1, (1, Some(later))).await, open(&bench, 2, (1, Some(later))).await);
        assert_eq!(to_look_after(&bench, now()).await, []);
        settle(&bench, 2, now()).await;
        assert_eq!(to_look_after(&bench, now()).await.len(), 2);
        act_on(&bench, one, (1, Some(later))).await.unwrap();
        assert!(to_look_after(&bench, now()).await.contains(&case(1)), "what was read before doesn't put it off");
        // What is earlier than that counts too.
        let soon = now() - Duration::hours(1);
        act_on(&bench, other, (1, Some(soon))).await.unwrap();
        assert_eq!(to_look_after(&bench, soon).await, [case(2)]);
    })
    .await;
}

/// The job advances the instant, so it holds the case from before it reads the thresholds.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_settles_thresholds_while_a_case_is_looked_after_has_it_looked_after_again() {
    on_empty_postgres(async |place| {
        let bench = Bench::open(place.clone()).await;
        let file = open(&bench, 1, (1, Some(now()))).await;
        let ((begun, has_begun), (end, may_end)) = (oneshot::channel(), oneshot::channel::<()>());
        let job = bench.clone();
        let job = tokio::spawn(async move {
            let unit = job.write(move |tx| {
                Box::pin(async move {
                    tx.hold_case(file.case.id).await?;
                    let thresholds = tx.thresholds().await?;
                    begun.send(thresholds).unwrap();
                    may_end.await.unwrap();
                    tx.look_after_alerts_at(&file, Some(now() + Duration::days(3))).await
                })
            });
            unit.await.unwrap();
        });
        assert_eq!(has_begun.await.unwrap(), Thresholds::default());
        let settling = bench.clone();
        let settling = tokio::spawn(async move { settle(&settling, 2, now()).await });
        until_somebody_waits(&place).await;
        end.send(()).unwrap();
        job.await.unwrap();
        settling.await.unwrap();
        assert_eq!(to_look_after(&bench, now()).await, [case(1)]);
    })
    .await;
}

fn planned_on(digest: char) -> Inputs {
    let snapshot = digest.to_string().repeat(64).try_into().unwrap();
    let ask: Ask = serde_json::from_str(r#"{"items":["C001"]}"#).unwrap();
    Inputs { ask, now: now(), load: Vec::new(), load_as_of: None, items: Vec::new(), snapshot }
}

fn map(digest: char, revision: i64) -> OnMap {
    OnMap { digest: planned_on(digest).snapshot, revision }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_held_against_a_later_map_is_passed_over_on_an_earlier_one() {
    on_each(async |bench| {
        let opened = open(&bench, 1, (0, None)).await.case.id;
        bench.write(move |tx| Box::pin(async move { tx.keep_plan_inputs(opened, &planned_on('a'), 4).await })).await.unwrap();
        let view = bench.view();
        let to_look_at = async |map: &OnMap| view.cases_planned_otherwise(map, None, 10).await.unwrap();
        let held_before = async |map: &OnMap| view.plan_held_before(opened, map).await.unwrap().map(|held| held.held_on);
        assert_eq!(to_look_at(&map('a', 4)).await, []);
        assert_eq!((to_look_at(&map('b', 3)).await, held_before(&map('b', 3)).await), (vec![], None), "an earlier map");
        assert_eq!((to_look_at(&map('b', 5)).await, held_before(&map('b', 5)).await), (vec![opened], Some(map('a', 4).digest)));

        bench.write(move |tx| Box::pin(async move { tx.plan_holds_on(opened, &map('b', 5)).await })).await.unwrap();
        assert_eq!((to_look_at(&map('b', 5)).await, to_look_at(&map('a', 4)).await), (vec![], vec![]));
        assert_eq!(to_look_at(&map('c', 6)).await, [opened]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_the_map_has_a_revision_of_its_own() {
    on_each(async |bench| {
        let revision = async || bench.view().map_revision().await.unwrap();
        let before = revision().await;
        bench.write(|tx| Box::pin(async move { tx.save_year(2031, &Year::default(), None).await })).await.unwrap();
        assert_eq!(revision().await, before + 1);
        let nobody = bench.write(|tx| Box::pin(async move { tx.remove_partner(&DISTRICT.parse().unwrap()).await })).await.unwrap();
        assert_eq!((nobody, revision().await), (false, before + 1), "nothing was changed");
    })
    .await;
}
