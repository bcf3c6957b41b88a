//! Secrets come from a file or from the environment, and are never told: not by `check-config`, not by a start that fails, not in a log.

use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::server::program;

const SECRET: &str = "hunter2-of-the-district";

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    /// Writes a file and says where.
    fn write(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new(program());
        command.args(arguments).arg("--data").arg(self.folder.path()).envs(environment.iter().copied());
        command.output().expect("the program can be run")
    }

    /// Goes on only if the program fails and says something, but not the secret.
    #[track_caller]
    fn fails_without_telling(&self, arguments: &[&str], environment: &[(&str, &str)]) -> String {
        let done = self.run(arguments, environment);
        let said = said(&done);
        assert!(!done.status.success() && said.len() > 20, "{said}");
        assert!(!said.contains(SECRET), "{said}");
        said
    }
}

fn said(done: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
}

#[test]
fn check_config_says_that_a_secret_is_set_and_from_where_and_never_what_it_is() {
    let place = Place::new();
    let url = format!("postgres://bianmin:{SECRET}@db/bianmin");
    let secret_file = place.write("wechat", SECRET);
    let environment = [
        ("BIANMIN__DATABASE__URL", url.as_str()),
        ("BIANMIN__REDIS__URL", "redis://:hunter2-of-the-district@cache/0"),
        ("BIANMIN__WECHAT__APPID", "wx1"),
        ("BIANMIN__WECHAT__SECRET_FILE", secret_file.as_str()),
        ("BIANMIN__VAULT__MASTER_KEY", SECRET),
    ];
    let done = place.run(&["check-config"], &environment);
    let said = said(&done);
    assert!(done.status.success() && !said.contains(SECRET), "{said}");
    for key in ["database.url", "redis.url", "wechat.secret", "vault.master_key"] {
        assert!(said.lines().any(|line| line.starts_with(&format!("{key} = \"***\"  # "))), "{key}: {said}");
    }
    assert!(said.contains(&format!("wechat.secret = \"***\"  # {secret_file}")), "{said}");
}

#[test]
fn a_configuration_that_is_wrong_is_refused_without_telling_what_stands_there() {
    let files = [
        format!("[wechat]\nsecret = \"{SECRET}"),
        format!("wechat = \"{SECRET}\""),
        format!("[wechat]\nsecret = [\"{SECRET}\"]"),
        format!("database = \"postgres://u:{SECRET}@db/x\""),
        format!("[database]\nurl = \"mysql://u:{SECRET}@db/x\""),
        format!("[database]\nurl = \"postgres://h/x\"\n[queue]\nlease_minutes = \"{SECRET}\""),
    ];
    for file in files {
        let place = Place::new();
        place.write("bianmin.toml", &file);
        place.fails_without_telling(&["check-config"], &[]);
    }
    let place = Place::new();
    let file = place.write("secret", SECRET);
    let twice = [("BIANMIN__WECHAT__SECRET", SECRET), ("BIANMIN__WECHAT__SECRET_FILE", file.as_str())];
    let said = place.fails_without_telling(&["check-config"], &twice);
    assert!(said.contains("wechat.secret"), "{said}");
}

#[test]
fn a_start_that_fails_tells_no_secret() {
    let unusable = [
        ("BIANMIN__DATABASE__URL", format!("postgres://bianmin:{SECRET}@127.0.0.1:1/bianmin")),
        ("BIANMIN__DATABASE__URL", format!("postgres://bianmin:{SECRET}@127.0.0.1:port/bianmin")),
        ("BIANMIN__DATABASE__URL", format!("postgres://bianmin:pass/{SECRET}@127.0.0.1/bianmin")),
        ("BIANMIN__DATABASE__URL", format!("postgres://bianmin@127.0.0.1/bianmin?sslmode={SECRET}")),
        ("BIANMIN__REDIS__URL", format!("http://:{SECRET}@127.0.0.1/0")),
        ("BIANMIN__VAULT__MASTER_KEY", SECRET.to_owned()),
    ];
    for (name, value) in &unusable {
        let place = Place::new();
        let environment =
            [(*name, value.as_str()), ("BIANMIN__DATABASE__CONNECT_TIMEOUT_SECS", "1"), ("BIANMIN__DATABASE__ACQUIRE_TIMEOUT_SECS", "1")];
        place.fails_without_telling(&["serve", "--listen", "127.0.0.1:0"], &environment);
    }
}
