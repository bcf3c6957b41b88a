//! Cases: the row for lists, the events that are the record, and what stays outside the record so that it can be erased.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![cases(), case_events(), case_involved(), case_answers(), notes(), plan_inputs(), plan_snapshots()];
        let indexes = vec![
            unique("cases", &["number"]),
            index("cases", &["bundle"]),
            index("cases", &["state", "due_on"]),
            index("cases", &["alert_at"]),
            index("cases", &["erased_at", "ended_at"]),
            index("case_involved", &["person", "case_id"]),
            index("case_involved", &["mandate", "case_id"]),
        ];
        create(manager, tables, indexes).await
    }
}

fn cases() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        string("number"),
        string("item"),
        integer("item_version"),
        uuid_null("bundle"),
        string("mode"),
        string("accepting"),
        string("division"),
        binary_null("organisation"),
        string_null("stage"),
        string_null("station"),
        string("state"),
        string_null("outcome"),
        date_null("due_on"),
        boolean("by_agent"),
        date_null("wait_until"),
        // When its alerts have to be looked after.
        timestamp_with_time_zone_null("alert_at"),
        // By which revision of the calendar its deadlines were reckoned.
        big_integer("reckoned"),
        timestamp_with_time_zone("submitted_at"),
        timestamp_with_time_zone("received_at"),
        timestamp_with_time_zone_null("accepted_at"),
        timestamp_with_time_zone_null("ended_at"),
        timestamp_with_time_zone_null("erased_at"),
        binary_null("plan"),
        integer("events"),
    ];
    table("cases", columns, &["id"])
}

fn case_events() -> TableCreateStatement {
    let columns =
        vec![uuid("case_id"), integer("seq"), timestamp_with_time_zone("at"), json_binary("by"), string("kind"), json_binary("content")];
    table("case_events", columns, &["case_id", "seq"])
}

/// An agent's row names the mandate that they act under, and the last day of it.
fn case_involved() -> TableCreateStatement {
    let columns = vec![uuid("case_id"), uuid("person"), string("part"), uuid_null("mandate"), date_null("until")];
    table("case_involved", columns, &["case_id", "person", "part"])
}

fn case_answers() -> TableCreateStatement {
    let columns = vec![uuid("case_id"), binary("content")];
    table("case_answers", columns, &["case_id"])
}

fn notes() -> TableCreateStatement {
    let columns = vec![uuid("id"), uuid("case_id"), uuid("author"), binary("content"), timestamp_with_time_zone("at")];
    table("notes", columns, &["id"])
}

/// What a case's plan came from, and the last snapshot on which the plan was found to hold.
fn plan_inputs() -> TableCreateStatement {
    table("plan_inputs", vec![uuid("case_id"), string("holds_on"), binary("content")], &["case_id"])
}

/// Maps and settings, each once under its digest however many cases were planned on it.
fn plan_snapshots() -> TableCreateStatement {
    table("plan_snapshots", vec![string("digest"), json_binary("content")], &["digest"])
}
