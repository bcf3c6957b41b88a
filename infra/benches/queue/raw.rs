//! The least that a queue can do: claim with a fence, complete, a commit each. By `pgbench`, whose statements commit themselves; and the
//! same statements as a service runs them, each in a transaction that is begun and committed: what that alone costs.

use std::process::Command;
use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait, Value};

use super::Rate;

const CLAIM: &str = "\
UPDATE raw_items SET state = 'leased', holder = $holder, lease_until = now() + interval '30 minutes', fence = fence + 1 \
WHERE id = (SELECT id FROM raw_items WHERE state = 'ready' ORDER BY rank_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id";
const COMPLETE: &str = "UPDATE raw_items SET state = 'done' WHERE id = $id AND state = 'leased'";

pub async fn fill(database: &DatabaseConnection, items: u32) {
    for statement in [
        "DROP TABLE IF EXISTS raw_items".to_owned(),
        "CREATE TABLE raw_items (id bigint PRIMARY KEY, rank_at timestamptz NOT NULL, state text NOT NULL, holder int, \
         lease_until timestamptz, fence int NOT NULL)"
            .to_owned(),
        format!(
            "INSERT INTO raw_items SELECT n, timestamptz '2026-09-14' + n * interval '1 second', 'ready', NULL, NULL, 0 \
             FROM generate_series(1, {items}) AS n"
        ),
        "CREATE INDEX raw_items_ready ON raw_items (rank_at) WHERE state = 'ready'".to_owned(),
        "ALTER TABLE raw_items SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)".to_owned(),
    ] {
        database.execute_unprepared(&statement).await.unwrap();
    }
}

pub fn run(url: &str, clients: u32, items: u32) -> Rate {
    let script = tempfile::NamedTempFile::new().unwrap();
    let (claim, complete) = (CLAIM.replace("$holder", ":client_id"), COMPLETE.replace("$id", ":id"));
    std::fs::write(script.path(), format!("{claim} \\gset\n{complete};\n")).unwrap();
    let pgbench = std::env::var("BIANMIN_PGBENCH").unwrap_or_else(|_| "pgbench".to_owned());
    let told = Command::new(pgbench)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={clients}"))
        .arg(format!("--transactions={}", items / clients))
        .arg("--file")
        .arg(script.path())
        .arg(url)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&told.stdout);
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    Rate { a_second: rate.unwrap_or_else(|| panic!("pgbench: {text}{}", String::from_utf8_lossy(&told.stderr))), claims: Vec::new() }
}

/// The same two statements, a transaction each, through SeaORM.
pub async fn in_transactions(database: &DatabaseConnection, clients: u32, items: u32) -> f64 {
    let began = Instant::now();
    let days = (0..clients).map(|number| tokio::spawn(day(database.clone(), number, items / clients)));
    for day in days.collect::<Vec<_>>() {
        day.await.unwrap();
    }
    f64::from(items) / began.elapsed().as_secs_f64()
}

async fn day(database: DatabaseConnection, number: u32, items: u32) {
    for _ in 0..items {
        let claimed = one(&database, CLAIM.replace("$holder", "$1"), i32::try_from(number).unwrap().into()).await;
        one(&database, COMPLETE.replace("$id", "$1"), claimed.expect("something waits").into()).await;
    }
}

/// The id that a statement gives.
async fn one(database: &DatabaseConnection, text: String, value: Value) -> Option<i64> {
    let transaction = database.begin().await.unwrap();
    let row = transaction.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, text, [value])).await.unwrap();
    transaction.commit().await.unwrap();
    row.map(|row| row.try_get("", "id").unwrap())
}
