//! Mandates: who may act for whom.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = vec![index("mandates", &["grantor"]), index("mandates", &["holder"])];
        create(manager, vec![mandates()], indexes).await
    }
}

fn mandates() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("grantor"),
        uuid("holder"),
        json_binary("scope"),
        date("until"),
        json_binary("witnessing"),
        uuid_null("witness"),
        timestamp_with_time_zone("given_at"),
        json_binary_null("entered_by"),
        json_binary_null("revoked"),
    ];
    table("mandates", columns, &["id"])
}
