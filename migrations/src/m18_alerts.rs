//! Watching over the clocks: alerts, and from when on somebody is warned.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::tables::{create, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Two instances that find the same alert raise it once.
        let once = unique("alerts", &["case_id", "cause", "colour", "turn", "raised_at"]);
        create(manager, vec![alerts(), supervision_thresholds()], vec![once]).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 3] = [
    "CREATE INDEX alerts_to_see_to ON alerts (district, id) \
     WHERE acknowledged_at IS NULL AND overtaken = FALSE AND (colour = 'red' OR ended_at IS NULL)",
    "CREATE INDEX alerts_overdue ON alerts (district, ended_at) WHERE cause = 'promise' AND colour = 'red' AND overtaken = FALSE",
    // The open cases whose deadlines were reckoned by an older calendar.
    "CREATE INDEX cases_reckoned ON cases (district, reckoned) WHERE ended_at IS NULL",
];

fn alerts() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("case_id"),
        string("number"),
        string("item"),
        boolean("sealed"),
        string("cause"),
        string("colour"),
        // Which run of the clock.
        integer("turn"),
        // Where the case stood then.
        string("station"),
        string_null("stage"),
        date_null("due_on"),
        // When it was due, whenever it was found.
        timestamp_with_time_zone("raised_at"),
        timestamp_with_time_zone_null("ended_at"),
        boolean("overtaken"),
        timestamp_with_time_zone_null("acknowledged_at"),
        uuid_null("acknowledged_by"),
        // Why somebody called the supervisor; and what is done about it.
        uuid_null("reason"),
        uuid_null("measure"),
    ];
    table("alerts", columns, &["id"])
}

/// One row a district, once its supervisors changed something.
fn supervision_thresholds() -> TableCreateStatement {
    let columns = vec![integer("yellow_percent"), integer("yellow_days"), integer("items_per_clerk"), big_integer("version")];
    table("supervision_thresholds", columns, &[])
}
