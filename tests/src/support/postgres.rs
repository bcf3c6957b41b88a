//! Databases on the PostgreSQL of this test run, which `BIANMIN_TEST_PG_URL` names (its superuser, its maintenance database).
//!
//! Through `psql`, which comes with the server: the suite itself links no database client.

use std::process::Command;

/// The server that the test run started.
pub struct Postgres {
    admin_url: String,
}

impl Postgres {
    pub fn of_this_run() -> Postgres {
        let admin_url = std::env::var("BIANMIN_TEST_PG_URL").expect("BIANMIN_TEST_PG_URL names a PostgreSQL; `make test` starts one");
        Postgres { admin_url }
    }

    pub fn create(&self, database: &str) {
        self.run(&format!("CREATE DATABASE {database}"));
    }

    /// A copy of `base`, to which nobody may be connected; PostgreSQL itself waits some seconds for those who are leaving.
    pub fn copy(&self, base: &str, database: &str) {
        self.run(&format!("CREATE DATABASE {database} TEMPLATE {base}"));
    }

    pub fn drop(&self, database: &str) {
        self.run(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"));
    }

    pub fn url(&self, database: &str) -> String {
        let (server, _) = self.admin_url.rsplit_once('/').expect("a PostgreSQL URL ends with its database");
        format!("{server}/{database}")
    }

    fn run(&self, statement: &str) {
        run_at(&self.admin_url, statement);
    }

    /// In one of the databases.
    pub fn run_in(&self, database: &str, statements: &str) {
        run_at(&self.url(database), statements);
    }
}

fn run_at(url: &str, statement: &str) {
    let done = Command::new("psql").args(["-qX", "-v", "ON_ERROR_STOP=1", "-c", statement, url]).output();
    let done = done.expect("psql is installed with PostgreSQL");
    assert!(done.status.success(), "{statement}: {}", String::from_utf8_lossy(&done.stderr));
}
