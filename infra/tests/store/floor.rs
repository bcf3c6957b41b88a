//! The station floor: read as it was written; nobody is called twice, no slot is booked beyond its places, nothing is saved over what
//! somebody else did.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::catalogue::ItemKind;
use domain::floor::*;
use domain::ids::{AccountId, AppointmentId, PersonId, StationCode, TicketId, WindowId};
use domain::time::{Timestamp, end_of, local_date};
use infra::store::{HallDay, HallRow, StoreError, Tx};
use uuid::Uuid;

use crate::databases::{Bench, now, on_each};
use crate::people::id;

fn station() -> StationCode {
    "511499101203-01".parse().unwrap()
}

fn account(number: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(number))
}

fn later(minutes: i64) -> Timestamp {
    now() + Duration::minutes(minutes)
}

fn all_kinds() -> BTreeSet<ItemKind> {
    ItemKind::ALL.into()
}

fn ticket(serial: u32, person: Option<PersonId>) -> Ticket {
    Ticket {
        id: TicketId::new(Uuid::from_u128(serial.into())),
        station: station(),
        day: local_date(now()),
        number: TicketNumber::new(ItemKind::TownService, serial),
        person,
        appointment: None,
        taken_at: later(serial.into()),
        rank_at: later(serial.into()),
        state: TicketState::Waiting,
        missed: 0,
        case: None,
        version: 0,
    }
}

async fn add(bench: &Bench, ticket: Ticket) -> Result<(), StoreError> {
    bench.write(move |tx| Box::pin(async move { tx.add_ticket(&ticket).await })).await
}

async fn save(bench: &Bench, ticket: Ticket) -> Result<Ticket, StoreError> {
    bench.write(move |tx| Box::pin(async move { tx.save_ticket(ticket).await })).await
}

fn called(ticket: Ticket, window: u16) -> Ticket {
    let call = TicketAct::Call { window, by: account(window.into()) };
    ticket.act(call, &FloorRules::default(), later(60)).unwrap()
}

async fn call_first(tx: &Tx, window: u16) -> Result<Option<Ticket>, StoreError> {
    let (station, kinds) = (station(), all_kinds());
    let first = tx.first_to_call(HallRow { station: &station, day: local_date(now()), kinds: &kinds }, None).await?;
    match first {
        Some(first) => tx.save_ticket(called(first, window)).await.map(Some),
        None => Ok(None),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_read_as_it_was_written_in_every_state() {
    on_each(async |bench| {
        let at = Called { window: 2, by: account(9), at: later(1), times: 2 };
        let states = [
            TicketState::Waiting,
            TicketState::Called(at),
            TicketState::Serving { called: Called { window: 3, ..at }, begun_at: later(2) },
            TicketState::Served { called: at, begun_at: later(2), at: later(3) },
            TicketState::NoShow { called: at, at: later(3) },
            TicketState::Left { at: later(3), how: LeftHow::ByThemselves },
            TicketState::Left { at: later(3), how: LeftHow::AtClosing },
        ];
        for (serial, state) in (1..).zip(states) {
            let written = Ticket { state, missed: 1, appointment: Some(AppointmentId::new(Uuid::from_u128(6))), ..ticket(serial, None) };
            add(&bench, written.clone()).await.unwrap();
            assert_eq!(bench.view().ticket(written.id).await.unwrap(), Some(written));
        }
        let live = bench.view().live_tickets(&station()).await.unwrap();
        assert_eq!(live.iter().map(|ticket| ticket.number.serial).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(bench.view().ticket_at(&station(), 3).await.unwrap().map(|ticket| ticket.number.serial), Some(3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clerks_who_call_at_once_never_get_the_same_number() {
    on_each(async |bench| {
        for serial in 1..=30 {
            add(&bench, ticket(serial, None)).await.unwrap();
        }
        let windows = bench.write_many(40, |tx, number| Box::pin(call_first(tx, u16::try_from(number + 1).unwrap()))).await;
        let got: Vec<_> = windows.into_iter().filter_map(|called| called.unwrap()).map(|ticket| ticket.id).collect();
        // Whom another transaction holds is passed, so a clerk may find nobody; whom they found is theirs alone.
        assert_eq!(got.iter().collect::<BTreeSet<_>>().len(), got.len());
        let mut left = 30 - got.len();
        for window in 100u16.. {
            let Some(_) = bench.write(move |tx| Box::pin(call_first(tx, window))).await.unwrap() else { break };
            left -= 1;
        }
        assert_eq!(left, 0, "everybody is called once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_row_is_called_in_its_order_by_the_kinds_that_a_window_serves() {
    on_each(async |bench| {
        let certificate = |serial| Ticket { number: TicketNumber::new(ItemKind::Certificate, serial), ..ticket(serial, None) };
        let favoured = Ticket { rank_at: later(-30), ..ticket(3, None) };
        for ticket in [ticket(1, None), certificate(2), favoured] {
            add(&bench, ticket).await.unwrap();
        }
        let view = bench.view();
        let (station, day) = (station(), local_date(now()));
        let first = async |kinds: &[ItemKind]| {
            let kinds = kinds.iter().copied().collect();
            let first = view.first_waiting(HallRow { station: &station, day, kinds: &kinds }, None).await.unwrap();
            first.map(|ticket| ticket.number.to_string())
        };
        assert_eq!(first(&ItemKind::ALL).await.as_deref(), Some("A003"));
        assert_eq!(first(&[ItemKind::Certificate]).await.as_deref(), Some("B002"));
        assert_eq!(first(&[ItemKind::VillageProxy]).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_one_live_number_and_a_window_one_at_a_time() {
    on_each(async |bench| {
        add(&bench, ticket(1, Some(id(1)))).await.unwrap();
        assert!(matches!(add(&bench, ticket(2, Some(id(1)))).await, Err(StoreError::Taken)));
        add(&bench, ticket(3, Some(id(2)))).await.unwrap();
        let first = save(&bench, called(ticket(1, Some(id(1))), 4)).await.unwrap();
        assert!(matches!(save(&bench, called(ticket(3, Some(id(2))), 4)).await, Err(StoreError::Taken)));
        save(&bench, first.act(TicketAct::Leave, &FloorRules::default(), later(61)).unwrap()).await.unwrap();
        assert_eq!(bench.view().live_ticket_of(id(1)).await.unwrap(), None);
        save(&bench, called(ticket(3, Some(id(2))), 4)).await.unwrap();
        add(&bench, ticket(5, Some(id(1)))).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_somebody_else_changed_is_not_saved_over() {
    on_each(async |bench| {
        add(&bench, ticket(1, None)).await.unwrap();
        save(&bench, called(ticket(1, None), 1)).await.unwrap();
        let left = ticket(1, None).act(TicketAct::Leave, &FloorRules::default(), later(61)).unwrap();
        assert!(matches!(save(&bench, left).await, Err(StoreError::Stale)));
    })
    .await;
}

fn appointment(number: u128, begin: Timestamp) -> Appointment {
    Appointment {
        id: AppointmentId::new(Uuid::from_u128(number)),
        person: id(number),
        station: station(),
        item: "C050".parse().unwrap(),
        begin,
        end: begin + Duration::hours(1),
        booked_at: now(),
        state: AppointmentState::Booked,
        version: 0,
    }
}

/// As whoever books does: whether there was a place.
async fn book(tx: &Tx, wanted: Appointment, places: u16) -> Result<bool, StoreError> {
    tx.take_turn_to_book(&wanted.station, wanted.person).await?;
    let taken = tx.places_taken(&wanted.station, wanted.kind(), (wanted.begin, wanted.end)).await?;
    let slot = Slot { begin: wanted.begin, end: wanted.end, places };
    let has = tx.booked_by(wanted.person).await?;
    if FloorRules::default().leaves_room(&slot, taken.get(&wanted.begin).copied().unwrap_or_default(), has).is_err() {
        return Ok(false);
    }
    tx.add_appointment(&wanted).await.map(|()| true)
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_book_at_once_a_slot_is_never_booked_beyond_its_places() {
    on_each(async |bench| {
        let wanted = |number: u32| appointment(u128::from(number) + 1, later(60));
        let booked = bench.write_many(40, move |tx, number| Box::pin(book(tx, wanted(number), 5))).await;
        assert_eq!(booked.into_iter().filter(|booked| *booked.as_ref().unwrap()).count(), 5);
        let taken = bench.view().places_taken(&station(), ItemKind::Certificate, (later(0), later(120))).await.unwrap();
        assert_eq!(taken.into_iter().collect::<Vec<_>>(), [(later(60), 5)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_slot_gives_its_place_back_and_one_person_books_an_item_once_a_day() {
    on_each(async |bench| {
        let first = appointment(1, later(60));
        let one = first.clone();
        assert!(bench.write(move |tx| Box::pin(book(tx, one, 1))).await.unwrap());
        let twice = Appointment { person: first.person, ..appointment(2, later(180)) };
        assert!(matches!(bench.write(move |tx| Box::pin(book(tx, twice, 9))).await, Err(StoreError::Taken)));
        let cancelled = first.act(AppointmentAct::Cancel, &FloorRules::default(), later(1)).unwrap();
        let saved = bench.write(move |tx| Box::pin(async move { tx.save_appointment(cancelled).await })).await.unwrap();
        assert_eq!(bench.view().appointment(saved.id).await.unwrap(), Some(saved));
        assert!(bench.write(move |tx| Box::pin(book(tx, appointment(3, later(60)), 1))).await.unwrap());
        assert_eq!(bench.view().booked_before(later(61), 9).await.unwrap(), [AppointmentId::new(Uuid::from_u128(3))]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stations_day_is_read_in_the_order_of_its_slots_page_by_page_without_what_stands_in_no_list() {
    on_each(async |bench| {
        let elsewhere = Appointment { station: "511499101204-01".parse().unwrap(), ..appointment(5, later(60)) };
        let unlisted = Appointment { item: "C052".parse().unwrap(), ..appointment(6, later(60)) };
        let (tomorrow, last_of_today) = (appointment(7, end_of(local_date(now()))), appointment(4, later(120)));
        let of_today = [appointment(3, later(60)), appointment(8, later(60)), last_of_today];
        for written in of_today.iter().rev().cloned().chain([elsewhere, unlisted, tomorrow]) {
            bench.write(move |tx| Box::pin(async move { tx.add_appointment(&written).await })).await.unwrap();
        }
        let (station, not_of) = (station(), ["C052".parse().unwrap()]);
        let day = HallDay { station: &station, date: local_date(now()), not_of: &not_of };
        let (mut read, mut after) = (Vec::new(), None);
        loop {
            let (page, total) = bench.view().appointments_on(day, after, 1).await.unwrap();
            assert_eq!(total, 3);
            let Some(one) = page.into_iter().next() else { break };
            after = Some((one.begin, one.id));
            read.push(one);
        }
        assert_eq!(read, of_today);
    })
    .await;
}

fn window(number: u16, clerk: u128) -> Window {
    Window {
        id: WindowId::new(Uuid::from_u128(u128::from(number) * 100 + clerk)),
        station: station(),
        number,
        clerk: account(clerk),
        serves: all_kinds(),
        opened_at: now(),
        closed_at: None,
        turns: Turns { tickets: 2, online: 1 },
        version: 0,
    }
}

async fn open(bench: &Bench, window: Window) -> Result<(), StoreError> {
    bench.write(move |tx| Box::pin(async move { tx.add_window(&window).await })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_clerk_sits_at_a_window_and_a_clerk_at_one_window() {
    on_each(async |bench| {
        open(&bench, window(1, 7)).await.unwrap();
        assert_eq!(bench.view().window_of(account(7)).await.unwrap(), Some(window(1, 7)));
        assert!(matches!(open(&bench, window(1, 8)).await, Err(StoreError::Taken)));
        assert!(matches!(open(&bench, window(2, 7)).await, Err(StoreError::Taken)));
        let closed = Window { closed_at: Some(later(1)), ..window(1, 7) };
        bench.write(move |tx| Box::pin(async move { tx.save_window(closed).await })).await.unwrap();
        open(&bench, window(1, 8)).await.unwrap();
        open(&bench, window(2, 7)).await.unwrap();
        assert_eq!(bench.view().windows_at_work().await.unwrap(), [(station(), 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_of_a_station_are_saved_over_the_version_that_was_seen() {
    on_each(async |bench| {
        let calling = CallTerms { policy: CallPolicy::ByTurns { tickets: 2, online: 1 }, wait_max_min: 20 };
        let windows = vec![WindowPlan { number: 1, serves: [ItemKind::Certificate].into() }];
        let quotas = vec![Quota { kind: ItemKind::Certificate, hour: 9, places_per_window: 4 }];
        let rules = StationRules { calling, windows, quotas };
        let save = async |seen| {
            let rules = rules.clone();
            bench.write(move |tx| Box::pin(async move { tx.save_station_rules(&station(), &rules, seen).await })).await
        };
        assert_eq!(bench.view().station_rules(&station()).await.unwrap(), None);
        assert_eq!(save(0).await.unwrap(), 1);
        assert!(matches!(save(0).await, Err(StoreError::Taken)));
        assert_eq!(save(1).await.unwrap(), 2);
        assert!(matches!(save(1).await, Err(StoreError::Stale)));
        assert_eq!(bench.view().station_rules(&station()).await.unwrap(), Some((rules.clone(), 2)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_one_who_was_served_moves_the_pace_of_the_station() {
    on_each(async |bench| {
        let (usual, took) = (Pace::of_minutes(20), Duration::minutes(5));
        let noted = bench
            .write_many(20, move |tx, _| Box::pin(async move { tx.note_served(&station(), ItemKind::Certificate, took, usual).await }));
        for noted in noted.await {
            noted.unwrap();
        }
        let pace = bench.view().paces_at(&station()).await.unwrap()[&ItemKind::Certificate];
        assert_eq!(pace, (0..20).fold(usual, |pace, _| pace.after(took)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_are_forgotten_once_they_are_over() {
    on_each(async |bench| {
        let over = TicketState::Left { at: later(1), how: LeftHow::ByThemselves };
        add(&bench, Ticket { state: over, ..ticket(1, Some(id(1))) }).await.unwrap();
        add(&bench, ticket(2, Some(id(1)))).await.unwrap();
        open(&bench, Window { closed_at: Some(later(2)), ..window(1, 7) }).await.unwrap();
        open(&bench, window(2, 7)).await.unwrap();
        let cancelled = Appointment { state: AppointmentState::Cancelled { at: now() }, ..appointment(1, later(60)) };
        bench.write(move |tx| Box::pin(async move { tx.add_appointment(&cancelled).await })).await.unwrap();
        let tomorrow = local_date(now()).succ_opt().unwrap();
        let forgotten = bench.write(move |tx| Box::pin(async move { tx.forget_visits(tomorrow).await })).await.unwrap();
        assert_eq!((forgotten.tickets, forgotten.appointments, forgotten.sittings), (1, 1, 1));
        assert!(bench.view().ticket(ticket(2, None).id).await.unwrap().is_some(), "what hasn't ended stays");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_booked_is_looked_through_page_by_page_and_what_was_called_off_is_read_with_its_reason_and_no_more_among_it() {
    on_each(async |bench| {
        for (number, minutes) in [(1, 120), (2, 60), (3, 120)] {
            let booked = appointment(number, later(minutes));
            bench.write(move |tx| Box::pin(async move { tx.add_appointment(&booked).await })).await.unwrap();
        }
        let booked = async |after, limit| bench.view().booked(after, limit).await.unwrap();
        let ids = |page: &[Appointment]| page.iter().map(|one| one.id.as_uuid().as_u128()).collect::<Vec<_>>();
        let first = booked(None, 2).await;
        assert_eq!(ids(&first), [2, 1]);
        assert_eq!(ids(&booked(Some((first[1].begin, first[1].id)), 2).await), [3]);
        let off = AppointmentState::CalledOff { at: later(1), why: CallOff::Closed };
        let off = Appointment { state: off, ..first[0].clone() };
        let saved = bench.write(move |tx| Box::pin(async move { tx.save_appointment(off).await })).await.unwrap();
        assert_eq!(bench.view().appointment(saved.id).await.unwrap(), Some(saved));
        assert_eq!(ids(&booked(None, 9).await), [1, 3]);
    })
    .await;
}
