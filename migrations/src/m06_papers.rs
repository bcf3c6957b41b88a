//! Uploads of people, documents that the system printed, certificates, and the counters behind their numbers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![uploads(), documents(), doomed_files(), certificates(), serials()];
        let indexes = vec![
            index("uploads", &["case_id"]),
            index("documents", &["case_id"]),
            unique("certificates", &["check_token_index"]),
            index("certificates", &["case_id"]),
        ];
        create(manager, tables, indexes).await
    }
}

fn uploads() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("person"),
        uuid_null("case_id"),
        uuid_null("mandate"),
        uuid_null("correction"),
        uuid_null("consent"),
        uuid_null("request"),
        string_null("material"),
        string("media_type"),
        big_integer("size"),
        string("sha256"),
        string("object_key"),
        timestamp_with_time_zone("at"),
    ];
    table("uploads", columns, &["id"])
}

fn documents() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("case_id"),
        string("name"),
        string("media_type"),
        big_integer("size"),
        string("sha256"),
        string("object_key"),
        timestamp_with_time_zone("at"),
    ];
    table("documents", columns, &["id"])
}

/// Files whose rows are erased, and which are still to be removed.
fn doomed_files() -> TableCreateStatement {
    table("doomed_files", vec![string("object_key")], &["object_key"])
}

fn certificates() -> TableCreateStatement {
    let columns = vec![
        string("number"),
        uuid("case_id"),
        uuid("document"),
        string("item"),
        string("issuer"),
        date("issued_on"),
        date_null("valid_until"),
        json_binary("standing"),
        binary_null("check_token"),
        binary_null("check_token_index"),
        string_null("holder"),
    ];
    table("certificates", columns, &["number"])
}

fn serials() -> TableCreateStatement {
    let columns = vec![string("key"), big_integer("last")];
    table("serials", columns, &["key"])
}
