//! Items at their versions, and the certificates that a village may not issue.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![item_versions(), prohibited_certificates()];
        let indexes = vec![];
        create(manager, tables, indexes).await
    }
}

fn item_versions() -> TableCreateStatement {
    let columns =
        vec![string("code"), integer("version"), json_binary("content"), string("content_hash"), timestamp_with_time_zone("loaded_at")];
    table("item_versions", columns, &["code", "version"])
}

fn prohibited_certificates() -> TableCreateStatement {
    let columns = vec![string("name"), json_binary("content")];
    table("prohibited_certificates", columns, &["name"])
}
