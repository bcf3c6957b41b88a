//! The station floor: numbers in the row, booked slots, windows, what kept clerks busy, what a supervisor set for a station, and how
//! long service takes there.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![tickets(), appointments(), windows(), engagements(), rules(), paces()];
        let indexes = vec![
            unique("tickets", &["station", "day", "number"]),
            index("tickets", &["person"]),
            index("tickets", &["day"]),
            index("appointments", &["person"]),
            index("appointments", &["station", "begin_at"]),
            index("appointments", &["day", "station"]),
            // Sittings that a period touches.
            index("floor_windows", &["station", "closed_at"]),
            index("floor_windows", &["clerk", "closed_at"]),
            index("engagements", &["clerk", "ended_at"]),
            index("engagements", &["ended_at"]),
        ];
        create(manager, tables, indexes).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 8] = [
    // The order of the row.
    "CREATE INDEX tickets_row ON tickets (district, station, rank_at, id) WHERE state = 'waiting'",
    "CREATE INDEX tickets_live ON tickets (district, station) WHERE ended_at IS NULL",
    // One number at a window, and one a person.
    "CREATE UNIQUE INDEX tickets_at_window ON tickets (district, station, window_number) WHERE state IN ('called', 'serving')",
    "CREATE UNIQUE INDEX tickets_of_person ON tickets (district, person) WHERE ended_at IS NULL AND person IS NOT NULL",
    "CREATE INDEX appointments_booked ON appointments (district, begin_at) WHERE state = 'booked'",
    // One slot a person, item and day.
    "CREATE UNIQUE INDEX appointments_of_person ON appointments (district, person, item, day) WHERE state = 'booked'",
    // One sitting at a window, and one a clerk.
    "CREATE UNIQUE INDEX floor_windows_open ON floor_windows (district, station, number) WHERE closed_at IS NULL",
    "CREATE UNIQUE INDEX floor_windows_of_clerk ON floor_windows (district, clerk) WHERE closed_at IS NULL",
];

fn tickets() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        string("station"),
        date("day"),
        string("number"),
        string("kind"),
        uuid_null("person"),
        uuid_null("appointment"),
        timestamp_with_time_zone("taken_at"),
        timestamp_with_time_zone("rank_at"),
        string("state"),
        integer("missed"),
        integer_null("window_number"),
        uuid_null("called_by"),
        timestamp_with_time_zone_null("called_at"),
        integer_null("called_times"),
        timestamp_with_time_zone_null("begun_at"),
        timestamp_with_time_zone_null("ended_at"),
        uuid_null("case_id"),
        integer("version"),
    ];
    table("tickets", columns, &["id"])
}

fn appointments() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("person"),
        string("station"),
        string("item"),
        string("kind"),
        date("day"),
        timestamp_with_time_zone("begin_at"),
        timestamp_with_time_zone("end_at"),
        timestamp_with_time_zone("booked_at"),
        string("state"),
        timestamp_with_time_zone_null("ended_at"),
        uuid_null("ticket"),
        integer("version"),
    ];
    table("appointments", columns, &["id"])
}

/// Sittings: who sat where, from when to when.
fn windows() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        string("station"),
        integer("number"),
        uuid("clerk"),
        json("serves"),
        timestamp_with_time_zone("opened_at"),
        timestamp_with_time_zone_null("closed_at"),
        integer("turn_tickets"),
        integer("turn_online"),
        integer("version"),
    ];
    table("floor_windows", columns, &["id"])
}

/// What kept a clerk busy and that no other row tells of: calls that are over, and holds that ended without the item being done. `about`
/// is the number or the work item.
fn engagements() -> TableCreateStatement {
    let columns = vec![uuid("about"), timestamp_with_time_zone("begun_at"), uuid("clerk"), timestamp_with_time_zone("ended_at")];
    table("engagements", columns, &["about", "begun_at"])
}

fn rules() -> TableCreateStatement {
    table("floor_rules", vec![string("station"), json("content"), integer("version")], &["station"])
}

/// Seconds that one matter takes, as a decaying mean.
fn paces() -> TableCreateStatement {
    table("service_paces", vec![string("station"), string("kind"), integer("secs")], &["station", "kind"])
}
