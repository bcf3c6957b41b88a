//! What lies in files, databases and logs when a test is over: nothing personal that could be read (`scripts/no_personal_data.sh`).

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub fn nothing_readable_in(path: &Path) {
    expect_nothing(check().arg(path).output());
}

/// On a dump of the database.
pub fn nothing_readable_in_database(url: &str) {
    let dump = Command::new("pg_dump").arg(url).stdout(Stdio::piped()).spawn();
    let mut dump = dump.expect("pg_dump is installed with PostgreSQL");
    let content = dump.stdout.take().expect("it is piped");
    expect_nothing(check().arg("-").stdin(content).output());
    assert!(dump.wait().expect("it ends").success(), "the database can't be dumped");
}

fn check() -> Command {
    Command::new(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../scripts/no_personal_data.sh"))
}

#[track_caller]
fn expect_nothing(done: std::io::Result<Output>) {
    let done = done.expect("the check can be run");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn is_found(content: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), content).unwrap();
    let done = check().arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!said.contains("195903"), "what is found isn't shown: {said}");
    !done.status.success()
}

#[test]
fn the_check_finds_what_lies_about_and_nothing_else() {
    let found = ["\0id=51149919590308002X;", "phone 19900000012", "\\\\x3139393030303030303132", "353131343939313935393033303830303258"];
    for content in found {
        assert!(is_found(content), "{content}");
    }
    assert!(is_found("token eyJhbGciOiJFZERTQSIsImtpZCI6.eyJzdWIiOiIwMTk5OGYwMC0w.c2ln"));
    for content in ["511499-20260914-00042-2", "51149910120300012", "511499101203-01", "1990000", "a page"] {
        assert!(!is_found(content), "{content}");
    }
}
