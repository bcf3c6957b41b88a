//! Since when each arrangement of the calendar held, so that what was left of a promise is answered by the days that counted then.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // None: from the beginning, as what a folder is seeded with.
        let loaded = timestamp_with_time_zone_null("loaded_at").to_owned();
        manager.alter_table(Table::alter().table("calendar_years").add_column(loaded).to_owned()).await
    }
}
