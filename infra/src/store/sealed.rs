//! Sealed columns on their way between rows and values: opened row by row in memory, without a query of their own.

use std::sync::Arc;

use domain::ids::DistrictCode;
use sea_orm::JsonValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::words::{from_json, json};
use super::{StoreError, View};
use crate::vault::{Cell, Column, Ring, RowId, VaultError};

/// The keys as they are now, for the columns of one district.
pub(super) struct Safe<'a> {
    pub ring: Arc<Ring>,
    pub district: &'a DistrictCode,
}

impl Safe<'_> {
    pub fn seal(&self, column: Column, row: &RowId, plain: &str) -> Result<Vec<u8>, StoreError> {
        self.seal_bytes(column, row, plain.as_bytes())
    }

    pub fn seal_if_any(&self, column: Column, row: &RowId, plain: Option<&str>) -> Result<Option<Vec<u8>>, StoreError> {
        plain.map(|plain| self.seal(column, row, plain)).transpose()
    }

    pub fn seal_json<T: Serialize>(&self, column: Column, row: &RowId, value: &T) -> Result<Vec<u8>, StoreError> {
        self.seal(column, row, &json(column.table, value)?.to_string())
    }

    pub fn open(&self, column: Column, row: &RowId, sealed: &[u8]) -> Result<String, StoreError> {
        let plain = self.open_bytes(column, row, sealed)?;
        String::from_utf8(plain.to_vec()).map_err(|_| StoreError::corrupt(column.table, "a sealed value is no text"))
    }

    pub fn open_if_any(&self, column: Column, row: &RowId, sealed: Option<&[u8]>) -> Result<Option<String>, StoreError> {
        sealed.map(|sealed| self.open(column, row, sealed)).transpose()
    }

    pub fn open_json<T: DeserializeOwned>(&self, column: Column, row: &RowId, sealed: &[u8]) -> Result<T, StoreError> {
        let plain = self.open_bytes(column, row, sealed)?;
        let value: JsonValue = serde_json::from_slice(&plain).map_err(|error| StoreError::corrupt(column.table, error))?;
        from_json(column.table, value)
    }

    /// The same value under the key that seals now.
    pub fn reseal(&self, column: Column, row: &RowId, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.seal_bytes(column, row, &self.open_bytes(column, row, sealed)?)
    }

    /// What an exact look-up compares.
    pub fn index(&self, column: Column, value: &str) -> Result<Vec<u8>, StoreError> {
        self.ring.index(column, value).map_err(StoreError::Vault)
    }

    pub fn index_if_any(&self, column: Column, value: Option<&str>) -> Result<Option<Vec<u8>>, StoreError> {
        value.map(|value| self.index(column, value)).transpose()
    }

    fn seal_bytes(&self, column: Column, row: &RowId, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.ring.seal(self.cell(column, row), plain).map_err(|why| refused(column, row, why))
    }

    fn open_bytes(&self, column: Column, row: &RowId, sealed: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, StoreError> {
        self.ring.open(self.cell(column, row), sealed).map_err(|why| refused(column, row, why))
    }

    fn cell<'a>(&'a self, column: Column, row: &'a RowId) -> Cell<'a> {
        Cell { district: self.district, column, row }
    }
}

fn refused(column: Column, row: &RowId, why: VaultError) -> StoreError {
    StoreError::Sealed { column, row: row.to_string(), why }
}

impl View {
    pub(super) fn safe(&self) -> Safe<'_> {
        Safe { ring: self.keys().ring(), district: self.district() }
    }

    /// Rows as values. A key that another instance made since is loaded, and the rows are read again.
    pub(super) async fn opened<R, T, F>(&self, rows: &[R], read: F) -> Result<Vec<T>, StoreError>
    where
        R: Sync,
        T: Send,
        F: Fn(&Safe<'_>, &R) -> Result<T, StoreError> + Send + Sync,
    {
        let read_all = |safe: &Safe<'_>| rows.iter().map(|row| read(safe, row)).collect::<Result<Vec<_>, _>>();
        let first = read_all(&self.safe());
        match first {
            Err(StoreError::Sealed { why: VaultError::UnknownKey(_), .. }) => {
                self.load_keys().await?;
                read_all(&self.safe())
            }
            read => read,
        }
    }

    pub(super) async fn opened_one<R, T, F>(&self, row: Option<R>, read: F) -> Result<Option<T>, StoreError>
    where
        R: Send + Sync,
        T: Send,
        F: Fn(&Safe<'_>, &R) -> Result<T, StoreError> + Send + Sync,
    {
        Ok(self.opened(row.as_slice(), read).await?.pop())
    }
}
