//! What follows reviews: who handled a case, the rectification of a bad one with its record and its answers, and signs of farming.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![handlers(), rectifications(), steps(), replies(), staff_devices(), farming(), farming_reviews()];
        let indexes = vec![
            index("case_handlers", &["person", "case_id"]),
            unique("rectifications", &["case_id"]),
            index("rectifications", &["station", "close_by", "id"]),
            index("rectifications", &["raised_to", "close_by", "id"]),
            index("rectification_replies", &["station", "at"]),
            index("cases", &["ended_at"]),
            index("evaluations", &["at"]),
            index("farming", &["station", "id"]),
            index("farming_reviews", &["case_id"]),
        ];
        create(manager, tables, indexes).await?;
        for partial in [OPEN, DEVICES] {
            manager.get_connection().execute_unprepared(partial).await?;
        }
        Ok(())
    }
}

/// Their cost doesn't grow with what is closed.
const OPEN: &str = "CREATE INDEX rectifications_open ON rectifications (district, contact_by) WHERE state = 'open'";

/// Nor with the reviews whose device is forgotten.
const DEVICES: &str = "CREATE INDEX evaluations_with_device ON evaluations (district, at) WHERE device IS NOT NULL";

/// Everybody who did something in a case, written when it ends: whom a review of it names.
fn handlers() -> TableCreateStatement {
    table("case_handlers", vec![uuid("case_id"), uuid("person"), uuid("account")], &["case_id", "person"])
}

/// What the steps tell, for lists, deadlines and figures.
fn rectifications() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("case_id"),
        string("station"),
        string("role"),
        string("secrecy"),
        // The station up the line that decides too, where nobody at the desks of a sealed case may.
        string_null("raised_to"),
        string("level"),
        timestamp_with_time_zone("opened_at"),
        string("state"),
        date("contact_by"),
        date("close_by"),
        timestamp_with_time_zone_null("reached_at"),
        boolean("contact_told"),
        boolean("close_told"),
        // How the first round was closed.
        string_null("timeliness"),
        // An appeal waits for a decision.
        boolean("appealed"),
        integer("steps"),
    ];
    table("rectifications", columns, &["id"])
}

fn steps() -> TableCreateStatement {
    let columns = vec![
        uuid("rectification"),
        integer("seq"),
        uuid("case_id"),
        timestamp_with_time_zone("at"),
        json_binary("by"),
        string("kind"),
        json_binary("content"),
    ];
    table("rectification_steps", columns, &["rectification", "seq"])
}

/// What the person was answered, and what of it everybody may read.
fn replies() -> TableCreateStatement {
    let columns =
        vec![uuid("id"), uuid("case_id"), string("station"), timestamp_with_time_zone("at"), binary_null("text"), binary_null("published")];
    table("rectification_replies", columns, &["id"])
}

/// Devices that staff sign in with, as keyed hashes.
fn staff_devices() -> TableCreateStatement {
    table("staff_devices", vec![string("device"), uuid("account"), timestamp_with_time_zone("seen_at")], &["device", "account"])
}

/// Reviews that look made up, for a supervisor to look into.
fn farming() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        string("sign"),
        string("station"),
        timestamp_with_time_zone("found_at"),
        timestamp_with_time_zone("first_at"),
        timestamp_with_time_zone("last_at"),
        timestamp_with_time_zone_null("looked_at"),
        uuid_null("looked_by"),
        binary_null("note"),
    ];
    table("farming", columns, &["id"])
}

fn farming_reviews() -> TableCreateStatement {
    table("farming_reviews", vec![uuid("farming"), uuid("case_id")], &["farming", "case_id"])
}
