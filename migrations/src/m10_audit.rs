//! The audit log and the head of its chain. The log is append-only: the database itself refuses to change or delete an entry.
//! `at` counts microseconds since 1970 in UTC: an integer has one spelling, which a hash over it needs.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![audit_log(), audit_heads()];
        let indexes = vec![
            index("audit_log", &["on_person", "seq"]),
            index("audit_log", &["by_person", "seq"]),
            index("audit_log", &["by_account", "seq"]),
            index("audit_log", &["at", "seq"]),
        ];
        create(manager, tables, indexes).await?;
        let guards = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES_GUARDS.as_slice(),
            _sqlite => SQLITE_GUARDS.as_slice(),
        };
        for guard in guards {
            manager.get_connection().execute_unprepared(guard).await?;
        }
        Ok(())
    }
}

fn audit_log() -> TableCreateStatement {
    let columns = vec![
        big_integer("seq"),
        big_integer("at"),
        string("by_kind"),
        uuid_null("by_account"),
        uuid_null("by_person"),
        string_null("by_role"),
        string_null("by_station"),
        string("deed"),
        string("on_thing"),
        string_null("on_id"),
        uuid_null("on_case"),
        uuid_null("on_person"),
        string_null("operation"),
        string_null("problem"),
        big_integer_null("times"),
        string_null("purpose"),
        string_null("purpose_words"),
        string("prev"),
        string("hash"),
    ];
    table("audit_log", columns, &["seq"])
}

/// The last entry of a district's log, so that one cut off at its end is missed, and how the next one is hashed.
fn audit_heads() -> TableCreateStatement {
    table("audit_heads", vec![big_integer("seq"), string("hash"), string("algorithm")], &[])
}

/// `REPLACE` deletes without a trigger, hence the one before an insert.
const SQLITE_GUARDS: [&str; 5] = [
    "CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
    "CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
    "CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log \
     WHEN EXISTS (SELECT 1 FROM audit_log WHERE district = NEW.district AND seq = NEW.seq) \
     BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
    "CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads BEGIN SELECT RAISE(ABORT, 'audit_heads only goes on'); END",
    "CREATE TRIGGER audit_heads_goes_on BEFORE UPDATE ON audit_heads \
     WHEN NEW.seq < OLD.seq OR (NEW.seq = OLD.seq AND NEW.hash <> OLD.hash) OR NEW.district <> OLD.district \
     BEGIN SELECT RAISE(ABORT, 'audit_heads only goes on'); END",
];

/// `ALWAYS`: also where a session plays a replica.
const POSTGRES_GUARDS: [&str; 7] = [
    "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     RAISE EXCEPTION '% only goes on', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$",
    "CREATE TRIGGER audit_log_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log \
     FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()",
    "ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_is_kept",
    "CREATE TRIGGER audit_heads_is_kept BEFORE DELETE OR TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()",
    "ALTER TABLE audit_heads ENABLE ALWAYS TRIGGER audit_heads_is_kept",
    "CREATE TRIGGER audit_heads_goes_on BEFORE UPDATE ON audit_heads FOR EACH ROW \
     WHEN (NEW.seq < OLD.seq OR (NEW.seq = OLD.seq AND NEW.hash <> OLD.hash) OR NEW.district <> OLD.district) \
     EXECUTE FUNCTION audit_is_kept()",
    "ALTER TABLE audit_heads ENABLE ALWAYS TRIGGER audit_heads_goes_on",
];
