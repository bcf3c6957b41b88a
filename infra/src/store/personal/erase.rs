//! Erasing: the file of a case, and what is kept of a person beside their cases.
//! Invariants: a file in the object store is doomed in the unit that erases its row, and removed afterwards, so that a crash in between
//! forgets none; erasing twice does no harm; who erases a person has taken their row first (`Tx::begins_to_close`).

use chrono::NaiveDate;
use domain::ids::{CaseId, PersonId, UploadId};
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, ExprTrait};
use uuid::Uuid;

use super::super::outbox::WAITING;
use super::super::{StoreError, Tx, View};
use super::{Cases, is_loose};
use crate::register::{Fate, PERSONAL, PERSONAL_TABLES, PersonalTable, Retention};

const DOOMED: &str = "doomed_files";

/// Whether the files of a person's cases are still kept, and name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseFiles {
    Kept,
    Gone,
}

impl View {
    /// The next files after `after` that are to be removed, by where they lie.
    pub async fn doomed_files(&self, after: Option<&str>, limit: u64) -> Result<Vec<String>, StoreError> {
        let mut select = Query::select();
        select.column("object_key").from(DOOMED).and_where(self.in_district()).order_by("object_key", Order::Asc).limit(limit);
        if let Some(after) = after {
            select.and_where(Expr::col("object_key").gt(after));
        }
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
    /// Erases the file of a case: what is left is its record, in ids and codes. Whether there was still a file.
    pub async fn erase_case_file(&self, case: CaseId, now: Timestamp) -> Result<bool, StoreError> {
        let mut erased = Query::update();
        erased.table("cases").value("erased_at", now).and_where(self.in_district());
        erased.and_where(Expr::col("id").eq(case.as_uuid())).and_where(Expr::col("erased_at").is_null());
        if self.db().execute(&erased).await?.rows_affected() == 0 {
            return Ok(false);
        }
        for table in PERSONAL_TABLES {
            if let Some(link) = table.of_case {
                self.end_rows(table, self.is_of_cases(link, Cases::One(case))).await?;
            }
        }
        Ok(true)
    }

    /// Erases what is kept of a person beside their cases, and closes the way in. What tells who they are, and to whom they are close,
    /// stays while the file of a case names them: whoever was too close to handle it still is.
    pub async fn close_person(&self, person: PersonId, files: CaseFiles, now: Timestamp) -> Result<(), StoreError> {
        self.end_rows_of(person, Retention::Person).await?;
        self.erase_mandate_documents(self.is_of_mandates(self.mandates_given_by(person))).await?;
        self.empty_person(person, |retention| retention == Retention::Person).await?;
        if files == CaseFiles::Gone {
            self.forget_name(person).await?;
        }
        let mut closed = Query::update();
        closed.table("persons").value("closed_at", now).value("version", Expr::col("version").add(1));
        closed.and_where(self.in_district()).and_where(Expr::col("id").eq(person.as_uuid()));
        self.db().execute(&closed).await?;
        Ok(())
    }

    /// Erases who somebody was whom no case's file names any more.
    pub async fn forget_name(&self, person: PersonId) -> Result<(), StoreError> {
        self.end_rows_of(person, Retention::PersonAndCases).await?;
        // A consent itself stays as evidence; the paper that says who signed it goes with their name.
        self.erase_uploads(Expr::col("consent").in_subquery(self.consents_about(person))).await?;
        self.empty_person(person, |retention| retention == Retention::PersonAndCases).await
    }

    /// Erases the documents of mandates whose last day was before `before`, and under which nobody acts in a case whose file is kept.
    pub async fn erase_mandate_documents_before(&self, before: NaiveDate) -> Result<u64, StoreError> {
        let over = self.ids("mandates", Expr::col("until").lt(before));
        self.erase_mandate_documents(self.is_of_mandates(over)).await
    }

    fn is_of_mandates(&self, mandates: SelectStatement) -> Expr {
        Expr::col("mandate").in_subquery(mandates)
    }

    async fn erase_mandate_documents(&self, which: Expr) -> Result<u64, StoreError> {
        self.erase_uploads(which.and(Expr::col("mandate").not_in_subquery(self.mandates_of_kept_cases()))).await
    }

    /// Ends the rows about a person, of the tables that are kept so long, but for the person's own.
    async fn end_rows_of(&self, person: PersonId, kept: Retention) -> Result<(), StoreError> {
        for table in PERSONAL_TABLES
            .iter()
            .filter(|table| table.name != "persons" && (term_of(table) == Retention::PersonAndCases) == (kept == Retention::PersonAndCases))
        {
            if let Some(link) = table.of_person {
                self.end_rows(table, self.is_of_person(link, person)).await?;
            }
        }
        Ok(())
    }

    /// Erases the files of some things, by the column that names them.
    pub(in crate::store) async fn erase_uploads_of(&self, owner: &'static str, ids: &[Uuid]) -> Result<(), StoreError> {
        self.erase_uploads(Expr::col(owner).is_in(ids.iter().copied())).await.map(|_number| ())
    }

    async fn erase_uploads(&self, which: Expr) -> Result<u64, StoreError> {
        self.doom("uploads", "object_key", which.clone()).await?;
        let gone = Query::delete().from_table("uploads").and_where(self.in_district()).and_where(which).to_owned();
        Ok(self.db().execute(&gone).await?.rows_affected())
    }

    /// Erases a file that was handed in and belongs to nothing.
    pub async fn erase_loose_upload(&self, upload: UploadId) -> Result<(), StoreError> {
        self.erase_uploads(Expr::col("id").eq(upload.as_uuid()).and(is_loose())).await.map(|_number| ())
    }

    /// Erases the news of before `before` that don't wait to be sent, with the ways that they took and the errands that were run for them;
    /// says how much there was.
    pub async fn erase_news_before(&self, before: Timestamp) -> Result<u64, StoreError> {
        let told = Expr::col("at").lt(before).and(Expr::col("state").ne(WAITING));
        let mut erased = 0;
        for (table, news) in [("outbox_tries", "news"), ("errands", "news"), ("outbox", "id")] {
            let old = self.ids("outbox", told.clone());
            let gone =
                Query::delete().from_table(table).and_where(self.in_district()).and_where(Expr::col(news).in_subquery(old)).to_owned();
            erased = self.db().execute(&gone).await?.rows_affected();
        }
        Ok(erased)
    }

    /// A doomed file is removed.
    pub async fn file_removed(&self, object_key: &str) -> Result<(), StoreError> {
        let gone = Expr::col("object_key").eq(object_key);
        let gone = Query::delete().from_table(DOOMED).and_where(self.in_district()).and_where(gone).to_owned();
        self.db().execute(&gone).await?;
        Ok(())
    }

    async fn doom(&self, table: &'static str, file: &'static str, which: Expr) -> Result<(), StoreError> {
        let keys = Query::select().columns(["district", file]).from(table).and_where(self.in_district()).and_where(which).to_owned();
        let mut doom = Query::insert();
        doom.into_table(DOOMED).columns(["district", "object_key"]).on_conflict(OnConflict::new().do_nothing().to_owned());
        doom.select_from(keys).map_err(|error| StoreError::corrupt(DOOMED, error))?;
        self.db().execute(&doom).await?;
        Ok(())
    }

    async fn end_rows(&self, table: &PersonalTable, which: Expr) -> Result<(), StoreError> {
        match table.fate {
            Fate::Goes => {
                if let Some(file) = table.file {
                    self.doom(table.name, file, which.clone()).await?;
                }
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

/// How long the rows of a table about a person are kept.
fn term_of(table: &PersonalTable) -> Retention {
    PERSONAL.iter().find(|entry| entry.column.table == table.name).map_or(Retention::Person, |entry| entry.retention)
}
