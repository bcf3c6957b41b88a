//! What a supervisor set for a station.

use domain::floor::StationRules;
use domain::ids::StationCode;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::store::words::{from_json, json};
use crate::store::{StoreError, Tx, View};

const TABLE: &str = "floor_rules";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "floor_rules")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub station: String,
        pub content: Json,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl View {
    /// With the number of their version, from 1; none where nobody has set any.
    pub async fn station_rules(&self, station: &StationCode) -> Result<Option<(StationRules, u32)>, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).filter(Column::Station.eq(station.as_str()));
        let Some(row) = found.one(&self.db()).await? else { return Ok(None) };
        let version = u32::try_from(row.version).map_err(|e| StoreError::corrupt(TABLE, e))?;
        Ok(Some((from_json(TABLE, row.content)?, version)))
    }
}

impl Tx {
    /// Saves over the version that was seen, 0 where there was none; `Stale` or `Taken` where somebody else saved since.
    pub async fn save_station_rules(&self, station: &StationCode, rules: &StationRules, seen: u32) -> Result<u32, StoreError> {
        let number = |version: u32| i32::try_from(version).map_err(|e| StoreError::corrupt(TABLE, e));
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            station: Set(station.to_string()),
            content: Set(json(TABLE, rules)?),
            version: Set(number(seen + 1)?),
        };
        if seen == 0 {
            row::Entity::insert(row).exec_without_returning(&self.db()).await?;
            return Ok(1);
        }
        let updated = self
            .of(row::Entity::update_many(), Column::District)
            .set(row)
            .filter(Column::Station.eq(station.as_str()))
            .filter(Column::Version.eq(number(seen)?))
            .exec(&self.db())
            .await?;
        if updated.rows_affected == 1 { Ok(seen + 1) } else { Err(StoreError::Stale) }
    }
}
