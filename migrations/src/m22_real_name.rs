//! How sure it is that somebody is who they say: the phone that they sign in with, their latest proof, and codes and face checks under way.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let added = [
            binary_null("sign_in_phone"),
            binary_null("sign_in_phone_index"),
            string_null("proof"),
            timestamp_with_time_zone_null("proved_at"),
        ];
        // One at a time: SQLite adds no more in one statement.
        for column in added {
            manager.alter_table(Table::alter().table("persons").add_column(column).to_owned()).await?;
        }
        let indexes = vec![
            unique("persons", &["sign_in_phone_index"]),
            index("sms_codes", &["ends_at"]),
            unique("identity_codes", &["digest"]),
            index("identity_codes", &["ends_at"]),
            index("face_checks", &["person"]),
            index("face_checks", &["began_at"]),
        ];
        create(manager, vec![sms_codes(), identity_codes(), face_checks()], indexes).await
    }
}

/// A keyed hash of the phone, and one of phone and code.
fn sms_codes() -> TableCreateStatement {
    let columns = vec![binary("phone_index"), binary("code_index"), integer("tries"), timestamp_with_time_zone("ends_at")];
    table("sms_codes", columns, &["phone_index"])
}

fn identity_codes() -> TableCreateStatement {
    let columns = vec![uuid("person"), string("digest"), timestamp_with_time_zone("ends_at")];
    table("identity_codes", columns, &["person"])
}

fn face_checks() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("person"),
        // A keyed hash of the name and number that are checked.
        binary("checked"),
        string("state"),
        timestamp_with_time_zone("began_at"),
        timestamp_with_time_zone_null("ended_at"),
    ];
    table("face_checks", columns, &["id"])
}
