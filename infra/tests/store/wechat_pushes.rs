//! What WeChat pushed: once, whoever gets it, and for as long as it may come again.

use chrono::Duration;

use crate::databases::{Bench, now, on_each};

async fn take(bench: &Bench, mark: &'static str) -> bool {
    bench.write(move |tx| Box::pin(async move { tx.take_push(mark, now()).await })).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_deliveries_of_one_push_at_once_one_is_taken() {
    on_each(async |bench| {
        let taken = bench.write_many(12, |tx, _| Box::pin(async move { tx.take_push("one", now()).await })).await;
        assert_eq!(taken.into_iter().filter(|taken| *taken.as_ref().unwrap()).count(), 1);
        assert!(!take(&bench, "one").await && take(&bench, "another").await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_is_forgotten_when_its_time_is_over_and_not_before() {
    on_each(async |bench| {
        take(&bench, "old").await;
        let forget = async |before| bench.write(move |tx| Box::pin(async move { tx.forget_pushes(before).await })).await.unwrap();
        assert_eq!(forget(now()).await, 0);
        assert!(!take(&bench, "old").await);
        assert_eq!(forget(now() + Duration::microseconds(1)).await, 1);
        assert!(take(&bench, "old").await);
    })
    .await;
}
