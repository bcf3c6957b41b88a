//! Data keys, wrapped under the master key, which is never in the database.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![data_keys()], Vec::new()).await
    }
}

fn data_keys() -> TableCreateStatement {
    let columns = vec![
        big_integer("id"),
        string("purpose"),
        string("algorithm"),
        binary("wrapped"),
        string("master"),
        timestamp_with_time_zone("created_at"),
    ];
    table("data_keys", columns, &["id"])
}
