//! Claimers that are killed at random: every item is completed, and none twice.
//!
//! The claimers are processes of their own (this test binary, started anew). They tell each completion that was acknowledged; a
//! trigger in the database counts each that was made, whatever the store believes. Each process lives an hour later than the one
//! before it, so that the leases of the dead, and those of the living too, have run out for it: late holders get fenced off.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

use chrono::Duration;
use domain::ids::WorkItemId;
use domain::queue::Lane;
use infra::store::{Closing, DatabasePlace, Next, VaultSettings};
use infra::vault::{Algorithm, MasterKey};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use secrecy::ExposeSecret;

use super::{claimant, moment, work_item};
use crate::databases::{Bench, now, on_empty_postgres, raw};

const ITEMS: u32 = 100_000;
const CLAIMERS: u8 = 64;
const KILLS: usize = 20;
const PLACE: &str = "BIANMIN_TEST_CLAIMER_PLACE";
const LIFE: &str = "BIANMIN_TEST_CLAIMER_LIFE";
const SHARE: &str = "BIANMIN_TEST_CLAIMER_SHARE";

#[tokio::test(flavor = "multi_thread")]
async fn one_process_that_is_killed_again_and_again_completes_every_item_once_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    survive(DatabasePlace::Sqlite(folder.path().join("bianmin.db")), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_of_which_some_are_killed_complete_every_item_once_on_postgres() {
    on_empty_postgres(async |place| survive(place, 4).await).await;
}

async fn survive(place: DatabasePlace, processes: u8) {
    fill(&place).await;
    let acknowledged = {
        let place = place.clone();
        tokio::task::spawn_blocking(move || Claimers::work(&place, processes)).await.unwrap()
    };
    let database = raw(&place).await;
    assert_eq!(number(&database, "SELECT count(*) FROM work_items WHERE closed_at IS NULL").await, 0, "none is lost");
    assert_eq!(number(&database, "SELECT count(*) FROM completions").await, i64::from(ITEMS), "none is completed twice");
    assert_eq!(number(&database, "SELECT count(DISTINCT id) FROM completions").await, i64::from(ITEMS));
    let twice: Vec<_> = acknowledged.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "acknowledged more than once: {twice:?}");
}

async fn number(database: &DatabaseConnection, query: &str) -> i64 {
    let row = database.query_one_raw(Statement::from_string(database.get_database_backend(), query)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// All items at one desk, and the trigger that counts.
async fn fill(place: &DatabasePlace) {
    let bench = open(place.clone()).await;
    let first = work_item(1, 0, Lane::Normal, Duration::days(1));
    bench.write(move |tx| Box::pin(async move { tx.add_work_item(&first).await })).await.unwrap();
    let database = raw(place).await;
    let (id, numbers, trigger) = match place {
        DatabasePlace::Sqlite(_) => (
            "randomblob(16)",
            "(WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {}) SELECT n FROM numbers)",
            "CREATE TRIGGER completed AFTER UPDATE OF closed_at ON work_items WHEN NEW.closed_at IS NOT NULL \
             BEGIN INSERT INTO completions VALUES (NEW.id); END",
        ),
        DatabasePlace::Postgres(_) => (
            "gen_random_uuid()",
            "generate_series(2, {})",
            "CREATE FUNCTION complete() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN INSERT INTO completions VALUES (NEW.id); RETURN NULL; END $$; \
             CREATE TRIGGER completed AFTER UPDATE OF closed_at ON work_items FOR EACH ROW WHEN (NEW.closed_at IS NOT NULL) \
             EXECUTE FUNCTION complete()",
        ),
    };
    let columns =
        "step, stage, topic, station, role, in_name_of, reach, sharing, lane, arrived_at, due_at, due_from, rank_at, free_from, fence";
    let more = format!(
        "INSERT INTO work_items (district, id, case_id, {columns}) SELECT district, {id}, {id}, {columns} FROM work_items, {} AS numbers",
        numbers.replace("{}", &ITEMS.to_string()),
    );
    let kind = if matches!(place, DatabasePlace::Sqlite(_)) { "BLOB" } else { "UUID" };
    for statement in [more, format!("CREATE TABLE completions (id {kind})"), trigger.to_owned()] {
        database.execute_unprepared(&statement).await.unwrap();
    }
}

async fn open(place: DatabasePlace) -> Bench {
    let master = "7".repeat(64).parse::<MasterKey>().unwrap();
    Bench::open_with(place, VaultSettings { master, algorithm: Algorithm::default() }).await
}

/// Processes that claim, as their parent sees them.
struct Claimers<'a> {
    place: &'a DatabasePlace,
    share: u8,
    living: BTreeMap<u32, Child>,
    killed: BTreeSet<u32>,
    lives: u32,
    teller: Sender<(u32, Told)>,
    told: Receiver<(u32, Told)>,
}

/// What a process tells, a line each.
enum Told {
    Completed(WorkItemId),
    Over,
}

impl<'a> Claimers<'a> {
    /// Lets them work until nothing waits any more, killing who tells of a completion after each of some random
    /// numbers of them. How often each completion was acknowledged.
    fn work(place: &'a DatabasePlace, processes: u8) -> BTreeMap<WorkItemId, u32> {
        let (teller, told) = channel();
        let share = CLAIMERS / processes;
        let mut claimers = Self { place, share, living: BTreeMap::new(), killed: BTreeSet::new(), lives: 0, teller, told };
        (0..processes).for_each(|_| claimers.start());
        let mut until_a_kill = kills();
        let mut acknowledged = BTreeMap::new();
        while !claimers.living.is_empty() {
            match claimers.told.recv().unwrap() {
                (life, Told::Completed(item)) => {
                    *acknowledged.entry(item).or_default() += 1;
                    if !claimers.killed.contains(&life) && is_time(&mut until_a_kill) {
                        claimers.kill(life);
                    }
                }
                (life, Told::Over) => claimers.bury(life),
            }
        }
        assert!(until_a_kill.is_empty(), "{} kills were due yet", until_a_kill.len());
        acknowledged
    }

    fn start(&mut self) {
        self.lives += 1;
        let life = self.lives;
        let place = match self.place {
            DatabasePlace::Sqlite(path) => path.display().to_string(),
            DatabasePlace::Postgres(url) => url.expose_secret().to_owned(),
        };
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "queue::kills::a_process_of_claimers"])
            .env(PLACE, place)
            .env(LIFE, life.to_string())
            .env(SHARE, self.share.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (lines, told) = (BufReader::new(child.stdout.take().unwrap()).lines(), self.teller.clone());
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(id) = line.strip_prefix("completed ").and_then(|id| id.parse().ok()) {
                    told.send((life, Told::Completed(WorkItemId::new(id)))).unwrap();
                }
            }
            told.send((life, Told::Over)).unwrap();
        });
        self.living.insert(life, child);
    }

    /// Another takes its place when it is gone.
    fn kill(&mut self, life: u32) {
        self.living.get_mut(&life).unwrap().kill().unwrap();
        self.killed.insert(life);
    }

    /// A process that ended by itself found nothing waiting; a killed one is followed by another.
    fn bury(&mut self, life: u32) {
        let ended = self.living.remove(&life).unwrap().wait().unwrap();
        match ended.code() {
            Some(0) => {}
            Some(code) => panic!("a claimer failed: {code}"),
            None => self.start(),
        }
    }
}

/// After how many further completions each kill comes.
fn kills() -> Vec<u32> {
    let most = ITEMS / 2 / u32::try_from(KILLS).unwrap();
    let mut random = TestRunner::default();
    prop::collection::vec(1..most, KILLS).new_tree(&mut random).unwrap().current()
}

fn is_time(until_a_kill: &mut Vec<u32>) -> bool {
    let Some(left) = until_a_kill.last_mut() else { return false };
    *left -= 1;
    *left == 0 && until_a_kill.pop().is_some()
}

/// Not a test by itself: what the processes run.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the tests above, in processes of their own"]
async fn a_process_of_claimers() {
    let setting = |name: &str| std::env::var(name).ok();
    let Some(place) = setting(PLACE) else { return };
    let place = if place.starts_with("postgres:") { DatabasePlace::Postgres(place.into()) } else { DatabasePlace::Sqlite(place.into()) };
    let (life, share): (i32, u8) = (setting(LIFE).unwrap().parse().unwrap(), setting(SHARE).unwrap().parse().unwrap());
    let bench = open(place).await;
    let claimers: Vec<_> = (0..share).map(|number| tokio::spawn(claim_until_nothing_waits(bench.clone(), number, life))).collect();
    for claimer in claimers {
        claimer.await.unwrap();
    }
}

async fn claim_until_nothing_waits(bench: Bench, number: u8, life: i32) {
    // Two lives of one clerk are the same account: only the claim's number tells them apart.
    let (by, at) = (claimant(number, &[0], [].into()), moment(now() + Duration::hours(life.into())));
    let mut held = {
        let by = by.clone();
        bench.write(move |tx| Box::pin(async move { tx.claim_next(&by, at).await })).await.unwrap()
    };
    while let Some(item) = held {
        let (by, closing) = (by.clone(), Closing { id: item.id, holder: by.account, fence: item.fence });
        let unit = bench.write(move |tx| {
            Box::pin(async move {
                let next = tx.close_and_claim_next(closing, &by, at).await?;
                // Somebody who lives later took it: this one takes another.
                let claimed = if next.closed { next.claimed } else { tx.claim_next(&by, at).await? };
                Ok(Next { claimed, ..next })
            })
        });
        let next = unit.await.unwrap();
        if next.closed {
            println!("completed {}", item.id.as_uuid());
        }
        held = next.claimed;
    }
}
