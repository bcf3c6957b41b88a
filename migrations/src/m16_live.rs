//! What those who watch are told, for as long as somebody may ask from where they left off; and the tickets with which one comes to watch.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![live_updates(), live_tickets()], vec![index("live_tickets", &["expires_at"])]).await
    }
}

fn live_updates() -> TableCreateStatement {
    let columns = vec![
        // Of the transaction, in the order in which readers may rely on it.
        big_integer("position"),
        integer("nth"),
        string("topic"),
        string("what"),
        string("thing"),
        timestamp_with_time_zone("at"),
    ];
    table("live_updates", columns, &["position", "nth"])
}

fn live_tickets() -> TableCreateStatement {
    let columns = vec![string("digest"), json("watcher"), json("topics"), timestamp_with_time_zone("expires_at")];
    table("live_tickets", columns, &["digest"])
}
