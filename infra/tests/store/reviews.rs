//! Rectifications as they are kept, lists, deadlines, figures and signs of farming, on both databases.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};
use domain::case::Actor;
use domain::evaluation::farming::{Found, Sign};
use domain::evaluation::rectification::{
    Appellant, Contact, ContactWay, Event, Finding, Ground, Opening, Overdue, Place, Secrecy, Step, Timeliness, Verdict,
};
use domain::evaluation::{Evaluation, Satisfaction};
use domain::ids::{AccountId, CaseId, FarmingId, NoteId, PersonId, RectificationId, ReplyId, StationCode};
use domain::people::Role;
use infra::store::{FarmingFinding, LookedInto, Period, RectificationFile, RectificationFilter, Reply, StoreError, Which};
use uuid::Uuid;

use crate::databases::{Bench, now, on_each};
use crate::people::id;

const STATION: &str = "511499101203-01";
const NAMED: PersonId = PersonId::new(Uuid::from_u128(50));
const REVIEWER: PersonId = PersonId::new(Uuid::from_u128(1));

fn station() -> StationCode {
    STATION.parse().unwrap()
}

fn case(number: u128) -> CaseId {
    CaseId::new(Uuid::from_u128(1_000 + number))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn step(by: Actor, event: Event) -> Step {
    Step { at: now(), by, event }
}

fn opened(number: u128, secrecy: Secrecy, close_by: &str) -> RectificationFile {
    let opening = Opening {
        case: case(number),
        level: Satisfaction::Dissatisfied,
        place: Place { station: station(), role: Role::Clerk, secrecy },
        reviewer: REVIEWER,
        named: BTreeSet::from([NAMED]),
        contact_by: day("2026-09-15"),
        close_by: day(close_by),
    };
    let first = step(Actor::Person { person: REVIEWER }, Event::Opened { opening: Box::new(opening) });
    RectificationFile::begin(RectificationId::new(Uuid::from_u128(number)), first).unwrap()
}

async fn open(bench: &Bench, file: RectificationFile) {
    let handlers = BTreeMap::from([(NAMED, AccountId::new(Uuid::from_u128(51)))]);
    bench
        .write(move |tx| {
            Box::pin(async move {
                tx.note_handlers(file.rectification.case, &handlers).await?;
                tx.note_handlers(file.rectification.case, &handlers).await?;
                tx.open_rectification(&file).await
            })
        })
        .await
        .unwrap();
}

async fn append(bench: &Bench, file: RectificationFile, events: Vec<Event>) -> Result<RectificationFile, StoreError> {
    let by = Actor::Staff { account: AccountId::new(Uuid::from_u128(61)), person: id(60) };
    let steps = events.into_iter().map(|event| step(by.clone(), event)).collect();
    bench.write(move |tx| Box::pin(async move { tx.append_to_rectification(file, steps).await })).await
}

fn contacted() -> Event {
    let note = NoteId::new(Uuid::from_u128(70));
    Event::Contacted { way: ContactWay::Phone, contact: Contact::Reached, fix_by: Some(day("2026-09-20")), note }
}

fn closed() -> Event {
    Event::Closed { finding: Finding::FixedByDate, timeliness: Timeliness::InTime, reply: ReplyId::new(Uuid::from_u128(71)) }
}

fn filter(of: PersonId, which: Which) -> RectificationFilter {
    RectificationFilter { station: station(), which, of, close: BTreeSet::new(), seated_as: vec![], after: None }
}

async fn listed(bench: &Bench, filter: RectificationFilter) -> Vec<RectificationId> {
    let (found, total) = bench.view().rectifications(&filter, 10).await.unwrap();
    assert_eq!(found.len(), usize::try_from(total).unwrap());
    found.into_iter().map(|(_, file)| file.rectification.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rectification_is_read_as_its_steps_were_written_and_of_two_at_once_one_is_late() {
    on_each(async |bench| {
        let file = opened(1, Secrecy::Ordinary, "2026-10-10");
        open(&bench, file.clone()).await;
        assert_eq!(bench.view().rectification_of(case(1)).await.unwrap(), Some(file.clone()));
        let told = Event::OverdueTold { what: Overdue::Contact };
        let after = append(&bench, file.clone(), vec![contacted(), told, closed()]).await.unwrap();
        assert_eq!(bench.view().rectification(file.rectification.id).await.unwrap(), Some(after));
        assert!(matches!(append(&bench, file, vec![closed()]).await, Err(StoreError::Stale)));
        assert_eq!(bench.view().rectification_of(case(2)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_none_that_names_whose_list_it_is_and_none_of_a_sealed_case_for_who_sits_at_no_desk() {
    on_each(async |bench| {
        let (later, sooner, sealed) = (
            opened(1, Secrecy::Ordinary, "2026-10-10"),
            opened(2, Secrecy::Ordinary, "2026-10-09"),
            opened(3, Secrecy::Sealed, "2026-10-11"),
        );
        let ids = [&later, &sooner, &sealed].map(|file| file.rectification.id);
        for file in [later.clone(), sooner, sealed.clone()] {
            open(&bench, file).await;
        }
        assert_eq!(listed(&bench, filter(id(60), Which::Open)).await, [ids[1], ids[0]], "what is due first comes first");
        let seated = RectificationFilter { seated_as: vec![Role::Clerk], ..filter(id(60), Which::Open) };
        assert_eq!(listed(&bench, seated).await, [ids[1], ids[0], ids[2]]);
        assert_eq!(listed(&bench, filter(NAMED, Which::All)).await, []);
        let above: StationCode = "511499101000-01".parse().unwrap();
        append(&bench, sealed, vec![Event::Raised { to: above.clone() }]).await.unwrap();
        for (role, theirs) in [(Role::Approver, vec![ids[2]]), (Role::Clerk, vec![])] {
            let there = RectificationFilter { station: above.clone(), seated_as: vec![role], ..filter(id(60), Which::Open) };
            assert_eq!(listed(&bench, there).await, theirs, "what rose there, for its approvers");
        }
        let paged = RectificationFilter { after: Some((day("2026-10-09"), ids[1])), ..filter(id(60), Which::Open) };
        assert_eq!(bench.view().rectifications(&paged, 10).await.unwrap().0.len(), 1);
        let appealed = Event::Appealed { by: Appellant::Station, ground: Ground::Mistaken, note: NoteId::new(Uuid::from_u128(72)) };
        let later = append(&bench, later, vec![appealed]).await.unwrap();
        assert_eq!(listed(&bench, filter(id(60), Which::Appealed)).await, [ids[0]]);
        let accepted = Event::AppealDecided { number: 1, verdict: Verdict::Accepted, note: NoteId::new(Uuid::from_u128(73)) };
        append(&bench, later, vec![accepted]).await.unwrap();
        assert_eq!(listed(&bench, filter(id(60), Which::Open)).await, [ids[1]]);
        assert_eq!(listed(&bench, filter(id(60), Which::All)).await, [ids[1], ids[0]], "the record stays");
        let (naming, total) = bench.view().reviews_naming(NAMED, now() + Duration::days(1), Some(ids[0]), 10).await.unwrap();
        assert_eq!((naming.len(), total), (2, 3));
        assert_eq!(bench.view().reviews_naming(NAMED, now(), None, 10).await.unwrap().1, 0, "not on the day");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_overdue_is_found_until_it_is_told_or_done() {
    on_each(async |bench| {
        let file = opened(1, Secrecy::Ordinary, "2026-10-10");
        let own = file.rectification.id;
        open(&bench, file.clone()).await;
        let overdue = async |on: &str| bench.view().overdue_rectifications(day(on), 10).await.unwrap();
        assert_eq!((overdue("2026-09-15").await, overdue("2026-09-16").await), (vec![], vec![own]));
        let file = append(&bench, file, vec![Event::OverdueTold { what: Overdue::Contact }]).await.unwrap();
        assert_eq!((overdue("2026-10-10").await, overdue("2026-10-11").await), (vec![], vec![own]));
        append(&bench, file, vec![contacted(), closed()]).await.unwrap();
        assert_eq!(overdue("2026-12-01").await, vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_for_the_person_and_what_of_it_is_published_for_everybody() {
    on_each(async |bench| {
        let reply = |number: u128, published: Option<&str>| Reply {
            id: ReplyId::new(Uuid::from_u128(number)),
            case: case(number),
            station: station(),
            at: now(),
            text: "已致歉".to_owned(),
            published: published.map(str::to_owned),
        };
        let (own, published) = (reply(1, None), reply(2, Some("已加开窗口")));
        for reply in [own.clone(), published.clone()] {
            bench.write(move |tx| Box::pin(async move { tx.add_reply(&reply).await })).await.unwrap();
        }
        assert_eq!(bench.view().reply(own.id).await.unwrap(), Some(own));
        let period = Period { from: now() - Duration::days(1), to: now() + Duration::days(1) };
        assert_eq!(bench.view().published_replies(&station(), period, None, 10).await.unwrap(), (vec![published], 1));
        let before = Period { from: now() - Duration::days(2), to: now() };
        assert_eq!(bench.view().published_replies(&station(), before, None, 10).await.unwrap().1, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_grows_until_somebody_looked_into_it_once() {
    on_each(async |bench| {
        let own = FarmingId::new(Uuid::from_u128(90));
        let found = |cases: &[u128]| Found {
            sign: Sign::SameDevice,
            station: station(),
            cases: cases.iter().map(|number| case(*number)).collect(),
            first_at: now(),
            last_at: now() + Duration::hours(1),
        };
        let later = |found: Found| Found { first_at: now() + Duration::hours(2), last_at: now() + Duration::hours(3), ..found };
        let first = FarmingFinding { id: own, found: found(&[1, 2]), found_at: now(), looked_into: None };
        let (known, more, too_late) = (first.clone(), later(found(&[2, 3])), later(found(&[4])));
        bench.write(move |tx| Box::pin(async move { tx.add_farming(own, &first.found, now()).await })).await.unwrap();
        let extended = known.clone();
        bench.write(move |tx| Box::pin(async move { tx.extend_farming(&extended, &more).await })).await.unwrap();
        let looked = LookedInto { at: now(), by: AccountId::new(Uuid::from_u128(61)), note: "一家人".to_owned() };
        let look =
            async |looked: LookedInto| bench.write(move |tx| Box::pin(async move { tx.look_into_farming(own, &looked).await })).await;
        look(looked.clone()).await.unwrap();
        assert!(matches!(look(looked.clone()).await, Err(StoreError::Stale)));
        bench.write(move |tx| Box::pin(async move { tx.extend_farming(&known, &too_late).await })).await.unwrap();
        let (at_station, total) = bench.view().farming_at(&station(), None, 10).await.unwrap();
        assert_eq!((at_station[0].found.cases.len(), at_station[0].looked_into.as_ref(), total), (3, Some(&looked), 1));
        assert_eq!((at_station[0].found.first_at, at_station[0].found.last_at), (now(), now() + Duration::hours(3)), "the whole of it");
        assert_eq!(bench.view().found_since(Sign::SameDevice, now()).await.unwrap(), at_station);
        assert_eq!(bench.view().found_since(Sign::Burst, now()).await.unwrap(), vec![]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mark_of_a_device_is_forgotten_after_its_time_and_the_review_stays() {
    on_each(async |bench| {
        let review = Evaluation {
            case: case(1),
            level: Satisfaction::VerySatisfied,
            text: "好".to_owned(),
            by: REVIEWER,
            at: now(),
            counter_at: Some(now()),
        };
        let given = review.clone();
        bench.write(move |tx| Box::pin(async move { tx.add_evaluation(&given, Some("a-device-of-its-own")).await })).await.unwrap();
        let staff = AccountId::new(Uuid::from_u128(61));
        for _ in 0..2 {
            bench.write(move |tx| Box::pin(async move { tx.note_staff_device(staff, "a-device-of-its-own", now()).await })).await.unwrap();
        }
        let forgotten = async |before| bench.write(move |tx| Box::pin(async move { tx.forget_devices(before).await })).await.unwrap();
        assert_eq!(forgotten(now()).await, 0);
        assert_eq!(forgotten(now() + Duration::seconds(1)).await, 2);
        assert_eq!(bench.view().evaluation(case(1)).await.unwrap(), Some(review));
    })
    .await;
}
