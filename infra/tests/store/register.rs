//! The register of personal data is complete: no column is in neither list, none is in both, and none that is listed is gone.

use std::collections::BTreeSet;

use infra::register::{Fate, Kept, NOT_PERSONAL, PERSONAL, PERSONAL_TABLES};
use infra::store::sealed_tables;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

use crate::databases::Bench;

/// What can't hold words: times, numbers, flags, and ids.
const WORDLESS: [&str; 8] = ["integer", "bigint", "double", "real", "boolean", "timestamp", "date", "uuid"];

type Columns = BTreeSet<(String, String)>;

/// Every column of every table that may hold a text, JSON or bytes.
async fn columns_with_words() -> Columns {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bianmin.db");
    Bench::open(infra::store::DatabasePlace::Sqlite(path.clone())).await;
    let database = Database::connect(format!("sqlite://{}", path.display())).await.unwrap();
    let all = "SELECT t.name AS t, c.name AS c, lower(c.type) AS kind FROM sqlite_master t, pragma_table_info(t.name) c \
               WHERE t.type = 'table' AND t.name NOT LIKE 'seaql_%' AND t.name NOT LIKE 'sqlite_%' AND c.name <> 'district'";
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, all)).await.unwrap();
    let mut columns = BTreeSet::new();
    for row in rows {
        let kind: String = row.try_get("", "kind").unwrap();
        if !WORDLESS.iter().any(|wordless| kind.starts_with(wordless)) {
            columns.insert((row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap()));
        }
    }
    columns
}

fn listed() -> (Columns, Columns) {
    let personal = PERSONAL.iter().map(|entry| (entry.column.table.to_owned(), entry.column.column.to_owned()));
    let others = NOT_PERSONAL.iter().flat_map(|(table, columns)| columns.iter().map(|column| (table.to_string(), column.to_string())));
    (personal.collect(), others.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_is_registered_as_personal_or_as_holding_nothing_personal() {
    let (columns, (personal, others)) = (columns_with_words().await, listed());
    let listed: Columns = personal.union(&others).cloned().collect();
    let forgotten: Vec<_> = columns.difference(&listed).collect();
    assert!(forgotten.is_empty(), "add these to infra::register: {forgotten:?}");
    let gone: Vec<_> = listed.difference(&columns).collect();
    assert!(gone.is_empty(), "these are no columns: {gone:?}");
    let twice: Vec<_> = personal.intersection(&others).collect();
    assert!(twice.is_empty(), "these are in both lists: {twice:?}");
}

#[test]
fn what_is_sealed_is_sealed_anew_after_a_rotation() {
    for entry in PERSONAL.iter().filter(|entry| entry.kept == Kept::Sealed) {
        assert!(sealed_tables().any(|table| table.name == entry.column.table && !table.key.is_empty()), "{}", entry.column);
    }
}

#[test]
fn the_rows_of_every_personal_table_lead_to_somebody() {
    for entry in PERSONAL {
        let table = PERSONAL_TABLES.iter().filter(|table| table.name == entry.column.table).collect::<Vec<_>>();
        assert!(table.len() == 1 && (table[0].of_person.is_some() || table[0].of_case.is_some()), "{}", entry.column);
    }
    assert!(PERSONAL_TABLES.iter().all(|table| PERSONAL.iter().any(|entry| entry.column.table == table.name)));
}

/// What is kept for good says nothing by itself: names, numbers, addresses and free words are in no table that an erasure leaves alone.
#[test]
fn what_an_erasure_leaves_as_it_is_is_sealed_nowhere() {
    for table in PERSONAL_TABLES.iter().filter(|table| matches!(table.fate, Fate::Stays(_))) {
        assert!(infra::register::sealed_columns(table.name).next().is_none(), "{}", table.name);
    }
}

#[test]
fn every_index_is_of_a_sealed_column_beside_it() {
    for entry in PERSONAL.iter().filter(|entry| entry.kept == Kept::Index) {
        let of = entry.column.column.strip_suffix("_index").unwrap();
        let sealed = infra::register::sealed_columns(entry.column.table).any(|column| column.column == of);
        assert!(sealed, "{}", entry.column);
    }
}
