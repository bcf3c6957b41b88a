//! Units of work: answered after the commit, whole or not at all.

use infra::store::StoreError;

use crate::databases::{Bench, on_each};

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
