//! The queue.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tables::{create, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![work_items(), work_moves()], vec![index("work_moves", &["work_item"]), index("work_moves", &["case_id"])])
            .await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared(VACUUM_SOON).await?;
        }
        Ok(())
    }
}

/// All but the last over what is open alone: their cost doesn't grow with what is done.
const INDEXES: [&str; 8] = [
    // The order of the claim.
    "CREATE INDEX work_items_ready ON work_items (district, station, role, rank_at, id) WHERE closed_at IS NULL",
    "CREATE INDEX work_items_shared ON work_items (district, rank_at, id) WHERE closed_at IS NULL AND sharing = 'district'",
    "CREATE INDEX work_items_of_line ON work_items (district, rank_at, id) WHERE closed_at IS NULL AND reach = 'line'",
    "CREATE INDEX work_items_held ON work_items (district, holder) WHERE closed_at IS NULL AND lease_until IS NOT NULL",
    "CREATE INDEX work_items_parked ON work_items (district, parked_until) WHERE closed_at IS NULL AND parked_until IS NOT NULL",
    "CREATE INDEX work_items_hung ON work_items (district, not_before, id) WHERE closed_at IS NULL AND not_before IS NOT NULL",
    // One open item a case.
    "CREATE UNIQUE INDEX work_items_of_case ON work_items (district, case_id) WHERE closed_at IS NULL",
    // What was done in a period: it grows at its end alone.
    "CREATE INDEX work_items_closed ON work_items (district, closed_at) WHERE closed_at IS NOT NULL",
];

/// What was claimed leaves dead entries at the head of the order; every later claim would step over them.
const VACUUM_SOON: &str = "ALTER TABLE work_items SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)";

fn work_items() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("case_id"),
        integer("step"),
        string("stage"),
        string("topic"),
        string("station"),
        string("role"),
        string("in_name_of"),
        string("reach"),
        string("sharing"),
        string("lane"),
        timestamp_with_time_zone("arrived_at"),
        timestamp_with_time_zone("due_at"),
        // What the due time was counted from: it stays where the item goes to another desk.
        timestamp_with_time_zone("due_from"),
        timestamp_with_time_zone_null("not_before"),
        timestamp_with_time_zone_null("parked_until"),
        uuid_null("kept_for"),
        timestamp_with_time_zone_null("kept_until"),
        timestamp_with_time_zone_null("escalated_at"),
        timestamp_with_time_zone("rank_at"),
        uuid_null("holder"),
        timestamp_with_time_zone_null("lease_until"),
        // Of the claim that holds, or held last.
        timestamp_with_time_zone_null("held_since"),
        // Of the first claim at its desk.
        timestamp_with_time_zone_null("claimed_at"),
        // From when on it may be claimed: the end of the lease while somebody holds it.
        timestamp_with_time_zone("free_from"),
        integer("fence"),
        timestamp_with_time_zone_null("closed_at"),
        string_null("outcome"),
    ];
    table("work_items", columns, &["id"])
}

/// How items were handed on, put aside, escalated or assigned; why stands in the note.
fn work_moves() -> TableCreateStatement {
    let columns = vec![uuid("note"), uuid("work_item"), uuid("case_id"), timestamp_with_time_zone("at"), uuid("by"), json("moved")];
    table("work_moves", columns, &["note"])
}
