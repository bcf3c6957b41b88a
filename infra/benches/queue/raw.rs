//! The least that a queue can do: claim with a fence, complete, a commit each.

use std::process::Command;

use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::Rate;

const CLAIM_AND_COMPLETE: &str = "\
UPDATE raw_items SET state = 'leased', holder = :client_id, lease_until = now() + interval '30 minutes', fence = fence + 1 \
WHERE id = (SELECT id FROM raw_items WHERE state = 'ready' ORDER BY rank_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id \\gset
UPDATE raw_items SET state = 'done' WHERE id = :id AND state = 'leased';
";

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
    std::fs::write(script.path(), CLAIM_AND_COMPLETE).unwrap();
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
