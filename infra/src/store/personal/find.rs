//! Where given texts stand, in every column of every table: what an erasure is proved by.
//! Sealed columns are opened; the others are searched by the database. Both lists of the register together name every column.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, Func, LikeExpr, Query};
use sea_orm::{ConnectionTrait, ExprTrait};

use super::super::reseal::{Cursor, sealed_tables};
use super::super::{StoreError, View};
use crate::register::{Kept, NOT_PERSONAL, PERSONAL, PersonalTable};
use crate::vault::Column;

/// Rows that are opened at once.
const ROWS_AT_ONCE: u64 = 500;

impl View {
    /// The columns in which one of `texts` stands, each with the number of its rows. What doesn't open is an error.
    pub async fn find_texts(&self, texts: &[String]) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut found = BTreeMap::new();
        for column in clear_columns() {
            let rows = self.rows_with(column, texts).await?;
            if rows > 0 {
                found.insert(column.to_string(), rows);
            }
        }
        for table in sealed_tables() {
            self.find_in_sealed(table, texts, &mut found).await?;
        }
        Ok(found)
    }

    async fn rows_with(&self, column: Column, texts: &[String]) -> Result<u64, StoreError> {
        // The databases judge case in letters differently.
        let words = || Func::lower(Expr::expr(Func::cast_as(Expr::col(column.column), "text")));
        let any = texts.iter().map(|text| Expr::expr(words()).like(part(&text.to_lowercase()))).reduce(|one, other| one.or(other));
        let Some(any) = any else { return Ok(0) };
        let select = Query::select()
            .expr_as(Expr::col("district").count(), "number")
            .from(column.table)
            .and_where(self.in_district())
            .and_where(any)
            .to_owned();
        let row = self.db().query_one(&select).await?;
        let number: i64 = row.map(|row| row.try_get("", "number")).transpose()?.unwrap_or_default();
        Ok(u64::try_from(number).unwrap_or_default())
    }

    async fn find_in_sealed(&self, table: PersonalTable, texts: &[String], found: &mut BTreeMap<String, u64>) -> Result<(), StoreError> {
        let mut cursor: Option<Cursor> = None;
        loop {
            let (values, last) = self.opened_values(table, cursor.as_ref(), ROWS_AT_ONCE).await?;
            for (column, value) in values {
                let value = value.to_lowercase();
                if texts.iter().any(|text| value.contains(&text.to_lowercase())) {
                    *found.entry(column.to_string()).or_default() += 1;
                }
            }
            match last {
                Some(last) => cursor = Some(last),
                None => return Ok(()),
            }
        }
    }
}

fn clear_columns() -> impl Iterator<Item = Column> {
    let personal = PERSONAL.iter().filter(|entry| matches!(entry.kept, Kept::Clear(_) | Kept::Hashed)).map(|entry| entry.column);
    let others = NOT_PERSONAL.iter().flat_map(|(table, columns)| columns.iter().map(|column| Column::new(table, column)));
    personal.chain(others)
}

/// Texts that have `words` somewhere in them.
pub fn part(words: &str) -> LikeExpr {
    let escaped: String = words.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect();
    LikeExpr::new(format!("%{escaped}%")).escape('\\')
}
