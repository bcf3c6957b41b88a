//! Persons, what they are to each other, and the accounts of staff with their roles.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![persons(), relatives(), accounts(), grants()];
        let indexes = vec![
            unique("persons", &["citizen_id_index"]),
            index("persons", &["phone_index"]),
            unique("persons", &["openid_index"]),
            index("persons", &["household"]),
            unique("accounts", &["login"]),
            index("accounts", &["person"]),
            index("grants", &["scope_code", "role"]),
        ];
        create(manager, tables, indexes).await
    }
}

fn persons() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        string_null("name"),
        binary_null("citizen_id"),
        binary_null("citizen_id_index"),
        binary_null("phone"),
        binary_null("phone_index"),
        string_null("ethnicity"),
        string_null("registered"),
        string_null("residence"),
        binary_null("address"),
        string_null("household"),
        binary_null("openid"),
        binary_null("openid_index"),
        boolean("demo"),
        timestamp_with_time_zone("created_at"),
        timestamp_with_time_zone_null("closed_at"),
        big_integer("version"),
    ];
    table("persons", columns, &["id"])
}

fn relatives() -> TableCreateStatement {
    let columns = vec![uuid("person"), uuid("relative"), string("kinship")];
    table("relatives", columns, &["person", "relative"])
}

fn accounts() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        string("login"),
        string("password_hash"),
        integer("password_number"),
        boolean("first_password"),
        json("topics"),
        uuid("person"),
        boolean("disabled"),
        boolean("demo"),
        big_integer("version"),
    ];
    table("accounts", columns, &["id"])
}

fn grants() -> TableCreateStatement {
    let columns = vec![uuid("account"), string("role"), string("scope_kind"), string("scope_code")];
    table("grants", columns, &["account", "role", "scope_kind", "scope_code"])
}
