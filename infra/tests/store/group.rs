//! The one writer of SQLite: units that wait together share a commit.

use std::pin::pin;

use futures_util::poll;
use infra::store::StoreError;
use tokio::sync::oneshot;

use crate::databases::on_sqlite;

/// On one thread, so that both units wait before the writer looks.
#[tokio::test]
async fn a_unit_that_is_done_is_answered_after_the_commit_that_it_shares() {
    on_sqlite(async |bench| {
        let (begun, is_begun) = oneshot::channel();
        let (go_on, may_go_on) = oneshot::channel();
        let mut first = pin!(bench.write(|tx| Box::pin(async move { tx.set_fact("first", "done").await })));
        let mut second = pin!(bench.write(|_| {
            Box::pin(async move {
                begun.send(()).unwrap();
                may_go_on.await.map_err(|_| StoreError::Stale)
            })
        }));
        assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
        is_begun.await.unwrap();
        assert!(poll!(&mut first).is_pending());
        assert_eq!(bench.view().fact("first").await.unwrap(), None);
        go_on.send(()).unwrap();
        first.await.unwrap();
        assert_eq!(bench.view().fact("first").await.unwrap().as_deref(), Some("done"));
        second.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_unit_whose_asker_has_gone_is_done_and_holds_nobody_up() {
    on_sqlite(async |bench| {
        {
            let mut gone = pin!(bench.write(|tx| Box::pin(async move { tx.set_fact("gone", "done").await })));
            assert!(poll!(&mut gone).is_pending());
        }
        bench.write(|tx| Box::pin(async move { tx.set_fact("next", "done").await })).await.unwrap();
        assert_eq!(bench.view().fact("gone").await.unwrap().as_deref(), Some("done"));
    })
    .await;
}
