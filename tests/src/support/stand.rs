//! A stand: the real server, with a database, files and shared state that no other test sees, on a fixed day.
//!
//! `BIANMIN_STAND` says which: `sqlite` (the default: SQLite, state in the process) or `postgres` (PostgreSQL and Redis, those of
//! this test run). The clock starts at Monday 2026-09-14 09:30, when every station is open; `at` moves it.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Duration, FixedOffset};
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::at_rest;
use super::client::Api;
use super::instance::Instance;
use super::postgres::Postgres;
use super::server::{Environment, Server, program};
use super::template::Template;

const LOG: &str = "server.log";
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
    database: Option<Database>,
    folder: TempDir,
    environment: Environment,
    /// Where WeChat and the gateway are, if not in the server itself.
    wechat: Option<String>,
    at_desks: Mutex<HashMap<String, Api>>,
}

/// How a stand's service uses a WeChat that lives longer than it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    ToIt,
    Nowhere,
}

/// What the sandbox shares with a service that it pushes to.
const PUSH_TOKEN: &str = "sandbox-push-token";
const PUSH_KEY: &str = "sandboxsandboxsandboxsandboxsandboxsandboxs";

impl Stand {
    /// A server on demo data, at `START`.
    pub async fn start() -> Stand {
        Stand::with(&[]).await
    }

    /// The same with these settings, by the names of their environment variables.
    pub async fn with(settings: &[(&str, &str)]) -> Stand {
        Stand::whose_wechat_is(None, settings).await
    }

    /// A stand whose WeChat and gateway are those of `other`, so that they outlive its server.
    pub async fn beside(other: &Stand, pushed: Pushed) -> Stand {
        let wechat = other.server.sandbox_url().to_owned();
        let sms = format!("{wechat}/sms");
        let mut settings = vec![
            ("BIANMIN__WECHAT__BASE_URL", wechat.as_str()),
            ("BIANMIN__WECHAT__APPID", "wx0000000000sandbox"),
            ("BIANMIN__WECHAT__SECRET", "sandbox-secret"),
            ("BIANMIN__WECHAT__TEMPLATES__PROGRESS", "sandbox-case-progress"),
            ("BIANMIN__SMS__BASE_URL", sms.as_str()),
            ("BIANMIN__SMS__KEY", "sandbox-sms-key"),
        ];
        if pushed == Pushed::ToIt {
            settings.extend([("BIANMIN__WECHAT__PUSH_TOKEN", PUSH_TOKEN), ("BIANMIN__WECHAT__PUSH_KEY", PUSH_KEY)]);
        }
        let stand = Stand::whose_wechat_is(Some(wechat.clone()), &settings).await;
        if pushed == Pushed::ToIt {
            stand.push_to(stand.server.base_url()).await;
        }
        stand
    }

    async fn whose_wechat_is(wechat: Option<String>, settings: &[(&str, &str)]) -> Stand {
        let folder = TempDir::with_prefix("bianmin-stand-").expect("a temporary folder");
        let (database, mut environment) = prepare(Kind::of_this_run(), &folder);
        environment.extend(unhurried());
        environment.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let server = serve(&folder, LOG, &environment);
        let stand = Stand { server, database, folder, environment, wechat, at_desks: Mutex::default() };
        stand.at(START).await;
        stand
    }

    /// Somebody who hasn't signed in.
    pub fn anyone(&self) -> Api {
        Api::new(self.server.base_url())
    }

    /// The staff who have signed in, by their login.
    pub(super) fn at_desks(&self) -> &Mutex<HashMap<String, Api>> {
        &self.at_desks
    }

    /// The stand-in for WeChat: phones, their login codes and their messages.
    pub fn sandbox(&self) -> Api {
        Api::new(self.wechat.as_deref().unwrap_or(self.server.sandbox_url()))
    }

    /// WeChat tells at once what it would tell within a moment.
    pub async fn wechat_pushes(&self) {
        self.sandbox().post("/__sandbox/deliver", json!({})).await.ok();
    }

    /// From now on WeChat pushes to the service there.
    pub async fn push_to(&self, base_url: &str) {
        let target = json!({ "url": format!("{base_url}/callbacks/wechat"), "token": PUSH_TOKEN, "encoding_aes_key": PUSH_KEY });
        self.sandbox().post("/__sandbox/push", target).await.ok();
    }

    /// Does at once what the background jobs would do by and by: deadlines, rising work, news.
    pub async fn run_jobs(&self) {
        self.anyone().post("/demo/jobs", json!({})).await.ok();
    }

    /// Moves the clock of the whole stand to an instant, in RFC 3339.
    pub async fn at(&self, instant: &str) {
        self.anyone().post("/demo/clock", json!({ "at": instant })).await.ok();
    }

    /// Moves it on by a minute.
    pub async fn pass_a_minute(&self) {
        let clock = self.anyone().get("/demo/clock").await.expect(200).value();
        let at: DateTime<FixedOffset> = clock["at"].as_str().expect("an instant").parse().expect("RFC 3339");
        self.at(&(at + Duration::minutes(1)).to_rfc3339()).await;
    }

    /// Another instance on what the first keeps, its clock where the first's is now; none on SQLite, which serves one process. It
    /// goes before the stand does.
    pub fn second_instance(&self) -> Option<Instance> {
        self.database.as_ref()?;
        Some(Instance::of(serve(&self.folder, "second.log", &self.environment)))
    }

    /// Where the stand keeps its data and its log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A setting for what is started from now on.
    pub fn set(&mut self, variable: &str, value: &str) {
        self.environment.insert(variable.to_owned(), value.to_owned());
    }

    /// Kills the server without warning, as a power cut would.
    pub fn crash(&mut self) {
        self.server.kill();
    }

    /// Runs the program on the stand's data, beside its server: what it said, and a failure is what it complained of.
    pub fn run_program(&self, arguments: &[&str]) -> Result<String, String> {
        self.start_program(arguments).said()
    }

    pub fn start_program(&self, arguments: &[&str]) -> Started {
        let data = self.folder.path().join("data");
        let mut program = Command::new(program());
        program.args(arguments).arg("--data").arg(data).envs(&self.environment);
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Started(program.spawn().expect("the program can be run"))
    }

    /// All that lies in the stand's Redis, as it would be written to a disk; none where the stand has none.
    pub fn redis_dump(&self) -> Option<Vec<u8>> {
        let url = self.environment.get("BIANMIN__REDIS__URL")?;
        let file = self.folder.path().join("redis.rdb");
        let ask = |arguments: &[&str]| {
            let said = Command::new("redis-cli").args(["-u", url]).args(arguments).output().expect("redis-cli is installed");
            assert!(said.status.success(), "{said:?}");
        };
        // Compressed, it couldn't be searched.
        ask(&["config", "set", "rdbcompression", "no"]);
        ask(&["--rdb", &file.display().to_string()]);
        Some(std::fs::read(file).expect("the dump"))
    }

    /// Changes the database behind the server's back, as its owner can.
    pub fn as_owner(&self, statements: &str) {
        match &self.database {
            Some(database) => database.postgres.run_in(&database.name, statements),
            None => run_in_sqlite(&self.folder.path().join("data/bianmin.db"), statements),
        }
    }

    /// Ends the server as it should be ended, and starts it again; its port changes.
    pub fn stop_and_restart(&mut self) {
        self.server.stop();
        self.server = serve(&self.folder, LOG, &self.environment);
    }

    /// Kills the server without warning, as a power cut would, and starts it again on what it left; its port changes, so that
    /// everyone signs in anew.
    pub fn crash_and_restart(&mut self) {
        self.server.kill();
        self.server = serve(&self.folder, LOG, &self.environment);
    }
}

/// Whatever a test did, nothing of the demo's people is readable where the stand kept it: data folder, database, log.
impl Drop for Stand {
    fn drop(&mut self) {
        self.server.kill();
        if std::thread::panicking() {
            return;
        }
        at_rest::nothing_readable_in(self.folder.path());
        if let Some(database) = &self.database {
            at_rest::nothing_readable_in_database(&database.postgres.url(&database.name));
        }
    }
}

/// A program at work beside the server.
pub struct Started(Child);

impl Started {
    /// What it said by its end; a failure is what it complained of.
    pub fn said(self) -> Result<String, String> {
        let done = self.0.wait_with_output().expect("the program ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) }
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

/// Through Python, which brings SQLite along: the suite itself links no database client.
fn run_in_sqlite(file: &Path, statements: &str) {
    const SCRIPT: &str = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";
    let done = Command::new("python3").args(["-c", SCRIPT]).arg(file).arg(statements).output().expect("python3 can be run");
    assert!(done.status.success(), "{statements}: {}", String::from_utf8_lossy(&done.stderr));
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

/// One machine asks here for a whole district, and one clerk does a year's work in a minute: no rate of people's is theirs.
fn unhurried() -> Environment {
    const CLASSES: [&str; 6] = ["SIGN_IN", "READ", "WRITE", "UPLOAD", "SEARCH", "CHECK"];
    let variable = |rate: &str| (format!("BIANMIN__RATES__{rate}"), "100000 per second, burst 100000".to_owned());
    let classes = CLASSES.iter().flat_map(|class| ["PERSON", "ADDRESS"].map(|who| variable(&format!("{who}__{class}"))));
    classes.chain([variable("PEOPLE_NAMED")]).collect()
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

fn serve(folder: &TempDir, log: &str, environment: &Environment) -> Server {
    let log = folder.path().join(log);
    Server::start(&program(), &folder.path().join("data"), &log, environment).unwrap_or_else(|error| panic!("no server: {error}"))
}
