//! Items at their versions, and the certificates that a village may not issue.
//! Invariants: a version never changes once it is written; the current one is the highest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::catalogue::{Catalogue, Item, Listed, Prohibited};
use domain::ids::ItemCode;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{EntityTrait, QuerySelect};

use super::words::{from_json, json};
use super::{StoreError, Tx, View};

const ITEMS: &str = "item_versions";
const PROHIBITED: &str = "prohibited_certificates";

mod item_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "item_versions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i32,
        pub content: Json,
        pub content_hash: String,
        pub loaded_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod prohibited_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "prohibited_certificates")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub content: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use item_row::Column;

/// What a seeding did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeedCount {
    /// Items that weren't there.
    pub added: usize,
    /// Items that got a new version.
    pub changed: usize,
    pub unchanged: usize,
}

/// The versions of an item that are there already.
#[derive(Debug, Default)]
struct Known {
    latest: i32,
    hashes: BTreeSet<String>,
}

impl View {
    /// The current version of every item.
    pub async fn catalogue(&self) -> Result<Catalogue, StoreError> {
        let latest = Query::select()
            .column(Column::Code)
            .expr(Expr::col(Column::Version).max())
            .from(item_row::Entity)
            .and_where(Column::District.eq(self.district().as_str()))
            .group_by_col(Column::Code)
            .to_owned();
        let current = Expr::tuple([Expr::col(Column::Code), Expr::col(Column::Version)]).in_subquery(latest);
        let rows = self.of(item_row::Entity::find(), Column::District).filter(current).all(&self.db()).await?;
        Ok(Catalogue::new(rows.into_iter().map(listed).collect::<Result<Vec<_>, _>>()?))
    }

    /// An item at one version: what a running case was submitted under.
    pub async fn item_version(&self, code: &ItemCode, version: u32) -> Result<Option<Arc<Listed>>, StoreError> {
        let row = self.of(item_row::Entity::find(), Column::District).filter(Column::Code.eq(code.as_str()));
        let row = row.filter(Column::Version.eq(i64::from(version))).one(&self.db()).await?;
        row.map(|row| listed(row).map(Arc::new)).transpose()
    }

    /// By name.
    pub async fn prohibited(&self) -> Result<Vec<Prohibited>, StoreError> {
        let rows = self.of(prohibited_row::Entity::find(), prohibited_row::Column::District).all(&self.db()).await?;
        let mut all: Vec<Prohibited> = rows.into_iter().map(|row| from_json(PROHIBITED, row.content)).collect::<Result<_, _>>()?;
        // Not left to the database: it sorts Chinese by its locale.
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    async fn known_items(&self) -> Result<BTreeMap<String, Known>, StoreError> {
        let columns = self.of(item_row::Entity::find(), Column::District).select_only();
        let columns = columns.column(Column::Code).column(Column::Version).column(Column::ContentHash);
        let mut known: BTreeMap<String, Known> = BTreeMap::new();
        for (code, version, hash) in columns.into_tuple::<(String, i32, String)>().all(&self.db()).await? {
            let item = known.entry(code).or_default();
            item.latest = std::cmp::max(item.latest, version);
            item.hashes.insert(hash);
        }
        Ok(known)
    }
}

impl Tx {
    /// Takes items in as they stand in the files. One whose content was a version before makes none: what was edited since, in
    /// the running system, is not undone by the next start.
    pub async fn seed_items(&self, items: &[Item], now: Timestamp) -> Result<SeedCount, StoreError> {
        self.take_turn(ITEMS).await?;
        let known = self.known_items().await?;
        let (mut rows, mut count) = (Vec::new(), SeedCount::default());
        for item in items {
            let hash = item.content_hash();
            match known.get(item.code.as_str()) {
                Some(there) if there.hashes.contains(&hash) => count.unchanged += 1,
                Some(there) => {
                    count.changed += 1;
                    rows.push(self.item_row(item, there.latest + 1, hash, now));
                }
                None => {
                    count.added += 1;
                    rows.push(self.item_row(item, 1, hash, now));
                }
            }
        }
        if !rows.is_empty() {
            item_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
        }
        Ok(count)
    }

    fn item_row(&self, item: &Item, version: i32, hash: String, now: Timestamp) -> item_row::ActiveModel {
        item_row::ActiveModel {
            district: Set(self.district().to_string()),
            code: Set(item.code.to_string()),
            version: Set(version),
            content: Set(item.to_json()),
            content_hash: Set(hash),
            loaded_at: Set(now),
        }
    }

    /// Takes the prohibited certificates in, in place of those that were there.
    pub async fn seed_prohibited(&self, entries: &[Prohibited]) -> Result<(), StoreError> {
        self.take_turn(PROHIBITED).await?;
        self.of(prohibited_row::Entity::delete_many(), prohibited_row::Column::District).exec(&self.db()).await?;
        let rows = entries.iter().map(|entry| {
            Ok(prohibited_row::ActiveModel {
                district: Set(self.district().to_string()),
                name: Set(entry.name.clone()),
                content: Set(json(PROHIBITED, entry)?),
            })
        });
        let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
        if !rows.is_empty() {
            prohibited_row::Entity::insert_many(rows).exec_without_returning(&self.db()).await?;
        }
        Ok(())
    }
}

fn listed(row: item_row::Model) -> Result<Listed, StoreError> {
    let item = Item::from_json(&row.content).map_err(|error| StoreError::corrupt(ITEMS, error))?;
    let version = u32::try_from(row.version).map_err(|error| StoreError::corrupt(ITEMS, error))?;
    Ok(Listed { version, item })
}
