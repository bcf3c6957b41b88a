//! Erasing: the file of a case, and what is kept of a person beside their cases.
//! Invariants: a file in the object store is doomed in the unit that erases its row, and removed afterwards, so that a crash in between
//! forgets none; erasing twice does no harm.

use domain::ids::{CaseId, PersonId, UploadId};
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ConnectionTrait, ExprTrait};

use super::super::{StoreError, Tx, View};
use super::Cases;
use crate::register::{Fate, PERSONAL, PERSONAL_TABLES, PersonalTable, Retention};

const DOOMED: &str = "doomed_files";

/// Whether the files of a person's cases are still kept, and name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseFiles {
    Kept,
    Gone,
}

impl View {
    /// Where files lie that are to be removed.
    pub async fn doomed_files(&self, limit: u64) -> Result<Vec<String>, StoreError> {
        let select = Query::select().column("object_key").from(DOOMED).and_where(self.in_district()).limit(limit).to_owned();
        self.db().query_all(&select).await?.iter().map(|row| Ok(row.try_get("", "object_key")?)).collect()
    }

    /// Whether somebody who had their data erased is still named here for a case's sake.
    pub async fn is_closed_and_named(&self, person: PersonId) -> Result<bool, StoreError> {
        let named = Expr::col("id").eq(person.as_uuid()).and(Expr::col("closed_at").is_not_null());
        let named = named.and(Expr::col("name").is_not_null().or(Expr::col("citizen_id").is_not_null()));
        let select = Query::select().column("id").from("persons").and_where(self.in_district()).and_where(named).to_owned();
        Ok(!self.db().query_all(&select).await?.is_empty())
    }
}

impl Tx {
    /// Erases the file of a case: what is left is its record, in ids and codes.
    pub async fn erase_case_file(&self, case: CaseId, now: Timestamp) -> Result<(), StoreError> {
        let of_case = Expr::col("case_id").eq(case.as_uuid());
        self.doom("uploads", of_case.clone()).await?;
        self.doom("documents", of_case).await?;
        for table in PERSONAL_TABLES {
            if let Some(link) = table.of_case {
                self.end_rows(table, self.is_of_cases(link, Cases::One(case))).await?;
            }
        }
        let mut erased = Query::update();
        erased.table("cases").value("erased_at", now).and_where(self.in_district()).and_where(Expr::col("id").eq(case.as_uuid()));
        self.db().execute(&erased).await?;
        Ok(())
    }

    /// Erases what is kept of a person beside their cases, and closes the way in. Name and number stay while the file of a case names
    /// them.
    pub async fn close_person(&self, person: PersonId, files: CaseFiles, now: Timestamp) -> Result<(), StoreError> {
        for table in PERSONAL_TABLES.iter().filter(|table| table.name != "persons") {
            if let Some(link) = table.of_person {
                let about = self.is_of_person(link, person);
                if table.name == "uploads" {
                    self.doom(table.name, about.clone()).await?;
                }
                self.end_rows(table, about).await?;
            }
        }
        self.empty_person(person, |retention| retention == Retention::Person).await?;
        if files == CaseFiles::Gone {
            self.forget_name(person).await?;
        }
        let mut closed = Query::update();
        closed.table("persons").value("closed_at", now).and_where(self.in_district()).and_where(Expr::col("id").eq(person.as_uuid()));
        self.db().execute(&closed).await?;
        Ok(())
    }

    /// Erases the name and the number of somebody whom no case's file names any more.
    pub async fn forget_name(&self, person: PersonId) -> Result<(), StoreError> {
        self.empty_person(person, |retention| retention == Retention::PersonAndCases).await
    }

    /// Erases a file that was handed in and belongs to nothing.
    pub async fn erase_loose_upload(&self, upload: UploadId) -> Result<(), StoreError> {
        let loose = Expr::col("id").eq(upload.as_uuid()).and(Expr::col("case_id").is_null()).and(Expr::col("mandate").is_null());
        self.doom("uploads", loose.clone()).await?;
        let gone = Query::delete().from_table("uploads").and_where(self.in_district()).and_where(loose).to_owned();
        self.db().execute(&gone).await?;
        Ok(())
    }

    /// Erases the news of before `before`; says how much there was.
    pub async fn erase_news_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        let gone = Query::delete().from_table("outbox").and_where(self.in_district()).and_where(Expr::col("at").lt(before)).to_owned();
        Ok(self.db().execute(&gone).await?.rows_affected())
    }

    /// A doomed file is removed.
    pub async fn file_removed(&self, object_key: &str) -> Result<(), StoreError> {
        let gone = Expr::col("object_key").eq(object_key);
        let gone = Query::delete().from_table(DOOMED).and_where(self.in_district()).and_where(gone).to_owned();
        self.db().execute(&gone).await?;
        Ok(())
    }

    async fn doom(&self, table: &'static str, which: Expr) -> Result<(), StoreError> {
        let keys =
            Query::select().columns(["district", "object_key"]).from(table).and_where(self.in_district()).and_where(which).to_owned();
        let mut doom = Query::insert();
        doom.into_table(DOOMED).columns(["district", "object_key"]).on_conflict(OnConflict::new().do_nothing().to_owned());
        doom.select_from(keys).map_err(|error| StoreError::corrupt(DOOMED, error))?;
        self.db().execute(&doom).await?;
        Ok(())
    }

    async fn end_rows(&self, table: &PersonalTable, which: Expr) -> Result<(), StoreError> {
        match table.fate {
            Fate::Goes => {
                let gone = Query::delete().from_table(table.name).and_where(self.in_district()).and_where(which).to_owned();
                self.db().execute(&gone).await?;
            }
            Fate::Emptied => self.empty(table.name, which, |_| true).await?,
            Fate::Stays(_why) => {}
        }
        Ok(())
    }

    async fn empty_person(&self, person: PersonId, which: fn(Retention) -> bool) -> Result<(), StoreError> {
        self.empty("persons", Expr::col("id").eq(person.as_uuid()), which).await
    }

    async fn empty(&self, table: &'static str, rows: Expr, which: fn(Retention) -> bool) -> Result<(), StoreError> {
        let mut emptied = Query::update();
        emptied.table(table).and_where(self.in_district()).and_where(rows);
        for entry in PERSONAL.iter().filter(|entry| entry.column.table == table && which(entry.retention)) {
            emptied.value(entry.column.column, Expr::cust("NULL"));
        }
        self.db().execute(&emptied).await?;
        Ok(())
    }
}
