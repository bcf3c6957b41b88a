//! Deliveries with their legs and handovers, and evaluations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![deliveries(), legs(), shifts(), evaluations()];
        let indexes = vec![unique("deliveries", &["case_id"]), index("legs", &["state", "station"]), index("legs", &["courier"])];
        create(manager, tables, indexes).await
    }
}

fn deliveries() -> TableCreateStatement {
    let columns = vec![uuid("id"), uuid("case_id")];
    table("deliveries", columns, &["id"])
}

fn legs() -> TableCreateStatement {
    let columns = vec![
        uuid("delivery"),
        string("kind"),
        string("state"),
        string("station"),
        uuid_null("courier"),
        binary_null("giver_code"),
        binary_null("taker_code"),
        timestamp_with_time_zone_null("giver_confirmed"),
        timestamp_with_time_zone_null("taker_confirmed"),
        integer("wrong_tries"),
        big_integer("version"),
    ];
    table("legs", columns, &["delivery", "kind"])
}

/// When a courier works.
fn shifts() -> TableCreateStatement {
    let columns = vec![uuid("account"), json_binary("hours")];
    table("shifts", columns, &["account"])
}

fn evaluations() -> TableCreateStatement {
    let columns = vec![
        uuid("case_id"),
        string("level"),
        binary_null("text"),
        uuid("person"),
        timestamp_with_time_zone("at"),
        // When the case ended before the person, at a counter.
        timestamp_with_time_zone_null("counter_at"),
        // A keyed hash of the mark that the device sent, for a while.
        string_null("device"),
    ];
    table("evaluations", columns, &["case_id"])
}
