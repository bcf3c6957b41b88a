//! The door of staff: the authenticator of an account, the recovery codes that stand in for it, a WeChat and a subject at the district's identity
//! provider that are bound to it; and of a session, whether the provider vouched for its holder.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = vec![unique("staff_wechats", &["openid_index"]), unique("staff_subjects", &["subject_index"])];
        create(manager, vec![second_factors(), recovery_codes(), staff_wechats(), staff_subjects()], indexes).await?;
        let vouched = boolean("vouched").default(false).to_owned();
        manager.alter_table(Table::alter().table("sessions").add_column(vouched).to_owned()).await
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

fn staff_wechats() -> TableCreateStatement {
    let columns = vec![uuid("account"), binary("openid"), binary("openid_index"), timestamp_with_time_zone("bound_at")];
    table("staff_wechats", columns, &["account"])
}

fn staff_subjects() -> TableCreateStatement {
    let columns = vec![uuid("account"), binary("subject"), binary("subject_index"), timestamp_with_time_zone("bound_at")];
    table("staff_subjects", columns, &["account"])
}

fn recovery_codes() -> TableCreateStatement {
    let columns = vec![uuid("account"), string("digest"), timestamp_with_time_zone_null("used_at")];
    table("recovery_codes", columns, &["account", "digest"])
}
