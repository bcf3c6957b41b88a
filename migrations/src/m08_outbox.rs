//! What leaves: news for people, the ways that they took, what people allow WeChat to bring them, and the errands of stations for whom no
//! message reached. And what came in once: idempotency keys.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![outbox(), outbox_tries(), subscriptions(), errands(), idempotency_keys()];
        let indexes = vec![
            index("outbox", &["state", "next_at"]),
            index("outbox", &["person", "at"]),
            index("outbox_tries", &["person"]),
            index("errands", &["person"]),
            index("idempotency_keys", &["at"]),
        ];
        create(manager, tables, indexes).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 3] = [
    "CREATE INDEX errands_waiting ON errands (district, station, id) WHERE state = 'waiting'",
    "CREATE INDEX errands_to_remind ON errands (district, remind_at) WHERE remind_at IS NOT NULL",
    "CREATE INDEX subscriptions_in_flight ON subscriptions (district, in_flight_since) WHERE in_flight IS NOT NULL",
];

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
        uuid_null("errand"),
        binary("content"),
        string("state"),
        timestamp_with_time_zone("next_at"),
        timestamp_with_time_zone_null("lease_until"),
        timestamp_with_time_zone("at"),
    ];
    table("outbox", columns, &["id"])
}

/// One row a way that a piece of news took.
fn outbox_tries() -> TableCreateStatement {
    let columns = vec![
        uuid("news"),
        string("channel"),
        // Whose the news are, and of which case, so that an erasure finds the row.
        uuid("person"),
        uuid_null("case_id"),
        string("state"),
        integer("attempts"),
        // What the gateway calls the message.
        string_null("number"),
        string_null("error"),
        // While it is being sent.
        timestamp_with_time_zone_null("begun_at"),
        timestamp_with_time_zone("at"),
        timestamp_with_time_zone("changed_at"),
    ];
    table("outbox_tries", columns, &["news", "channel"])
}

fn subscriptions() -> TableCreateStatement {
    let columns = vec![
        uuid("person"),
        string("template"),
        string("kind"),
        // Messages that may be sent.
        integer("credit"),
        // The news that are being sent.
        uuid_null("in_flight"),
        timestamp_with_time_zone_null("in_flight_since"),
    ];
    table("subscriptions", columns, &["person", "template"])
}

fn errands() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("news"),
        uuid("person"),
        uuid_null("case_id"),
        string("station"),
        string("state"),
        timestamp_with_time_zone("opened_at"),
        timestamp_with_time_zone("due_at"),
        timestamp_with_time_zone_null("remind_at"),
        // Who tried, when, and what came of it.
        json("attempts"),
        timestamp_with_time_zone_null("ended_at"),
    ];
    table("errands", columns, &["id"])
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
