//! The database of either kind, and what a statement runs on: by itself, or in a unit's transaction.

use sea_orm::entity::prelude::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::links::{Links, UnitLink};

#[derive(Debug, Clone)]
pub enum Database {
    Sqlite(DatabaseConnection),
    Postgres(Links),
}

impl Database {
    /// For statements that are each by themselves.
    pub fn conn(&self) -> Conn {
        match self {
            Database::Sqlite(pool) => Conn::Sqlite(pool.clone()),
            Database::Postgres(links) => Conn::Postgres(links.clone()),
        }
    }
}

#[derive(Debug)]
pub enum Conn {
    Sqlite(DatabaseConnection),
    Postgres(Links),
    SqliteUnit(DatabaseTransaction),
    PostgresUnit(UnitLink),
}

impl Conn {
    /// Does nothing where there is no transaction.
    pub async fn commit(self) -> Result<(), DbErr> {
        match self {
            Conn::Sqlite(_) | Conn::Postgres(_) => Ok(()),
            Conn::SqliteUnit(unit) => unit.commit().await,
            Conn::PostgresUnit(unit) => unit.commit().await,
        }
    }

    /// Does nothing where there is no transaction.
    pub async fn rollback(self) -> Result<(), DbErr> {
        match self {
            Conn::Sqlite(_) | Conn::Postgres(_) => Ok(()),
            Conn::SqliteUnit(unit) => unit.rollback().await,
            Conn::PostgresUnit(unit) => unit.rollback().await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Conn {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Conn::Sqlite(_) | Conn::SqliteUnit(_) => DbBackend::Sqlite,
            Conn::Postgres(_) | Conn::PostgresUnit(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Conn::Sqlite(pool) => pool.execute_raw(statement).await,
            Conn::Postgres(links) => links.take().await?.execute(statement).await,
            Conn::SqliteUnit(unit) => unit.execute_raw(statement).await,
            Conn::PostgresUnit(unit) => unit.link().lock().await.execute(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Conn::Sqlite(pool) => pool.execute_unprepared(sql).await,
            Conn::Postgres(links) => links.take().await?.execute_unprepared(sql).await,
            Conn::SqliteUnit(unit) => unit.execute_unprepared(sql).await,
            Conn::PostgresUnit(unit) => unit.link().lock().await.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Conn::Sqlite(pool) => pool.query_one_raw(statement).await,
            Conn::Postgres(links) => links.take().await?.query_one(statement).await,
            Conn::SqliteUnit(unit) => unit.query_one_raw(statement).await,
            Conn::PostgresUnit(unit) => unit.link().lock().await.query_one(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Conn::Sqlite(pool) => pool.query_all_raw(statement).await,
            Conn::Postgres(links) => links.take().await?.query_all(statement).await,
            Conn::SqliteUnit(unit) => unit.query_all_raw(statement).await,
            Conn::PostgresUnit(unit) => unit.link().lock().await.query_all(statement).await,
        }
    }
}
