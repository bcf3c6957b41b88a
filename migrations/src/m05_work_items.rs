//! The queue.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![work_items()];
        let indexes = vec![index("work_items", &["case_id", "state"]), index("work_items", &["holder", "state"])];
        create(manager, tables, indexes).await?;
        // The order of the claim, over what is open alone: its cost doesn't grow with what is done.
        let ready = "CREATE INDEX work_items_ready ON work_items (district, station, role, rank_at, id) WHERE state IN ('ready', 'leased')";
        manager.get_connection().execute_unprepared(ready).await.map(|_| ())
    }
}

fn work_items() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("case_id"),
        integer("step"),
        string("stage"),
        string("station"),
        string("role"),
        string("in_name_of"),
        string("reach"),
        string("lane"),
        timestamp_with_time_zone("arrived_at"),
        timestamp_with_time_zone("due_at"),
        timestamp_with_time_zone_null("not_before"),
        timestamp_with_time_zone("rank_at"),
        string("state"),
        uuid_null("holder"),
        timestamp_with_time_zone_null("lease_until"),
        integer("fence"),
        timestamp_with_time_zone_null("closed_at"),
    ];
    table("work_items", columns, &["id"])
}
