//! Where a sealed value belongs. It is authenticated with the value, so that nothing opens anywhere else.

use std::fmt;

use domain::ids::DistrictCode;

/// A column of a table, by its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column {
    pub table: &'static str,
    pub column: &'static str,
}

impl Column {
    pub const fn new(table: &'static str, column: &'static str) -> Self {
        Self { table, column }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// A row by its key, without the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowId(Vec<String>);

impl RowId {
    pub fn new(key: impl IntoIterator<Item = impl ToString>) -> Self {
        Self(key.into_iter().map(|part| part.to_string()).collect())
    }

    pub fn of(id: uuid::Uuid) -> Self {
        Self::new([id])
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

/// One value of one row.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    pub district: &'a DistrictCode,
    pub column: Column,
    pub row: &'a RowId,
}

impl Cell<'_> {
    /// The place in bytes; each part with its length before it, so that no two places are the same bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let parts = ["bianmin column 1", self.district.as_str(), self.column.table, self.column.column];
        labelled(parts.into_iter().chain(self.row.0.iter().map(String::as_str)))
    }
}

/// Texts as bytes from which each can be told again.
pub(super) fn labelled<'a>(parts: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    bytes
}
