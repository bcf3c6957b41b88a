//! How far a work item that is kept for one clerk is kept from the others: a supervisor's word binds those who would claim it by name.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let bond = string_null("kept_bond").to_owned();
        manager.alter_table(Table::alter().table("work_items").add_column(bond).to_owned()).await?;
        manager.get_connection().execute_unprepared(KEPT).await.map(|_done| ())
    }
}

/// What is kept already was kept from the next-call alone.
const KEPT: &str = "UPDATE work_items SET kept_bond = 'preferred' WHERE kept_for IS NOT NULL";
