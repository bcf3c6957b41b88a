//! Corrections of who somebody is.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = vec![index("corrections", &["person"]), index("corrections", &["state", "at"])];
        create(manager, vec![corrections()], indexes).await
    }
}

fn corrections() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("person"),
        timestamp_with_time_zone("at"),
        uuid("by_account"),
        uuid("by_person"),
        string("by_role"),
        string("by_station"),
        uuid("scan"),
        binary("before"),
        binary("after"),
        // Whether it stands, waits for a second person, was refused by one, or lapsed since none came.
        string("state"),
        json_binary_null("settled"),
    ];
    table("corrections", columns, &["id"])
}
