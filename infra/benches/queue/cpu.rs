//! How much processor time the database, this process and `pgbench` have used: what a busy machine's other work doesn't change.

use std::fs;
use std::time::Duration;

/// Linux counts in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// Of the database server whose process is `postmaster`, and of this process, ended children included.
pub fn used(postmaster: u32) -> Duration {
    let server = std::iter::once(postmaster).chain(children(postmaster));
    let ticks: u64 = server.chain([std::process::id()]).map(ticks).sum();
    TICK * u32::try_from(ticks).unwrap()
}

fn children(of: u32) -> Vec<u32> {
    let pids = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &u32| fields(*pid).is_some_and(|fields| fields[1] == u64::from(of))).collect()
}

/// Own and ended children's, user's and system's.
fn ticks(pid: u32) -> u64 {
    fields(pid).map_or(0, |fields| fields[11..15].iter().sum())
}

/// From the state on, which stands behind the name; what is no number is 0.
fn fields(pid: u32) -> Option<Vec<u64>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}
