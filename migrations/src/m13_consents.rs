//! Consents to the handling of sensitive data.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What has ended is null there, and nulls are no equals: one live consent for a person and kind.
        let indexes = vec![unique("consents", &["person", "kind", "live"]), index("consents", &["person", "id"])];
        create(manager, vec![consents()], indexes).await
    }
}

fn consents() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("person"),
        string("kind"),
        integer("text_version"),
        timestamp_with_time_zone("given_at"),
        json_binary("given"),
        boolean_null("live"),
        json_binary_null("ended"),
        // Of what was said when it was given, and when it ended.
        uuid_null("witness"),
        uuid_null("end_witness"),
    ];
    table("consents", columns, &["id"])
}
