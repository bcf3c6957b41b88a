//! All that the register knows of a person, opened.

use domain::ids::{CaseId, PersonId};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ConnectionTrait, ExprTrait, JsonValue, QueryResult};
use uuid::Uuid;

use super::super::sealed::Safe;
use super::super::{StoreError, View};
use super::Cases;
use crate::register::{CaseLink, Copy, Kept, KeyPart, PERSONAL, PERSONAL_TABLES, PersonalColumn, PersonalTable, Readers};
use crate::vault::RowId;

/// A row about a person, with what of it may be given to them.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonalRow {
    pub table: &'static str,
    /// The case that the row belongs to.
    pub case: Option<CaseId>,
    pub values: Vec<(PersonalColumn, JsonValue)>,
}

/// A row as it was read, before anything in it is opened.
struct Found {
    table: &'static str,
    id: RowId,
    case: Option<CaseId>,
    values: Vec<(PersonalColumn, Value)>,
}

enum Value {
    Clear(JsonValue),
    Sealed(Vec<u8>),
}

impl View {
    /// What is kept of a person and of their own cases: every value that the register doesn't withhold, table by table in the
    /// register's order. What is empty is left out, and of a case what is for another of its people (`Readers`).
    pub async fn personal_rows(&self, person: PersonId) -> Result<Vec<PersonalRow>, StoreError> {
        let mut rows = Vec::new();
        for table in PERSONAL_TABLES {
            let columns: Vec<_> = given_of(table.name).collect();
            let Some(select) = self.rows_about(table, &columns, person) else { continue };
            let found = self.db().query_all(&select).await?;
            let found = found.iter().map(|row| read(table, &columns, row)).collect::<Result<Vec<_>, _>>()?;
            rows.extend(self.opened(&found, open).await?.into_iter().filter(|row| !row.values.is_empty()));
        }
        Ok(rows)
    }

    /// None where nothing of the table is given.
    fn rows_about(&self, table: &PersonalTable, columns: &[PersonalColumn], person: PersonId) -> Option<SelectStatement> {
        let own = table.of_person.map(|link| self.is_of_person(link, person));
        let of_cases = table.of_case.zip(cases_read(table.readers, person)).map(|(link, cases)| self.is_of_cases(link, cases));
        let about = [own, of_cases].into_iter().flatten().reduce(|one, other| one.or(other)).filter(|_| !columns.is_empty())?;
        let mut names: Vec<_> = table.key.iter().map(|part| part.column()).chain(case_column(table)).collect();
        names.extend(columns.iter().map(|given| given.column.column));
        names.sort_unstable();
        names.dedup();
        Some(
            Query::select()
                .exprs(names.into_iter().map(Expr::col))
                .from(table.name)
                .and_where(self.in_district())
                .and_where(about)
                .to_owned(),
        )
    }
}

/// The cases whose rows a table gives to a person; none where the rows lead to them by themselves.
fn cases_read(readers: Readers, person: PersonId) -> Option<Cases> {
    match readers {
        Readers::OfTheCase => Some(Cases::Of(person)),
        Readers::Reviewer => Some(Cases::ReviewedBy(person)),
        Readers::Addressee => None,
    }
}

/// The columns of a table that a copy gives.
fn given_of(table: &'static str) -> impl Iterator<Item = PersonalColumn> {
    PERSONAL.iter().copied().filter(move |entry| entry.column.table == table && !matches!(entry.copy, Copy::Withheld(_)))
}

fn case_column(table: &PersonalTable) -> Option<&'static str> {
    match table.of_case {
        Some(CaseLink::Id(column)) => Some(column),
        Some(CaseLink::Delivery(_)) | None => None,
    }
}

fn read(table: &PersonalTable, columns: &[PersonalColumn], row: &QueryResult) -> Result<Found, StoreError> {
    let case: Option<Uuid> = case_column(table).map(|column| row.try_get("", column)).transpose()?.flatten();
    let key = table.key.iter().map(|part| key_part(*part, row)).collect::<Result<Vec<_>, _>>()?;
    let values = columns.iter().filter_map(|given| match value(given, row) {
        Ok(None) => None,
        Ok(Some(value)) => Some(Ok((*given, value))),
        Err(error) => Some(Err(error)),
    });
    Ok(Found { table: table.name, id: RowId::new(key), case: case.map(CaseId::new), values: values.collect::<Result<_, _>>()? })
}

fn key_part(part: KeyPart, row: &QueryResult) -> Result<String, StoreError> {
    Ok(match part {
        KeyPart::Id(column) => row.try_get::<Uuid>("", column)?.to_string(),
        KeyPart::Text(column) => row.try_get("", column)?,
    })
}

fn value(given: &PersonalColumn, row: &QueryResult) -> Result<Option<Value>, StoreError> {
    let column = given.column.column;
    Ok(match (given.kept, given.copy) {
        (Kept::Sealed, _) => row.try_get::<Option<Vec<u8>>>("", column)?.map(Value::Sealed),
        (Kept::Clear(_) | Kept::Index | Kept::Hashed, Copy::Json) => row.try_get::<Option<JsonValue>>("", column)?.map(Value::Clear),
        (Kept::Clear(_) | Kept::Index | Kept::Hashed, Copy::Text | Copy::Withheld(_)) => {
            row.try_get::<Option<String>>("", column)?.map(|text| Value::Clear(text.into()))
        }
    })
}

fn open(safe: &Safe<'_>, found: &Found) -> Result<PersonalRow, StoreError> {
    let values = found.values.iter().map(|(given, value)| {
        let opened = match (value, given.copy) {
            (Value::Clear(value), _) => value.clone(),
            (Value::Sealed(sealed), Copy::Json) => safe.open_json(given.column, &found.id, sealed)?,
            (Value::Sealed(sealed), Copy::Text | Copy::Withheld(_)) => safe.open(given.column, &found.id, sealed)?.into(),
        };
        Ok((*given, opened))
    });
    Ok(PersonalRow { table: found.table, case: found.case, values: values.collect::<Result<_, StoreError>>()? })
}
