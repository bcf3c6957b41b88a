//! A seeded data folder, and on PostgreSQL a seeded database, made once in a run of the suite and copied for each stand.
//!
//! Seeding takes seconds; a copy takes a few milliseconds. The folder holds the SQLite database, the objects and the keys.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::postgres::Postgres;
use super::server::{Environment, program};

pub struct Template {
    folder: PathBuf,
    /// The seeded database, where the stand is PostgreSQL.
    database: Option<String>,
}

impl Template {
    /// The template of this run; the first who asks makes it, the others wait.
    pub fn of_this_run(postgres: Option<&Postgres>) -> &'static Template {
        static TEMPLATE: OnceLock<Template> = OnceLock::new();
        TEMPLATE.get_or_init(|| Template::make(postgres))
    }

    /// Fills `data` as if the server had seeded it.
    pub fn copy_folder_to(&self, data: &Path) {
        copy_folder(&self.folder, data).expect("the template folder can be copied");
    }

    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    fn make(postgres: Option<&Postgres>) -> Template {
        // Kept until the process ends, then removed with the folder that the test run has for temporary files.
        let folder = TempDir::with_prefix("bianmin-template-").expect("a temporary folder").keep();
        let mut environment = Environment::new();
        let database = postgres.map(|postgres| {
            let database = format!("bianmin_base_{}", std::process::id());
            postgres.create(&database);
            environment.insert("BIANMIN__DATABASE__URL".to_owned(), postgres.url(&database));
            database
        });
        seed(&folder, &environment);
        Template { folder, database }
    }
}

fn seed(folder: &Path, environment: &Environment) {
    let done = Command::new(program()).args(["seed", "--demo", "--data"]).arg(folder).envs(environment).output();
    let done = done.expect("the program can be run");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "seeding failed, so no stand can start: {said}");
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[test]
fn a_copied_folder_holds_the_files_of_its_folders_too() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir_all(from.path().join("objects/a")).unwrap();
    fs::write(from.path().join("objects/a/photo"), "bytes").unwrap();
    copy_folder(from.path(), &to.path().join("data")).unwrap();
    assert_eq!(fs::read_to_string(to.path().join("data/objects/a/photo")).unwrap(), "bytes");
}
