//! Booked slots that a station can't keep: why, and the news of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Of a cancelled one, where the station did it.
        let why = string_null("called_off").to_owned();
        manager.alter_table(Table::alter().table("appointments").add_column(why).to_owned()).await?;
        let about = uuid_null("appointment").to_owned();
        manager.alter_table(Table::alter().table("outbox").add_column(about).to_owned()).await
    }
}
