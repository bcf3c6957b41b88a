//! What lies sealed under older keys is sealed anew, a few rows at a time, while the service goes on.
//! Invariants: a row is read and sealed outside of any unit, and saved only if what was read still stands there, so that an edit in
//! between wins; whoever breaks off has lost nothing.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, Func, Order, Query, SelectStatement, Value};
use sea_orm::{ConnectionTrait, ExprTrait, QueryResult};
use uuid::Uuid;

use super::{StoreError, Tx, View};
use crate::register::{KeyPart, PERSONAL_TABLES, PersonalTable, sealed_columns};
use crate::vault::{Column, KeyId, Purpose, RowId, sealed_under};

/// Where a walk through a table stands: the key of the last row seen.
#[derive(Debug, Clone)]
pub struct Cursor(Vec<Value>);

/// A row with what lies sealed in it.
#[derive(Debug)]
struct SealedRow {
    key: Vec<Value>,
    id: RowId,
    values: Vec<(Column, Vec<u8>)>,
}

/// A row that is to be sealed anew: what was read, and what comes in its place.
#[derive(Debug, Clone)]
pub struct Renewal {
    table: PersonalTable,
    key: Vec<Value>,
    values: Vec<(Column, Vec<u8>, Vec<u8>)>,
}

impl View {
    /// The next rows after `after`: what of them is to be sealed anew, and where the walk stands then; none at its end.
    /// A value that doesn't open is named in the log and left as it is.
    pub async fn renewals(
        &self,
        table: PersonalTable,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<(Vec<Renewal>, Option<Cursor>), StoreError> {
        let found = self.db().query_all(&self.sealed_rows(table, after, limit)).await?;
        let rows = found.iter().map(|found| sealed_row(table, found)).collect::<Result<Vec<_>, _>>()?;
        let cursor = rows.last().map(|row| Cursor(row.key.clone()));
        let renewals = rows.into_iter().map(|row| self.renewal(table, row)).collect::<Result<Vec<_>, _>>()?;
        Ok((renewals.into_iter().flatten().collect(), cursor))
    }

    /// What lies sealed in the next rows after `after`, opened, and where the walk stands then; none at its end.
    pub(super) async fn opened_values(
        &self,
        table: PersonalTable,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<(Vec<(Column, String)>, Option<Cursor>), StoreError> {
        let found = self.db().query_all(&self.sealed_rows(table, after, limit)).await?;
        let rows = found.iter().map(|found| sealed_row(table, found)).collect::<Result<Vec<_>, _>>()?;
        let cursor = rows.last().map(|row| Cursor(row.key.clone()));
        let opened = self.opened(&rows, |safe, row| {
            row.values.iter().map(|(column, sealed)| Ok((*column, safe.open(*column, &row.id, sealed)?))).collect::<Result<Vec<_>, _>>()
        });
        Ok((opened.await?.into_iter().flatten().collect(), cursor))
    }

    fn sealed_rows(&self, table: PersonalTable, after: Option<&Cursor>, limit: u64) -> SelectStatement {
        let key = || table.key.iter().map(|part| Expr::col(part.column()));
        let mut select = Query::select();
        select.exprs(key()).columns(sealed_columns(table.name).map(|sealed| sealed.column)).from(table.name);
        select.and_where(Expr::col("district").eq(self.district().as_str())).limit(limit);
        if let Some(Cursor(last)) = after {
            let last = last.iter().cloned().map(Expr::value);
            select.and_where(Expr::tuple(key()).gt(Expr::tuple(last)));
        }
        for part in table.key {
            select.order_by(part.column(), Order::Asc);
        }
        select
    }

    fn renewal(&self, table: PersonalTable, row: SealedRow) -> Result<Option<Renewal>, StoreError> {
        let safe = self.safe();
        let current = safe.ring.current(Purpose::Column).map_err(StoreError::Vault)?.id;
        let mut values = Vec::new();
        for (column, sealed) in row.values {
            if sealed_under(&sealed).is_ok_and(|key| key == current) {
                continue;
            }
            match safe.reseal(column, &row.id, &sealed) {
                Ok(again) => values.push((column, sealed, again)),
                Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "a sealed value can't be sealed anew"),
            }
        }
        Ok(if values.is_empty() { None } else { Some(Renewal { table, key: row.key, values }) })
    }

    /// How many values each key seals.
    pub async fn sealed_counts(&self) -> Result<BTreeMap<KeyId, u64>, StoreError> {
        let mut counts = BTreeMap::new();
        for column in PERSONAL_TABLES.iter().flat_map(|table| sealed_columns(table.name)) {
            let key = Func::cust("substr").arg(Expr::col(column.column)).arg(1).arg(4);
            let select = Query::select()
                .expr_as(key, "sealed_under")
                .expr_as(Expr::col("district").count(), "number")
                .from(column.table)
                .and_where(Expr::col("district").eq(self.district().as_str()))
                .and_where(Expr::col(column.column).is_not_null())
                .add_group_by([Expr::col("sealed_under")])
                .to_owned();
            for row in self.db().query_all(&select).await? {
                let key: Vec<u8> = row.try_get("", "sealed_under")?;
                let key = sealed_under(&key).map_err(|_| StoreError::corrupt(column.table, "a sealed value is too short"))?;
                let number: i64 = row.try_get("", "number")?;
                *counts.entry(key).or_default() += u64::try_from(number).unwrap_or_default();
            }
        }
        Ok(counts)
    }
}

impl Tx {
    /// Saves what still stands as it was read; says how many rows that were.
    pub async fn renew(&self, renewals: &[Renewal]) -> Result<u64, StoreError> {
        let mut renewed = 0;
        for renewal in renewals {
            let mut update = Query::update();
            update.table(renewal.table.name).and_where(Expr::col("district").eq(self.district().as_str()));
            for (part, value) in renewal.table.key.iter().zip(&renewal.key) {
                update.and_where(Expr::col(part.column()).eq(Expr::value(value.clone())));
            }
            for (column, read, again) in &renewal.values {
                update.value(column.column, again.clone()).and_where(Expr::col(column.column).eq(read.clone()));
            }
            renewed += self.db().execute(&update).await?.rows_affected();
        }
        Ok(renewed)
    }
}

/// The tables in which something lies sealed.
pub fn sealed_tables() -> impl Iterator<Item = PersonalTable> {
    PERSONAL_TABLES.iter().copied().filter(|table| sealed_columns(table.name).next().is_some())
}

fn sealed_row(table: PersonalTable, found: &QueryResult) -> Result<SealedRow, StoreError> {
    let (mut key, mut id, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for part in table.key {
        match part {
            KeyPart::Id(column) => {
                let part: Uuid = found.try_get("", column)?;
                id.push(part.to_string());
                key.push(Value::from(part));
            }
            KeyPart::Text(column) => {
                let part: String = found.try_get("", column)?;
                id.push(part.clone());
                key.push(Value::from(part));
            }
        }
    }
    for column in sealed_columns(table.name) {
        if let Some(sealed) = found.try_get("", column.column)? {
            values.push((column, sealed));
        }
    }
    Ok(SealedRow { key, id: RowId::new(id), values })
}
