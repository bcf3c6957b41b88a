//! One running `bianmin serve`: started on a free port, known to be up by the line that it prints, killed when dropped.
//!
//! All that it prints goes to one log file, which is shown if the test fails.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// How long a start on a prepared data folder may take, on a machine that is busy with other tests.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How much of the log a failed test shows.
const LOG_LINES_SHOWN: usize = 80;
const LISTENING: &str = "listening on ";
/// What the demo says before it listens.
const SANDBOX: &str = "stands in for it at ";

/// Environment variables for the program, by name.
pub type Environment = BTreeMap<String, String>;

#[derive(Debug)]
pub enum StartError {
    /// The program could not be run at all.
    Spawn(io::Error),
    /// It ended before it listened.
    Ended { log: String },
    /// It was still not listening when `START_LIMIT` had passed.
    TooSlow { log: String },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Spawn(error) => write!(f, "it can't be run: {error}"),
            StartError::Ended { log } => write!(f, "it ended before it listened, and said:\n{log}"),
            StartError::TooSlow { log } => write!(f, "it didn't listen within {} s, and said:\n{log}", START_LIMIT.as_secs()),
        }
    }
}

pub struct Server {
    child: Child,
    log: PathBuf,
    addresses: Addresses,
}

/// Where it is to be reached.
struct Addresses {
    base_url: String,
    /// The stand-in for WeChat.
    sandbox_url: String,
}

impl Server {
    /// Starts `program serve` on a free port of the loopback and returns once it listens.
    pub fn start(program: &Path, data: &Path, log: &Path, environment: &Environment) -> Result<Server, StartError> {
        let (mut child, stdout) = spawn(program, data, log, environment).map_err(StartError::Spawn)?;
        let (found, addresses) = mpsc::channel();
        let out = File::options().append(true).open(log).map_err(StartError::Spawn)?;
        thread::spawn(move || copy_lines(stdout, out, &found));
        match addresses.recv_timeout(START_LIMIT) {
            Ok(addresses) => Ok(Server { child, log: log.to_owned(), addresses }),
            Err(reason) => {
                end(&mut child);
                let log = tail(log);
                Err(match reason {
                    RecvTimeoutError::Disconnected => StartError::Ended { log },
                    RecvTimeoutError::Timeout => StartError::TooSlow { log },
                })
            }
        }
    }

    /// Ends it without warning, as a power cut would.
    pub fn kill(&mut self) {
        end(&mut self.child);
    }

    /// Asks it to end, as a restart of the machine does, and waits until it has.
    pub fn stop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("`kill` can be run");
        assert!(asked.success(), "it was gone already");
        let ended = self.child.wait().expect("it can be waited for");
        assert!(ended.success(), "it ended with {ended}");
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.addresses.base_url
    }

    /// Where the stand-in for WeChat is.
    pub fn sandbox_url(&self) -> &str {
        &self.addresses.sandbox_url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
        if thread::panicking() {
            eprintln!("the end of the server's log:\n{}", tail(&self.log));
        }
    }
}

/// The program under test: `BIANMIN_BIN`, or the one that cargo built beside this test (`target/debug/deps/suite-…`).
pub fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("BIANMIN_BIN") {
        return path.into();
    }
    let test = std::env::current_exe().expect("a running test knows its own path");
    let folder = test.parent().and_then(Path::parent).expect("cargo puts tests two folders deep");
    let program = folder.join("bianmin");
    assert!(program.exists(), "{} is not built: run `cargo build --workspace --all-targets`", program.display());
    program
}

fn spawn(program: &Path, data: &Path, log: &Path, environment: &Environment) -> io::Result<(Child, ChildStdout)> {
    let mut child = Command::new(program)
        .args(["serve", "--listen", "127.0.0.1:0", "--demo", "--data"])
        .arg(data)
        .envs(environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::options().create(true).append(true).open(log)?)
        .spawn()?;
    let stdout = child.stdout.take().ok_or_else(|| io::Error::other("the child has no stdout"))?;
    Ok((child, stdout))
}

/// Reads the server's lines for as long as it lives, so that it never waits for a reader, and tells where it listens.
fn copy_lines(stdout: ChildStdout, mut log: File, found: &Sender<Addresses>) {
    let mut sandbox_url = String::new();
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        if let Some(page) = url_after(SANDBOX, &line) {
            sandbox_url = page.trim_end_matches("/__sandbox").to_owned();
        }
        if let Some(base_url) = url_after(LISTENING, &line) {
            // The test that waited may have given up; the server is killed then, and the message is of no use.
            found.send(Addresses { base_url: base_url.to_owned(), sandbox_url: sandbox_url.clone() }).ok();
        }
        if writeln!(log, "{line}").is_err() {
            return;
        }
    }
}

fn url_after<'a>(words: &str, line: &'a str) -> Option<&'a str> {
    let url = line.split_once(words)?.1.split_whitespace().next()?;
    url.starts_with("http://").then(|| url.trim_end_matches('/'))
}

fn end(child: &mut Child) {
    // Both fail only where it has ended by itself already.
    child.kill().ok();
    child.wait().ok();
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_else(|error| format!("no log: {error}"));
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
}

#[test]
fn a_server_tells_where_it_listens() {
    let listening_on = |line| url_after(LISTENING, line);
    assert_eq!(listening_on("listening on http://127.0.0.1:40123"), Some("http://127.0.0.1:40123"));
    assert_eq!(listening_on("bianmin: listening on http://127.0.0.1:9/ (demo)"), Some("http://127.0.0.1:9"));
    assert_eq!(listening_on("not listening on anything"), None);
    assert_eq!(listening_on("listening on "), None);
}

#[test]
fn a_program_that_ends_before_it_listens_is_reported_with_what_it_said() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    // `ls serve` complains and ends.
    match Server::start(Path::new("ls"), folder.path(), &log, &Environment::new()) {
        Err(StartError::Ended { log }) => assert!(log.contains("--listen"), "{log}"),
        Err(other) => panic!("{other:?}"),
        Ok(server) => panic!("ls listens on {}", server.base_url()),
    }
}
