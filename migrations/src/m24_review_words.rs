//! Whether the words of a bad review were looked through, and what came of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::tables::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![review_words()], Vec::new()).await?;
        manager.get_connection().execute_unprepared(TO_CHECK).await.map(|_done| ())
    }
}

/// Its cost doesn't grow with what was looked through.
const TO_CHECK: &str = "CREATE INDEX review_words_to_check ON review_words (district, again_at) WHERE again_at IS NOT NULL";

fn review_words() -> TableCreateStatement {
    let columns = vec![
        uuid("case_id"),
        string("state"),
        timestamp_with_time_zone("written_at"),
        timestamp_with_time_zone_null("again_at"),
        // The account of whoever looked at them.
        uuid_null("looked_by"),
        timestamp_with_time_zone("changed_at"),
    ];
    table("review_words", columns, &["case_id"])
}
