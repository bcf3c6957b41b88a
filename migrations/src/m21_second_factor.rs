//! The second factor of staff: the authenticator of an account, and the recovery codes that stand in for it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![second_factors(), recovery_codes()], vec![]).await
    }
}

fn second_factors() -> TableCreateStatement {
    let columns = vec![
        uuid("account"),
        binary_null("secret"),
        big_integer_null("last_step"),
        timestamp_with_time_zone_null("enrolled_at"),
        // Made and not confirmed yet; what is in force stays meanwhile.
        binary_null("pending"),
        timestamp_with_time_zone_null("pending_at"),
    ];
    table("second_factors", columns, &["account"])
}

fn recovery_codes() -> TableCreateStatement {
    let columns = vec![uuid("account"), string("digest"), timestamp_with_time_zone_null("used_at")];
    table("recovery_codes", columns, &["account", "digest"])
}
