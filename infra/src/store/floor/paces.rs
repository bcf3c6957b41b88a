//! How long one matter takes at a station, as it went lately.

use std::collections::BTreeMap;

use chrono::Duration;
use domain::catalogue::ItemKind;
use domain::floor::Pace;
use domain::ids::StationCode;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::store::words::{from_word, word};
use crate::store::{StoreError, Tx, View};

const TABLE: &str = "service_paces";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "service_paces")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub station: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        pub secs: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    /// The paces that are known of a station.
    pub async fn paces_at(&self, station: &StationCode) -> Result<BTreeMap<ItemKind, Pace>, StoreError> {
        let rows = self.paces().filter(Column::Station.eq(station.as_str())).all(&self.db()).await?;
        rows.into_iter().map(|row| read(row).map(|(_, kind, pace)| (kind, pace))).collect()
    }

    /// The paces that are known of every station.
    pub async fn all_paces(&self) -> Result<BTreeMap<StationCode, BTreeMap<ItemKind, Pace>>, StoreError> {
        let mut all: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for row in self.paces().all(&self.db()).await? {
            let (station, kind, pace) = read(row)?;
            all.entry(station).or_default().insert(kind, pace);
        }
        Ok(all)
    }

    fn paces(&self) -> Select<row::Entity> {
        self.of(row::Entity::find(), Column::District)
    }
}

impl Tx {
    /// One more was served; `usual` is what the settings say. Those who note at one station follow one another.
    pub async fn note_served(&self, station: &StationCode, kind: ItemKind, took: Duration, usual: Pace) -> Result<(), StoreError> {
        self.take_turn(&format!("pace/{station}")).await?;
        let pace = self.paces_at(station).await?.get(&kind).copied().unwrap_or(usual).after(took);
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            station: Set(station.to_string()),
            kind: Set(word(TABLE, &kind)?),
            secs: Set(i32::try_from(pace.secs()).map_err(|e| StoreError::corrupt(TABLE, e))?),
        };
        let replace = OnConflict::columns([Column::District, Column::Station, Column::Kind]).update_column(Column::Secs).to_owned();
        row::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}

fn read(row: row::Model) -> Result<(StationCode, ItemKind, Pace), StoreError> {
    let station = row.station.parse().map_err(|e| StoreError::corrupt(TABLE, e))?;
    let secs = u32::try_from(row.secs).map_err(|e| StoreError::corrupt(TABLE, e))?;
    Ok((station, from_word(TABLE, row.kind)?, Pace::of_secs(secs)))
}
