//! What kept clerks busy is told whole, the same on both databases: what is done, what is held, and what ended in any other way.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::floor::{Called, Engagement, FloorRules, Ticket, TicketAct, TicketNumber, TicketState, call_over};
use domain::ids::{AccountId, TicketId, WorkItemId};
use domain::queue::{Lane, WorkItem};
use domain::time::{Timestamp, local_date};
use infra::store::{Closing, StoreError};
use uuid::Uuid;

use super::{LEASE, account, claimant, moment, station, work_item};
use crate::databases::{Bench, now, on_each};

fn at(minute: i64) -> Timestamp {
    now() + Duration::minutes(minute)
}

fn stretch(clerk: u8, begun: i64, ended: i64) -> Engagement {
    Engagement { clerk: account(clerk), begun_at: at(begun), ended_at: Some(at(ended)) }
}

async fn add(bench: &Bench, number: u128) {
    let item = work_item(number, 0, Lane::Normal, Duration::hours(8));
    bench.write(move |tx| Box::pin(async move { tx.add_work_item(&item).await })).await.unwrap();
}

async fn claims(bench: &Bench, clerk: u8, minute: i64) -> WorkItem {
    let claimant = claimant(clerk, &[0], BTreeSet::new());
    bench.write(move |tx| Box::pin(async move { tx.claim_next(&claimant, moment(at(minute))).await })).await.unwrap().unwrap()
}

async fn closes_and_claims(bench: &Bench, clerk: u8, item: &WorkItem, minute: i64) -> WorkItemId {
    let (claimant, closing) = (claimant(clerk, &[0], BTreeSet::new()), closing(clerk, item));
    let next = bench.write(move |tx| Box::pin(async move { tx.close_and_claim_next(closing, &claimant, moment(at(minute))).await }));
    next.await.unwrap().claimed.unwrap().id
}

fn closing(clerk: u8, item: &WorkItem) -> Closing {
    Closing { id: item.id, holder: account(clerk), fence: item.fence }
}

async fn gives_back(bench: &Bench, item: WorkItem, clerk: u8, minute: i64) {
    let fence = item.fence;
    let back = bench.write(move |tx| {
        Box::pin(async move {
            tx.change_work_item(item, at(minute), |held| Ok::<_, StoreError>(held.release(account(clerk), fence, at(minute)).unwrap()))
                .await
        })
    });
    back.await.unwrap();
}

/// What kept them busy in the first so many minutes, in order.
async fn told(bench: &Bench, clerks: &[u8], minutes: (i64, i64)) -> Vec<Engagement> {
    let clerks: BTreeSet<AccountId> = clerks.iter().map(|clerk| account(*clerk)).collect();
    let mut told = bench.view().engagements_of(&clerks, (at(minutes.0), at(minutes.1))).await.unwrap();
    told.sort_by_key(|engagement| (engagement.begun_at, engagement.clerk));
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_held_or_given_back_keeps_its_holder_busy_from_the_claim_on() {
    on_each(async |bench| {
        for number in 1..=3 {
            add(&bench, number).await;
        }
        let given_back = claims(&bench, 1, 0).await;
        gives_back(&bench, given_back, 1, 10).await;
        let done = claims(&bench, 1, 20).await;
        closes_and_claims(&bench, 1, &done, 25).await;
        claims(&bench, 2, 40).await;
        let all = [stretch(1, 0, 10), stretch(1, 20, 25), stretch(1, 25, 55), stretch(2, 40, 70)];
        assert_eq!(told(&bench, &[1, 2], (0, 60)).await, all);
        assert_eq!(told(&bench, &[2], (0, 60)).await, all[3..]);
        assert_eq!(told(&bench, &[1], (10, 25)).await, all[1..2], "only what touches the period");
        assert_eq!(told(&bench, &[3], (0, 60)).await, []);
        assert_eq!(told(&bench, &[], (0, 60)).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_ran_out_kept_its_holder_busy_until_then_whoever_noted_it() {
    on_each(async |bench| {
        add(&bench, 1).await;
        claims(&bench, 1, 0).await;
        let again = claims(&bench, 2, 50).await;
        assert_eq!(again.fence, 2);
        let lapsed = again.clone();
        let noted =
            bench.write(move |tx| Box::pin(async move { tx.save_work_item(&lapsed, &lapsed.clone().lapse(at(100)), at(100)).await }));
        noted.await.unwrap();
        assert_eq!(told(&bench, &[1, 2], (0, 200)).await, [stretch(1, 0, 30), stretch(2, 50, 80)]);
        assert_eq!(LEASE, Duration::minutes(30));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_ran_out_is_kept_too_where_its_item_is_taken_along_with_a_completion() {
    on_each(async |bench| {
        add(&bench, 1).await;
        claims(&bench, 1, 0).await;
        add(&bench, 2).await;
        let other = claims(&bench, 2, 20).await;
        assert_eq!(closes_and_claims(&bench, 2, &other, 45).await, WorkItemId::new(Uuid::from_u128(1)));
        assert_eq!(told(&bench, &[1, 2], (0, 200)).await, [stretch(1, 0, 30), stretch(2, 20, 45), stretch(2, 45, 75)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_holds_and_is_due_at_once_is_listed_in_one_order() {
    on_each(async |bench| {
        for number in [3, 1, 2] {
            add(&bench, number).await;
        }
        for _ in 0..3 {
            claims(&bench, 1, 0).await;
        }
        let held = bench.view().held_by(account(1), at(1)).await.unwrap();
        let numbers: Vec<u128> = held.iter().map(|item| item.id.as_uuid().as_u128()).collect();
        assert_eq!(numbers, [1, 2, 3]);
    })
    .await;
}

fn ticket() -> Ticket {
    Ticket {
        id: TicketId::new(Uuid::from_u128(9)),
        station: station(0),
        day: local_date(now()),
        number: TicketNumber::new(domain::catalogue::ItemKind::TownService, 1),
        person: None,
        appointment: None,
        taken_at: now(),
        rank_at: now(),
        state: TicketState::Called(Called { window: 2, by: account(1), at: at(5), times: 1 }),
        missed: 0,
        case: None,
        version: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_at_the_window_keeps_its_clerk_busy_and_so_did_one_that_is_over_until_visits_are_forgotten() {
    on_each(async |bench| {
        let called = ticket();
        bench.write(move |tx| Box::pin(async move { tx.add_ticket(&ticket()).await })).await.unwrap();
        let goes_on = Engagement { ended_at: None, ..stretch(1, 5, 0) };
        assert_eq!(told(&bench, &[1], (0, 60)).await, [goes_on]);
        let left = called.clone().act(TicketAct::Leave, &FloorRules::default(), at(12)).unwrap();
        let over = call_over(&called, &left, at(12)).unwrap();
        let saved = bench.write(move |tx| {
            Box::pin(async move {
                tx.keep_engagement(left.id.as_uuid(), &over).await?;
                tx.save_ticket(left).await
            })
        });
        saved.await.unwrap();
        assert_eq!(told(&bench, &[1], (0, 60)).await, [stretch(1, 5, 12)]);
        let (today, tomorrow) = (local_date(now()), local_date(now()).succ_opt().unwrap());
        let forget = async |before| bench.write(move |tx| Box::pin(async move { tx.forget_visits(before).await })).await.unwrap();
        assert_eq!(forget(today).await.engagements, 0);
        assert_eq!(forget(tomorrow).await.engagements, 1);
        assert_eq!(told(&bench, &[1], (0, 60)).await, []);
    })
    .await;
}
