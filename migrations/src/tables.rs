//! The few words in which the steps are written.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string_len;

/// A table of a district: `district` leads its columns and its key.
pub fn table(name: &'static str, columns: Vec<ColumnDef>, key: &[&'static str]) -> TableCreateStatement {
    let mut table = Table::create().table(name).col(string_len("district", 6)).to_owned();
    for column in columns {
        table.col(column);
    }
    let mut primary = Index::create();
    primary.col("district");
    for column in key {
        primary.col(*column);
    }
    table.primary_key(&mut primary).to_owned()
}

pub fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    named(table, columns, "by")
}

pub fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    named(table, columns, "unique").unique().to_owned()
}

fn named(table: &'static str, columns: &[&'static str], kind: &str) -> IndexCreateStatement {
    let mut index = Index::create().name(format!("{table}_{kind}_{}", columns.join("_"))).table(table).col("district").to_owned();
    for column in columns {
        index.col(*column);
    }
    index
}

/// Makes tables, then indexes.
pub async fn create(
    manager: &SchemaManager<'_>,
    tables: Vec<TableCreateStatement>,
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    for table in tables {
        manager.create_table(table).await?;
    }
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}
