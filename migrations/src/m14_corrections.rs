//! Corrections of who somebody is.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![corrections()], vec![index("corrections", &["person"])]).await
    }
}

fn corrections() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("person"),
        timestamp_with_time_zone("at"),
        json_binary("entered_by"),
        uuid("scan"),
        binary("before"),
        binary("after"),
        json_binary_null("confirmed"),
    ];
    table("corrections", columns, &["id"])
}
