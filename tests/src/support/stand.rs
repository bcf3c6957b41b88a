//! A stand: the real server, with a database, files and shared state that no other test sees, on a fixed day.
//!
//! `BIANMIN_STAND` says which: `sqlite` (the default: SQLite, state in the process) or `postgres` (PostgreSQL and Redis, those of
//! this test run). The clock starts at Monday 2026-09-14 09:30, when every station is open; `at` moves it.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use tempfile::TempDir;

use super::client::Api;
use super::postgres::Postgres;
use super::server::{Environment, Server, program};
use super::template::Template;

pub const START: &str = "2026-09-14T09:30:00+08:00";

/// What the server of a stand keeps its truth and its shared state in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub fn of_this_run() -> Kind {
        match std::env::var("BIANMIN_STAND").as_deref() {
            Ok("sqlite") | Err(_) => Kind::Sqlite,
            Ok("postgres") => Kind::Postgres,
            Ok(other) => panic!("BIANMIN_STAND is `{other}`; it may be `sqlite` or `postgres`"),
        }
    }
}

pub struct Stand {
    // In the order in which they go: the server first, then what it used.
    server: Server,
    _database: Option<Database>,
    folder: TempDir,
    environment: Environment,
}

impl Stand {
    /// A server on demo data, at `START`.
    pub async fn start() -> Stand {
        let folder = TempDir::with_prefix("bianmin-stand-").expect("a temporary folder");
        let (database, environment) = prepare(Kind::of_this_run(), &folder);
        let server = serve(&folder, &environment);
        let stand = Stand { server, _database: database, folder, environment };
        stand.at(START).await;
        stand
    }

    /// Somebody who hasn't signed in.
    pub fn anyone(&self) -> Api {
        Api::new(self.server.base_url())
    }

    /// The stand-in for WeChat: phones, their login codes and their messages.
    pub fn sandbox(&self) -> Api {
        Api::new(self.server.sandbox_url())
    }

    /// Does at once what the background jobs would do by and by: deadlines, rising work, news.
    pub async fn run_jobs(&self) {
        self.anyone().post("/demo/jobs", json!({})).await.ok();
    }

    /// Moves the clock of the whole stand to an instant, in RFC 3339.
    pub async fn at(&self, instant: &str) {
        self.anyone().post("/demo/clock", json!({ "at": instant })).await.ok();
    }

    /// Kills the server without warning, as a power cut would.
    pub fn crash(&mut self) {
        self.server.kill();
    }

    /// Runs the program on the stand's data, beside its server, and gives what it printed; a failure is what it complained of.
    pub fn run_program(&self, arguments: &[&str]) -> Result<String, String> {
        let data = self.folder.path().join("data");
        let done = Command::new(program()).args(arguments).arg("--data").arg(data).envs(&self.environment).output();
        let done = done.expect("the program can be run");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if done.status.success() { Ok(said(&done.stdout)) } else { Err(said(&done.stderr)) }
    }

    /// Kills the server without warning, as a power cut would, and starts it again on what it left; its port changes, so that
    /// everyone signs in anew.
    pub fn crash_and_restart(&mut self) {
        self.server.kill();
        self.server = serve(&self.folder, &self.environment);
    }
}

/// A database of its own on the PostgreSQL of this run; dropped with the stand.
struct Database {
    postgres: Postgres,
    name: String,
}

impl Drop for Database {
    fn drop(&mut self) {
        self.postgres.drop(&self.name);
    }
}

fn prepare(kind: Kind, folder: &TempDir) -> (Option<Database>, Environment) {
    let data = folder.path().join("data");
    match kind {
        Kind::Sqlite => {
            Template::of_this_run(None).copy_folder_to(&data);
            (None, Environment::new())
        }
        Kind::Postgres => {
            let number = next_number();
            let postgres = Postgres::of_this_run();
            let template = Template::of_this_run(Some(&postgres));
            template.copy_folder_to(&data);
            let name = format!("bianmin_{}_{number}", std::process::id());
            postgres.copy(template.database().expect("the run has one kind of stand"), &name);
            let environment =
                [("BIANMIN__DATABASE__URL".to_owned(), postgres.url(&name)), ("BIANMIN__REDIS__URL".to_owned(), redis_url(number))];
            (Some(Database { postgres, name }), environment.into())
        }
    }
}

fn next_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The numbered database of the stand, on the Redis of this run.
fn redis_url(number: u32) -> String {
    let server = std::env::var("BIANMIN_TEST_REDIS_URL").expect("BIANMIN_TEST_REDIS_URL names a Redis; `make test` starts one");
    format!("{server}/{number}")
}

fn serve(folder: &TempDir, environment: &Environment) -> Server {
    let log = folder.path().join("server.log");
    Server::start(&program(), &folder.path().join("data"), &log, environment).unwrap_or_else(|error| panic!("no server: {error}"))
}
