//! Opening the database: SQLite in the data folder, or PostgreSQL by URL.

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::sqlx::{ConnectOptions as _, Connection};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr, RuntimeErr};
use secrecy::{ExposeSecret, SecretString};

use super::links::Links;

/// Which database, and its limits.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    pub place: DatabasePlace,
    pub connections_max: u32,
    pub acquire_timeout: Duration,
    pub connect_timeout: Duration,
    /// After which PostgreSQL gives a statement up.
    pub statement_timeout: Duration,
}

#[derive(Debug, Clone)]
pub enum DatabasePlace {
    /// One file, made when it isn't there.
    Sqlite(PathBuf),
    /// `postgres://…`
    Postgres(SecretString),
}

/// How many statements a link remembers. What it forgot is sent, read and planned anew; what it remembers takes memory of the server.
const STATEMENTS: usize = 500;

/// The one connection through which SQLite is written: every commit reaches the disk before it is answered.
pub async fn sqlite_writer(path: &std::path::Path, settings: &DatabaseSettings) -> Result<DatabaseConnection, DbErr> {
    let mut options = sqlite_options(path, "rwc", settings);
    options.max_connections(1).map_sqlx_sqlite_pool_opts(between_transactions_only).map_sqlx_sqlite_opts(|options| {
        let options =
            options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).busy_timeout(Duration::from_secs(10));
        // What is deleted is overwritten: an erasure leaves nothing behind in free pages.
        options.pragma("secure_delete", "on")
    });
    Database::connect(options).await
}

/// Closes a connection that comes back in the middle of a transaction, so that the next one begins on a clean connection.
fn between_transactions_only(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            // Waits for a rollback that is under way.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

pub async fn sqlite_readers(path: &std::path::Path, settings: &DatabaseSettings) -> Result<DatabaseConnection, DbErr> {
    let mut options = sqlite_options(path, "rw", settings);
    options.max_connections(settings.connections_max).map_sqlx_sqlite_opts(|options| options.pragma("query_only", "on"));
    Database::connect(options).await
}

fn sqlite_options(path: &std::path::Path, mode: &str, settings: &DatabaseSettings) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode={mode}", path.display()));
    options
        .sqlx_logging(false)
        .test_before_acquire(false)
        .acquire_timeout(settings.acquire_timeout)
        .connect_timeout(settings.connect_timeout)
        .min_connections(1);
    options
}

pub async fn postgres(url: &SecretString, settings: &DatabaseSettings) -> Result<Links, DbErr> {
    // What the parser complains of would quote the URL with its password.
    let Ok(options) = url.expose_secret().parse::<PgConnectOptions>() else {
        return Err(DbErr::Conn(RuntimeErr::Internal("database.url is not a URL of a PostgreSQL database".to_owned())));
    };
    let options = options.application_name("bianmin").options([
        ("statement_timeout", settings.statement_timeout.as_millis().to_string()),
        // A unit doesn't wait for anything in its middle; whose process hangs mustn't hold up everybody who watches (`super::live`).
        ("idle_in_transaction_session_timeout", "60s".to_owned()),
    ]);
    Links::open(options.statement_cache_capacity(STATEMENTS).disable_statement_logging(), settings).await
}
