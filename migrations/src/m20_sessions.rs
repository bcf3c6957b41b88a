//! Sessions, the refresh tokens that carry them on, and the keys that access tokens are signed with.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = vec![
            index("sessions", &["person", "kind"]),
            index("sessions", &["account"]),
            index("sessions", &["rests_until"]),
            index("refresh_tokens", &["session"]),
            unique("token_keys", &["kid"]),
        ];
        create(manager, vec![sessions(), refresh_tokens(), token_keys()], indexes).await?;
        manager.get_connection().execute_unprepared(ONE_UNUSED).await.map(|_done| ())
    }
}

/// Of a session one token at most is unused.
const ONE_UNUSED: &str = "CREATE UNIQUE INDEX refresh_tokens_unused ON refresh_tokens (district, session) WHERE used_at IS NULL";

fn sessions() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        string("kind"),
        uuid("person"),
        uuid_null("account"),
        integer_null("password_number"),
        string_null("device"),
        timestamp_with_time_zone("signed_in_at"),
        timestamp_with_time_zone("refreshed_at"),
        timestamp_with_time_zone("rests_until"),
        timestamp_with_time_zone("ends_at"),
        timestamp_with_time_zone_null("ended_at"),
        string_null("end_why"),
    ];
    table("sessions", columns, &["id"])
}

fn refresh_tokens() -> TableCreateStatement {
    let columns = vec![
        string("digest"),
        uuid("session"),
        string_null("parent"),
        timestamp_with_time_zone("issued_at"),
        timestamp_with_time_zone_null("used_at"),
        string_null("used_key"),
    ];
    table("refresh_tokens", columns, &["digest"])
}

fn token_keys() -> TableCreateStatement {
    let columns = vec![
        big_integer("number"),
        string("kid"),
        // Under the master key.
        binary("wrapped"),
        string("master"),
        timestamp_with_time_zone("signs_from"),
        timestamp_with_time_zone_null("retires_at"),
    ];
    table("token_keys", columns, &["number"])
}
