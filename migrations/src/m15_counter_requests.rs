//! What people asked about their own data at a counter.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = vec![index("counter_requests", &["person"]), index("counter_requests", &["state", "at"])];
        create(manager, vec![counter_requests()], indexes).await
    }
}

fn counter_requests() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("person"),
        string("asked"),
        timestamp_with_time_zone("at"),
        uuid("by_account"),
        uuid("by_person"),
        string("by_role"),
        string("by_station"),
        string("shown"),
        uuid("scan"),
        // Whether it stands, waits for a second person, was refused by one, or lapsed since none came.
        string("state"),
        json_binary_null("settled"),
    ];
    table("counter_requests", columns, &["id"])
}
