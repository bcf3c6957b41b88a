//! What WeChat pushed: its mark alone, so that a repetition is known, on whatever instance.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![wechat_pushes()], vec![index("wechat_pushes", &["at"])]).await
    }
}

fn wechat_pushes() -> TableCreateStatement {
    table("wechat_pushes", vec![binary("mark"), timestamp_with_time_zone("at")], &["mark"])
}
