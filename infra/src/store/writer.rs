//! The one writer of SQLite. What waits is taken together: each unit in a savepoint of its own, one commit for all, and nobody
//! is answered before it. So a commit to disk is shared, and a refused unit leaves its neighbours alone.

use domain::ids::DistrictCode;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::unit::{Tx, run};

/// Units that share a commit at most.
const GROUP_MAX: usize = 64;
/// Units that may wait; more are held back at the sender.
const WAITING_MAX: usize = 1024;

/// Told how the commit went, answers whoever waits.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Unit = Box<dyn FnOnce(Tx) -> BoxFuture<'static, Answer> + Send>;

#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<(DistrictCode, Unit)>,
}

impl Writer {
    /// Starts the task; it ends when the last `Writer` is gone.
    pub fn start(connection: DatabaseConnection) -> Self {
        let (queue, mut waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP_MAX);
            while waiting.recv_many(&mut group, GROUP_MAX).await > 0 {
                write_group(&connection, group.drain(..)).await;
            }
        });
        Self { queue }
    }

    pub async fn write<T, E, F>(&self, district: DistrictCode, unit: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let unit: Unit = Box::new(move |tx| {
            Box::pin(async move {
                let outcome = run(tx, unit).await;
                let reply: Answer = Box::new(move |committed| {
                    // Whoever asked may have gone; the commit stands.
                    sender.send(committed.map_err(E::from).and(outcome)).ok();
                });
                reply
            })
        });
        self.queue.send((district, unit)).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

/// A unit that never ran drops its sender: its asker learns that nothing was written.
async fn write_group(connection: &DatabaseConnection, group: impl Iterator<Item = (DistrictCode, Unit)>) {
    let transaction = match connection.begin().await {
        Ok(transaction) => transaction,
        Err(error) => return tracing::error!(%error, "the writer can't begin a transaction"),
    };
    let mut answers = Vec::new();
    for (district, unit) in group {
        match transaction.begin().await {
            Ok(savepoint) => answers.push(unit(Tx::new(savepoint, district)).await),
            Err(error) => tracing::error!(%error, "the writer can't set a savepoint"),
        }
    }
    answer(transaction, answers).await;
}

async fn answer(transaction: DatabaseTransaction, answers: Vec<Answer>) {
    let committed = transaction.commit().await;
    if let Err(error) = &committed {
        tracing::error!(%error, "a commit failed; every unit in it is told");
    }
    let failed = committed.is_err();
    for answer in answers {
        answer(if failed { Err(StoreError::Stopped) } else { Ok(()) });
    }
}
