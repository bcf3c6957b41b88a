//! How fast clerks get and finish work on PostgreSQL, through the store, beside raw `pgbench` doing the minimal claim and complete on
//! a table of its own in the same database. Quote the ratios; the absolute numbers are this machine's at this hour.
//!
//! `make bench` runs it twice through `scripts/bench_queue.sh`: on disk with fsync on, and with the data folder in memory, where
//! the processor is the bound. All clients draw from one pool; at least the named number of items wait behind at all times.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that can't go on has failed")]

mod cpu;
mod ours;
mod raw;

use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

/// How deep the pool is behind what is drawn.
const DEPTHS: [u32; 3] = [1_000, 100_000, 1_000_000];
/// Clients at once, and how many items they draw in one run.
const RUNS: [(u32, u32); 3] = [(1, 2_000), (4, 6_000), (16, 16_000)];

/// What came of one run.
#[derive(Debug, Clone)]
pub struct Rate {
    pub a_second: f64,
    /// Of each claim, where it was taken, in order.
    pub claims: Vec<Duration>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let url = std::env::var("BIANMIN_TEST_PG_URL").expect("run by scripts/bench_queue.sh");
    let place = std::env::var("BIANMIN_BENCH_PLACE").unwrap_or_default();
    let postmaster = std::env::var("BIANMIN_BENCH_POSTMASTER").expect("run by scripts/bench_queue.sh").parse().unwrap();
    let mut options = ConnectOptions::new(&url);
    options.max_connections(16).test_before_acquire(false).sqlx_logging(false);
    let database = Database::connect(options).await.unwrap();
    let store = ours::open(&url).await;
    println!("\nclaim + complete a second, {place}; ratios to raw of the same depth and clients, also of processor time; claims in ms");
    println!("bare: raw's statements in a transaction each");
    println!(
        "{:>9} {:>7} {:>9} {:>6} {:>9} {:>6} {:>6} {:>9} {:>6} {:>6} {:>8} {:>8}",
        "depth", "clients", "raw", "bare", "ours", "x raw", "x cpu", "and next", "x raw", "x cpu", "p50", "p99"
    );
    for depth in DEPTHS {
        for (clients, items) in RUNS {
            raw::fill(&database, depth + items).await;
            ours::fill(&store, &database, depth + items).await;
            settle(&database).await;
            let begun = cpu::used(postmaster);
            let least = raw::run(&url, clients, items);
            let least_cpu = (cpu::used(postmaster) - begun).as_secs_f64();
            raw::fill(&database, depth + items).await;
            settle(&database).await;
            let bare = raw::in_transactions(&database, clients, items).await;
            let begun = cpu::used(postmaster);
            let apart = ours::one_by_one(&store, clients, items).await;
            let apart_cpu = (cpu::used(postmaster) - begun).as_secs_f64();
            ours::fill(&store, &database, depth + items).await;
            settle(&database).await;
            let begun = cpu::used(postmaster);
            let chained = ours::complete_and_next(&store, clients, items).await;
            let chained_cpu = (cpu::used(postmaster) - begun).as_secs_f64();
            println!(
                "{depth:>9} {clients:>7} {:>9.0} {:>5.2}x {:>9.0} {:>5.2}x {:>5.2}x {:>9.0} {:>5.2}x {:>5.2}x {:>8.2} {:>8.2}",
                least.a_second,
                bare / least.a_second,
                apart.a_second,
                apart.a_second / least.a_second,
                least_cpu / apart_cpu,
                chained.a_second,
                chained.a_second / least.a_second,
                least_cpu / chained_cpu,
                part(&apart.claims, 50),
                part(&apart.claims, 99),
            );
        }
    }
}

fn part(claims: &[Duration], percent: usize) -> f64 {
    claims[(claims.len() * percent / 100).min(claims.len() - 1)].as_secs_f64() * 1000.0
}

/// What one run leaves behind isn't the next one's to bear.
async fn settle(database: &DatabaseConnection) {
    for statement in ["VACUUM ANALYZE raw_items", "VACUUM ANALYZE work_items", "CHECKPOINT"] {
        database.execute_unprepared(statement).await.unwrap();
    }
}
