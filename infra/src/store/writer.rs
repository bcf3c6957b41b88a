//! The one writer of SQLite. What waits is taken together: each unit in a savepoint of its own, one commit for all, and nobody
//! is answered before it. So a commit to disk is shared, and a refused unit leaves its neighbours alone.

use std::sync::Arc;

use domain::ids::DistrictCode;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::{Notify, mpsc, oneshot};

use super::StoreError;
use super::conn::Conn;
use super::keys::Vault;
use super::unit::{Ending, Ran, Tx, run};

/// Units that share a commit at most.
const GROUP_MAX: usize = 64;
/// Units that may wait; more are held back at the sender.
const WAITING_MAX: usize = 1024;

/// Told how the commit went, answers whoever waits.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Unit = Box<dyn FnOnce(Tx) -> BoxFuture<'static, (Answer, Ending)> + Send>;

#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<(DistrictCode, Unit)>,
    /// Called when something was told to those who watch.
    told: Arc<Notify>,
}

impl Writer {
    /// Starts the task; it ends when the last `Writer` is gone.
    pub fn start(connection: DatabaseConnection, vault: Vault, told: Arc<Notify>) -> Self {
        let (queue, mut waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP_MAX);
            while waiting.recv_many(&mut group, GROUP_MAX).await > 0 {
                write_group(&connection, &vault, group.drain(..)).await;
            }
        });
        Self { queue, told }
    }

    pub async fn write<T, E, F>(&self, district: DistrictCode, unit: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let told = Arc::clone(&self.told);
        let unit: Unit = Box::new(move |tx| {
            Box::pin(async move {
                let Ran { outcome, ending, has_told } = run(tx, unit).await;
                let reply: Answer = Box::new(move |committed| {
                    if has_told && committed.is_ok() {
                        told.notify_one();
                    }
                    // Whoever asked may have gone; the commit stands.
                    sender.send(committed.map_err(E::from).and(outcome)).ok();
                });
                (reply, ending)
            })
        });
        self.queue.send((district, unit)).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

/// A unit that never ran drops its sender: its asker learns that nothing was written.
async fn write_group(connection: &DatabaseConnection, vault: &Vault, group: impl Iterator<Item = (DistrictCode, Unit)>) {
    // A command line that writes beside the service is waited for now; in the middle, it would cost the whole group.
    let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let transaction = match connection.begin_with_options(options).await {
        Ok(transaction) => transaction,
        Err(error) => return tracing::error!(%error, "the writer can't begin a transaction"),
    };
    let mut answers = Vec::new();
    let ending = run_each(&transaction, vault, group, &mut answers).await;
    let committed = commit(transaction, ending).await;
    for answer in answers {
        answer(committed.map_err(|NotCommitted| StoreError::Stopped));
    }
}

/// Stops at a savepoint that can't be set or ended. SQLite gives up the whole transaction where a disk is full or fails, and
/// what ran after that would be committed by itself.
async fn run_each(
    transaction: &DatabaseTransaction,
    vault: &Vault,
    group: impl Iterator<Item = (DistrictCode, Unit)>,
    answers: &mut Vec<Answer>,
) -> Ending {
    for (district, unit) in group {
        let savepoint = match transaction.begin().await {
            Ok(savepoint) => savepoint,
            Err(error) => {
                tracing::error!(%error, "the writer can't set a savepoint");
                return Ending::Lost;
            }
        };
        let (answer, ending) = unit(Tx::new(Conn::SqliteUnit(savepoint), district, vault.clone())).await;
        answers.push(answer);
        if ending == Ending::Lost {
            return ending;
        }
    }
    Ending::Settled
}

#[derive(Debug, Clone, Copy)]
struct NotCommitted;

async fn commit(transaction: DatabaseTransaction, ending: Ending) -> Result<(), NotCommitted> {
    let committed = match ending {
        Ending::Settled => transaction.commit().await,
        Ending::Lost => {
            tracing::error!("a savepoint was lost; every unit that shared its transaction is told");
            transaction.rollback().await.ok();
            return Err(NotCommitted);
        }
    };
    committed.map_err(|error| {
        tracing::error!(%error, "a commit failed; every unit in it is told");
        NotCommitted
    })
}
