//! The queue in figures, the same on both databases: what waits, who holds what, what was done and how long it took.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::case::Stage;
use domain::people::Scope;
use domain::queue::{Lane, WorkItem};
use domain::time::Timestamp;
use infra::store::{Closing, HeldNow, StoreError, WaitingAt, WorkOf};

use super::{LEASE, account, claimant, moment, station, work_item};
use crate::databases::{Bench, now, on_each};

fn district() -> Vec<Scope> {
    vec![Scope::Division("511499000000".parse().unwrap())]
}

/// Adds an item now.
async fn add(bench: &Bench, number: u128, at: u8) {
    let item = work_item(number, at, Lane::Normal, Duration::hours(8));
    bench.write(move |tx| Box::pin(async move { tx.add_work_item(&item).await })).await.unwrap();
}

/// A clerk claims what is next at an instant, and closes it at another.
async fn done_by(bench: &Bench, clerk: u8, at: u8, (claimed, closed): (Timestamp, Timestamp)) {
    let claimant = claimant(clerk, &[at], BTreeSet::new());
    bench
        .write(move |tx| {
            Box::pin(async move {
                let item = tx.claim_next(&claimant, moment(claimed)).await?.unwrap();
                let closing = Closing { id: item.id, holder: account(clerk), fence: item.fence };
                assert!(tx.close_work_item(closing, closed).await?);
                Ok(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_counts_for_its_day_its_clerk_and_its_station() {
    on_each(async |bench| {
        // Monday, 09:00 in the district.
        let minutes = |minutes: i64| now() + Duration::minutes(minutes);
        for number in 1..=4 {
            add(&bench, number, 0).await;
        }
        done_by(&bench, 1, 0, (minutes(10), minutes(15))).await;
        done_by(&bench, 1, 0, (minutes(20), minutes(30))).await;
        // 23:59 and 00:01 by the district's wall clock.
        done_by(&bench, 2, 0, (minutes(14 * 60 + 50), minutes(14 * 60 + 59))).await;
        done_by(&bench, 2, 0, (minutes(14 * 60 + 59), minutes(15 * 60 + 1))).await;
        let period = (now() - Duration::hours(9), now() + Duration::hours(40));
        let stations = bench.view().done_by_station(&district(), period).await.unwrap();
        assert_eq!((stations.len(), stations[0].closed), (1, 4));
        let elsewhere = vec![Scope::Division("511499102000".parse().unwrap())];
        assert!(bench.view().done_by_station(&elsewhere, period).await.unwrap().is_empty());

        let clerks = bench.view().done_by_clerk(&WorkOf::Station(station(0)), period).await.unwrap();
        let told: Vec<_> = clerks
            .iter()
            .map(|done| (done.day.to_string(), done.clerk, done.work.closed, done.work.waited_secs, done.work.handled_secs))
            .collect();
        let day = |text: &str| text.to_owned();
        assert_eq!(
            told,
            [
                (day("2026-09-14"), account(1), 2, 30 * 60, 15 * 60),
                (day("2026-09-14"), account(2), 1, 890 * 60, 9 * 60),
                (day("2026-09-15"), account(2), 1, 899 * 60, 2 * 60),
            ]
        );
        let own = bench.view().done_by_clerk(&WorkOf::Clerk(account(1)), period).await.unwrap();
        assert_eq!(own, clerks[..1]);
        let before = (now() - Duration::days(2), now());
        assert!(bench.view().done_by_clerk(&WorkOf::Clerk(account(1)), before).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_what_is_told_with_since_and_until_and_what_waits_by_station() {
    on_each(async |bench| {
        for (number, at) in [(1, 0), (2, 0), (3, 1)] {
            add(&bench, number, at).await;
        }
        let (claimed, seen) = (now() + Duration::minutes(5), now() + Duration::minutes(20));
        let clerk = claimant(1, &[0], BTreeSet::new());
        let item = bench.write(move |tx| Box::pin(async move { tx.claim_next(&clerk, moment(claimed)).await })).await.unwrap().unwrap();
        let extended = bench.write(move |tx| {
            Box::pin(async move {
                let now = seen;
                tx.change_work_item(item.clone(), now, |held| {
                    Ok::<_, infra::store::StoreError>(held.extend(account(1), item.fence, now, LEASE).unwrap())
                })
                .await
            })
        });
        extended.await.unwrap();
        let (held, total) = bench.view().held_within(&district(), None, seen, (None, 10)).await.unwrap();
        let lease = held[0].live_lease(seen).unwrap();
        assert_eq!((total, lease.holder, lease.since, lease.until), (1, account(1), claimed, seen + LEASE));
        let standing = bench.view().standing_at_stations(&district(), seen).await.unwrap();
        let first = standing[&station(0)];
        assert_eq!((first.waiting, first.held, first.late, first.oldest), (1, 1, 0, Some(now())));
        let late = bench.view().standing_at_stations(&district(), now() + Duration::hours(9)).await.unwrap();
        assert_eq!((late[&station(0)].late, late[&station(1)].late), (2, 1));
        let waiting = bench.view().waiting_at_stations(seen).await.unwrap();
        assert_eq!(waiting[&station(0)], WaitingAt { to_take_in: 1, in_all: 1 });
        assert!(bench.view().held_within(&district(), Some(&station(1)), seen, (None, 10)).await.unwrap().0.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_closed_after_it_was_due_and_what_is_held_beyond_it_is_told_by_clerk() {
    on_each(async |bench| {
        let hours = |hours: i64| now() + Duration::hours(hours);
        // Due eight hours from now, which isn't in time any more.
        for number in 1..=4 {
            add(&bench, number, 0).await;
        }
        let handed_over = WorkItem { stage: Stage::HandOver, ..work_item(5, 0, Lane::Normal, Duration::hours(9)) };
        let handed_over_id = handed_over.id;
        bench.write(move |tx| Box::pin(async move { tx.add_work_item(&handed_over).await })).await.unwrap();
        done_by(&bench, 1, 0, (hours(8) - Duration::minutes(9), hours(8) - Duration::seconds(1))).await;
        done_by(&bench, 1, 0, (hours(8) - Duration::minutes(1), hours(8))).await;
        done_by(&bench, 2, 0, (hours(20), hours(20) + LEASE / 2)).await;
        let claimant = claimant(2, &[0], BTreeSet::new());
        let held = bench.write(move |tx| {
            Box::pin(async move {
                tx.claim_next(&claimant, moment(hours(21))).await?;
                assert_eq!(tx.claim_next(&claimant, moment(hours(21))).await?, None, "nobody's next: the person has to come");
                let waits = tx.work_item(handed_over_id).await?.unwrap();
                tx.change_work_item(waits, hours(21), |item| Ok::<_, StoreError>(item.claim(account(2), hours(21), LEASE).unwrap())).await
            })
        });
        assert_eq!(held.await.unwrap().stage, Stage::HandOver);
        let (view, period) = (bench.view(), (now(), hours(48)));
        let late: Vec<_> = view.done_by_clerk(&WorkOf::Station(station(0)), period).await.unwrap();
        let late: Vec<_> = late.iter().map(|done| (done.clerk, done.work.closed, done.work.late)).collect();
        assert_eq!(late, [(account(1), 2, 1), (account(2), 1, 1)]);
        assert_eq!(view.done_by_station(&district(), period).await.unwrap()[0].late, 2);
        let held = HeldNow { items: 2, late: 1 };
        assert_eq!(
            view.held_now(&WorkOf::Station(station(0)), hours(21)).await.unwrap().into_iter().collect::<Vec<_>>(),
            [(account(2), held)]
        );
        assert_eq!(view.held_now(&WorkOf::Clerk(account(2)), hours(21)).await.unwrap()[&account(2)], held);
        for whose in [WorkOf::Station(station(1)), WorkOf::Clerk(account(1))] {
            assert!(view.held_now(&whose, hours(21)).await.unwrap().is_empty());
        }
        assert!(view.held_now(&WorkOf::Clerk(account(2)), hours(22)).await.unwrap().is_empty(), "the claims ran out");
    })
    .await;
}
