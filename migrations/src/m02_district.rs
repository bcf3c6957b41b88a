//! Divisions, stations, partner districts, the calendar, and what a deployment remembers of itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![divisions(), stations(), partners(), calendar_years(), facts()];
        let indexes = vec![index("stations", &["division"])];
        create(manager, tables, indexes).await
    }
}

fn divisions() -> TableCreateStatement {
    let columns = vec![string("code"), string("name"), double("lat"), double("lng")];
    table("divisions", columns, &["code"])
}

fn stations() -> TableCreateStatement {
    let columns = vec![
        string("code"),
        string("name"),
        string("level"),
        string("division"),
        double("lat"),
        double("lng"),
        integer("windows"),
        integer("staff"),
        boolean("terminal"),
        boolean("accessible"),
        string_null("phone"),
        json_binary("hours"),
        json_binary("added"),
        json_binary("removed"),
        json_binary("facts"),
        big_integer("version"),
    ];
    table("stations", columns, &["code"])
}

fn partners() -> TableCreateStatement {
    let columns = vec![
        string("code"),
        string("name"),
        string("station_name"),
        double("lat"),
        double("lng"),
        json_binary("items"),
        json_binary("hours"),
    ];
    table("partners", columns, &["code"])
}

/// Every arrangement that was ever loaded, in the order in which they were; of a year the last one holds.
fn calendar_years() -> TableCreateStatement {
    let columns = vec![big_integer("revision"), integer("year"), json_binary("content")];
    table("calendar_years", columns, &["revision"])
}

fn facts() -> TableCreateStatement {
    let columns = vec![string("key"), text("value")];
    table("facts", columns, &["key"])
}
