//! The database role that the service runs as. On PostgreSQL the tables belong to another one, which migrates: so the service can
//! add to the audit log and read it, and neither change nor empty it, nor take away what guards it.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::super::conn::Conn;
use super::super::{Store, StoreError, Writing};

#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    #[error("only PostgreSQL has roles; on SQLite whoever may write the file may write all of it")]
    NotPostgres,
    #[error("there is no database role {0}")]
    NoSuchRole(String),
    #[error("the role {0} is a superuser or belongs to the owner of the tables, so no grant would bind it")]
    TooMighty(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for GrantError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Lets `role` do what the service needs, and no more.
    pub async fn grant_service_role(&self, role: &str) -> Result<(), GrantError> {
        let Writing::Each(links) = &self.writing else { return Err(GrantError::NotPostgres) };
        let unit = Conn::PostgresUnit(links.begin().await?);
        match might(&unit, role).await? {
            None => return Err(GrantError::NoSuchRole(role.to_owned())),
            Some(true) => return Err(GrantError::TooMighty(role.to_owned())),
            Some(false) => {}
        }
        for grant in grants(&quoted(role)) {
            unit.execute_unprepared(&grant).await?;
        }
        Ok(unit.commit().await?)
    }
}

/// Whether the role stands above grants; none where there is no such role.
async fn might(unit: &Conn, role: &str) -> Result<Option<bool>, DbErr> {
    let ask = "SELECT r.rolsuper OR pg_has_role(r.oid, c.relowner, 'MEMBER') AS mighty \
               FROM pg_roles r, pg_class c WHERE r.rolname = $1 AND c.oid = 'audit_log'::regclass";
    let row = unit.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, ask, [role.into()])).await?;
    row.map(|row| row.try_get("", "mighty")).transpose()
}

fn grants(role: &str) -> [String; 7] {
    [
        format!("GRANT USAGE ON SCHEMA public TO {role}"),
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"),
        format!("REVOKE ALL ON audit_log, audit_heads, seaql_migrations FROM {role}"),
        format!("GRANT SELECT, INSERT ON audit_log TO {role}"),
        // The head goes on with each entry; its trigger lets it do nothing else.
        format!("GRANT SELECT, INSERT, UPDATE ON audit_heads TO {role}"),
        format!("GRANT SELECT ON seaql_migrations TO {role}"),
        format!("REVOKE CREATE ON SCHEMA public FROM {role}"),
    ]
}

fn quoted(role: &str) -> String {
    format!("\"{}\"", role.replace('"', "\"\""))
}
