//! An act under a key is done once.

use chrono::Duration;
use infra::store::{KeptAnswer, StoreError};

use crate::databases::{Bench, now, on_each};

const ACTOR: &str = "villager:01998f00-0000-7000-8000-000000000001";

/// What `begin_once` says; a new act is answered with `body`.
async fn act(bench: &Bench, actor: &'static str, key: &'static str, body: &'static str) -> Option<KeptAnswer> {
    let done = bench.write(move |tx| {
        Box::pin(async move {
            let kept = tx.begin_once(actor, key, "digest", now()).await?;
            if kept.is_none() {
                tx.end_once(actor, key, 201, body).await?;
            }
            Ok(kept)
        })
    });
    done.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_finds_the_first_answer() {
    on_each(async |bench| {
        assert_eq!(act(&bench, ACTOR, "k", "first").await, None);
        let kept = KeptAnswer { digest: "digest".into(), status: 201, body: "first".into() };
        assert_eq!(act(&bench, ACTOR, "k", "second").await, Some(kept));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_its_actor() {
    on_each(async |bench| {
        assert_eq!(act(&bench, ACTOR, "k", "first").await, None);
        assert_eq!(act(&bench, "staff:01998f00-0000-7000-8000-000000000001", "k", "other").await, None);
        assert_eq!(act(&bench, ACTOR, "another", "second").await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_acts_and_the_others_find_its_answer() {
    on_each(async |bench| {
        let answers = bench.write_many(20, |tx, number| {
            Box::pin(async move {
                let kept = tx.begin_once(ACTOR, "k", "digest", now()).await?;
                match kept {
                    Some(kept) => Ok(kept.body),
                    None => {
                        let body = format!("by {number}");
                        tx.next_serial("acts").await?;
                        tx.end_once(ACTOR, "k", 201, &body).await?;
                        Ok(body)
                    }
                }
            })
        });
        let mut answers: Vec<_> = answers.await.into_iter().map(Result::unwrap).collect();
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(bench.write(|tx| Box::pin(async move { tx.next_serial("acts").await })).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_act_keeps_no_key() {
    on_each(async |bench| {
        let refused = bench.write(|tx| {
            Box::pin(async move {
                tx.begin_once(ACTOR, "k", "digest", now()).await?;
                Err::<(), _>(StoreError::Stale)
            })
        });
        assert!(refused.await.is_err());
        assert_eq!(act(&bench, ACTOR, "k", "first").await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_keys_are_forgotten_and_young_ones_kept() {
    on_each(async |bench| {
        act(&bench, ACTOR, "k", "first").await;
        let forget = |before| bench.write(move |tx| Box::pin(async move { tx.forget_once(before).await }));
        assert_eq!(forget(now()).await.unwrap(), 0);
        assert_eq!(forget(now() + Duration::microseconds(1)).await.unwrap(), 1);
        assert_eq!(act(&bench, ACTOR, "k", "again").await, None);
    })
    .await;
}
