//! Against which revision of the map a plan was held last: nobody holds it against an older one afterwards.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let revision = big_integer("map_revision").default(0).to_owned();
        manager.alter_table(Table::alter().table("plan_inputs").add_column(revision).to_owned()).await
    }
}
