//! What a unit tells those who watch is told once it is committed, in an order that nobody who reads on falls out of.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::case::Stage;
use domain::ids::{AccountId, CaseId, SessionId};
use domain::live::{Change, Sequence, Topic, Update, Watcher, What};
use domain::queue::Lane;
use infra::store::{Closing, LiveTicket, StoreError};
use sea_orm::ConnectionTrait;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::databases::{Bench, now, on_each, on_empty_postgres, on_postgres, raw};
use crate::queue::{account, claimant, moment, station, work_item};

const ALL: Sequence = Sequence { position: 0, nth: 0 };

fn change(number: u128) -> Change {
    let case = CaseId::new(Uuid::from_u128(number));
    Change::new(Topic::Case(case), What::Changed, case)
}

async fn tell(bench: &Bench, numbers: &'static [u128]) {
    bench
        .write(move |tx| {
            Box::pin(async move {
                numbers.iter().for_each(|number| tx.tell(change(*number), now()));
                Ok(())
            })
        })
        .await
        .unwrap();
}

/// All that was told after `after`. Whatever else runs on the same server may hold it up for a moment.
async fn read(bench: &Bench, after: Sequence) -> Vec<Update> {
    loop {
        let batch = bench.view().updates_after(after, None, 1_000).await.unwrap();
        if !batch.unsettled {
            return batch.updates;
        }
        tokio::task::yield_now().await;
    }
}

fn changes(updates: &[Update]) -> Vec<Change> {
    updates.iter().map(|update| update.change.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_told_and_what_is_taken_back_is_not() {
    on_each(async |bench| {
        tell(&bench, &[1, 2]).await;
        let refused: Result<(), StoreError> = bench
            .write(|tx| {
                Box::pin(async move {
                    tx.tell(change(3), now());
                    Err(StoreError::Stale)
                })
            })
            .await;
        refused.unwrap_err();
        tell(&bench, &[4]).await;
        let updates = read(&bench, ALL).await;
        assert_eq!(changes(&updates), [1, 2, 4].map(change));
        assert!(updates.is_sorted_by_key(|update| update.sequence) && updates.iter().all(|update| update.at == now()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_from_a_sequence_gets_what_came_after_it() {
    on_each(async |bench| {
        tell(&bench, &[1, 2]).await;
        let here = read(&bench, ALL).await[1].sequence;
        assert_eq!(read(&bench, here).await, []);
        let newest = bench.view().newest_update().await.unwrap();
        tell(&bench, &[3]).await;
        let all = read(&bench, ALL).await;
        assert_eq!(changes(&read(&bench, here).await), [change(3)]);
        assert!(changes(&read(&bench, newest).await).contains(&change(3)));
        assert_eq!(changes(&read(&bench, all[0].sequence).await), [2, 3].map(change));
        let batch = bench.view().updates_after(ALL, None, 2).await.unwrap();
        assert_eq!(changes(&batch.updates), [1, 2].map(change), "no more than what is asked for");
    })
    .await;
}

/// A transaction that began earlier ends later.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_late_by_an_older_transaction_is_not_passed_over() {
    on_postgres(async |bench| {
        let (begun, has_begun) = oneshot::channel();
        let (end, may_end) = oneshot::channel::<()>();
        let slow = bench.clone();
        let slow = tokio::spawn(async move {
            let unit = slow.write(move |tx| {
                Box::pin(async move {
                    tx.set_fact("slow", "").await?;
                    begun.send(()).unwrap();
                    may_end.await.unwrap();
                    tx.tell(change(1), now());
                    Ok(())
                })
            });
            unit.await.unwrap();
        });
        has_begun.await.unwrap();
        let before = bench.view().newest_update().await.unwrap();
        tell(&bench, &[2]).await;
        let batch = bench.view().updates_after(before, None, 10).await.unwrap();
        assert!(batch.updates.is_empty() && batch.unsettled, "it waits for the older one: {batch:?}");
        end.send(()).unwrap();
        slow.await.unwrap();
        assert_eq!(changes(&read(&bench, before).await), [1, 2].map(change));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_on_while_many_write_gets_each_update_once() {
    on_each(async |bench| {
        let writers = bench.clone();
        let writing = tokio::spawn(async move {
            let done = writers
                .write_many(300, |tx, number| {
                    Box::pin(async move {
                        tx.tell(change(number.into()), now());
                        Ok(())
                    })
                })
                .await;
            assert!(done.iter().all(Result::is_ok));
        });
        let (mut told, mut last) = (Vec::new(), ALL);
        while told.len() < 300 {
            let updates = bench.view().updates_after(last, None, 7).await.unwrap().updates;
            last = updates.last().map_or(last, |update| update.sequence);
            told.extend(changes(&updates));
            tokio::task::yield_now().await;
        }
        writing.await.unwrap();
        assert_eq!(read(&bench, last).await, []);
        let things: BTreeSet<_> = told.iter().map(|change| change.thing.clone()).collect();
        assert_eq!((told.len(), things.len()), (300, 300));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_some_topics_gets_these_however_much_else_was_told() {
    on_each(async |bench| {
        tell(&bench, &[1, 2, 3, 2, 4, 1]).await;
        assert_eq!(read(&bench, ALL).await.len(), 6);
        let topics = [1, 4].map(|number| change(number).topic).into();
        let batch = bench.view().updates_after(ALL, Some(&topics), 2).await.unwrap();
        assert_eq!(changes(&batch.updates), [1, 4].map(change));
    })
    .await;
}

/// As it is after a dump was read into a new server.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_server_told_holds_nobody_up() {
    on_empty_postgres(async |place| {
        let bench = Bench::open(place.clone()).await;
        let far = "INSERT INTO live_updates VALUES ('511499', 9000000000000, 0, 'hall:511499101203-01', 'changed', 'A001', now())";
        raw(&place).await.execute_unprepared(far).await.unwrap();
        assert!(bench.view().updates_after(ALL, None, 10).await.unwrap().unsettled);
        bench.write(|tx| Box::pin(async move { tx.forget_updates(now()).await })).await.unwrap();
        tell(&bench, &[1]).await;
        let updates = read(&bench, ALL).await;
        assert_eq!(changes(&updates), [change(1)]);
        assert!(bench.view().keeps_updates_after(updates[0].sequence).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_is_woken_by_what_is_committed() {
    on_each(async |bench| {
        let woken = bench.clone();
        let woken = tokio::spawn(async move { woken.store.told().await });
        tell(&bench, &[1]).await;
        woken.await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_tells_of_what_arrives_is_claimed_and_ends() {
    on_each(async |bench| {
        let items = [work_item(1, 0, Lane::Normal, Duration::hours(1)), work_item(2, 0, Lane::Normal, Duration::hours(2))];
        let ids = items.clone().map(|item| item.id);
        for item in items {
            bench.write(move |tx| Box::pin(async move { tx.add_work_item(&item).await })).await.unwrap();
        }
        let who = claimant(0, &[0], BTreeSet::new());
        let first = who.clone();
        let first = bench.write(move |tx| Box::pin(async move { tx.claim_next(&first, moment(now())).await })).await.unwrap().unwrap();
        let closing = Closing { id: first.id, holder: account(0), fence: first.fence };
        let second =
            bench.write(move |tx| Box::pin(async move { tx.close_and_claim_next(closing, &who, moment(now())).await })).await.unwrap();
        let second = second.claimed.unwrap();
        let closing = Closing { id: second.id, holder: account(0), fence: second.fence };
        assert!(bench.write(move |tx| Box::pin(async move { tx.close_work_item(closing, now()).await })).await.unwrap());
        let told: Vec<_> = read(&bench, ALL).await.into_iter().map(|update| (update.change.what, update.change.thing)).collect();
        let [one, two] = ids.map(|id| id.to_string());
        let expected = [
            (What::Arrived, &one),
            (What::Arrived, &two),
            (What::Claimed, &one),
            (What::Closed, &one),
            (What::Claimed, &two),
            (What::Closed, &two),
        ];
        assert_eq!(told, expected.map(|(what, thing)| (what, thing.clone())));
        let topic = Topic::Queue(station(0));
        assert!(read(&bench, ALL).await.iter().all(|update| update.change.topic == topic));
        assert_eq!(second.stage, Stage::Accept);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_away_too_long_is_told_so() {
    on_each(async |bench| {
        tell(&bench, &[1]).await;
        let old = read(&bench, ALL).await[0].sequence;
        tell(&bench, &[2]).await;
        tell(&bench, &[3]).await;
        assert!(bench.view().keeps_updates_after(old).await.unwrap());
        let later = now() + Duration::days(1);
        assert_eq!(bench.write(move |tx| Box::pin(async move { tx.forget_updates(later).await })).await.unwrap(), 2);
        assert!(!bench.view().keeps_updates_after(old).await.unwrap(), "what came after it is forgotten");
        let newest = read(&bench, ALL).await[0].sequence;
        assert!(bench.view().keeps_updates_after(newest).await.unwrap());
        let of_another_database = Sequence { position: newest.position + 1_000_000, nth: 0 };
        assert!(!bench.view().keeps_updates_after(of_another_database).await.unwrap());
    })
    .await;
}

fn ticket(expires_in: Duration) -> LiveTicket {
    let watcher = Watcher::Staff { account: AccountId::new(Uuid::from_u128(1)), session: SessionId::new(Uuid::from_u128(3)) };
    LiveTicket { watcher, topics: vec![Topic::Queue(station(0))], expires_at: now() + expires_in }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_come_with_one_ticket_one_is_let_in() {
    on_each(async |bench| {
        bench.write(|tx| Box::pin(async move { tx.add_live_ticket("digest", &ticket(Duration::seconds(30))).await })).await.unwrap();
        let let_in = bench.write_many(8, |tx, _| Box::pin(async move { tx.take_live_ticket("digest", now()).await })).await;
        let let_in: Vec<_> = let_in.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(let_in, [ticket(Duration::seconds(30))]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_whose_time_is_over_lets_nobody_in() {
    on_each(async |bench| {
        let taken = bench.write(|tx| {
            Box::pin(async move {
                tx.add_live_ticket("digest", &ticket(Duration::seconds(30))).await?;
                tx.take_live_ticket("digest", now() + Duration::seconds(30)).await
            })
        });
        assert_eq!(taken.await.unwrap(), None);
        let forgotten = bench.write(|tx| {
            Box::pin(async move {
                tx.add_live_ticket("other", &ticket(Duration::seconds(30))).await?;
                tx.forget_live_tickets(now() + Duration::seconds(31)).await
            })
        });
        assert_eq!(forgotten.await.unwrap(), 1);
    })
    .await;
}
