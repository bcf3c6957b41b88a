//! Since when a work item stands for an outside body that tests or appraises: it is up to that body, and isn't due.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let since = timestamp_with_time_zone_null("stands_since").to_owned();
        manager.alter_table(Table::alter().table("work_items").add_column(since).to_owned()).await?;
        // What is paused already stands as well.
        manager.get_connection().execute_unprepared(PAUSED).await.map(|_done| ())
    }
}

const PAUSED: &str = "UPDATE work_items SET stands_since = arrived_at WHERE closed_at IS NULL \
     AND EXISTS (SELECT 1 FROM cases c WHERE c.district = work_items.district AND c.id = work_items.case_id AND c.state = 'paused')";
