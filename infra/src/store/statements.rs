//! Runs the statements of a view or a unit, and remembers when one failed.
//!
//! PostgreSQL gives a transaction up with its first failed statement and then takes the commit for a rollback, without an error;
//! SQLite would keep the rest. So a unit that went on after a failure is found out here and keeps nothing, on both.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::entity::prelude::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::conn::Conn;

/// Whether a statement failed.
#[derive(Debug, Default)]
pub struct Failure(AtomicBool);

impl Failure {
    pub fn happened(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
pub struct Statements<'c> {
    conn: &'c Conn,
    failure: &'c Failure,
}

impl<'c> Statements<'c> {
    pub fn new(conn: &'c Conn, failure: &'c Failure) -> Self {
        Self { conn, failure }
    }

    fn noting<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        if result.is_err() {
            self.failure.0.store(true, Ordering::Relaxed);
        }
        result
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Statements<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.conn.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.noting(self.conn.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.noting(self.conn.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.noting(self.conn.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.noting(self.conn.query_all_raw(statement).await)
    }
}
