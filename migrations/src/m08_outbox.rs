//! What leaves: news for people. And what came in once: idempotency keys.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![outbox(), idempotency_keys()];
        let indexes = vec![index("outbox", &["state", "next_at"]), index("outbox", &["person", "at"]), index("idempotency_keys", &["at"])];
        create(manager, tables, indexes).await
    }
}

fn outbox() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("person"),
        // News are about one of these.
        uuid_null("case_id"),
        uuid_null("mandate"),
        uuid_null("correction"),
        uuid_null("consent"),
        uuid_null("request"),
        binary("content"),
        string("state"),
        integer("attempts"),
        timestamp_with_time_zone("next_at"),
        timestamp_with_time_zone_null("lease_until"),
        string_null("channel"),
        string_null("error"),
        timestamp_with_time_zone("at"),
        timestamp_with_time_zone_null("sent_at"),
    ];
    table("outbox", columns, &["id"])
}

fn idempotency_keys() -> TableCreateStatement {
    let columns = vec![
        string("actor"),
        string("key"),
        binary("request_hash"),
        integer_null("status"),
        binary_null("body"),
        timestamp_with_time_zone("at"),
    ];
    table("idempotency_keys", columns, &["actor", "key"])
}
