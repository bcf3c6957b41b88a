//! Links to PostgreSQL, one for each unit or query at a time. SQLx's own pool asks the server for a sign of life whenever a connection
//! comes back to it, which is a journey more for every query. Here a link that was left in the middle of something is closed, and only
//! one that has rested is asked before it is used again.

use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolConfig, PoolError, QueueMode, RecycleError, RecycleResult, Timeouts};
use sea_orm::{ConnAcquireErr, DatabaseConnection, DbErr, ExecResult, QueryResult, RuntimeErr, SqlxPostgresConnector, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgPoolOptions, PgSeverity};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection, Executor, Postgres, query_with};
use tokio::sync::Mutex;

use super::DatabaseSettings;

/// After which a link is opened anew: what the server keeps for one grows.
const AGE_MAX: Duration = Duration::from_mins(30);
/// After which nobody knows whether the server is still there.
const RESTED: Duration = Duration::from_secs(1);

#[derive(Debug, Clone)]
pub struct Links(Pool<Dialer>);

#[derive(Debug)]
struct Dialer(PgConnectOptions);

impl Manager for Dialer {
    /// None where it was closed.
    type Type = Option<PgConnection>;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Option<PgConnection>, sqlx::Error> {
        PgConnection::connect_with(&self.0).await.map(Some)
    }

    async fn recycle(&self, link: &mut Option<PgConnection>, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        match link {
            None => Err(RecycleError::message("closed")),
            Some(_) if metrics.age() > AGE_MAX => Err(RecycleError::message("old")),
            Some(rested) if metrics.last_used() > RESTED => Ok(rested.ping().await?),
            Some(_) => Ok(()),
        }
    }
}

impl Links {
    /// Fails where the server can't be reached.
    pub async fn open(options: PgConnectOptions, settings: &DatabaseSettings) -> Result<Self, DbErr> {
        let timeouts = Timeouts {
            wait: Some(settings.acquire_timeout),
            create: Some(settings.connect_timeout),
            recycle: Some(settings.connect_timeout),
        };
        let max_size = usize::try_from(settings.connections_max).unwrap_or(usize::MAX);
        let config = PoolConfig { max_size, timeouts, queue_mode: QueueMode::Lifo };
        let pool = Pool::builder(Dialer(options)).config(config).runtime(Runtime::Tokio1).build();
        let links = Self(pool.map_err(|error| DbErr::Conn(RuntimeErr::Internal(error.to_string())))?);
        links.take().await.map(|_link| links)
    }

    pub async fn take(&self) -> Result<Link, DbErr> {
        let taken = self.0.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            PoolError::Backend(error) => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => closed(),
        });
        Ok(Link { connection: taken?, in_unit: false, in_middle: false })
    }

    pub async fn begin(&self) -> Result<UnitLink, DbErr> {
        let mut link = self.take().await?;
        link.in_unit = true;
        link.execute_unprepared("BEGIN").await?;
        Ok(UnitLink(Mutex::new(link)))
    }

    /// What migrations ask for.
    pub async fn one_pooled(&self) -> Result<DatabaseConnection, DbErr> {
        let options = self.0.manager().0.clone();
        let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await;
        Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?))
    }
}

fn closed() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

/// A link in use. Whoever goes away in the middle of a statement or a unit leaves a closed one: then the server rolls back.
#[derive(Debug)]
pub struct Link {
    connection: Object<Dialer>,
    in_unit: bool,
    in_middle: bool,
}

impl Link {
    pub async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        let done = query(statement).execute(self.use_it()?).await;
        self.used(done).map(ExecResult::from).map_err(exec_error)
    }

    pub async fn execute_unprepared(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        let done = self.use_it()?.execute(AssertSqlSafe(sql.to_owned())).await;
        self.used(done).map(ExecResult::from).map_err(exec_error)
    }

    pub async fn query_one(&mut self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let row = query(statement).fetch_optional(self.use_it()?).await;
        self.used(row).map(|row| row.map(QueryResult::from)).map_err(query_error)
    }

    pub async fn query_all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let rows = query(statement).fetch_all(self.use_it()?).await;
        self.used(rows).map(|rows| rows.into_iter().map(QueryResult::from).collect()).map_err(query_error)
    }

    fn use_it(&mut self) -> Result<&mut PgConnection, DbErr> {
        self.in_middle = true;
        (*self.connection).as_mut().ok_or_else(closed)
    }

    fn used<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        self.in_middle = outcome.as_ref().is_err_and(|error| !leaves_the_link(error));
        outcome
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if self.in_unit || self.in_middle {
            *self.connection = None;
        }
    }
}

/// A transaction on a link.
#[derive(Debug)]
pub struct UnitLink(Mutex<Link>);

impl UnitLink {
    pub fn link(&self) -> &Mutex<Link> {
        &self.0
    }

    pub async fn commit(self) -> Result<(), DbErr> {
        self.end("COMMIT").await
    }

    pub async fn rollback(self) -> Result<(), DbErr> {
        self.end("ROLLBACK").await
    }

    async fn end(self, how: &str) -> Result<(), DbErr> {
        let mut link = self.0.into_inner();
        link.execute_unprepared(how).await?;
        link.in_unit = false;
        Ok(())
    }
}

fn query(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values.unwrap_or(sea_orm::Values(Vec::new()))))
}

/// A statement that the server refused leaves its link as it was, but where the server is about to close it.
fn leaves_the_link(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    let error = error.try_downcast_ref::<PgDatabaseError>();
    error.is_some_and(|error| !matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic))
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
