//! Units of work: answered after the commit, whole or not at all.

use std::future::pending;
use std::sync::Arc;

use domain::ids::PersonId;
use domain::people::Person;
use futures_util::future::{join, join_all};
use infra::store::{StoreError, Tx, VaultSettings};
use infra::vault::{Algorithm, MasterKey};
use sea_orm::ConnectionTrait;
use tokio::sync::{Barrier, Notify};
use uuid::Uuid;

use crate::databases::{Bench, now, on_each, on_empty_postgres, on_postgres, raw};

async fn fact(bench: &Bench, key: &str) -> Option<String> {
    bench.view().fact(key).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_there_for_every_reader() {
    on_each(async |bench| {
        bench.write(|tx| Box::pin(async move { tx.set_fact("demo", "yes").await })).await.unwrap();
        assert_eq!(fact(&bench, "demo").await.as_deref(), Some("yes"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_sees_what_it_did_itself_before_anybody_else_does() {
    on_each(async |bench| {
        let seen = bench.write(|tx| {
            Box::pin(async move {
                tx.set_fact("demo", "yes").await?;
                tx.fact("demo").await
            })
        });
        assert_eq!(seen.await.unwrap().as_deref(), Some("yes"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_unit_leaves_nothing_while_its_neighbours_commit() {
    on_each(async |bench| {
        let done = bench.write_many(30, |tx, number| {
            Box::pin(async move {
                tx.set_fact(&format!("unit-{number}"), "done").await?;
                if number % 3 == 0 { Err(StoreError::Stale) } else { Ok(()) }
            })
        });
        for (number, outcome) in done.await.into_iter().enumerate() {
            let kept = fact(&bench, &format!("unit-{number}")).await;
            assert_eq!((outcome.is_ok(), kept.is_some()), (number % 3 != 0, number % 3 != 0), "unit {number}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_breaks_off_leaves_nothing_while_its_neighbours_commit() {
    on_each(async |bench| {
        let done = bench.write_many(9, |tx, number| {
            Box::pin(async move {
                tx.set_fact(&format!("unit-{number}"), "done").await?;
                assert_ne!(number, 4, "as this test wants it");
                Ok(())
            })
        });
        for (number, outcome) in done.await.into_iter().enumerate() {
            let broke_off = matches!(outcome, Err(StoreError::BrokeOff));
            let kept = fact(&bench, &format!("unit-{number}")).await;
            assert_eq!((broke_off, kept.is_some()), (number == 4, number != 4), "unit {number}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn districts_dont_see_each_other() {
    on_each(async |bench| {
        bench.write(|tx| Box::pin(async move { tx.set_fact("demo", "yes").await })).await.unwrap();
        let other = Bench { district: "511402".parse().unwrap(), ..bench.clone() };
        assert_eq!(fact(&other, "demo").await, None);
        other.write(|tx| Box::pin(async move { tx.set_fact("demo", "no").await })).await.unwrap();
        assert_eq!(fact(&bench, "demo").await.as_deref(), Some("yes"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_again_changes_nothing() {
    on_each(async |bench| {
        bench.write(|tx| Box::pin(async move { tx.set_fact("demo", "yes").await })).await.unwrap();
        bench.store.migrate().await.unwrap();
        bench.store.ping().await.unwrap();
        assert_eq!(fact(&bench, "demo").await.as_deref(), Some("yes"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_start_at_once_on_an_empty_database_all_find_its_tables() {
    on_empty_postgres(async |place| {
        let vault = VaultSettings { master: MasterKey::generate(), algorithm: Algorithm::default() };
        let instances = join_all((0..4).map(|_| Bench::open_with(place.clone(), vault.clone()))).await;
        for bench in instances {
            assert_eq!(fact(&bench, "demo").await, None);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_goes_on_after_a_failed_statement_keeps_nothing() {
    on_each(async |bench| {
        let done = bench.write(|tx| {
            Box::pin(async move {
                tx.set_fact("demo", "yes").await?;
                let person = Person::unknown(PersonId::new(Uuid::from_u128(1)));
                tx.add_person(&person, now()).await?;
                tx.add_person(&person, now()).await.ok();
                Ok(())
            })
        });
        assert!(matches!(done.await, Err(StoreError::BrokeOff)));
        assert_eq!(fact(&bench, "demo").await, None);
    })
    .await;
}

/// Changes one fact, and another one once somebody else has changed that.
async fn change_both(tx: &Tx, [first, second]: [&str; 2], each_holds_one: Arc<Barrier>) -> Result<(), StoreError> {
    tx.set_fact(first, "changed").await?;
    each_holds_one.wait().await;
    tx.set_fact(second, "changed").await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_units_in_each_others_way_one_is_asked_to_try_again() {
    on_postgres(async |bench| {
        let barrier = Arc::new(Barrier::new(2));
        let other_barrier = barrier.clone();
        let forth = bench.write(|tx| Box::pin(change_both(tx, ["a", "b"], barrier)));
        let back = bench.write(|tx| Box::pin(change_both(tx, ["b", "a"], other_barrier)));
        let done = join(forth, back).await;
        assert!(matches!(done, (Ok(()), Err(StoreError::Busy)) | (Err(StoreError::Busy), Ok(()))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_away_in_the_middle_of_a_unit_leaves_nothing_and_holds_nobody_up() {
    on_postgres(async |bench| {
        let (changed, told) = (Arc::new(Notify::new()), bench.clone());
        let unit = tokio::spawn({
            let changed = Arc::clone(&changed);
            async move {
                let unit = told.write(move |tx| {
                    Box::pin(async move {
                        tx.set_fact("demo", "gone").await?;
                        changed.notify_one();
                        pending::<Result<(), StoreError>>().await
                    })
                });
                unit.await
            }
        });
        changed.notified().await;
        unit.abort();
        assert!(unit.await.unwrap_err().is_cancelled());
        assert_eq!(fact(&bench, "demo").await, None);
        bench.write(|tx| Box::pin(async move { tx.set_fact("demo", "there").await })).await.unwrap();
        assert_eq!(fact(&bench, "demo").await.as_deref(), Some("there"));
    })
    .await;
}

/// Of a server that went down and came back, each link fails once at most.
#[tokio::test(flavor = "multi_thread")]
async fn links_that_the_server_has_closed_are_opened_anew() {
    on_empty_postgres(async |place| {
        let bench = Bench::open(place.clone()).await;
        let links = 8;
        let at_once = Arc::new(Barrier::new(links));
        let count = u32::try_from(links).unwrap();
        bench
            .write_many(count, move |_, _| {
                let at_once = Arc::clone(&at_once);
                Box::pin(async move {
                    at_once.wait().await;
                    Ok(())
                })
            })
            .await;
        let closing =
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        raw(&place).await.execute_unprepared(closing).await.unwrap();
        let mut failures = 0;
        while bench.write(|tx| Box::pin(async move { tx.set_fact("demo", "yes").await })).await.is_err() {
            failures += 1;
            assert!(failures <= links, "a closed link was used again");
        }
        assert_eq!(fact(&bench, "demo").await.as_deref(), Some("yes"));
    })
    .await;
}
