//! What stations share with the district: looked at without a lock, and held by one alone once it is taken.

use std::collections::BTreeSet;

use chrono::Duration;
use domain::case::Stage;
use domain::catalogue::Topic;
use domain::ids::WorkItemId;
use domain::people::Role;
use domain::queue::{Lane, Sharing, WorkItem};
use infra::store::{Helpers, StoreError, Tx};
use tokio::sync::oneshot;

use super::{LEASE, account, station, work_item};
use crate::databases::{Bench, now, on_each, on_postgres};

async fn share(bench: &Bench, count: u128) {
    let items = (1..=count).map(|number| {
        let own = work_item(number, 0, Lane::Normal, Duration::minutes(i64::try_from(number).unwrap()));
        WorkItem { sharing: Sharing::District, ..own }
    });
    for item in items {
        bench.write(move |tx| Box::pin(async move { tx.add_work_item(&item).await })).await.unwrap();
    }
}

/// Whoever accepts for others, at another station.
pub fn helpers(topics: &[Topic]) -> Helpers {
    Helpers {
        stations: [station(9)].into(),
        roles: [Role::Clerk].into(),
        stages: [Stage::Accept].into(),
        topics: topics.iter().copied().collect(),
    }
}

/// The first item of overloaded stations that nobody else is taking, taken by a clerk.
async fn relieve(tx: &Tx, clerk: u8) -> Result<Option<WorkItemId>, StoreError> {
    let overloaded = BTreeSet::from([station(0)]);
    for item in tx.shared_work_of(&overloaded, &helpers(&[]), now(), 50).await? {
        if tx.hold_shared(item.id, now()).await? {
            let taken = tx.change_work_item(item, now(), |item| Ok::<_, StoreError>(item.claim(account(clerk), now(), LEASE).unwrap()));
            return taken.await.map(|item| Some(item.id));
        }
    }
    Ok(None)
}

#[tokio::test(flavor = "multi_thread")]
async fn stations_that_relieve_at_once_never_get_the_same_item() {
    on_each(async |bench| {
        share(&bench, 12).await;
        let taken = bench.write_many(12, |tx, clerk| Box::pin(async move { relieve(tx, u8::try_from(clerk).unwrap()).await })).await;
        let taken: Vec<_> = taken.into_iter().filter_map(|taken| taken.unwrap()).collect();
        assert_eq!((taken.len(), BTreeSet::from_iter(taken).len()), (12, 12), "each another, and nobody is refused");
        assert_eq!(bench.write(|tx| Box::pin(async move { relieve(tx, 1).await })).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_helper_could_do_is_found_however_much_stands_before_it_that_they_could_not() {
    on_each(async |bench| {
        let to_do = work_item(500, 0, Lane::Normal, Duration::days(9));
        let to_do = WorkItem { sharing: Sharing::District, topic: Topic::Tax, ..to_do };
        let own = WorkItem { sharing: Sharing::District, topic: Topic::Tax, ..work_item(501, 9, Lane::Normal, Duration::days(1)) };
        let review = WorkItem { sharing: Sharing::District, topic: Topic::Tax, ..work_item(502, 0, Lane::Normal, Duration::days(1)) };
        let review = WorkItem { stage: Stage::Review, ..review };
        share(&bench, 150).await;
        for item in [to_do.clone(), own, review] {
            bench.write(move |tx| Box::pin(async move { tx.add_work_item(&item).await })).await.unwrap();
        }
        let found =
            bench.write(|tx| Box::pin(async move { tx.shared_work(&helpers(&[Topic::Tax]), now(), None, 20).await })).await.unwrap();
        assert_eq!(
            found.iter().map(|item| item.id).collect::<Vec<_>>(),
            [to_do.id],
            "150 of another topic, a review and their own come first"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_counted_up_to_a_bound() {
    on_each(async |bench| {
        share(&bench, 12).await;
        let pools = super::claimant(1, &[0], [].into()).pools;
        for (most, counted) in [(5, 5), (12, 12), (1000, 12)] {
            assert_eq!(bench.view().claimable_count(&pools, now(), most).await.unwrap(), counted);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_is_taking_is_passed_over_and_not_waited_for() {
    on_postgres(async |bench| {
        share(&bench, 2).await;
        let ((begun, has_begun), (end, may_end)) = (oneshot::channel(), oneshot::channel::<()>());
        let first = bench.clone();
        let first = tokio::spawn(async move {
            let unit = first.write(move |tx| {
                Box::pin(async move {
                    let taken = relieve(tx, 1).await?;
                    begun.send(()).unwrap();
                    may_end.await.unwrap();
                    Ok(taken)
                })
            });
            unit.await.unwrap()
        });
        has_begun.await.unwrap();
        // The first one is still at it.
        let second = bench.write(|tx| Box::pin(async move { relieve(tx, 2).await })).await.unwrap();
        let third = bench.write(|tx| Box::pin(async move { relieve(tx, 3).await })).await.unwrap();
        end.send(()).unwrap();
        let ids = [1, 2].map(|number| work_item(number, 0, Lane::Normal, Duration::zero()).id);
        assert_eq!((first.await.unwrap(), second, third), (Some(ids[0]), Some(ids[1]), None));
    })
    .await;
}
